"""One score sheet as its judge sees it: the judged documents, the judged facts, and the lines with what is on them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from django.utils.html import format_html
from django.utils.safestring import SafeString

from contests.models import Criterion
from core.problems import Problem
from core.templatetags.luyan import plain
from judging.checks import range_text
from judging.typed import Typed, number
from projects.models import DocumentVersion, Entry, Project
from projects.pages import is_shown
from projects.sheet import Row, answer_rows, label_of, shown

# What may be judged. Nobody's name, number or firm is among it; the documents are looked at page by page.
SHORT_FACTS = (
    "stage", "industry", "employees", "insured", "key_group_employees", "expected_jobs", "revenue_wan", "research_wan",
    "financed_round", "financed_wan", "wanted_round", "wanted_wan",
)  # fmt: skip
LONG_FACTS = ("summary", "innovation", "business_model", "market", "rights", "honours", "use_of_funds")


@dataclass(frozen=True)
class Deck:
    """One judged document of the frozen entry, with as many pages as can be looked at."""

    version: int
    label: str
    pages: int


@dataclass(frozen=True)
class Fact:
    label: str
    value: str


@dataclass(frozen=True)
class Band:
    """One band of a criterion as its button shows it; the script reads from `facts` what pressing it sets."""

    name: str
    low: Decimal
    high: Decimal
    text: str
    range: str
    facts: SafeString


@dataclass(frozen=True)
class Anchor:
    """A band on one sheet, pressed when the mark lies in it."""

    band: Band
    pressed: bool


@dataclass
class Line:
    """One criterion on the page: what is in the field, what was said, what is wrong, what another window saved."""

    criterion: Criterion
    text: str
    comment: str
    allowed: str
    anchors: list[Anchor] = field(default_factory=list)
    problem: str = ""
    stored: str | None = None
    stored_comment: str | None = None

    @property
    def is_empty(self) -> bool:
        return not self.text.strip()

    @property
    def facts(self) -> SafeString:
        """What the script has to know of the criterion, on the element around its field."""
        one = self.criterion
        return _facts(one.key, str(one), one.maximum, one.step, one.weight, self.allowed)

    @property
    def anchor_text(self) -> str:
        return next((anchor.band.text for anchor in self.anchors if anchor.pressed), "")


def decks_of(entry: Entry) -> list[Deck]:
    """The judged documents as frozen with the entry, without a query."""
    kept = (entry.snapshot or {}).get("documents") or []
    return [Deck(one["version"], one["label"], _pages(one)) for one in kept if one.get("judged")]


def _pages(kept: Mapping) -> int:
    version = DocumentVersion(pk=kept["version"], extension=kept["extension"], sha256=kept["sha256"])
    return (kept.get("pages") or 1) if is_shown(version) else 0


def one_line_of(entry: Entry) -> str:
    return ((entry.snapshot or {}).get("project") or {}).get("one_line") or ""


def answers_of(entry: Entry, veil: Callable[[str], str] = str) -> list[Row]:
    """The answers to questions that the organiser lets judges see, as frozen with the entry."""
    kept = (entry.snapshot or {}).get("answers") or []
    rows = answer_rows([one for one in kept if one["judged"]])
    return [
        replace(row, value=veil(row.value), rows=tuple(tuple(map(veil, cells)) for cells in row.rows)) for row in rows
    ]


def facts_of(entry: Entry, names: tuple[str, ...], veil: Callable[[str], str] = str) -> list[Fact]:
    kept = (entry.snapshot or {}).get("project") or {}
    found = [(name, shown(Project._meta.get_field(name), kept.get(name))) for name in names]
    return [Fact(label_of(name), veil(value)) for name, value in found if value]


def lines_of(
    criteria: list[Criterion], *, typed: Typed | None = None, stored=None, problems: list[Problem] | None = None
) -> list[Line]:
    """The lines as stored, or as typed where a form comes back; `stored` holds what another window saved."""
    wrong = {problem.field: problem.message for problem in problems or ()}
    lines = []
    for criterion in criteria:
        key, kept = criterion.key, "" if criterion.value is None else plain(criterion.value)
        line = Line(criterion, kept, criterion.said or "", range_text(criterion), problem=wrong.get(key, ""))
        if typed is not None:
            line.text = typed.raw.get(key, kept)
            line.comment = typed.comments.get(key, line.comment)
        if stored is not None:
            line.stored = kept if typed and _value(line.text) != criterion.value else None
            line.stored_comment = (criterion.said or "") if line.comment != (criterion.said or "") else None
        line.anchors = list(_anchors(criterion, _value(line.text)))
        lines.append(line)
    return lines


def _value(text: str) -> Decimal | None:
    try:
        return number(text)
    except InvalidOperation:
        return None


def _anchors(criterion: Criterion, value: Decimal | None):
    for one in criterion.anchors:
        band = _band(one["name"], str(one["from"]), str(one["to"]), one.get("text", ""), criterion.step)
        yield Anchor(band, value is not None and band.low <= value <= band.high)


@lru_cache(maxsize=1024)
def _facts(key: str, name: str, most: Decimal, step: Decimal, weight: Decimal, allowed: str) -> SafeString:
    return format_html(
        'data-crit="{}" data-name="{}" data-max="{}" data-step="{}" data-weight="{}" data-range="{}"',
        key, name, plain(most), plain(step), plain(weight), allowed,
    )  # fmt: skip


@lru_cache(maxsize=1024)
def _band(name: str, low: str, high: str, text: str, step: Decimal) -> Band:
    """Drawn once, since every sheet of a heat shows the same bands. Pressing one sets its middle, in whole steps."""
    least, most = Decimal(low), Decimal(high)
    middle = least + (most - least) / 2 // step * step
    facts = format_html(
        'data-low="{}" data-high="{}" data-middle="{}" data-text="{}"', plain(least), plain(most), plain(middle), text
    )
    return Band(name, least, most, text, f"{plain(least)}—{plain(most)}", facts)


def total_text(lines: list[Line]) -> str:
    """The weighted sum of the marks in the fields, as the page shows it before any script runs."""
    products = [
        value * line.criterion.weight
        for line in lines
        if (value := _value(line.text)) is not None and value.is_finite()
    ]
    return plain(sum(products, Decimal(0))) if products else "—"


def most_text(criteria: list[Criterion]) -> str:
    return plain(sum((one.maximum * one.weight for one in criteria), Decimal(0)))
