from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from contests.models.contest import Contest
from contests.states import DocumentKind, Metal, RuleKind, SeasonState, TrackKind
from core.language import local

SECOND = timedelta(seconds=1)


class SeasonQuerySet(models.QuerySet):
    def public(self):
        return self.exclude(state=SeasonState.SETUP)

    def running(self):
        return self.filter(state=SeasonState.RUNNING)

    def open_for_entry(self, at):
        return self.running().filter(entry_opens__lte=at, entry_closes__gt=at - SECOND)


class Season(models.Model):
    """届 · one edition of a contest. Everything that differs between editions hangs here as data."""

    contest = models.ForeignKey(Contest, models.PROTECT, related_name="seasons")
    year = models.PositiveSmallIntegerField(_("year"))
    ordinal = models.PositiveSmallIntegerField(_("edition"))
    title = models.CharField(_("full title"), max_length=120)
    title_en = models.CharField(_("English title"), max_length=160, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=SeasonState, default=SeasonState.SETUP)
    entry_opens = models.DateTimeField(_("entry opens"))
    entry_closes = models.DateTimeField(_("entry closes"), help_text=_("The last second that counts, China time."))
    notice_text = models.TextField(_("notice"), blank=True)
    notice_text_en = models.TextField(_("English notice"), blank=True)
    contact = models.CharField(_("contact"), max_length=200, blank=True)
    contact_en = models.CharField(_("English contact"), max_length=300, blank=True)
    review_days = models.PositiveSmallIntegerField(_("working days for a review"), default=3)
    quality_target = models.PositiveIntegerField(_("planned good projects"), default=0)
    leader_public = models.BooleanField(_("leader's name in public notices"), default=False)
    sample = models.BooleanField(_("contains sample figures"), default=False)
    sample_note = models.TextField(_("what is sample"), blank=True)
    sample_note_en = models.TextField(_("what is sample, in English"), blank=True)
    next_number = models.PositiveIntegerField(default=1, editable=False)
    copied_from = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="copies")
    to_review = models.JSONField(default=list, blank=True, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = SeasonQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "contest__order"]
        constraints = [
            models.UniqueConstraint(fields=["contest", "year"], name="season_one_per_year"),
            models.UniqueConstraint(fields=["contest", "ordinal"], name="season_one_per_ordinal"),
            models.CheckConstraint(condition=Q(entry_closes__gt=F("entry_opens")), name="season_closes_after_opening"),
        ]
        verbose_name = _("season")
        verbose_name_plural = _("seasons")

    def __str__(self):
        return self.local_title

    @property
    def local_title(self):
        return local(self, "title")

    @property
    def local_notice(self):
        return local(self, "notice_text")

    @property
    def local_contact(self):
        return local(self, "contact")

    @property
    def local_sample_note(self):
        return local(self, "sample_note")

    def is_open(self, at) -> bool:
        """The closing second still counts to its end (inclusive, server clock)."""
        return self.state == SeasonState.RUNNING and self.entry_opens <= at < self.entry_closes + SECOND


class Track(models.Model):
    """赛道、组别 · the leaf in which entries are ranked together."""

    season = models.ForeignKey(Season, models.CASCADE, related_name="tracks")
    code = models.SlugField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=100, blank=True)
    kind = models.CharField(_("kind"), max_length=8, choices=TrackKind, default=TrackKind.PROJECT)
    note = models.TextField(_("who it is for"), blank=True)
    note_en = models.TextField(_("who it is for, in English"), blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["season", "code"], name="track_code_per_season")]
        verbose_name = _("track")
        verbose_name_plural = _("tracks")

    def __str__(self):
        return self.local_name

    @property
    def local_name(self):
        return local(self, "name")

    @property
    def local_note(self):
        return local(self, "note")


class SeasonPartQuerySet(models.QuerySet):
    def current(self):
        return self.filter(retired_at=None)


class SeasonPart(models.Model):
    """What hangs on a season, or on one track of it. A row that entries lean on is never edited: a new version
    `replaces` it, and the old one stays for them, retired."""

    season = models.ForeignKey(Season, models.CASCADE, related_name="%(class)ss")
    track = models.ForeignKey(Track, models.CASCADE, null=True, blank=True, related_name="%(class)ss")
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    sample = models.BooleanField(_("sample figure"), default=False)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)

    objects = SeasonPartQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["order", "pk"]


