from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from projects.models.entry import Entry
from projects.states import EntryState, LikenessState


class Fingerprint(models.Model):
    """指纹 · what an entry is compared by: the MinHash signature of its text and the short form of its name."""

    entry = models.OneToOneField(Entry, models.CASCADE, related_name="fingerprint")
    name = models.CharField(max_length=80, db_index=True)
    signature = models.BinaryField()
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("fingerprint")
        verbose_name_plural = _("fingerprints")

    def __str__(self):
        return self.name


class FingerprintBand(models.Model):
    """A mark by which entries find each other: those that share a `value` are compared.

    `band` tells what it was taken from (`projects.similarity.Band`): a stretch of the text's signature, a stretch of a
    page's picture, the words of a page, the company's name. The place of a stretch is part of its value.
    """

    fingerprint = models.ForeignKey(Fingerprint, models.CASCADE, related_name="bands")
    band = models.PositiveSmallIntegerField()
    value = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["band", "value", "fingerprint"], name="fingerprint_band_value")]


class PageMark(models.Model):
    """One page of a deck: the perceptual hash of its picture and the digest of its words, if they are enough."""

    fingerprint = models.ForeignKey(Fingerprint, models.CASCADE, related_name="pages")
    page = models.PositiveSmallIntegerField()
    picture = models.BinaryField()
    words = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["page"]
        constraints = [models.UniqueConstraint(fields=["fingerprint", "page"], name="page_mark_once")]


class LikenessQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Pairs of which an office may see both entries. Owners of entries see none: nobody is accused by a machine."""
        seen = Entry.objects.in_office_of(user).order_by()
        return self.filter(Exists(seen.filter(pk=OuterRef("newer"))), Exists(seen.filter(pk=OuterRef("older"))))

    def waiting(self):
        """To be looked at, and neither entry was withdrawn meanwhile."""
        gone = EntryState.WITHDRAWN
        return self.filter(state=LikenessState.OPEN).exclude(newer__state=gone).exclude(older__state=gone)

    def of(self, entry: Entry):
        return self.filter(Q(newer=entry) | Q(older=entry))

    def lock(self, likeness: "Likeness") -> "Likeness":
        """Lock the row until the transaction ends and bring the given object up to date, its entries kept."""
        fresh = self.select_for_update().get(pk=likeness.pk)
        likeness.state, likeness.by_id, likeness.at, likeness.reason = fresh.state, fresh.by_id, fresh.at, fresh.reason
        return likeness


class Likeness(models.Model):
    """疑似重复 · two entries that look alike, with why, for an officer to decide. Nobody is accused by a machine."""

    newer = models.ForeignKey(Entry, models.CASCADE, related_name="likenesses")
    older = models.ForeignKey(Entry, models.CASCADE, related_name="likened")
    reasons = models.JSONField(_("reasons"), default=list)
    score = models.DecimalField(_("likeness"), max_digits=4, decimal_places=3)
    state = models.CharField(_("state"), max_length=9, choices=LikenessState, default=LikenessState.OPEN)
    found_at = models.DateTimeField(_("found"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("decided"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = LikenessQuerySet.as_manager()

    class Meta:
        ordering = ["-score", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["newer", "older"], name="likeness_once"),
            models.CheckConstraint(condition=~Q(newer=F("older")), name="likeness_of_two"),
        ]
        indexes = [models.Index(fields=["state", "-score"], name="likeness_state")]
        verbose_name = _("likeness")
        verbose_name_plural = _("likenesses")

    def __str__(self):
        return f"{self.newer} ~ {self.older}"
