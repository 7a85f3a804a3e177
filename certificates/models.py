"""Awards and the certificates printed for them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from certificates.states import AwardState, CertificateState
from contests.models import AwardLevel, Season
from judging.models import Place
from projects.models import Entry


class Award(models.Model):
    """奖项 · the level that a place of a published ranking earns."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="awards")
    place = models.ForeignKey(Place, models.PROTECT, related_name="awards")
    level = models.ForeignKey(AwardLevel, models.PROTECT, related_name="awards")
    state = models.CharField(_("state"), max_length=8, choices=AwardState, default=AwardState.GIVEN)
    given_at = models.DateTimeField(_("given"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        ordering = ["level__order", "place__order"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "level"], condition=models.Q(state="given"), name="award_once")
        ]
        verbose_name = _("award")
        verbose_name_plural = _("awards")

    def __str__(self):
        return f"{self.level} {self.entry}"


class DesignQuerySet(models.QuerySet):
    def current(self):
        return self.filter(retired_at=None)


class CertificateDesign(models.Model):
    """证书样式 · texts, issuers, seal and frame of a season's certificates, as data.

    One that certificates were issued by is never edited: a new one `replaces` it, and the old one stays for them.
    """

    season = models.ForeignKey(Season, models.PROTECT, related_name="certificate_designs")
    data = models.JSONField(_("design"))
    number_prefix = models.CharField(_("prefix of certificate numbers"), max_length=20)
    next_number = models.PositiveIntegerField(default=1, editable=False)
    sample = models.BooleanField(_("sample seal"), default=True)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)

    objects = DesignQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["season"], condition=models.Q(retired_at=None), name="certificate_design_current"
            )
        ]
        verbose_name = _("certificate design")
        verbose_name_plural = _("certificate designs")

    def __str__(self):
        return str(self.season)


class Certificate(models.Model):
    """证书 · one certificate with its number for ever and the text it was printed with."""

    award = models.ForeignKey(Award, models.PROTECT, related_name="certificates")
    design = models.ForeignKey(CertificateDesign, models.PROTECT, related_name="certificates")
    number = models.CharField(_("number"), max_length=40, unique=True)
    token = models.CharField(_("verification code"), max_length=24, unique=True)
    state = models.CharField(_("state"), max_length=8, choices=CertificateState, default=CertificateState.VALID)
    fields = models.JSONField(_("printed text"))
    issued_at = models.DateTimeField(_("issued"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["award"], condition=models.Q(state="valid"), name="certificate_one_valid_per_award"
            )
        ]
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")

    def __str__(self):
        return self.number
