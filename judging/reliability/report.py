"""Everything in one answer, each figure with what keeps it from being shown where it would mislead."""

from collections.abc import Collection
from typing import Any

import numpy as np

from judging.reliability import agreement, graph
from judging.reliability.severity import Severity, residuals, winsorised
from judging.reliability.table import Table

FEWEST = 5
CLEAR = 1.96
WILD = 3.0
NOTICE = 0.05


def report(table: Table, *, winners: int = 10, among: Collection[str] | None = None) -> dict[str, Any]:
    """Figures are floats or None; `second_opinion` is off, with the reason, where it can't be told from chance.

    `among` names the entries that are compared in `adjusted`; the rest only help to know the judges.
    """
    matrix = table.matrix
    panels = agreement.complete_panels(matrix)
    complete = not np.isnan(matrix).any()
    whole = matrix if complete and min(matrix.shape) >= 2 else None
    found, part_of_entry, _part_of_judge = graph.parts(table)
    return {
        "entries": len(table.entries),
        "judges": len(table.judges),
        "marks": len(table.value),
        "complete": bool(complete),
        "icc": None if whole is None else agreement.intraclass(whole),
        "alpha": {metric: _alpha(matrix, metric) for metric in agreement.METRICS},
        "kendall": [
            {
                **agreement.concordance(matrix[np.ix_(rows, judges)]),
                "panel": [table.judges[judge] for judge in judges],
            }
            for rows, judges in panels
        ],
        "parts": found,
        "part_sizes": sorted(np.bincount(part_of_entry, minlength=found).tolist(), reverse=True),
        "bridges": [list(pair) for pair in graph.bridges(table)],
        **_opinion(table, found, among),
        "without_judge": _without(table, winners),
    }


def _alpha(matrix: np.ndarray, metric: str) -> float | None:
    if metric == "ratio" and np.nanmin(matrix) < 0:
        return None
    try:
        return agreement.alpha(matrix, metric)
    except ValueError:
        return None


def _opinion(table: Table, found: int, among: Collection[str] | None) -> dict[str, Any]:
    if len(table.value) <= len(table.entries) or len(table.judges) < 2:
        off = {"on": False, "reasons": ["too_few_marks"]}
        return {"second_opinion": off, "severity": [], "adjusted": [], "wild": []}
    model, drawn_in = winsorised(table)
    reasons = []
    if found > 1:
        reasons.append("not_connected")
    if (table.marks_of_judge < FEWEST).any():
        reasons.append("judge_with_few_marks")
    if model.noticeable > NOTICE:
        reasons.append("severity_not_noticeable")
    left, own = residuals(table, model)
    return {
        "second_opinion": {
            "on": not reasons,
            "reasons": reasons,
            "variance_judge": model.between,
            "variance_residual": model.residual,
            "p_severity": model.noticeable,
            "winsorised": drawn_in,
        },
        "severity": _judges(table, model, left, own),
        "adjusted": _entries(table, model, among),
        "wild": _wild(table, left, own),
    }


def _judges(table: Table, model: Severity, left: np.ndarray, own: np.ndarray) -> list[dict[str, Any]]:
    rows = []
    for place, judge in enumerate(table.judges):
        here = table.judge == place
        marks = table.value[here]
        rows.append(
            {
                "judge": judge,
                "marks": int(here.sum()),
                "severity": float(-model.judge[place]),
                "error": float(model.judge_error[place]),
                "lowest": float(marks.min()),
                "highest": float(marks.max()),
                "spread": float(marks.std(ddof=1)) if len(marks) > 1 else None,
                "infit": float((left[here] ** 2).sum() / own[here].sum()),
                "outfit": float((left[here] ** 2 / own[here]).mean()),
            }
        )
    return rows


def _entries(table: Table, model: Severity, among: Collection[str] | None) -> list[dict[str, Any]]:
    """By the plain mean; `equals` are the first and last adjusted place that can't be told apart from its own."""
    named = [place for place, entry in enumerate(table.entries) if among is None or entry in among]
    names = np.array(named, np.int64)
    order = names[np.lexsort((names, -model.entry[names]))]
    first, last = _spans(model, order)
    place = dict(zip(order.tolist(), range(len(order)), strict=True))
    return [
        {
            "entry": table.entries[entry],
            "place": number,
            "mean": float(table.means[entry]),
            "adjusted": float(model.entry[entry]),
            "error": float(model.entry_error[entry]),
            "adjusted_place": place[entry] + 1,
            "equals": [int(first[place[entry]]) + 1, int(last[place[entry]]) + 1],
        }
        for number, entry in enumerate(names[np.lexsort((names, -table.means[names]))].tolist(), 1)
    ]


def _spans(model: Severity, order: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How far up and down each adjusted place reaches before the first entry that differs clearly from it."""
    first, last = np.empty(len(order), np.int64), np.empty(len(order), np.int64)
    for place, entry in enumerate(order):
        clear = np.abs(model.entry[order] - model.entry[entry]) > CLEAR * model.apart(entry, order)
        above, below = np.nonzero(clear[:place])[0], np.nonzero(clear[place + 1 :])[0]
        first[place] = above[-1] + 1 if len(above) else 0
        last[place] = place + below[0] if len(below) else len(order) - 1
    return first, last


def _wild(table: Table, left: np.ndarray, own: np.ndarray) -> list[dict[str, Any]]:
    far = left / np.sqrt(own)
    return [
        {
            "entry": table.entries[table.entry[one]], "judge": table.judges[table.judge[one]],
            "mark": float(table.value[one]), "z": float(far[one]),
        }
        for one in np.nonzero(np.abs(far) > WILD)[0]
    ]  # fmt: skip


def _without(table: Table, winners: int) -> list[dict[str, Any]]:
    """Who would enter or leave the first places by plain means if one judge's marks were left out."""
    now = _first(table.means, table.entries, winners)
    total = np.bincount(table.entry, table.value, minlength=len(table.entries))
    rows = []
    for place, judge in enumerate(table.judges):
        here = table.judge == place
        count = table.marks_of_entry - np.bincount(table.entry[here], minlength=len(table.entries))
        rest = total - np.bincount(table.entry[here], table.value[here], minlength=len(table.entries))
        means = np.where(count > 0, rest / np.maximum(count, 1), -np.inf)
        then = _first(means, table.entries, winners)
        if then != now:
            rows.append({"judge": judge, "enter": sorted(then - now), "leave": sorted(now - then)})
    return rows


def _first(means: np.ndarray, entries: tuple[str, ...], winners: int) -> set[str]:
    """Entries are sorted, so a stable order by the mean alone leaves equals in the order of their names."""
    return {entries[one] for one in np.argsort(-means, kind="stable")[:winners]}
