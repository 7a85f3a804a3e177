from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from judging.models.judge import Judge
from judging.models.ranking import Place, Ranking


class JuryDecision(models.Model):
    """评委合议 · equals that the jury put in order or chose to go on; `ranking` is the version that it made."""

    ranking = models.ForeignKey(Ranking, models.PROTECT, related_name="decisions")
    entries = models.JSONField(_("entries, best first"))
    on_line = models.BooleanField(_("who goes on from the line"), default=False)
    jury = models.CharField(_("decided by"), max_length=200)
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("decision of the jury")
        verbose_name_plural = _("decisions of the jury")

    def __str__(self):
        return f"{self.ranking}: {self.jury}"


class Opinion(models.Model):
    """参考分析 · how far the marks of a ranking can be trusted, computed once after the lock and applied to nothing."""

    ranking = models.OneToOneField(Ranking, models.CASCADE, related_name="opinion")
    figures = models.JSONField(_("figures"))
    made_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        verbose_name = _("second opinion")
        verbose_name_plural = _("second opinions")

    def __str__(self):
        return str(self.ranking)


class OpinionPlace(models.Model):
    """A place beside the official one: adjusted value, and the places under other ways of counting.

    `first` and `last` are the adjusted places that can't be told apart from its own; the adjusted figures are empty
    where the second opinion is off.
    """

    opinion = models.ForeignKey(Opinion, models.CASCADE, related_name="places")
    place = models.OneToOneField(Place, models.CASCADE, related_name="opinion")
    mean = models.FloatField()
    by_mean = models.PositiveIntegerField()
    by_trimmed = models.PositiveIntegerField()
    adjusted = models.FloatField(null=True)
    error = models.FloatField(null=True)
    by_adjusted = models.PositiveIntegerField(null=True)
    first = models.PositiveIntegerField(null=True)
    last = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("second opinion of a place")
        verbose_name_plural = _("second opinions of places")

    def __str__(self):
        return str(self.place)


class JudgeFigure(models.Model):
    """One judge in one ranking: the line that goes into the judge's record over the years."""

    opinion = models.ForeignKey(Opinion, models.CASCADE, related_name="judges")
    judge = models.ForeignKey(Judge, models.PROTECT, related_name="figures")
    seat = models.PositiveIntegerField(_("seat"))
    marks = models.PositiveIntegerField()
    lowest = models.FloatField()
    highest = models.FloatField()
    spread = models.FloatField(null=True)
    severity = models.FloatField(null=True)
    error = models.FloatField(null=True)
    infit = models.FloatField(null=True)
    outfit = models.FloatField(null=True)
    wild = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["seat"]
        constraints = [models.UniqueConstraint(fields=["opinion", "judge"], name="judge_figure_once")]
        verbose_name = _("figures of a judge")
        verbose_name_plural = _("figures of judges")

    def __str__(self):
        return f"{self.judge}: {self.opinion}"
