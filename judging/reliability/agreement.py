"""Agreement of judges: the six intraclass correlations, Krippendorff's alpha with gaps, Kendall's W with ties."""

from collections import defaultdict
from typing import Any

import numpy as np
from scipy import stats

METRICS = ("nominal", "ordinal", "interval", "ratio")
MOST_VALUES = 4000


def intraclass(matrix: np.ndarray) -> dict[str, float | None]:
    """All six forms of Shrout and Fleiss (1979) of a complete table, targets × judges; None where undefined."""
    targets, judges = matrix.shape
    grand = matrix.mean()
    between = judges * ((matrix.mean(axis=1) - grand) ** 2).sum() / (targets - 1)
    within = ((matrix - matrix.mean(axis=1, keepdims=True)) ** 2).sum() / (targets * (judges - 1))
    of_judges = targets * ((matrix.mean(axis=0) - grand) ** 2).sum() / (judges - 1)
    error = (within * targets * (judges - 1) - of_judges * (judges - 1)) / ((targets - 1) * (judges - 1))
    forms = {
        "1,1": (between - within, between + (judges - 1) * within),
        "2,1": (between - error, between + (judges - 1) * error + judges * (of_judges - error) / targets),
        "3,1": (between - error, between + (judges - 1) * error),
        "1,k": (between - within, between),
        "2,k": (between - error, between + (of_judges - error) / targets),
        "3,k": (between - error, between),
    }
    return {name: float(part / whole) if whole > 0 else None for name, (part, whole) in forms.items()}


def alpha(matrix: np.ndarray, metric: str = "interval") -> float | None:
    """Krippendorff's alpha; units × observers, NaN where there is no value. None where nothing can be paired or all
    values are equal."""
    counts = (~np.isnan(matrix)).sum(axis=1)
    matrix = matrix[counts >= 2]
    if not len(matrix):
        return None
    rows, values = np.nonzero(~np.isnan(matrix))[0], matrix[~np.isnan(matrix)]
    share = 1.0 / (np.bincount(rows)[rows] - 1)
    if metric == "ordinal":
        values = stats.rankdata(values)
    if metric in ("ordinal", "interval"):
        observed = _squares(rows, values, share)
        expected = 2 * len(values) * ((values - values.mean()) ** 2).sum()
    else:
        observed, expected = _by_values(rows, values, share, metric)
    if expected == 0:
        return None
    return float(1 - (len(values) - 1) * observed / expected)


def _squares(rows: np.ndarray, values: np.ndarray, share: np.ndarray) -> float:
    """Sum over units of all ordered pairs' squared differences, each divided by the unit's observers less one."""
    count = np.bincount(rows)
    mean = np.bincount(rows, values) / count
    apart = np.bincount(rows, (values - mean[rows]) ** 2)
    return float((2 * count * apart / (count - 1)).sum())


def _by_values(rows: np.ndarray, values: np.ndarray, share: np.ndarray, metric: str) -> tuple[float, float]:
    """The same for distances that need the values themselves, over the table of coincidences."""
    kinds, place = np.unique(values, return_inverse=True)
    if len(kinds) > MOST_VALUES:
        raise ValueError(f"more than {MOST_VALUES} different values")
    coincidences = np.zeros((len(kinds), len(kinds)))
    for unit in np.split(np.arange(len(rows)), np.nonzero(np.diff(rows))[0] + 1):
        here = place[unit]
        np.add.at(coincidences, (here[:, None], here[None, :]), share[unit][0])
        np.add.at(coincidences, (here, here), -share[unit][0])
    if metric == "nominal":
        distance = (kinds[:, None] != kinds[None, :]).astype(float)
    else:
        total = kinds[:, None] + kinds[None, :]
        distance = np.divide(kinds[:, None] - kinds[None, :], total, out=np.zeros_like(total), where=total != 0) ** 2
    often = coincidences.sum(axis=0)
    return float((coincidences * distance).sum()), float(often @ distance @ often)


def concordance(matrix: np.ndarray) -> dict[str, Any]:
    """Kendall's W of a complete table, targets × judges, corrected for ties, with its chi-squared test."""
    targets, judges = matrix.shape
    ranks = stats.rankdata(matrix, axis=0)
    ties = sum((count**3 - count).sum() for count in (np.unique(column, return_counts=True)[1] for column in matrix.T))
    spread = ((ranks.sum(axis=1) - judges * (targets + 1) / 2) ** 2).sum()
    whole = judges**2 * (targets**3 - targets) - judges * ties
    if whole == 0:
        return {"judges": judges, "entries": targets, "w": None, "chi2": None, "p": None}
    w = 12 * spread / whole
    chi2 = judges * (targets - 1) * w
    return {
        "judges": judges, "entries": targets, "w": float(w), "chi2": float(chi2),
        "p": float(stats.chi2.sf(chi2, targets - 1)),
    }  # fmt: skip


def complete_panels(matrix: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """(entries, judges) of every set of at least two judges who judged the same two or more entries together."""
    panels = defaultdict(list)
    for row, given in enumerate(~np.isnan(matrix)):
        panels[given.tobytes()].append(row)
    found = [(np.array(rows), np.nonzero(~np.isnan(matrix[rows[0]]))[0]) for rows in panels.values() if len(rows) >= 2]
    return [(rows, judges) for rows, judges in found if len(judges) >= 2]
