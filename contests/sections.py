"""What the set-up of a season consists of: one row for each part, read by services, forms and pages alike."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.db.models import Exists, F, Model, OuterRef, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contests.models import (
    AwardLevel,
    Criterion,
    Declaration,
    DocumentRequirement,
    EligibilityRule,
    Question,
    Quota,
    RecommendingUnit,
    Rubric,
    ScoringRule,
    Season,
    Segment,
    Stage,
    Track,
)


class Keeps(Enum):
    """What becomes of a row that others lean on when it is edited."""

    SUCCESSOR = "successor"  # A new row `replaces` it, the old one is retired.
    NUMBER = "number"  # A new version of the same name; the old one stays with its heats.
    NOTHING = "nothing"  # It is edited in place: entries point to it and carry its name in their snapshot.


@dataclass(frozen=True)
class Children:
    """Rows inside a row, written together with it."""

    name: str
    model: type[Model]
    fields: tuple[str, ...]
    key: str = ""


@dataclass(frozen=True)
class Section:
    """One part of the set-up. `fixed` columns can't change once somebody leans on the row; `path` leads from the model
    to its season."""

    key: str
    model: type[Model]
    icon: str
    title: Promise
    add: Promise
    teaches: Promise
    fields: tuple[str, ...]
    keeps: Keeps = Keeps.NOTHING
    ordered: bool = True
    needed: bool = False
    code: str = ""
    fixed: tuple[str, ...] = ()
    children: Children | None = None
    path: str = "season"

    def rows(self, season: Season) -> QuerySet:
        """The rows that hold now, without retired ones and earlier versions."""
        found = self.model._default_manager.filter(**{self.path: season})
        if self.model is DocumentRequirement:
            found = found.filter(question=None)
        if self.keeps == Keeps.SUCCESSOR:
            return found.filter(retired_at=None)
        if self.keeps == Keeps.NUMBER:
            later = self.model._default_manager.filter(
                season=OuterRef("season"), name=OuterRef("name"), version__gt=OuterRef("version")
            )
            return found.filter(~Exists(later))
        return found

    def facts(self, row: Model | None) -> dict[str, Any]:
        """What an organiser can change, as it stands; empty for a row that is still to be made."""
        if row is None:
            return {}
        facts = {name: getattr(row, name) for name in self.fields}
        if self.children:
            facts[self.children.name] = [
                {name: getattr(child, name) for name in self.children.fields}
                for child in getattr(row, self.children.name).all()
            ]
        return facts


COMMON = {"keeps": Keeps.SUCCESSOR}
PLACED = ("track", "sample")

ALL = (
    Section(
        "tracks", Track, "sitemap", _("Tracks and groups"), _("Add a track"),
        _("A track is where entries are ranked against each other. A season needs one at least."),
        ("code", "name", "name_en", "kind", "note", "note_en"), needed=True, code="code", fixed=("code", "kind"),
    ),
    Section(
        "eligibility", EligibilityRule, "checklist", _("Who may enter"), _("Add a condition"),
        _("Each condition stands here with the phrase of the notice and the date or number it means."),
        ("kind", "date", "number", "values", "phrase", "phrase_en", "source", "source_en", "blocks", *PLACED), **COMMON,
    ),
    Section(
        "questions", Question, "help", _("Questions"), _("Add a question"),
        _("What this season asks beside the form: text, a number, a choice, a date, a table or a file."),
        ("code", "kind", "label", "label_en", "help_text", "help_text_en", "required", "judged", "max_length", "unit",
         "unit_en", "minimum", "maximum", "choices", "several", "columns", "max_rows", "formats", "max_mb", "condition",
         *PLACED),
        code="code", fixed=("code",), **COMMON,
    ),
    Section(
        "documents", DocumentRequirement, "file-text", _("Papers to bring"), _("Add a paper"),
        _("Files that an entry brings or may bring, with their formats and largest size."),
        ("kind", "label", "label_en", "note", "note_en", "formats", "max_mb", "required", "judged", "signed",
         "condition", *PLACED),
        **COMMON,
    ),
    Section(
        "declarations", Declaration, "writing", _("Declarations and consents"), _("Add a declaration"),
        _("Texts that a contestant agrees to, each by itself. What the law wants apart is a row of its own."),
        ("code", "title", "title_en", "text", "text_en", "required", *PLACED), code="code", fixed=("code",), **COMMON,
    ),
    Section(
        "units", RecommendingUnit, "building-community", _("Recommending units and zones"), _("Add a unit"),
        _("Who receives and recommends entries. A unit without one above it recommends to the province and is a zone."),
        ("organisation", "kind", "name", "name_en", "region", "parent", "accepts_entries", "phone"),
        ordered=False, needed=True, fixed=("organisation",),
    ),
    Section(
        "rubrics", Rubric, "list-numbers", _("Rubrics"), _("Add a rubric"),
        _("What judges mark: criteria with their maxima, which make 100 together, and what earns which marks."),
        ("name", "sample"), keeps=Keeps.NUMBER, ordered=False, needed=True, fixed=("name",),
        children=Children(
            "criteria", Criterion,
            ("key", "name", "name_en", "note", "note_en", "maximum", "weight", "step", "anchors"), key="key",
        ),
    ),
    Section(
        "scoring", ScoringRule, "sum", _("Scoring rules"), _("Add a scoring rule"),
        _("How marks become a total and a rank: what is dropped, how it is rounded, what separates equal totals."),
        ("name", "data", "sample"), keeps=Keeps.NUMBER, ordered=False, needed=True, fixed=("name",),
    ),
    Section(
        "stages", Stage, "timeline", _("Stages"), _("Add a stage"),
        _("The steps of the season in order, from the check of entries to the awards, with dates and timed parts."),
        ("kind", "name", "name_en", "opens", "closes", "place", "place_en", "by_zone", "judges_per_entry",
         "avoid_same_city", "assignment", "blind", "review_gap", "judges_download", "marks_public",
         "calibration_required", "rubric", "scoring_rule"),
        needed=True, children=Children("segments", Segment, ("name", "name_en", "seconds")),
    ),
    Section(
        "quotas", Quota, "arrows-sort", _("Quotas"), _("Add a quota"),
        _("How many go on from a stage, for a track, a zone or each of them, and how many wait in reserve."),
        ("stage", "track", "zone", "places", "reserves", "sample"), ordered=False, path="stage__season",
    ),
    Section(
        "awards", AwardLevel, "trophy", _("Award levels"), _("Add an award level"),
        _("Levels with their places and prize, for the season or for one track."),
        ("name", "name_en", "metal", "places", "prize_wan", *PLACED), **COMMON,
    ),
)  # fmt: skip
# What links to other parts are called; a column itself is named by its model.
LINKS = {
    "track": _("Track"),
    "parent": _("Recommends to"),
    "region": _("Region"),
    "organisation": _("Organisation"),
    "stage": _("Stage"),
    "zone": _("Zone"),
    "rubric": _("Rubric"),
    "scoring_rule": _("Scoring rule"),
}
BY_KEY = {section.key: section for section in ALL}


def samples(season: Season) -> Iterator[tuple[Section, QuerySet]]:
    """Rows that still carry the mark 示例, section by section."""
    for section in ALL:
        if "sample" in section.fields:
            yield section, section.rows(season).filter(sample=True)


def in_order(section: Section, season: Season) -> QuerySet:
    """Rows as the list shows them, with what their lines name."""
    rows = section.rows(season)
    match section.key:
        case "units":
            return rows.select_related("organisation", "region", "parent").order_by(
                F("parent").asc(nulls_first=True), "region_id", "pk"
            )
        case "stages":
            return rows.select_related("rubric", "scoring_rule").prefetch_related("segments")
        case "rubrics":
            return rows.prefetch_related("criteria", "stages")
        case "scoring":
            return rows.prefetch_related("stages")
        case "quotas":
            return rows.select_related("stage", "track", "zone").order_by(
                "stage__order", "track__order", "zone_id", "pk"
            )
    return rows.select_related("track") if "track" in section.fields else rows
