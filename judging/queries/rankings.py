"""The ranking as its pages read it: one page of places from what the ranking stored with them.

The stored rule, marks and result of a ranking are large and are opened by nothing here.
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from contests.models import Criterion
from judging import steps as words
from judging.models import MarkRevision, Place, Ranking
from judging.queries.own import heats_open_to
from judging.steps import Cell
from projects.models import Entry
from projects.states import Outcome

PLACES_PER_PAGE = 50
WIDE_SPREAD = Decimal(15)
MOST_SEATS = 11


def rankings_visible_to(user):
    """Rankings of the heats that one organises or supervises; nobody else sees one before its release."""
    return Ranking.objects.filter(heat__in=heats_open_to(user))


def light():
    """Rankings without their stored marks and results."""
    return Ranking.objects.defer("rule", "inputs", "result")


def rankings_to_try(user, most: int):
    """The newest version of every ranking that one may see and that is not too long to be ranked while one waits."""
    newer = Ranking.objects.filter(heat=OuterRef("heat"), track=OuterRef("track"), version__gt=OuterRef("version"))
    found = rankings_visible_to(user).filter(~Exists(newer), summary__entries__lte=most)
    found = found.select_related("heat__stage__season__contest", "track").defer("rule", "inputs", "result")
    return found.order_by("-frozen_at", "track__order")


@dataclass(frozen=True)
class Filter:
    """What of a ranking is shown; empty parts narrow nothing."""

    outcome: str = ""
    word: str = ""

    @classmethod
    def of(cls, query) -> "Filter":
        outcome = query.get("outcome", "")
        return cls(outcome if outcome in Outcome else "", query.get("q", "").strip())

    def __bool__(self) -> bool:
        return bool(self.outcome or self.word)


@dataclass
class Row:
    """One place as the table shows it."""

    pk: int
    order: int
    rank: int | None
    tied: bool
    number: str
    short: str
    title: str
    city: str
    cells: list[Cell]
    total_text: str
    spread: str
    wide: bool
    outcome: str
    word: str
    cut: bool = False


@dataclass
class Sheet:
    """A page of a ranking: rows, the heads of the judges' columns, and the page itself."""

    rows: list[Row]
    heads: list[str]
    by_seat: bool
    page: Page

    @property
    def columns(self) -> int:
        return len(self.heads) + 7


class KnownPaginator(Paginator):
    """A paginator that is told how many rows there are, and asks no database."""

    def __init__(self, rows, per_page: int, known: int | None):
        super().__init__(rows, per_page)
        self.known = known

    @cached_property
    def count(self) -> int:
        return super().count if self.known is None else self.known


def places_of(ranking: Ranking, wanted: Filter):
    found = Place.objects.filter(ranking=ranking).order_by("order")
    if wanted.outcome:
        found = found.filter(outcome=wanted.outcome)
    if wanted.word:
        found = found.filter(
            Q(participation__entry__title__icontains=wanted.word)
            | Q(participation__entry__number__icontains=wanted.word)
            | Q(participation__entry__company_name__icontains=wanted.word)
            | Q(participation__entry__region__short_name__icontains=wanted.word)
        )
    return found


def sheet_of(ranking: Ranking, *, wanted: Filter, page: str | None) -> Sheet:
    """One page of places, in one query (and one for the count where a filter is set)."""
    found = places_of(ranking, wanted).values_list(
        "pk", "order", "rank", "tied", "outcome", "steps",
        "participation__entry__number", "participation__entry__title", "participation__entry__region__short_name",
    )  # fmt: skip
    shown = KnownPaginator(found, PLACES_PER_PAGE, None if wanted else ranking.summary["entries"])
    shown = shown.get_page(page)
    labels = outcome_labels()
    rows = [_row(labels, *values) for values in shown.object_list]
    for row in rows:
        row.cut = bool(not wanted and row.order == ranking.summary["cut"])
    heads, by_seat = _heads(rows)
    if by_seat:
        for row in rows:
            row.cells = _seated(row.cells, heads)
    digits = max((_digits(one.text) for row in rows for one in row.cells if not one.word), default=0)
    for row in rows:
        row.cells = [one if one.word else one._replace(text=_shown(one.text, digits)) for one in row.cells]
        row.cells += [Cell("", "", word=True)] * (len(heads) - len(row.cells))
        row.spread = _shown(row.spread, digits)
    return Sheet(rows, heads, by_seat, shown)


