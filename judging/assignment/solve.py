"""From the problem to the answer, in this order.

1. Feasibility. Where nothing keeps every rule, the reason and the cheapest loosening are the answer.
2. The floor: the worst-served entry (least sum of fits) as high as it can be. No entry can get more than its best
   allowed judges, so the least of those sums bounds the floor; it is tried first, then lower floors.
3. The best sum that keeps the floor. 4. Ties by the drawn seed.

What is not proven in the time given is said as a bound beside what was found.
"""

import time
from itertools import combinations

import numpy as np

from judging.assignment import network, program, shortage
from judging.assignment.answer import FEASIBLE, INFEASIBLE, OPTIMAL, UNKNOWN, Answer, checked
from judging.assignment.problem import UNIT, Problem

FAIR, SUM = "fair", "sum"
SECONDS = 60.0
NEVER = -(2**40)


class Clock:
    def __init__(self, seconds: float):
        self.start, self.seconds = time.monotonic(), seconds

    def left(self) -> float:
        return self.seconds - self.spent()

    def spent(self) -> float:
        return time.monotonic() - self.start


def solve(problem: Problem, *, objective: str = FAIR, seconds: float = SECONDS) -> Answer:
    """The proven best assignment, or the reason why there is none. `objective` is "fair" (floor first) or "sum"."""
    clock = Clock(seconds)
    try:
        found = _solve(problem, objective, clock)
    except program.OutOfTime:
        found = Answer(problem, UNKNOWN)
    found.seconds = clock.spent()
    return found


def _solve(problem: Problem, objective: str, clock: Clock) -> Answer:
    best = None if any(shortage.plain_reasons(problem)) else _best_sum(problem, clock)
    if best is None:
        reasons, loosening = shortage.explain(problem)
        return Answer(problem, INFEASIBLE, reasons=reasons, loosening=loosening)
    top = highest_floor(problem)
    if objective == SUM or best.worst >= top:
        best.floor_bound, best.floor_proven = top, best.worst >= top or objective == SUM
        return best
    return _fair(problem, best, top, clock)


def _best_sum(problem: Problem, clock: Clock) -> Answer | None:
    if not problem.is_flow:
        return _under(problem, None, None, clock)
    chosen = network.best_sum(problem)
    if chosen is None:
        return None
    found = Answer(problem, OPTIMAL, checked(problem, chosen), sum_proven=True)
    found.sum_bound = found.total
    return found


def _under(problem: Problem, floor: int | None, start: np.ndarray | None, clock: Clock) -> Answer | None:
    """The best sum under a floor; None where nothing keeps it. Rows are asked until nobody breaks one."""
    if not problem.demand.any():
        return Answer(problem, OPTIMAL, np.zeros(problem.fit.shape, bool), sum_bound=0, sum_proven=True)
    asked = program.Asked(problem, floor)
    if start is not None:
        asked.broken_by(*np.nonzero(start), np.ones(int(start.sum())))
    bound = None
    while True:
        bound = program.relaxed(problem, asked, start, clock, bound)
        made = bound and program.whole(problem, asked, bound, clock)
        if made is None:
            return None
        if not asked.broken_by(*np.nonzero(made.chosen), np.ones(int(made.chosen.sum()))):
            return _answer(problem, made)


def _answer(problem: Problem, made: program.Whole) -> Answer:
    found = Answer(problem, OPTIMAL, checked(problem, made.chosen))
    found.sum_bound = max(float(found.total), np.floor(-made.bound * UNIT + 0.5))
    found.sum_proven = found.sum_bound - found.total < 1
    found.status = OPTIMAL if found.sum_proven else FEASIBLE
    return found


def highest_floor(problem: Problem) -> int:
    """What the worst-served entry could get if it alone chose: the least, over entries, of its best judges' fits."""
    fits = np.where(problem.allowed, problem.fit, NEVER)
    rows = range(len(fits))
    top = min(_with_types(problem, row, fits[row]) for row in rows)
    if not problem.groups:
        return top
    groups = [
        [place for place, group in enumerate(problem.groups) if group.member[judge]] for judge in range(fits.shape[1])
    ]
    if any(len(places) > 1 for places in groups):
        return top
    return min(top, *(_with_groups(problem, row, fits[row], groups) for row in rows))


def _with_types(problem: Problem, row: int, fits: np.ndarray) -> int:
    """The best sum with every type's minimum, where a judge has one type; else of the best judges of any type."""
    taken = np.zeros(len(fits), bool)
    if all((one.member[0] & other.member[0]).sum() == 0 for one, other in combinations(problem.types, 2)):
        for rule in problem.types:
            inside = np.where(rule.member[row], fits, 2 * NEVER)
            taken[np.argsort(-inside, kind="stable")[: rule.least[row]]] = True
    rest = int(problem.demand[row]) - int(taken.sum())
    others = np.sort(fits[~taken])[::-1][:rest]
    return int(fits[taken].sum() + others.sum())


def _with_groups(problem: Problem, row: int, fits: np.ndarray, groups: list[list[int]]) -> int:
    """The best sum of judges, taken from the best on, as long as their one group has room."""
    room = [group.most for group in problem.groups]
    total, wanted = 0, int(problem.demand[row])
    for judge in np.argsort(-fits, kind="stable"):
        if not wanted:
            break
        if all(room[place] for place in groups[judge]):
            for place in groups[judge]:
                room[place] -= 1
            total, wanted = total + int(fits[judge]), wanted - 1
    return total


def _fair(problem: Problem, best: Answer, top: int, clock: Clock) -> Answer:
    """The highest floor between that of the best sum and `top`, by halving; every sum is a multiple of `step`."""
    best.status, best.floor_bound = FEASIBLE, top
    try:
        made = _under(problem, top, best.chosen, clock)
    except program.OutOfTime:
        return best
    if made is not None:
        made.floor_bound, made.floor_proven = top, True
        return made
    step = int(np.gcd.reduce(problem.fit[problem.allowed])) or 1
    high = min(program.floor_of_parts(problem, best.chosen, clock), top - step) // step * step
    found, ceiling, floor, proven = best, high, high, True
    while floor > found.worst and clock.left() > 0:
        try:
            made = _under(problem, floor, best.chosen, clock)
        except program.OutOfTime:
            made, proven = None, False
        if made is None:
            ceiling = floor - step
            high = ceiling if proven else high
        else:
            found = made
        floor = (
            found.worst + max((ceiling - found.worst) // (2 * step), 1) * step if ceiling > found.worst else found.worst
        )
    found.floor_bound = max(high, found.worst)
    found.floor_proven = found.worst == found.floor_bound
    found.status = OPTIMAL if found.floor_proven and found.sum_proven else FEASIBLE
    return found
