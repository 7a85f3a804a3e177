from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from contests.models import Season, Stage
from judging.models.judge import Invitation
from judging.states import PromiseKind


class PromiseText(models.Model):
    """承诺文本 · what judges of a season, or of one stage of it, sign. A changed text is a new version; the old one
    stays for those who signed it."""

    season = models.ForeignKey(Season, models.PROTECT, related_name="promise_texts")
    stage = models.ForeignKey(Stage, models.PROTECT, null=True, blank=True, related_name="promise_texts")
    kind = models.CharField(_("kind"), max_length=7, choices=PromiseKind)
    version = models.PositiveSmallIntegerField(_("version"))
    text = models.TextField(_("text"), max_length=5000)
    digest = models.CharField(_("check code"), max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("in force from"))

    class Meta:
        ordering = ["season", "kind", "-version"]
        constraints = [models.UniqueConstraint(fields=["season", "kind", "version"], name="promise_version")]
        verbose_name = _("promise")
        verbose_name_plural = _("promises")

    def __str__(self):
        return f"{self.get_kind_display()} v{self.version}"


class Signature(models.Model):
    """签署 · one text signed for one invitation by typing one's name; the digest covers text, name and time."""

    invitation = models.ForeignKey(Invitation, models.PROTECT, related_name="signatures")
    text = models.ForeignKey(PromiseText, models.PROTECT, related_name="signatures")
    name = models.CharField(_("signed by typing the name"), max_length=80)
    at = models.DateTimeField(_("signed"))
    digest = models.CharField(_("check code"), max_length=64)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["invitation", "text"], name="signature_once")]
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")

    def __str__(self):
        return f"{self.name} {self.text}"
