from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from contests.models import Heat
from core.crypto import EncryptedTextField
from judging.models.judge import Judge
from judging.states import AssignmentSource, DrawPurpose
from projects.models import Participation


def short_code(digest: str) -> str:
    """The start of a check code in groups of four, as people compare it."""
    head = digest[:12].upper()
    return "·".join(head[at : at + 4] for at in range(0, len(head), 4))


class Draw(models.Model):
    """抽签 · committed before, seeded by a secret and a witness, repeatable after.

    Entries and judges go by names made with `mask` (`judging.masking`), so that the record can be public and names
    nobody; a draw without one is older and names them by number and seat.
    """

    heat = models.ForeignKey(Heat, models.PROTECT, related_name="draws")
    purpose = models.CharField(_("purpose"), max_length=8, choices=DrawPurpose)
    secret = EncryptedTextField()
    mask = EncryptedTextField(blank=True, default="")
    commitment = models.CharField(_("commitment"), max_length=64)
    committed_at = models.DateTimeField(_("committed"))
    witness = models.CharField(_("witness number"), max_length=80, blank=True)
    witness_name = models.CharField(_("witness"), max_length=80, blank=True)
    drawn_at = models.DateTimeField(_("drawn"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    record = models.JSONField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("draw")
        verbose_name_plural = _("draws")

    def __str__(self):
        return f"{self.get_purpose_display()} {self.heat}"

    @property
    def code(self) -> str:
        return short_code(self.digest or self.commitment)


class Assignment(models.Model):
    """分配 · one judge for one entry of a heat."""

    judge = models.ForeignKey(Judge, models.PROTECT, related_name="assignments")
    participation = models.ForeignKey(Participation, models.PROTECT, related_name="assignments")
    draw = models.ForeignKey(Draw, models.PROTECT, null=True, blank=True, related_name="assignments")
    source = models.CharField(_("source"), max_length=8, choices=AssignmentSource)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["judge", "participation"], name="assignment_once")]
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")

    def __str__(self):
        return f"{self.judge} → {self.participation}"