def _row(labels, pk, order, rank, tied, outcome, steps, number, title, city) -> Row:
    cells = words.cells_of(steps["score"])
    spread = spread_of(cells)
    return Row(
        pk=pk, order=order, rank=rank, tied=tied, number=number, short=number.rpartition("-")[2], title=title,
        city=city or "", cells=cells,
        total_text=steps["score"].get("total", ""),
        spread="" if spread is None else f"{spread:f}", wide=spread is not None and spread >= WIDE_SPREAD,
        outcome=outcome, word=outcome_word(outcome, steps, labels),
    )  # fmt: skip


def _digits(text: str) -> int:
    """How many decimals a figure needs: 2 for 86.25, 1 for 86.50, 0 for 86.00."""
    return len(text.partition(".")[2].rstrip("0"))


def _shown(text: str, digits: int) -> str:
    """A judge's figure with as many decimals as the page needs, so that a column lines up without idle zeros."""
    whole, point, decimals = text.partition(".")
    if not point or "/" in text:
        return text
    return f"{whole}.{decimals[:digits].ljust(digits, '0')}" if digits else whole


def spread_of(cells: list[Cell]) -> Decimal | None:
    """Highest less lowest of the judges' totals; none where fewer than two are known."""
    figures = [Decimal(one.text) for one in cells if not one.word and "/" not in one.text]
    return max(figures) - min(figures) if len(figures) > 1 else None


def outcome_word(outcome: str, steps: dict[str, Any], labels: dict[str, str] | None = None) -> str:
    """What a place came to, in a word; `labels` spares a page the look-up of the same few words in every row."""
    if steps.get("level"):
        return steps["level"]["name"]
    if steps.get("reserve"):
        return _("Reserve %(position)s") % {"position": steps["reserve"]}
    if outcome == Outcome.PENDING:
        return _("To be scored again") if steps.get("apart") else _("To be decided")
    return (labels or outcome_labels())[outcome]


def outcome_labels() -> dict[str, str]:
    return {value: str(label) for value, label in Outcome.choices}


def _heads(rows: list[Row]) -> tuple[list[str], bool]:
    """One column for each seat where few judges mark everything, else as many columns as an entry has sheets."""
    seats = {one.seat for row in rows for one in row.cells}
    most = max((len(row.cells) for row in rows), default=0)
    if len(seats) <= max(most, MOST_SEATS) and len(seats) <= most + 2:
        return sorted(seats, key=int), True
    return [str(place) for place in range(1, most + 1)], False


def _seated(cells: list[Cell], heads: list[str]) -> list[Cell]:
    """The cells under their seats, an empty one where a seat has no sheet."""
    by_seat = {one.seat: one for one in cells}
    return [by_seat.get(seat, Cell(seat, "", word=True)) for seat in heads]


def versions_of(ranking: Ranking) -> list[Ranking]:
    """Every version of every track of this heat, newest first: the tabs of the page."""
    found = light().filter(heat=ranking.heat_id).select_related("track")
    return list(found.order_by("track__order", "track", "-version"))


# ---------------------------------------------------------------- one place


@dataclass
class PlaceStory:
    """One place with every step in words."""

    place: Place
    lines: list[words.Line]
    why: str
    word: str
    title: str
    number: str
    company: str
    corrections: list[MarkRevision]


def story_of(ranking: Ranking, pk: int) -> PlaceStory | None:
    """How one place came about, from the record that the ranking stored with it."""
    place = (
        Place.objects.filter(ranking=ranking, pk=pk)
        .select_related("participation__entry")
        .only(
            "rank", "tied", "total", "outcome", "steps", "order", "ranking",
            "participation__entry__title", "participation__entry__number", "participation__entry__company_name",
        )
        .first()
    )  # fmt: skip
    if place is None:
        return None
    entry = place.participation.entry
    others = {number for step in place.steps["ties"] for number in step["group"]}
    titles = dict(Entry.objects.filter(number__in=others).values_list("number", "title")) if others else {}
    names = {one.key: one.local_name for one in Criterion.objects.filter(rubric__heats=ranking.heat_id)}
    lines = words.lines(place.steps, ranking.summary["scoring"], names, titles)
    word = outcome_word(place.outcome, place.steps)
    corrected = corrections_of(place.participation_id)
    why = words.why_outcome(place.steps)
    return PlaceStory(place, lines, why, word, entry.title, entry.number, entry.company_name, corrected)


def corrections_of(participation: int) -> list[MarkRevision]:
    """Marks of an entry that were corrected after submission, both values kept."""
    found = MarkRevision.objects.filter(mark__sheet__assignment__participation=participation)
    return list(found.select_related("mark__criterion", "mark__sheet__assignment__judge__person", "by"))
