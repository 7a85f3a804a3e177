"""The same problem as a program in whole numbers (HiGHS), with the worst-served entry held up to a floor.

Only pairs that can matter stand in the program. The relaxed program is solved over a few good pairs for each entry, its
prices are laid on all the others, and those that would pay are taken in until none does: its value then bounds every
assignment. Pairs whose price exceeds the gap between that bound and the best assignment found cannot be part of a
better one, so the whole-number program runs without them, and is still proven for all.
"""

from dataclasses import dataclass

import highspy
import numpy as np
from scipy import sparse

from judging.assignment.engine import Engine
from judging.assignment.problem import UNIT, Problem

FIRST = 30
LARGE = 100_000
ROUNDS = 3
NEAR = 1.02
SLACK = 0.5
PAYS = 1e-5
INFINITE = highspy.kHighsInf
PRECISE = {
    "primal_feasibility_tolerance": 1e-8, "dual_feasibility_tolerance": 1e-8, "mip_feasibility_tolerance": 1e-8,
    "mip_rel_gap": 0.0, "mip_abs_gap": 0.4 / UNIT,
}  # fmt: skip
OK = highspy.HighsModelStatus.kOptimal
NONE = {highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible}


@dataclass
class Asked:
    """What is asked only of those that would break it: a floor (millionths, or none) of the entries `low`, and limits
    of groups where an entry is `crowded` (entries × groups). Without a row the bound is looser, and still a bound."""

    problem: Problem
    floor: int | None = None

    def __post_init__(self):
        self.low = np.zeros(len(self.problem.entries), bool)
        self.crowded = np.zeros((len(self.problem.entries), len(self.problem.groups)), bool)

    def broken_by(self, rows: np.ndarray, columns: np.ndarray, values: np.ndarray, *, near: float = 1.0) -> bool:
        """Ask it of those who break it in this solution, or come `near` the floor; whether there are any new ones."""
        count = len(self.problem.entries)
        new = np.zeros_like(self.crowded)
        for number, group in enumerate(self.problem.groups):
            held = np.bincount(rows, values * group.member[columns], minlength=count)
            new[:, number] = (held > group.most + PAYS) & ~self.crowded[:, number]
        self.crowded |= new
        if self.floor is None:
            return bool(new.any())
        sums = np.bincount(rows, self.problem.fit[rows, columns] * values, minlength=count)
        below = (sums < self.floor * near - SLACK) & ~self.low
        self.low |= below
        return bool(new.any() or below.any())


class OutOfTime(Exception):  # noqa: N818 - how a search may end
    """The time given is used up before an answer was proven."""


@dataclass
class Rows:
    """Rows of the program over pairs (rows, columns): coefficients with bounds, in sections one below the other."""

    problem: Problem
    rows: np.ndarray
    columns: np.ndarray
    asked: Asked
    free: bool = False

    def __post_init__(self):
        problem, count = self.problem, self.problem.fit.shape[0]
        self.parts, self.places, self.low, self.high, self.height = [], [], [], [], 0
        pairs = np.arange(len(self.rows))
        self._section("demand", self.rows, pairs, 1.0, problem.demand, problem.demand)
        self._section("load", self.columns, pairs, 1.0, problem.least, problem.most)
        for number, rule in enumerate(problem.rules):
            inside = rule.member[self.rows, self.columns]
            self._section(f"rule{number}", self.rows[inside], pairs[inside], 1.0, rule.least, np.full(count, INFINITE))
        for number, group in enumerate(problem.groups):
            crowded = self.asked.crowded[:, number]
            if crowded.any():
                inside = group.member[self.columns] & crowded[self.rows]
                most = np.where(crowded, group.most, INFINITE)
                self._section(f"group{number}", self.rows[inside], pairs[inside], 1.0, np.full(count, -INFINITE), most)
        if self.asked.floor is not None:
            inside = self.asked.low[self.rows]
            fits = problem.fit[self.rows[inside], self.columns[inside]] / UNIT
            least = np.where(self.asked.low, (self.asked.floor - SLACK) / UNIT, -INFINITE)
            self._section("floor", self.rows[inside], pairs[inside], fits, least, np.full(count, INFINITE))
        if self.free:
            fits = problem.fit[self.rows, self.columns] / UNIT
            self._section("floor", self.rows, pairs, fits, np.zeros(count), np.full(count, INFINITE))
            start = self.parts[-1][1]
            self.places.append((np.arange(start, start + count), np.full(count, len(self.rows)), -np.ones(count)))

    def _section(self, name, rows, pairs, values, low, high) -> None:
        self.parts.append((name, self.height, len(low)))
        self.places.append((rows + self.height, pairs, np.broadcast_to(values, rows.shape)))
        self.low.append(low)
        self.high.append(high)
        self.height += len(low)

    def matrix(self):
        rows, pairs, values = (np.concatenate(part) for part in zip(*self.places, strict=True))
        return sparse.csc_matrix((values, (rows, pairs)), shape=(self.height, len(self.rows) + self.free))

    def prices(self, dual: np.ndarray) -> np.ndarray:
        """What each pair of the whole problem costs beyond what it brings, by the prices of the rows."""
        problem, fit = self.problem, self.problem.fit / UNIT
        part = {name: dual[start : start + height] for name, start, height in self.parts}
        found = (0 if self.free else -fit) - part["demand"][:, None] - part["load"][None, :]
        for number, rule in enumerate(problem.rules):
            found -= part[f"rule{number}"][:, None] * rule.member
        for number, group in enumerate(problem.groups):
            if f"group{number}" in part:
                found -= part[f"group{number}"][:, None] * group.member[None, :]
        if "floor" in part:
            found -= part["floor"][:, None] * fit
        return found


