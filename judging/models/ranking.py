from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from contests.models import Heat, Track
from judging.models.draw import short_code
from projects.models import Participation


class Ranking(models.Model):
    """排名 · the frozen result of one heat and track. A correction makes the next version; none is edited."""

    heat = models.ForeignKey(Heat, models.PROTECT, related_name="rankings")
    track = models.ForeignKey(Track, models.PROTECT, related_name="rankings")
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    rule = models.JSONField(_("rule"))
    inputs = models.JSONField(_("marks"))
    result = models.JSONField(_("result"))
    summary = models.JSONField(default=dict, help_text=_("What pages show of it without opening the whole result."))
    digest = models.CharField(_("check code"), max_length=64)
    frozen_at = models.DateTimeField(_("locked"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        ordering = ["heat", "track", "-version"]
        constraints = [models.UniqueConstraint(fields=["heat", "track", "version"], name="ranking_version")]
        verbose_name = _("ranking")
        verbose_name_plural = _("rankings")

    def __str__(self):
        return f"{self.heat} {self.track} v{self.version}"

    @property
    def code(self) -> str:
        return short_code(self.digest)


class Place(models.Model):
    """名次 · an entry's total, rank and how it came about."""

    ranking = models.ForeignKey(Ranking, models.PROTECT, related_name="places")
    participation = models.ForeignKey(Participation, models.PROTECT, related_name="places")
    order = models.PositiveIntegerField()
    rank = models.PositiveIntegerField(_("rank"), null=True)
    tied = models.BooleanField(_("tied"), default=False)
    total = models.DecimalField(_("total"), max_digits=9, decimal_places=4, null=True)
    outcome = models.CharField(_("outcome"), max_length=10)
    steps = models.JSONField(default=dict)

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["ranking", "participation"], name="place_once"),
            models.UniqueConstraint(fields=["ranking", "order"], name="place_order"),
        ]
        verbose_name = _("place")
        verbose_name_plural = _("places")

    def __str__(self):
        return f"{self.rank} {self.participation}"
