"""Totals of judges for entries, as arrays: what every figure here is computed from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from judging.longform import Given


@dataclass(frozen=True)
class Table:
    """`value[i]` is what judge `judge[i]` gave to entry `entry[i]`: positions in `judges` and `entries`, sorted."""

    entries: tuple[str, ...]
    judges: tuple[str, ...]
    entry: np.ndarray
    judge: np.ndarray
    value: np.ndarray

    @classmethod
    def of(cls, cells: Iterable[tuple[str, str, float]]) -> "Table":
        rows = list(cells)
        entries, judges = sorted({row[0] for row in rows}), sorted({row[1] for row in rows})
        place, seat = {key: n for n, key in enumerate(entries)}, {key: n for n, key in enumerate(judges)}
        return cls(
            tuple(entries),
            tuple(judges),
            np.array([place[row[0]] for row in rows], np.int64),
            np.array([seat[row[1]] for row in rows], np.int64),
            np.array([float(row[2]) for row in rows]),
        )

    @property
    def matrix(self) -> np.ndarray:
        """Entries × judges, NaN where a judge gave nothing; the mean where one gave several."""
        shape = (len(self.entries), len(self.judges))
        total, count = np.zeros(shape), np.zeros(shape)
        np.add.at(total, (self.entry, self.judge), self.value)
        np.add.at(count, (self.entry, self.judge), 1)
        with np.errstate(invalid="ignore"):
            return total / np.where(count, count, np.nan)

    @property
    def marks_of_entry(self) -> np.ndarray:
        return np.bincount(self.entry, minlength=len(self.entries))

    @property
    def marks_of_judge(self) -> np.ndarray:
        return np.bincount(self.judge, minlength=len(self.judges))

    @property
    def means(self) -> np.ndarray:
        """Plain mean of each entry."""
        return np.bincount(self.entry, self.value, minlength=len(self.entries)) / self.marks_of_entry


def totals(given: Iterable[Given], weights: Mapping[str, float] | None = None) -> tuple[Table, list[tuple[str, str]]]:
    """Each judge's weighted sum for an entry, and the (entry, judge) pairs left out for a criterion without a mark."""
    sheets: dict[tuple[str, str], dict[str, float]] = {}
    for one in given:
        sheets.setdefault((one.entry, one.judge), {})[one.criterion] = float(one.mark)
    criteria = {key for marks in sheets.values() for key in marks}
    weights = weights or {}
    whole = {pair: marks for pair, marks in sheets.items() if marks.keys() == criteria}
    cells = ((*pair, sum(mark * weights.get(key, 1.0) for key, mark in marks.items())) for pair, marks in whole.items())
    return Table.of(cells), sorted(sheets.keys() - whole.keys())
