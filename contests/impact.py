"""Whom a change of a season's set-up touches. Rooms above register how they count; contests never imports them.

A room's `apps.ready` (or a module it discovers) calls `register`, as `core.jobs` runners do. A season that is not
public touches nobody, and nothing is counted for it.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

from contests.models import Heat, Rubric, ScoringRule, Season, Stage
from contests.states import HeatState, SeasonState


@dataclass(frozen=True)
class Reach:
    """What is about to change: a row of a season (None while one is added) and the tracks it concerns (None: all)."""

    season: Season
    row: Any = None
    tracks: frozenset[int] | None = None


@dataclass(frozen=True)
class Impact:
    """How many lean on it. `bound` counts agreements, documents or answers that point to the row itself; `waiting`
    heats have not begun, `judged` heats have; `awarded` counts awards given."""

    drafts: int = 0
    submitted: int = 0
    accepted: int = 0
    ended: int = 0
    bound: int = 0
    waiting: int = 0
    judged: int = 0
    awarded: int = 0

    def __add__(self, other: "Impact") -> "Impact":
        return Impact(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))

    def __bool__(self) -> bool:
        return any(getattr(self, one.name) for one in fields(self))


_counters: dict[str, Callable[[Reach], Impact]] = {}


def register(counter: Callable[[Reach], Impact]) -> Callable[[Reach], Impact]:
    """Adds a room's way to count; the same function again takes the place of the one before."""
    _counters[f"{counter.__module__}.{counter.__qualname__}"] = counter
    return counter


def of(reach: Reach) -> Impact:
    """Everybody whom a change touches, over all rooms."""
    found = Impact()
    if reach.season.state == SeasonState.SETUP:
        return found
    for counter in _counters.values():
        found += counter(reach)
    return found


@register
def heats(reach: Reach) -> Impact:
    """Heats on a rubric, a scoring rule or a stage. Entries lean on those through their heat only."""
    column = {Rubric: "rubric", ScoringRule: "scoring_rule", Stage: "stage"}.get(type(reach.row))
    if column is None:
        return Impact()
    states = list(Heat.objects.filter(**{column: reach.row}).values_list("state", flat=True))
    waiting = states.count(HeatState.PREPARING)
    return Impact(waiting=waiting, judged=len(states) - waiting)
