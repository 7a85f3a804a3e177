"""Changing an assignment as little as can be: a judge drops out, or unread work is spread more evenly.

`fixed` pairs (begun or handed in) stay whatever happens. Of the `wanted` ones (unread) as many stay as can; only then
the fit counts. Where the seats that fell free can be filled without moving anything else, nothing else moves.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from judging.assignment.answer import checked
from judging.assignment.problem import UNIT, Problem
from judging.assignment.program import good_pairs

SECONDS = 30.0
MANY = 60_000
NEAR = 25
FOUND, NOTHING = 0, 2


@dataclass(frozen=True)
class Repaired:
    """The new pairs; `moved` unread pairs were given up. `proven`: no way gives up fewer and fits better."""

    chosen: np.ndarray
    moved: int
    proven: bool


class OutOfTime(Exception):  # noqa: N818 - how a search may end
    """Nothing was found in the time given, nor that there is nothing."""


def repair(problem: Problem, *, fixed: np.ndarray, wanted: np.ndarray, seconds: float = SECONDS) -> Repaired | None:
    """The fewest changes that keep every rule, then the best fit. None where no change keeps them."""
    wanted = wanted & problem.allowed & ~fixed
    fit = problem.fit / UNIT
    made = _solve(problem, fixed | wanted, fit, problem.allowed, seconds)
    if made is not None:
        return Repaired(made, 0, True)
    pairs, whole = problem.allowed, True
    if problem.allowed.sum() > MANY:
        pairs, whole = (good_pairs(problem, NEAR) | wanted) & problem.allowed, False
    kept = _solve(problem, fixed, wanted.astype(float), pairs, seconds)
    if kept is None:
        if whole:
            return None
        raise OutOfTime
    most = int((kept & wanted).sum())
    made = _solve(problem, fixed, fit, pairs, seconds, keep=(wanted, most))
    return Repaired(made, int(wanted.sum()) - most, whole)


def even(
    problem: Problem, *, fixed: np.ndarray, wanted: np.ndarray, open_fixed: np.ndarray, seconds: float = SECONDS,
    told=lambda done, total: None,
) -> Repaired | None:  # fmt: skip
    """The same seats with the open work of the busiest judge as small as can be, by the fewest moves.

    `open_fixed` are the fixed pairs still open: begun, not handed in. A level that nothing was found for in time may
    still be possible: then the answer is not proven.
    """
    begun = open_fixed.sum(axis=0)
    seats = int(problem.demand.sum()) - int(fixed.sum()) + int(open_fixed.sum())
    low, high = -(-seats // max(len(problem.judges), 1)), int((wanted.sum(axis=0) + begun).max(initial=0))
    best, sure, done, steps = None, True, 0, max(high - low + 1, 0).bit_length()
    while low <= high:
        told(done, steps)
        done += 1
        middle = (low + high) // 2
        room = fixed.sum(axis=0) + np.maximum(middle - begun, 0)
        bounded = replace(problem, most=np.minimum(problem.most, room), least=np.minimum(problem.least, room))
        try:
            made = repair(bounded, fixed=fixed, wanted=wanted, seconds=seconds)
        except OutOfTime:
            made, sure = None, False
        if made is None:
            low = middle + 1
        else:
            best, high = made, middle - 1
    if best is None and not sure:
        raise OutOfTime
    return best and replace(best, proven=best.proven and sure)


def _solve(problem: Problem, must: np.ndarray, worth: np.ndarray, pairs: np.ndarray, seconds: float, keep=None):
    """The worthiest assignment that holds all of `must`; None where there is none."""
    open_rows = problem.demand > must.sum(axis=1)
    rows, columns = np.nonzero(pairs & ~must & open_rows[:, None])
    if (must.sum(axis=1) > problem.demand).any():
        return None
    if not len(rows):
        return _kept(problem, must)
    matrix, low, high = _rows(problem, must, rows, columns)
    if keep is not None:
        wanted, most = keep
        extra = sparse.csr_matrix(wanted[rows, columns].astype(float)[None, :])
        matrix, low, high = sparse.vstack([matrix, extra]), np.append(low, most), np.append(high, np.inf)
    found = milp(
        -worth[rows, columns], integrality=np.ones(len(rows)), bounds=Bounds(0, 1),
        constraints=LinearConstraint(matrix.tocsc(), low, high),
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )  # fmt: skip
    if found.status == NOTHING:
        return None
    if found.status != FOUND:
        raise OutOfTime
    chosen = must.copy()
    used = found.x > 0.5
    chosen[rows[used], columns[used]] = True
    return checked(problem, chosen)


def _kept(problem: Problem, chosen: np.ndarray):
    try:
        return checked(problem, chosen)
    except AssertionError:
        return None


def _rows(problem: Problem, must: np.ndarray, rows: np.ndarray, columns: np.ndarray):
    """Demands, loads, covers and groups over the pairs that may still be chosen, less what is fixed."""
    count, width = problem.fit.shape
    parts = [_part(rows, np.ones(len(rows)), count), _part(columns, np.ones(len(rows)), width)]
    load = must.sum(axis=0)
    low = [problem.demand - must.sum(axis=1), problem.least - load]
    high = [problem.demand - must.sum(axis=1), problem.most - load]
    for rule in problem.rules:
        parts.append(_part(rows, rule.member[rows, columns].astype(float), count))
        low.append(rule.least - (must & rule.member).sum(axis=1))
        high.append(np.full(count, np.inf))
    for group in problem.groups:
        parts.append(_part(rows, group.member[columns].astype(float), count))
        low.append(np.full(count, -np.inf))
        high.append(group.most - (must & group.member).sum(axis=1))
    return sparse.vstack(parts), np.concatenate(low).astype(float), np.concatenate(high).astype(float)


def _part(places: np.ndarray, values: np.ndarray, height: int):
    return sparse.csr_matrix((values, (places, np.arange(len(places)))), shape=(height, len(places)))
