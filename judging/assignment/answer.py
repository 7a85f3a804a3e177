"""What comes out: the pairs with what is proven about them, or why there are none."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from judging.assignment.problem import UNIT, Problem

OPTIMAL, FEASIBLE, INFEASIBLE, UNKNOWN = "optimal", "feasible", "infeasible", "unknown"


class BrokenRule(AssertionError):  # noqa: N818 - a fault of ours, never an answer
    """An assignment that breaks a rule was about to be given out."""


@dataclass
class Answer:
    """`chosen` are the pairs (entry × judge); `floor_bound` and `sum_bound` what no assignment exceeds, millionths."""

    problem: Problem
    status: str
    chosen: np.ndarray | None = None
    floor_bound: int | None = None
    sum_bound: float | None = None
    floor_proven: bool = False
    sum_proven: bool = False
    reasons: list[dict[str, Any]] = field(default_factory=list)
    loosening: list[dict[str, Any]] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def total(self) -> int:
        return int(self.problem.fit[self.chosen].sum())

    @property
    def per_entry(self) -> np.ndarray:
        return np.where(self.chosen, self.problem.fit, 0).sum(axis=1)

    @property
    def worst(self) -> int:
        return int(self.per_entry.min())

    def to_data(self) -> dict[str, Any]:
        head = {
            "status": self.status,
            "proven": self.status == INFEASIBLE or (self.floor_proven and self.sum_proven),
            "seconds": round(self.seconds, 3),
        }
        if self.chosen is None:
            return {**head, "pairs": [], "reasons": self.reasons, "loosening": self.loosening}
        problem = self.problem
        rows, columns = np.nonzero(self.chosen)
        pairs = sorted(
            (problem.entries[row], problem.judges[column]) for row, column in zip(rows, columns, strict=True)
        )
        worst = int(np.argmin(self.per_entry))
        return {
            **head,
            "sum": self.total / UNIT,
            "sum_bound": None if self.sum_bound is None else self.sum_bound / UNIT,
            "minimum": self.worst / UNIT,
            "bound": None if self.floor_bound is None else self.floor_bound / UNIT,
            "minimum_proven": self.floor_proven,
            "sum_proven": self.sum_proven,
            "worst_served": problem.entries[worst],
            "loads": dict(sorted(zip(problem.judges, map(int, self.chosen.sum(axis=0)), strict=True))),
            "pairs": [list(pair) for pair in pairs],
        }


def checked(problem: Problem, chosen: np.ndarray) -> np.ndarray:
    """The pairs, if they keep every rule: conflicts, demands, loads, covers, groups. Counted anew, solver aside."""
    loads, served = chosen.sum(axis=0), chosen.sum(axis=1)
    kept = {
        "conflict": not (chosen & ~problem.allowed).any(),
        "demand": bool((served == problem.demand).all()),
        "load_min": bool((loads >= problem.least).all()),
        "load_max": bool((loads <= problem.most).all()),
        **{rule.name: bool(((chosen & rule.member).sum(axis=1) >= rule.least).all()) for rule in problem.rules},
        **{group.name: bool(((chosen & group.member).sum(axis=1) <= group.most).all()) for group in problem.groups},
    }
    broken = [name for name, held in kept.items() if not held]
    if broken:
        raise BrokenRule(", ".join(broken))
    return chosen
