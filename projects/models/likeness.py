from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from projects.models.entry import Entry
from projects.states import LikenessState


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
    """One stretch of a signature, or of a page's hash (`band` from 100 on): entries that share it are compared."""

    fingerprint = models.ForeignKey(Fingerprint, models.CASCADE, related_name="bands")
    band = models.PositiveSmallIntegerField()
    value = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["band", "value", "fingerprint"], name="fingerprint_band_value")]


class PageMark(models.Model):
    """The perceptual hash of one deck page, as a signed 64-bit number."""

    fingerprint = models.ForeignKey(Fingerprint, models.CASCADE, related_name="pages")
    page = models.PositiveSmallIntegerField()
    value = models.BigIntegerField()

    class Meta:
        ordering = ["page"]
        constraints = [models.UniqueConstraint(fields=["fingerprint", "page"], name="page_mark_once")]


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
