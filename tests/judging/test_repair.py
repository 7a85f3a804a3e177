"""Changing an assignment as little as can be, against brute force over every assignment of small instances."""

from itertools import combinations, product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from judging.assignment.problem import UNIT, Cover, Group, Problem
from judging.assignment.repair import even, repair


@st.composite
def situations(draw):
    """A problem of up to 4 × 4 with types and a group, and a state of its pairs: begun, unread, or left."""
    entries, judges = draw(st.integers(1, 4)), draw(st.integers(2, 4))
    shape = (entries, judges)
    numbers = st.integers(0, 9)
    fit = np.array(draw(st.lists(st.lists(numbers, min_size=judges, max_size=judges), min_size=entries,
                                 max_size=entries)), np.int64) * UNIT // 10  # fmt: skip
    fit += np.arange(entries * judges).reshape(shape) * 37 % 101  # No two sums alike.
    state = np.array(draw(st.lists(st.lists(st.sampled_from("....bun"), min_size=judges, max_size=judges),
                                   min_size=entries, max_size=entries)))  # fmt: skip
    demand = np.full(entries, draw(st.integers(1, 2)))
    for row in range(entries):  # Nobody holds more than is asked for.
        for place in np.nonzero(np.isin(state[row], ["b", "u"]))[0][demand[row] :]:
            state[row, place] = "."
    most = np.array(draw(st.lists(st.integers(1, 4), min_size=judges, max_size=judges)))
    kinds = np.array(draw(st.lists(st.booleans(), min_size=judges, max_size=judges)))
    types = (Cover("investor", np.ones(entries, np.int64), np.broadcast_to(kinds, shape)),) * draw(st.booleans())
    groups = (Group("one", 1, np.arange(judges) < 2),) * draw(st.booleans())
    names = tuple(f"E{one}" for one in range(entries)), tuple(f"J{one}" for one in range(judges))
    most = np.maximum(most, (state == "b").sum(0))
    problem = Problem(*names, fit, state != "n", demand, np.zeros(judges, np.int64), most, types, (), groups)
    return problem, state == "b", state == "u"


def everything(problem, fixed):
    """Every assignment that keeps all rules and all fixed pairs."""
    rows = []
    for row, demand in enumerate(problem.demand):
        free = np.nonzero(problem.allowed[row])[0]
        rows.append([one for one in combinations(free, int(demand)) if set(np.nonzero(fixed[row])[0]) <= set(one)])
    for panels in product(*rows):
        chosen = np.zeros(problem.fit.shape, bool)
        for row, panel in enumerate(panels):
            chosen[row, list(panel)] = True
        if (
            (chosen.sum(0) <= problem.most).all()
            and all(((chosen & one.member).sum(1) >= one.least).all() for one in problem.types)
            and all(((chosen & one.member).sum(1) <= one.most).all() for one in problem.groups)
        ):
            yield chosen


@settings(max_examples=60)
@given(situations())
def test_the_fewest_moves_then_the_best_fit(situation):
    problem, fixed, wanted = situation
    known = list(everything(problem, fixed))
    made = repair(problem, fixed=fixed, wanted=wanted)
    if not known:
        assert made is None
        return
    worth = [(int((one & wanted).sum()), int(problem.fit[one].sum())) for one in known]
    assert made.proven
    assert (made.chosen & fixed).sum() == fixed.sum()
    assert made.moved == wanted.sum() - (made.chosen & wanted).sum()
    assert (int((made.chosen & wanted).sum()), int(problem.fit[made.chosen].sum())) == max(worth)


@settings(max_examples=30)
@given(situations())
def test_the_busiest_judge_has_as_little_open_work_as_can_be(situation):
    problem, fixed, wanted = situation
    known = list(everything(problem, fixed))
    made = even(problem, fixed=fixed, wanted=wanted, open_fixed=fixed)
    if not known:
        assert made is None
        return
    top = min(int(one.sum(0).max()) for one in known)
    if made is None:  # As level as it was, or seats are free and more work than before is needed.
        assert top > int((wanted | fixed).sum(0).max())
        return
    assert int(made.chosen.sum(0).max()) == top
    kept = max(int((one & wanted).sum()) for one in known if int(one.sum(0).max()) == top)
    assert int((made.chosen & wanted).sum()) == kept