def program(
    rows: Rows, *, whole: bool, lower: np.ndarray | None = None, start: np.ndarray | None = None, seconds: float = 60.0,
    basis: highspy.HighsBasis | None = None,
) -> highspy.Highs:  # fmt: skip
    """Least minus-sum over the pairs, 0 or 1 each, solved; with a free floor, the least minus-floor. A `basis` of
    nearly the same program saves most of the way."""
    matrix = rows.matrix()
    count = len(rows.rows)
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = matrix.shape
    costs = np.zeros(count) if rows.free else -rows.problem.fit[rows.rows, rows.columns] / UNIT
    model.col_cost_ = np.append(costs, [-1.0] * rows.free)
    model.col_lower_ = np.append(np.zeros(count) if lower is None else lower, [-INFINITE] * rows.free)
    model.col_upper_ = np.append(np.ones(count), [INFINITE] * rows.free)
    model.row_lower_ = np.concatenate(rows.low).astype(float)
    model.row_upper_ = np.concatenate(rows.high).astype(float)
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
    if whole:
        model.integrality_ = [highspy.HighsVarType.kInteger] * len(rows.rows)
    engine = Engine(**PRECISE, time_limit=max(seconds, 0.1))
    if basis is None and (rows.free or (not whole and count > LARGE)):
        engine.setOptionValue("solver", "ipm")
    engine.passModel(model)
    if basis is not None:
        engine.setBasis(basis)
    if start is not None:
        known = highspy.HighsSolution()
        known.col_value = start[rows.rows, rows.columns].astype(float)
        engine.setSolution(known)
    engine.run()
    if engine.getModelStatus() == highspy.HighsModelStatus.kTimeLimit and not whole:
        raise OutOfTime
    return engine


@dataclass
class Relaxed:
    """The relaxed program solved over all pairs: its value bounds every sum; `prices` are all reduced costs."""

    value: float
    prices: np.ndarray
    pairs: np.ndarray
    rows: Rows
    basis: highspy.HighsBasis


def carried(basis: highspy.HighsBasis, before: Rows, rows: Rows) -> highspy.HighsBasis | None:
    """The basis of a program for one with more pairs or more that is asked; none where the rows are others."""
    if [part[::2] for part in before.parts] != [part[::2] for part in rows.parts]:
        return None
    place = np.full(rows.problem.fit.shape, -1)
    place[before.rows, before.columns] = np.arange(len(before.rows))
    known, made = list(basis.col_status), highspy.HighsBasis()
    status = [highspy.HighsBasisStatus.kLower, *known]
    made.col_status = [status[one] for one in (place[rows.rows, rows.columns] + 1).tolist()]
    made.row_status, made.valid = list(basis.row_status), True
    return made


