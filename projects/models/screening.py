from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from contests.models import RecommendingUnit
from projects.models.entry import Entry
from projects.states import Decision


class ScreeningStep(models.Model):
    """审核记录 · one decision of one unit on an entry, with the version it looked at."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="screening_steps")
    unit = models.ForeignKey(RecommendingUnit, models.PROTECT, related_name="screening_steps")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("decided"))
    entry_version = models.PositiveIntegerField()
    decision = models.CharField(_("decision"), max_length=6, choices=Decision)
    reason = models.TextField(_("reason"), blank=True)
    fix_by = models.DateTimeField(_("to be corrected by"), null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("screening step")
        verbose_name_plural = _("screening steps")

    def __str__(self):
        return f"{self.entry} {self.get_decision_display()}"


class FieldMark(models.Model):
    """标记 · a field or document that has to be corrected, with the sentence what to do.

    Open while `step` is empty; sent with the step that returns the entry.
    """

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="marks")
    step = models.ForeignKey(ScreeningStep, models.PROTECT, null=True, blank=True, related_name="marks")
    field = models.CharField(_("field"), max_length=60)
    label = models.CharField(max_length=80)
    reason = models.CharField(_("what to correct"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["entry", "step", "field"], name="mark_once_per_step")]
        verbose_name = _("field mark")
        verbose_name_plural = _("field marks")

    def __str__(self):
        return f"{self.label}: {self.reason}"
