from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from contests.models.notice import Notice
from contests.models.rubric import Rubric, ScoringRule
from contests.models.season import Season, Track
from contests.models.unit import RecommendingUnit
from contests.states import HeatState, StageKind
from core.language import local


class Stage(models.Model):
    """阶段 · an ordered step of a season, with its dates and how it is judged.

    `assignment` holds the rules by which judges are assigned (`contests.schema.ASSIGNMENT`); empty: drawn by lot.
    `blind` withholds names, schools, companies, cities and phones from judges. `review_gap`, in points of a total:
    where two judges of an entry lie further apart, a further judge marks it. `judges_download` lets judges have
    documents as files, each page a picture with their name in it. `marks_public` publishes every mark with the results,
    judges as letters and entries that are not on the list under names that tell nobody. `calibration_required` keeps
    judges from their sheets until they have marked the samples of the stage's calibration.
    """

    season = models.ForeignKey(Season, models.CASCADE, related_name="stages")
    order = models.PositiveSmallIntegerField(_("order"))
    kind = models.CharField(_("kind"), max_length=14, choices=StageKind)
    name = models.CharField(_("name"), max_length=40)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    opens = models.DateTimeField(_("opens"))
    closes = models.DateTimeField(_("closes"))
    by_zone = models.BooleanField(_("run by each zone"), default=False)
    place = models.CharField(_("place"), max_length=80, blank=True)
    place_en = models.CharField(_("English place"), max_length=120, blank=True)
    judges_per_entry = models.PositiveSmallIntegerField(_("judges per entry"), default=0)
    avoid_same_city = models.BooleanField(_("judges from the entry's city are excluded"), default=True)
    assignment = models.JSONField(_("how judges are assigned"), default=dict, blank=True)
    blind = models.BooleanField(_("names are withheld from judges"), default=False)
    review_gap = models.DecimalField(
        _("a further judge where totals differ by more than"), max_digits=6, decimal_places=2, null=True, blank=True
    )
    judges_download = models.BooleanField(_("judges may download documents"), default=False)
    marks_public = models.BooleanField(_("every mark is published with the results"), default=False)
    calibration_required = models.BooleanField(_("judges finish the calibration before they score"), default=False)
    rubric = models.ForeignKey(Rubric, models.PROTECT, null=True, blank=True, related_name="stages")
    scoring_rule = models.ForeignKey(ScoringRule, models.PROTECT, null=True, blank=True, related_name="stages")

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["season", "order"], name="stage_order"),
            models.CheckConstraint(condition=Q(closes__gte=F("opens")), name="stage_closes_after_opening"),
        ]
        verbose_name = _("stage")
        verbose_name_plural = _("stages")

    def __str__(self):
        return self.local_name

    @property
    def local_name(self):
        return local(self, "name")

    @property
    def local_place(self):
        return local(self, "place")

    @property
    def is_judged(self) -> bool:
        return self.kind in StageKind.judged()


class Segment(models.Model):
    """环节 · a timed part of a pitch, such as 6 minutes of talk and 5 of questions."""

    stage = models.ForeignKey(Stage, models.CASCADE, related_name="segments")
    order = models.PositiveSmallIntegerField(_("order"))
    name = models.CharField(_("name"), max_length=30)
    name_en = models.CharField(_("English name"), max_length=60, blank=True)
    seconds = models.PositiveSmallIntegerField(_("seconds"))

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["stage", "order"], name="segment_order")]
        verbose_name = _("segment")
        verbose_name_plural = _("segments")

    def __str__(self):
        return f"{self.name} {self.seconds}s"

    @property
    def local_name(self):
        return local(self, "name")


class Heat(models.Model):
    """场 · one running of a stage, by the province or by one zone: what is opened, drawn, judged, locked, ranked."""

    stage = models.ForeignKey(Stage, models.PROTECT, related_name="heats")
    zone = models.ForeignKey(RecommendingUnit, models.PROTECT, null=True, blank=True, related_name="heats")
    name = models.CharField(_("name"), max_length=80)
    state = models.CharField(_("state"), max_length=10, choices=HeatState, default=HeatState.PREPARING)
    rubric = models.ForeignKey(Rubric, models.PROTECT, related_name="heats")
    scoring_rule = models.ForeignKey(ScoringRule, models.PROTECT, related_name="heats")
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True)
    locked_at = models.DateTimeField(_("locked"), null=True, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    notice = models.ForeignKey(Notice, models.PROTECT, null=True, blank=True, related_name="heats")

    class Meta:
        ordering = ["stage__order", "pk"]
        constraints = [models.UniqueConstraint(fields=["stage", "name"], name="heat_name")]
        verbose_name = _("heat")
        verbose_name_plural = _("heats")

    def __str__(self):
        return self.name

    @property
    def is_open(self) -> bool:
        return self.state == HeatState.OPEN

    @property
    def is_settled(self) -> bool:
        return self.state in {HeatState.LOCKED, HeatState.PUBLISHED}


class Room(models.Model):
    """会场 · one of several halls in which a live heat runs side by side, with its own judges and presenting order."""

    heat = models.ForeignKey(Heat, models.CASCADE, related_name="rooms")
    number = models.PositiveSmallIntegerField(_("number"), default=1)
    name = models.CharField(_("name"), max_length=40)
    place = models.CharField(_("place"), max_length=80, blank=True)
    begins_at = models.DateTimeField(_("begins"), null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["heat", "number"], name="room_number"),
            models.UniqueConstraint(fields=["heat", "name"], name="room_name"),
        ]
        verbose_name = _("room")
        verbose_name_plural = _("rooms")

    def __str__(self):
        return self.name


class Quota(models.Model):
    """名额 · how many go on from a stage: per track, per zone, or both; empty means each."""

    stage = models.ForeignKey(Stage, models.CASCADE, related_name="quotas")
    track = models.ForeignKey(Track, models.CASCADE, null=True, blank=True, related_name="quotas")
    zone = models.ForeignKey(RecommendingUnit, models.CASCADE, null=True, blank=True, related_name="quotas")
    places = models.PositiveSmallIntegerField(_("places"))
    reserves = models.PositiveSmallIntegerField(_("reserves"), default=2)
    sample = models.BooleanField(_("sample figure"), default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(F("stage"), Coalesce("track", 0), Coalesce("zone", 0), name="quota_once")
        ]
        verbose_name = _("quota")
        verbose_name_plural = _("quotas")

    def __str__(self):
        return f"{self.stage}: {self.places}"