def relaxed(
    problem: Problem, asked: Asked, start: np.ndarray | None, clock, before: Relaxed | None = None
) -> Relaxed | None:
    """None where not even parts of judges can keep every rule and what is asked. Goes on from what was found `before`
    with less asked."""
    size = FIRST
    pairs = before.pairs if before else good_pairs(problem, size)
    pairs = pairs if start is None else pairs | start
    last = (before.basis, before.rows) if before else None
    while True:
        rows = Rows(problem, *np.nonzero(pairs), asked)
        engine = program(rows, whole=False, seconds=clock.left(), basis=last and carried(*last, rows))
        last = (engine.getBasis(), rows) if engine.getModelStatus() == OK else None
        if engine.getModelStatus() in NONE:
            if (pairs == problem.allowed).all():
                return None
            size *= 4
            pairs = pairs | good_pairs(problem, size)
            continue
        solution = engine.getSolution()
        if asked.broken_by(rows.rows, rows.columns, np.array(solution.col_value), near=NEAR):
            continue
        prices = rows.prices(np.array(solution.row_dual))
        paying = problem.allowed & ~pairs & (prices < 0)
        gain = prices[paying].sum()
        if gain > -PAYS:
            return Relaxed(engine.getInfo().objective_function_value + gain, prices, pairs, *reversed(last))
        pairs = pairs | paying


def floor_of_parts(problem: Problem, start: np.ndarray, clock) -> int:
    """The highest floor, in millionths, that parts of judges could keep: no whole assignment keeps a higher one."""
    pairs, asked, rounds = good_pairs(problem, FIRST) | start, Asked(problem), 0
    while True:
        rows = Rows(problem, *np.nonzero(pairs), asked, free=True)
        engine = program(rows, whole=False, seconds=clock.left())
        solution = engine.getSolution()
        rounds += 1
        if rounds < ROUNDS and asked.broken_by(rows.rows, rows.columns, np.array(solution.col_value[:-1])):
            continue
        prices = rows.prices(np.array(solution.row_dual))
        paying = problem.allowed & ~pairs & (prices < 0)
        if prices[paying].sum() > -PAYS:
            return int(np.floor(-engine.getInfo().objective_function_value * UNIT + SLACK))
        pairs = pairs | paying


def good_pairs(problem: Problem, size: int) -> np.ndarray:
    """The best judges of each entry, and the best of every kind that it needs."""
    if size >= len(problem.judges):
        return problem.allowed.copy()
    found = _best(problem, problem.allowed, size)
    for rule in problem.rules:
        found |= _best(problem, problem.allowed & rule.member, max(size // 3, 5))
    return found


def _best(problem: Problem, allowed: np.ndarray, size: int) -> np.ndarray:
    width = len(problem.judges)
    if size >= width:
        return allowed.copy()
    fits = np.where(allowed, problem.fit, np.iinfo(np.int64).min)
    best = np.argpartition(fits, width - size, axis=1)[:, width - size :]
    found = np.zeros_like(allowed)
    np.put_along_axis(found, best, True, axis=1)
    return found & allowed


@dataclass
class Whole:
    """The best whole assignment under a floor; `bound` is the least minus-sum that is still possible."""

    chosen: np.ndarray
    value: float
    bound: float


def whole(problem: Problem, asked: Asked, bound: Relaxed, clock) -> Whole | None:
    """None where whole judges cannot keep every rule and what is asked, although parts of them can.

    Raises `OutOfTime` when that is not known in time.
    """
    gap = max(np.abs(problem.fit).max() / 50, 20) / UNIT
    everything, known = False, None
    while True:
        pairs = problem.allowed & (bound.prices <= gap)
        everything = everything or bool((pairs == problem.allowed).all())
        rows = Rows(problem, *np.nonzero(pairs), asked)
        sure = np.where(bound.prices[rows.rows, rows.columns] < -gap, 1.0, 0.0)
        engine = program(rows, whole=True, lower=sure, start=known, seconds=clock.left())
        status = engine.getModelStatus()
        info = engine.getInfo()
        if status in NONE:
            if everything and not sure.any():
                return None
            gap = float("inf") if gap > 10 else gap * 16
            continue
        if info.primal_solution_status != 2:
            raise OutOfTime
        value = info.objective_function_value
        chosen = np.zeros(problem.fit.shape, bool)
        used = np.array(engine.getSolution().col_value) > 0.5
        chosen[rows.rows[used], rows.columns[used]] = True
        if status == OK and value - bound.value > gap + PAYS and not everything:
            gap, known = (value - bound.value) * 1.01 + PAYS, chosen
            continue
        proven = value if status == OK else max(bound.value, min(info.mip_dual_bound, bound.value + gap))
        return Whole(chosen, value, proven)
