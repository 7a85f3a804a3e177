"""The division into rooms, solved level by level.

Each level is made as small as can be and held there while the next is solved, so that the answer is the best of all
divisions in the order of `rules.LEVELS`. What is not proven when the search of a level ends is said with its bound.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

from judging.assignment.answer import FEASIBLE, INFEASIBLE, OPTIMAL, UNKNOWN, BrokenRule
from judging.assignment.program import NONE
from judging.draw import Lot
from judging.rooms import problem as rules
from judging.rooms.program import CLOSE, WHOLE, Model
from judging.rooms.shortage import explain

SECONDS = 60.0
NEAR = 1e-6


@dataclass(frozen=True)
class Level:
    """One level of the answer: what was found, and what no division can fall below."""

    name: str
    found: Fraction
    bound: Fraction

    @property
    def proven(self) -> bool:
        return self.found - self.bound <= (CLOSE if self.name in rules.MEANS else 0)

    def to_data(self) -> dict[str, str]:
        return {"level": self.name, "found": str(self.found), "bound": str(self.bound)}


def exchanged(problem: Mapping[str, Any], placed: dict[str, str]) -> dict[str, str]:
    """Entries exchanged pair by pair as long as the means come closer and nothing else gets worse: a good start, from
    which the search has little left to find."""
    scores = dict(zip(problem["entries"], rules.earlier_of(problem), strict=True))
    held, better = rules.levels(problem, placed), True
    while better:
        better = False
        for one, other in combinations(problem["entries"], 2):
            if scores[one] == scores[other] or placed[one] == placed[other]:
                continue
            tried = {**placed, one: placed[other], other: placed[one]}
            if rules.spread_of(problem, tried) >= held["spread"] or rules.broken(problem, tried):
                continue
            levels = rules.levels(problem, tried)
            if all(levels[name] <= held[name] for name in rules.LEVELS):
                placed, held, better = tried, levels, True
    return placed


def solve(problem: Mapping[str, Any], lot: Lot, *, seconds: float = SECONDS) -> dict[str, Any]:
    """The best division with what is proven about it, level by level; or why there is none and the cheapest way out.

    `seconds` are for each level, and a way out for a machine that is far too slow: the nodes end a search first.
    """
    model, told = Model(problem, lot), []
    if not model.ran(seconds):
        if model.engine.getModelStatus() not in NONE:
            return {"status": UNKNOWN, "proven": False, "pairs": []}
        reasons, loosening = explain(problem, lot, seconds=seconds)
        return {"status": INFEASIBLE, "proven": True, "pairs": [], "reasons": reasons, "loosening": loosening}
    placed = model.placed()
    for name in rules.LEVELS:
        aim = model.level(name)
        if aim is None:
            continue
        if name in rules.MEANS:
            placed = exchanged(problem, placed)
        model.start_from(placed)
        if model.ran(seconds, aim, gap=CLOSE if name in rules.MEANS else WHOLE):
            placed = model.placed()
        found, bound = rules.levels(problem, placed)[name], model.engine.getInfo().mip_dual_bound
        least = math.floor(bound) if name in rules.MEANS else math.ceil(bound - NEAR)
        told.append(Level(name, found, min(found, Fraction(max(least, 0)))))
        model.engine.addConstr(aim <= float(found) + NEAR)
    if rules.broken(problem, placed):
        raise BrokenRule(str(rules.broken(problem, placed)[0]))
    proven = all(one.proven for one in told)
    return {
        "status": OPTIMAL if proven else FEASIBLE,
        "proven": proven,
        "pairs": sorted([name, room] for name, room in placed.items()),
        "levels": [one.to_data() for one in told],
    }
