"""Who presents and who judges in which room: `solve` divides, `broken` holds a division against the rules."""

from judging.rooms.problem import (
    FORMAT,
    Member,
    broken,
    levels,
    means_of,
    members_of,
    moved,
    problem_of,
    sealed,
    sittings,
    together,
)
from judging.rooms.solve import solve

__all__ = [
    "FORMAT", "Member", "broken", "levels", "means_of", "members_of", "moved", "problem_of", "sealed", "sittings",
    "solve", "together",
]  # fmt: skip
