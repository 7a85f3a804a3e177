"""The form of a season file: its sections, their names and what each may hold (docs/season-file.md).

`read` takes a text and answers plain data with every mistake, by line and column; nothing is asked of the database.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation
from contests import consistency, marked
from contests.marked import Leaf
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
from contests.parts import Part
from contests.shapes import (
    NEEDED,
    Choice,
    Day,
    Figure,
    Flag,
    Instant,
    Key,
    Later,
    ListOf,
    Mistake,
    Notes,
    Record,
    Shape,
    Text,
    Whole,
)
from contests.states import AssignedBy, HomePanel, JudgeKind
from core.files import CONTENT_TYPES as FILE_FORMATS

FORM = 1
SEASON_FIELDS = (
    "year", "ordinal", "title", "title_en", "entry_opens", "entry_closes", "contact", "contact_en", "review_days",
    "quality_target", "leader_public", "sample", "sample_note", "sample_note_en", "notice_text", "notice_text_en",
)  # fmt: skip
STAGE_FIELDS = (
    "kind", "name", "name_en", "opens", "closes", "by_zone", "place", "place_en", "judges_per_entry",
    "avoid_same_city", "assignment", "blind", "review_gap", "judges_download", "marks_public", "calibration_required",
)  # fmt: skip
TRACK_FIELDS = ("code", "name", "name_en", "kind", "note", "note_en")
RULE_FIELDS = ("kind", "date", "number", "values", "phrase", "phrase_en", "source", "source_en", "blocks", "sample")
DOCUMENT_FIELDS = (
    "kind", "label", "label_en", "note", "note_en", "formats", "max_mb", "required", "judged", "signed", "condition",
    "sample",
)  # fmt: skip
QUESTION_FIELDS = (
    "code", "kind", "label", "label_en", "help_text", "help_text_en", "required", "judged", "max_length", "unit",
    "unit_en", "minimum", "maximum", "choices", "several", "columns", "max_rows", "formats", "max_mb", "condition",
    "sample",
)  # fmt: skip
DECLARATION_FIELDS = ("code", "title", "title_en", "text", "text_en", "required", "sample")
AWARD_FIELDS = ("name", "name_en", "metal", "places", "prize_wan", "sample")
UNIT_FIELDS = ("kind", "name", "name_en")
CRITERION_FIELDS = ("key", "name", "name_en", "note", "note_en", "maximum", "weight", "step", "anchors")
SEGMENT_FIELDS = ("name", "name_en", "seconds")
COLUMN_KINDS = (("text", gettext_lazy("Text")), ("number", gettext_lazy("Number")), ("date", gettext_lazy("Date")))
TRIM_SCOPES = (
    ("none", gettext_lazy("Nothing is trimmed")),
    ("sheet", gettext_lazy("Whole sheets are trimmed")),
    ("criterion", gettext_lazy("Each criterion is trimmed")),
)
ROOM_CORRECTIONS = (
    ("off", gettext_lazy("Off: totals of all rooms are compared as they are")),
    ("factor", gettext_lazy("By factor: mean of all rooms ÷ mean of the room")),
)
TIE_KINDS = (
    ("earlier_total", gettext_lazy("Total of the earlier round")),
    ("criterion", gettext_lazy("One criterion")),
    ("untrimmed_sum", gettext_lazy("Untrimmed sum")),
    ("highest_raw", gettext_lazy("Highest single mark")),
    ("jury", gettext_lazy("Decision of the jury")),
    ("all_advance", gettext_lazy("All go on")),
)


class Condition(Record):
    """Asked only after certain answers, or for certain facts of the entry; an empty group asks always."""

    def read(self, node, path, notes):
        found = super().read(node, path, notes) or {}
        named = {name: found[name] for name in ("question", "fact") if found.get(name)}
        return {**named, "is": found["is"]} if named else {}

    def write(self, value):
        return super().write({**blank(self), **value})


class Assignment(Record):
    """Rules of the assignment; those that say no more than a draw by lot are an empty group."""

    def read(self, node, path, notes):
        found = super().read(node, path, notes)
        return {} if found == blank(self) else found

    def write(self, value):
        return super().write({**blank(self), **value})


class TieStep(Record):
    """One link of a chain: its kind alone, or a kind with the criterion that it compares."""

    def read(self, node, path, notes):
        if isinstance(node, Leaf):
            return {"kind": self.keys["kind"].shape.read(node, path, notes), "criterion": ""}
        return super().read(node, path, notes)

    def write(self, value):
        return super().write(value) if value["criterion"] else value["kind"]


def columns(model: type[models.Model], names: Iterable[str], **own: Shape) -> dict[str, Key]:
    """Keys for columns of a model: type, length, choices and default as the table has them; `own` for JSON columns."""
    return {name: _key(model._meta.get_field(name), own.get(name)) for name in names}


def _key(column: models.Field, own: Shape | None) -> Key:
    default: Any = NEEDED
    if column.has_default():
        default = column.default if callable(column.default) else column.get_default()
    elif column.null:
        default = None
    elif column.blank:
        default = ""
    return Key(own or _shape(column, needed=default is NEEDED), default)


def _shape(column: models.Field, *, needed: bool) -> Shape:
    if column.choices:
        return Choice(tuple((str(value), label) for value, label in column.flatchoices), blank=column.blank)
    match column:
        case models.BooleanField():
            return Flag()
        case models.DecimalField():
            return Figure(column.max_digits, column.decimal_places, None, column.null)
        case models.PositiveSmallIntegerField():
            return Whole(null=column.null)
        case models.IntegerField():
            return Whole(most=2_147_483_647, null=column.null)
        case models.DateTimeField():
            return Instant()
        case models.DateField():
            return Day(column.null)
        case models.SlugField():
            return Text(column.max_length, needed, code=True)
        case _:
            return Text(column.max_length, needed)


TRACKS = {"tracks": Key(ListOf(Text(20, needed=True)), list)}
CONDITION = Condition(
    {
        "question": Key(Text(40, code=True), ""),
        "fact": Key(Text(40, code=True), ""),
        "is": Key(ListOf(Text(120, needed=True)), list),
    }
)
CHOICES = ListOf(
    Record({"value": Key(Text(60, needed=True)), "label": Key(Text(120, needed=True)), "label_en": Key(Text(200), "")})
)
TABLE_COLUMNS = ListOf(
    Record(
        {
            "code": Key(Text(40, needed=True, code=True)),
            "label": Key(Text(120, needed=True)),
            "label_en": Key(Text(200), ""),
            "kind": Key(Choice(COLUMN_KINDS), "text"),
            "unit": Key(Text(20), ""),
            "unit_en": Key(Text(40), ""),
        }
    )
)
ANCHORS = ListOf(
    Record(
        {
            "name": Key(Text(30, needed=True)),
            "from": Key(Figure(6, 2, as_text=True)),
            "to": Key(Figure(6, 2, as_text=True)),
            "text": Key(Text(300), ""),
        }
    )
)
ASSIGNMENT = Assignment(
    {
        "by": Key(Choice(tuple(AssignedBy.choices)), AssignedBy.LOTS.value),
        "load_min": Key(Whole(most=999), 0),
        "load_max": Key(Whole(1, 999, null=True), None),
        "standby": Key(Whole(most=99), 0),
        "types": Key(ListOf(Record({"type": Key(Choice(tuple(JudgeKind.choices))), "least": Key(Whole(1, 99))})), list),
        "outside": Key(Whole(most=99), 0),
        "home": Key(Choice(tuple(HomePanel.choices)), HomePanel.CITY.value),
        "employer_max": Key(Whole(1, 99, null=True), None),
    }
)
TIE_STEP = TieStep({"kind": Key(Choice(TIE_KINDS)), "criterion": Key(Text(40, code=True), "")})
SCORING = Record(
    {
        "trim_scope": Key(Choice(TRIM_SCOPES), "none"),
        "trim_high": Key(Whole(most=99), 0),
        "trim_low": Key(Whole(most=99), 0),
        "min_marks_to_trim": Key(Whole(most=99), 5),
        "min_valid_marks": Key(Whole(1, 99), 3),
        "criterion_digits": Key(Whole(most=4, null=True), 2),
        "product_digits": Key(Whole(most=4, null=True), 2),
        "sheet_digits": Key(Whole(most=4, null=True), 2),
        "total_digits": Key(Whole(most=4), 2),
        "room_correction": Key(Choice(ROOM_CORRECTIONS), "off"),
        "room_digits": Key(Whole(most=4, null=True), 4),
        "earlier_weight": Key(Figure(6, 4, null=True, as_text=True), None),
        "further_weights": Key(ListOf(Figure(6, 4, as_text=True)), list),
        "tie_chain": Key(ListOf(TIE_STEP), list),
    }
)
ORGANISATION = Record(columns(Organisation, ("credit_code", "name", "kind")) | {"region": Key(Text(6), "")})
UNIT = Record(
    {"key": Key(Text(40), ""), "organisation": Key(ORGANISATION)}
    | columns(RecommendingUnit, UNIT_FIELDS)
    | {"region": Key(Text(6), "")}
    | columns(RecommendingUnit, ("accepts_entries", "phone"))
    | {"units": Key(ListOf(Later(lambda: UNIT)), list)}
)
RUBRIC = Record(
    {"key": Key(Text(40, needed=True, code=True))}
    | columns(Rubric, ("name", "version", "sample"))
    | {"criteria": Key(ListOf(Record(columns(Criterion, CRITERION_FIELDS, anchors=ANCHORS)), least=1))}
)
SCORING_RULE = Record(
    {"key": Key(Text(40, needed=True, code=True))}
    | columns(ScoringRule, ("name", "version", "sample"))
    | {"data": Key(SCORING, lambda: blank(SCORING))}
)
STAGE = Record(
    columns(Stage, STAGE_FIELDS, assignment=ASSIGNMENT)
    | {
        "rubric": Key(Text(40), ""),
        "scoring_rule": Key(Text(40), ""),
        "segments": Key(ListOf(Record(columns(Segment, SEGMENT_FIELDS))), list),
        "quotas": Key(
            ListOf(Record(TRACKS | {"zone": Key(Text(80), "")} | columns(Quota, ("places", "reserves", "sample")))),
            list,
        ),
    }
)
TEXTS = ListOf(Text(120, needed=True))
FORMATS = ListOf(Choice(tuple((one, one.upper()) for one in FILE_FORMATS)))
SECTIONS: dict[str, Key] = {
    "form": Key(Whole(1, FORM)),
    "contest": Key(Text(50, needed=True, code=True)),
    "season": Key(Record(columns(Season, SEASON_FIELDS))),
    "tracks": Key(ListOf(Record(columns(Track, TRACK_FIELDS)), least=1)),
    "eligibility": Key(ListOf(Record(TRACKS | columns(EligibilityRule, RULE_FIELDS, values=TEXTS))), list),
    "questions": Key(
        ListOf(
            Record(
                TRACKS | columns(
                    Question, QUESTION_FIELDS, choices=CHOICES, columns=TABLE_COLUMNS, formats=FORMATS,
                    condition=CONDITION,
                )
            )
        ),
        list,
    ),
    "documents": Key(
        ListOf(Record(TRACKS | columns(DocumentRequirement, DOCUMENT_FIELDS, formats=FORMATS, condition=CONDITION))),
        list,
    ),
    "declarations": Key(ListOf(Record(TRACKS | columns(Declaration, DECLARATION_FIELDS))), list),
    "units": Key(ListOf(UNIT), list),
    "rubrics": Key(ListOf(RUBRIC), list),
    "scoring_rules": Key(ListOf(SCORING_RULE), list),
    "stages": Key(ListOf(STAGE), list),
    "award_levels": Key(ListOf(Record(TRACKS | columns(AwardLevel, AWARD_FIELDS))), list),
}  # fmt: skip


def blank(record: Record) -> dict:
    """A record of nothing but defaults."""
    return {name: key.start() for name, key in record.keys.items()}


def whole(parts: Iterable[Part]) -> Record:
    """The file with the sections that higher rooms add."""
    return Record(SECTIONS | {part.key: Key(part.shape, None) for part in parts})


@dataclass(frozen=True)
class Checked:
    """What a file says. `data` holds only where there is no mistake; `notes` knows where each path stands."""

    data: dict[str, Any]
    notes: Notes

    @property
    def mistakes(self) -> list[Mistake]:
        return sorted(set(self.notes.mistakes))


def read(content: bytes | str, parts: Sequence[Part] = ()) -> Checked:
    """Every mistake of the file at once. What belongs together is compared as far as both sides could be read."""
    notes = Notes()
    try:
        tree = marked.read(content)
    except marked.UnreadableError as error:
        notes.mistakes.append(Mistake(error.line, error.column, "", error.message))
        return Checked({}, notes)
    notes.marks[()] = (tree.line, tree.column)
    data = whole(parts).read(tree, (), notes) or {}
    if data:
        for path, message in consistency.problems(data):
            notes.add(path, message)
        for part in parts:
            if data.get(part.key) is not None:
                for path, message in part.problems(data[part.key]):
                    notes.add((part.key, *path), message)
    return Checked(data, notes)


def heading(name: str) -> str:
    """What stands above a section of the file."""
    return {
        "form": _("Season file: the whole set-up of one edition. Times are China time; every line may be changed."),
        "contest": _("The contest by its short address."),
        "season": _("The edition: title, window of entry (the last second counts), contact, text of the notice."),
        "tracks": _("Tracks and groups; kind person for people who compete themselves."),
        "eligibility": _("Who may enter: each rule with its date or number and the phrase of the notice."),
        "questions": _("Questions beside the form; condition asks one only after certain answers."),
        "documents": _("Papers to bring; judged ones are shown to judges."),
        "declarations": _("Declarations and consents, each agreed to by itself."),
        "units": _("Recommending units; those at the top are zones, those below recommend to them."),
        "rubrics": _("Rubrics: maxima times weights make 100, anchors say what earns which marks."),
        "scoring_rules": _("Scoring rules: trimming, digits and the chain that separates equal totals."),
        "stages": _("Stages in order, with timed segments and quotas."),
        "award_levels": _("Award levels with places and prize in 10,000 yuan."),
    }.get(name, "")
