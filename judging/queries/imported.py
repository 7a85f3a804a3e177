"""An imported season against the official figures of its file, read from the frozen rankings alone."""

from dataclasses import dataclass, field
from decimal import Decimal

from contests.models import Season
from contests.models.contest import IMPORTED
from contests.queries import seasons_visible_to
from judging.imports import Entry, Panel, Table, identity_of
from judging.models import Ranking

MOST_DIFFERENCES = 50


@dataclass(frozen=True)
class Difference:
    """A figure that is not the official one; `what` is a criterion, or empty for the total."""

    panel: Panel
    entry: Entry
    what: str
    ours: Decimal | None
    official: Decimal


@dataclass
class Comparison:
    panels: int = 0
    panels_equal: int = 0
    totals: int = 0
    totals_equal: int = 0
    differences: list[Difference] = field(default_factory=list)

    @property
    def is_equal(self) -> bool:
        return (self.panels, self.totals) == (self.panels_equal, self.totals_equal)

    def __str__(self):
        return (
            f"panel scores: {self.panels_equal} of {self.panels} equal;"
            f" totals: {self.totals_equal} of {self.totals} equal"
        )


def compare(season: Season, table: Table) -> Comparison:
    """Every official panel score and total of the file beside the one that was frozen."""
    scores, result, place = frozen_scores(season), Comparison(), 0
    for panel in table.panels.values():
        keys = {name: f"c{number}" for number, name in enumerate(panel.criteria, 1)}
        for entry in panel.entries.values():
            place += 1
            score = scores.get(entry_number(season, place), {})
            means = {row["criterion"]: row.get("mean") for row in score.get("criteria", ())}
            for name, official in entry.panel.items():
                ours = _decimal(means.get(keys[name]))
                result.panels += 1
                result.panels_equal += ours == official
                _note(result, Difference(panel, entry, name, ours, official))
            if entry.total is not None:
                ours = _decimal(score.get("total"))
                result.totals += 1
                result.totals_equal += ours == entry.total
                _note(result, Difference(panel, entry, "", ours, entry.total))
    return result


def known_season(table: Table, trim_from: int) -> Season | None:
    """The season that these marks made before, under the same rule."""
    return Season.objects.filter(contest__slug=slug_of(table, trim_from)).first()


def slug_of(table: Table, trim_from: int) -> str:
    return f"{IMPORTED}{identity_of(table, trim_from)[:16]}"


def imported_seasons(user):
    """Seasons made from files, the newest first, as far as this account organises them."""
    return seasons_visible_to(user).filter(contest__slug__startswith=IMPORTED).order_by("-pk")


@dataclass
class Competition:
    """What a file holds of one competition."""

    name: str
    programs: int = 0
    entries: int = 0
    judges: int = 0
    criteria: int = 0


def competitions_of(table: Table) -> list[Competition]:
    found: dict[str, Competition] = {}
    for panel in table.panels.values():
        row = found.setdefault(panel.competition, Competition(panel.competition))
        row.programs += 1
        row.entries += len(panel.entries)
        row.judges = max(row.judges, len(panel.judges()))
        row.criteria = max(row.criteria, len(panel.criteria))
    return list(found.values())


def official_figures(table: Table) -> int:
    """How many official panel scores and totals the file brings along."""
    entries = [entry for panel in table.panels.values() for entry in panel.entries.values()]
    return sum(len(entry.panel) + (entry.total is not None) for entry in entries)


def entry_number(season: Season, place: int) -> str:
    """The number of the entry that stands at this place of the file, counted from 1 over all programs."""
    return f"{season.contest.number_prefix}-{place:05d}"


def frozen_scores(season: Season) -> dict[str, dict]:
    """Entry number → the record of its score in the newest version of its ranking."""
    scores = {}
    results = Ranking.objects.filter(heat__stage__season=season).order_by("version").values_list("result", flat=True)
    for result in results.iterator(20):
        for place in [*result["ranking"]["places"], *result["ranking"]["apart"]]:
            scores[place["number"]] = place["score"]
    return scores


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _note(result: Comparison, difference: Difference) -> None:
    if difference.ours != difference.official and len(result.differences) < MOST_DIFFERENCES:
        result.differences.append(difference)
