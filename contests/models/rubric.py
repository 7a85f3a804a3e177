from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contests.models.season import Season
from core.language import local


class Rubric(models.Model):
    """评分标准 · a version of the criteria; a heat points at one and never moves from it once scored."""

    season = models.ForeignKey(Season, models.CASCADE, related_name="rubrics")
    name = models.CharField(_("name"), max_length=80)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    sample = models.BooleanField(_("sample figures"), default=False)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["season", "name", "version"], name="rubric_version")]
        verbose_name = _("rubric")
        verbose_name_plural = _("rubrics")

    def __str__(self):
        return f"{self.name} v{self.version}"


class Criterion(models.Model):
    """评分项 · maximum, weight, step and anchors. The sheet's total is the sum of mark × weight."""

    rubric = models.ForeignKey(Rubric, models.CASCADE, related_name="criteria")
    key = models.SlugField(_("key"), max_length=40)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=100, blank=True)
    note = models.CharField(_("what is judged"), max_length=300, blank=True)
    note_en = models.CharField(_("what is judged, in English"), max_length=400, blank=True)
    maximum = models.DecimalField(_("highest mark"), max_digits=6, decimal_places=2)
    weight = models.DecimalField(_("weight"), max_digits=6, decimal_places=4, default=1)
    step = models.DecimalField(_("step"), max_digits=4, decimal_places=2, default=1)
    anchors = models.JSONField(_("anchors"), default=list, blank=True, help_text=_("Bands: name, from, to, text."))
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["rubric", "key"], name="criterion_key"),
            models.CheckConstraint(condition=Q(maximum__gt=0) & Q(step__gt=0), name="criterion_positive"),
        ]
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")

    def __str__(self):
        return self.local_name

    @property
    def local_name(self):
        return local(self, "name")

    @property
    def local_note(self):
        return local(self, "note")


class ScoringRule(models.Model):
    """计分规则 · trimming, thresholds, rounding order, ties: the data of `judging.scoring.Rule`, versioned."""

    season = models.ForeignKey(Season, models.CASCADE, related_name="scoring_rules")
    name = models.CharField(_("name"), max_length=80)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    data = models.JSONField(_("rule"))
    sample = models.BooleanField(_("sample figures"), default=False)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["season", "name", "version"], name="scoring_rule_version")]
        verbose_name = _("scoring rule")
        verbose_name_plural = _("scoring rules")

    def __str__(self):
        return f"{self.name} v{self.version}"
