"""The problem as data: fits, demands, loads, and the rules that an assignment keeps (docs/assignment-format.md).

Fits are whole millionths inside, so that sums are exact. Rows and columns stand in the order that the seed draws from
the ids, whatever order they came in.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

UNIT = 1_000_000
MOST_PAIRS = 20_000_000


class BadProblem(ValueError):  # noqa: N818 - an answer to whoever wrote the file
    """The file says something that cannot be meant; the message names the field."""


@dataclass(frozen=True)
class Cover:
    """At least `least[e]` judges of this kind for entry e; `member[e, j]` says who is of it (rows may be shared)."""

    name: str
    least: np.ndarray
    member: np.ndarray


@dataclass(frozen=True)
class Group:
    """At most `most` judges of this group, such as one employer, for the same entry."""

    name: str
    most: int
    member: np.ndarray


@dataclass(frozen=True)
class Problem:
    """`fit` (entries × judges, millionths) counts only where `allowed`; every other pair is a conflict."""

    entries: tuple[str, ...]
    judges: tuple[str, ...]
    fit: np.ndarray
    allowed: np.ndarray
    demand: np.ndarray
    least: np.ndarray
    most: np.ndarray
    types: tuple[Cover, ...] = ()
    covers: tuple[Cover, ...] = ()
    groups: tuple[Group, ...] = ()
    seed: str = ""

    @property
    def is_flow(self) -> bool:
        """Whether one type a judge and bounds on loads are all there is: then sums are a flow, exact and quick."""
        taken = sum((cover.member[0].astype(int) for cover in self.types), np.zeros(len(self.judges), int))
        return not self.covers and not self.groups and bool((taken <= 1).all())

    @property
    def rules(self) -> tuple[Cover, ...]:
        return self.types + self.covers


PAIR = "pair"


def with_pair(problem: Problem, entry: str, judge: str) -> Problem:
    """The same problem for assignments that hold this pair; it is never loosened."""
    row, column = problem.entries.index(entry), problem.judges.index(judge)
    member = np.zeros(problem.fit.shape, bool)
    member[row, column] = True
    return replace(problem, covers=(*problem.covers, Cover(PAIR, member.any(axis=1).astype(np.int64), member)))


def read(data: Mapping[str, Any]) -> Problem:
    """A problem from its JSON form. Raises `BadProblem` naming the field that is wrong."""
    if not isinstance(data, Mapping):
        raise BadProblem("the file: an object with similarity, demand, load_max … is expected")
    unknown = sorted(set(data) - KEYS)
    if unknown:
        raise BadProblem(f"{unknown[0]}: is not a field of this format; see docs/assignment-format.md")
    fit, allowed = _fits(data.get("similarity"))
    count, width = fit.shape
    entries = _ids(data, "entries", count, "E")
    judges = _ids(data, "judges", width, "J")
    seed = str(data.get("seed", ""))
    rows, columns = _drawn(entries, seed), _drawn(judges, seed)
    demand = _whole(data, "demand", count, None)[rows]
    least = _whole(data, "load_min", width, 0)[columns]
    most = _whole(data, "load_max", width, count)[columns]
    if (least > most).any():
        raise BadProblem("load_min: stands above load_max for a judge")
    return Problem(
        tuple(entries[row] for row in rows),
        tuple(judges[column] for column in columns),
        fit[np.ix_(rows, columns)],
        allowed[np.ix_(rows, columns)],
        demand,
        least,
        most,
        tuple(_types(data, rows, columns)),
        tuple(_outside(data, rows, columns)),
        tuple(_groups(data, columns)),
        seed,
    )


KEYS = {
    "similarity", "entries", "judges", "demand", "load_min", "load_max", "types", "type_min", "groups", "group_max",
    "panels", "home", "outside_min", "seed", "objective", "seconds",
}  # fmt: skip


def _fits(rows: Any) -> tuple[np.ndarray, np.ndarray]:
    if not isinstance(rows, Sequence) or isinstance(rows, str) or not rows:
        raise BadProblem("similarity: a list of rows is expected, one an entry, with a number or null for each judge")
    width = len(rows[0]) if isinstance(rows[0], Sequence) else 0
    if not width or any(not isinstance(row, Sequence) or len(row) != width for row in rows):
        raise BadProblem("similarity: every row needs a number or null for each judge")
    if len(rows) * width > MOST_PAIRS:
        raise BadProblem(f"similarity: more than {MOST_PAIRS} pairs")
    try:
        raw = np.array([[np.nan if one is None else one for one in row] for row in rows], dtype=float)
    except (TypeError, ValueError):
        raise BadProblem("similarity: only numbers and null may stand there") from None
    allowed = ~np.isnan(raw)
    if (np.abs(raw[allowed]) > 1000).any():
        raise BadProblem("similarity: numbers from -1000 to 1000 are expected")
    return np.where(allowed, np.rint(np.nan_to_num(raw) * UNIT), 0).astype(np.int64), allowed


def _ids(data: Mapping, field: str, count: int, letter: str) -> list[str]:
    given = data.get(field)
    if given is None:
        return [f"{letter}{number}" for number in range(count)]
    if len(given) != count or len(set(map(str, given))) != count:
        raise BadProblem(f"{field}: {count} different names are expected, as similarity has them")
    return [str(one) for one in given]


def _drawn(ids: list[str], seed: str) -> list[int]:
    """Positions in the order that the seed draws: nothing leans on the order of rows."""
    lots = [hashlib.sha256(f"{seed}:{one}".encode()).digest() for one in ids]
    return sorted(range(len(ids)), key=lots.__getitem__)


def _whole(data: Mapping, field: str, count: int, default: int | None) -> np.ndarray:
    given = data.get(field, default)
    if given is None:
        raise BadProblem(f"{field}: a whole number, or a list with one for each, is expected")
    values = list(given) if isinstance(given, Sequence) and not isinstance(given, str) else [given] * count
    whole = all(isinstance(one, int) and not isinstance(one, bool) and 0 <= one <= 1_000_000 for one in values)
    if len(values) != count or not whole:
        raise BadProblem(f"{field}: a whole number from 0 on, or a list of {count} of them, is expected")
    return np.array(values, dtype=np.int64)


def _labels(data: Mapping, field: str, count: int) -> list[frozenset[str]]:
    given = data.get(field) or [None] * count
    if not isinstance(given, Sequence) or len(given) != count:
        raise BadProblem(f"{field}: a list of {count}, with a name, a list of names or null, is expected")
    return [
        frozenset() if one is None else frozenset([one] if isinstance(one, str) else map(str, one)) for one in given
    ]


def _types(data: Mapping, rows: list[int], columns: list[int]):
    labels = _labels(data, "types", len(columns))
    wanted = data.get("type_min") or {}
    if not isinstance(wanted, Mapping):
        raise BadProblem("type_min: an object of type and number is expected")
    for name in sorted(wanted):
        least = _whole({name: wanted[name]}, name, len(rows), None)[rows]
        member = np.array([name in labels[column] for column in columns])
        if least.any():
            yield Cover(name, least, np.broadcast_to(member, (len(rows), len(columns))))


def _outside(data: Mapping, rows: list[int], columns: list[int]):
    least = _whole(data, "outside_min", len(rows), 0)[rows]
    if not least.any():
        return
    panels, home = _labels(data, "panels", len(columns)), _labels(data, "home", len(rows))
    member = np.array([[not (panels[column] & home[row]) for column in columns] for row in rows])
    yield Cover("outside", least, member)


def _groups(data: Mapping, columns: list[int]):
    labels = _labels(data, "groups", len(columns))
    most = data.get("group_max")
    if most is None:
        return
    limit = int(_whole({"group_max": most}, "group_max", 1, None)[0])
    for name in sorted(set().union(*labels)):
        member = np.array([name in labels[column] for column in columns])
        if member.sum() > limit:
            yield Group(name, limit, member)