class EligibilityRule(SeasonPart):
    """参赛条件 · one rule on a fact, with the explicit date or number it means and the phrase of the notice."""

    kind = models.CharField(_("kind"), max_length=30, choices=RuleKind)
    date = models.DateField(_("date"), null=True, blank=True)
    number = models.DecimalField(_("number"), max_digits=12, decimal_places=2, null=True, blank=True)
    values = models.JSONField(_("values"), default=list, blank=True)
    phrase = models.CharField(_("phrase of the notice"), max_length=300)
    phrase_en = models.CharField(_("English phrase"), max_length=500, blank=True)
    source = models.CharField(_("source"), max_length=120, blank=True)
    source_en = models.CharField(_("English source"), max_length=200, blank=True)
    blocks = models.BooleanField(_("blocks the entry"), default=True)

    class Meta(SeasonPart.Meta):
        verbose_name = _("eligibility rule")
        verbose_name_plural = _("eligibility rules")

    def __str__(self):
        return self.phrase

    @property
    def local_phrase(self) -> str:
        """The phrase of the notice. Without an English one, an English reader is told what it means before it."""
        if get_language() != "en" or self.phrase_en or self.kind == RuleKind.STATED:
            return local(self, "phrase")
        limit = date_format(self.date) if self.date else f"{self.number.normalize():f}" if self.number else ""
        meaning = f"{self.get_kind_display()}: {limit}" if limit else self.get_kind_display()
        return f"{meaning} ({self.phrase})"

    @property
    def local_source(self) -> str:
        return local(self, "source")


class DocumentRequirement(SeasonPart):
    """材料要求 · one file that an entry brings, or may bring. One with a `question` is the slot of that question: it
    follows it (`contests.slots`) and is no row of the set-up."""

    kind = models.CharField(_("kind"), max_length=12, choices=DocumentKind)
    label = models.CharField(_("label"), max_length=120)
    label_en = models.CharField(_("English label"), max_length=200, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    note_en = models.CharField(_("English note"), max_length=400, blank=True)
    formats = models.JSONField(_("formats"), default=list)
    max_mb = models.PositiveSmallIntegerField(_("largest size in MB"), default=20)
    required = models.BooleanField(_("required"), default=True)
    judged = models.BooleanField(_("shown to judges"), default=False)
    signed = models.BooleanField(
        _("scan of the printed entry form"), default=False,
        help_text=_("Printed from the entry, signed and stamped; its code is held against what is handed in."),
    )  # fmt: skip
    condition = models.JSONField(_("asked only if"), default=dict, blank=True)
    question = models.OneToOneField(
        "Question", models.CASCADE, null=True, blank=True, editable=False, related_name="slot"
    )  # fmt: skip

    class Meta(SeasonPart.Meta):
        verbose_name = _("required document")
        verbose_name_plural = _("required documents")

    def __str__(self):
        return self.label

    @property
    def local_label(self) -> str:
        """The label. Without an English one, the kind of document stands before it for an English reader."""
        if get_language() != "en" or self.label_en:
            return local(self, "label")
        return f"{self.get_kind_display()} ({self.label})"

    @property
    def local_note(self) -> str:
        return local(self, "note")


class Declaration(SeasonPart):
    """承诺与授权 · a text the contestant agrees to, each by itself."""

    code = models.SlugField(_("code"), max_length=40)
    title = models.CharField(_("title"), max_length=80)
    title_en = models.CharField(_("English title"), max_length=120, blank=True)
    text = models.TextField(_("text"))
    text_en = models.TextField(_("English text"), blank=True)
    required = models.BooleanField(_("required"), default=True)

    class Meta(SeasonPart.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["season", "code"], condition=Q(retired_at=None), name="declaration_code_current"
            )
        ]
        verbose_name = _("declaration")
        verbose_name_plural = _("declarations")

    def __str__(self):
        return self.local_title

    @property
    def local_title(self) -> str:
        return local(self, "title")

    @property
    def local_text(self) -> str:
        """What the reader reads. The Chinese text is the one agreed to; pages say so beside the English."""
        return local(self, "text")


class AwardLevel(SeasonPart):
    """奖项等级 · a level with its number of places and prize."""

    name = models.CharField(_("name"), max_length=30)
    name_en = models.CharField(_("English name"), max_length=60, blank=True)
    metal = models.CharField(_("colour"), max_length=6, choices=Metal, default=Metal.NONE)
    places = models.PositiveSmallIntegerField(_("places"))
    prize_wan = models.DecimalField(_("prize in 10,000 yuan"), max_digits=9, decimal_places=2, default=0)

    class Meta(SeasonPart.Meta):
        verbose_name = _("award level")
        verbose_name_plural = _("award levels")

    def __str__(self):
        return self.local_name

    @property
    def local_name(self):
        return local(self, "name")
