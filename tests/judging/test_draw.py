import hashlib
import hmac
import itertools
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from judging.draw import (
    Infeasible,
    Load,
    Lot,
    Problem,
    assign,
    commitment,
    draw_judges,
    draw_order,
    next_judge,
    order,
    verify,
)

SEED = {"secret": "5f2a", "witness": "7"}
LOTS = ["8f93b41a", "47f2984e", "a010a122"]


@st.composite
def problems(draw) -> Problem:
    """Up to 4 entries and 4 judges with conflicts and bounds, about half of them without any assignment."""
    entries = {f"E{place}": draw(st.integers(0, 3)) for place in range(draw(st.integers(1, 4)))}
    judges = {}
    for seat in range(draw(st.integers(1, 4))):
        least = draw(st.sampled_from((0, 0, 1, 2)))
        judges[f"J{seat}"] = Load(least, draw(st.sampled_from((None, least, least + 1, 3 + least))))
    pairs = st.sets(st.tuples(st.sampled_from(sorted(entries)), st.sampled_from(sorted(judges))), max_size=6)
    return Problem(entries, judges, frozenset(draw(pairs)))


def every_assignment(problem: Problem):
    """All assignments that keep conflicts and demand, as loads by judge."""
    panels = [
        list(
            itertools.combinations(
                [judge for judge in problem.judges if (entry, judge) not in problem.conflicts], needs
            )
        )
        for entry, needs in problem.entries.items()
    ]
    for chosen in itertools.product(*panels):
        yield {judge: sum(judge in panel for panel in chosen) for judge in problem.judges}


def keeps_bounds(problem: Problem, loads: dict[str, int]) -> bool:
    return all(
        load.least <= loads[judge] and (load.most is None or loads[judge] <= load.most)
        for judge, load in problem.judges.items()
    )


def most_places(problem: Problem) -> int:
    """The greatest number of places that can be filled at all, minimums aside."""
    best = 0
    entries = list(problem.entries)

    def fill(number: int, loads: dict[str, int], filled: int):
        nonlocal best
        best = max(best, filled)
        if number == len(entries):
            return
        entry = entries[number]
        free = [
            judge
            for judge, load in problem.judges.items()
            if (entry, judge) not in problem.conflicts and (load.most is None or loads[judge] < load.most)
        ]
        for size in range(min(problem.entries[entry], len(free)) + 1):
            for panel in itertools.combinations(free, size):
                fill(number + 1, {one: load + (one in panel) for one, load in loads.items()}, filled + size)

    fill(0, dict.fromkeys(problem.judges, 0), 0)
    return best


# Assignment against brute force


@settings(max_examples=500)
@given(problems(), st.integers(0, 5))
def test_finds_the_most_even_assignment_whenever_there_is_one(problem, seed):
    feasible = [loads for loads in every_assignment(problem) if keeps_bounds(problem, loads)]
    try:
        panels = assign(problem, secret="5f2a", witness=str(seed))
    except Infeasible:
        assert not feasible
        return
    assert feasible
    loads = {judge: sum(judge in panel for panel in panels.values()) for judge in problem.judges}

    assert {entry: len(set(panel)) for entry, panel in panels.items()} == problem.entries
    assert not {(entry, judge) for entry, panel in panels.items() for judge in panel} & problem.conflicts
    assert keeps_bounds(problem, loads)
    squares = {sum(load**2 for load in one.values()) for one in feasible}
    assert sum(load**2 for load in loads.values()) == min(squares)
    assert max(loads.values()) == min(max(one.values()) for one in feasible)


@settings(max_examples=500)
@given(problems())
def test_names_exactly_what_is_lacking_and_why(problem):
    feasible = any(keeps_bounds(problem, loads) for loads in every_assignment(problem))
    if feasible:
        assign(problem, **SEED)
        return
    with pytest.raises(Infeasible) as refusal:
        assign(problem, **SEED)
    reasons = refusal.value

    lacking = sum(problem.entries.values()) - most_places(problem)
    assert sum(one.lacks for one in reasons.entries) == lacking
    for one in reasons.entries:
        conflicted = sum(entry == one.entry for entry, _ in problem.conflicts)
        assert (one.allowed, one.conflicted) == (len(problem.judges) - conflicted, conflicted)
        assert one.entry in str(reasons)
    if lacking:
        cut = reasons.bottleneck
        assert cut.needs - cut.places == lacking
        assert {one.entry for one in reasons.entries} <= set(cut.entries)
        assert cut.places == sum(problem.judges[judge].most or 0 for judge in cut.judges)
        assert not reasons.judges
    else:
        assert reasons.judges
        assert all(one.lacks > 0 and one.judge in str(reasons) for one in reasons.judges)


@settings(max_examples=30)
@given(st.integers(1, 6), st.integers(2, 5), st.integers(1, 4), st.integers(2, 6), st.integers(0, 99))
def test_loads_differ_by_one_at_most_where_conflicts_leave_room(entries, judges, needs, cities, seed):
    """Cities of equal size, each judge barred from one: by symmetry every judge can have the same load, or one more."""
    entries, judges = entries * cities, judges * cities
    conflicts = {(f"E{one}", f"J{two}") for one in range(entries) for two in range(judges) if (one - two) % cities == 0}
    problem = Problem(
        {f"E{number}": min(needs, judges - judges // cities) for number in range(entries)},
        {f"J{number}": Load() for number in range(judges)},
        frozenset(conflicts),
    )
    panels = assign(problem, secret="5f2a", witness=str(seed))
    loads = [sum(judge in panel for panel in panels.values()) for judge in problem.judges]

    assert not {(entry, judge) for entry, panel in panels.items() for judge in panel} & conflicts
    assert max(loads) - min(loads) <= 1


@settings(max_examples=60)
@given(problems(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_changes_no_byte(problem, random):
    turned = Problem(
        dict(random.sample(list(problem.entries.items()), len(problem.entries))),
        dict(random.sample(list(problem.judges.items()), len(problem.judges))),
        problem.conflicts,
    )
    assert outcome(turned) == outcome(problem)


def outcome(problem: Problem) -> str:
    """The digest of the draw, or the reasons why there is none."""
    try:
        return draw_judges(problem, **SEED)["digest"]
    except Infeasible as reasons:
        return str(reasons)


def test_moves_an_entry_on_when_the_turn_leaves_another_short():
    """J1 is the only judge for E1; whoever comes first, E2 must make room."""
    problem = Problem({"E1": 1, "E2": 1}, {"J1": Load(0, 1), "J2": Load(0, 1)}, frozenset({("E1", "J2")}))

    for witness in range(20):
        assert assign(problem, secret="5f2a", witness=str(witness)) == {"E1": ["J1"], "E2": ["J2"]}


def test_says_that_conflicts_leave_too_few_judges():
    problem = Problem({"E1": 2, "E2": 1}, {"J1": Load(), "J2": Load()}, frozenset({("E1", "J2")}))

    with pytest.raises(Infeasible, match=r"^E1 lacks 1 of 2 judges \(conflicts\)$"):
        assign(problem, **SEED)


def test_says_that_the_judges_are_full_and_names_the_bottleneck():
    problem = Problem(
        {"E1": 1, "E2": 1, "E3": 1},
        {"J1": Load(0, 1), "J2": Load(0, 5)},
        frozenset({("E1", "J2"), ("E2", "J2")}),
    )

    with pytest.raises(Infeasible) as refusal:
        assign(problem, **SEED)
    assert [one.code for one in refusal.value.entries] == ["judges_full"]
    cut = refusal.value.bottleneck
    assert (set(cut.entries), cut.judges, cut.needs, cut.places) == ({"E1", "E2"}, ("J1",), 2, 1)


def test_says_which_judge_cannot_reach_the_minimum():
    problem = Problem({"E1": 1, "E2": 1}, {"J1": Load(1), "J2": Load(1)}, frozenset({("E1", "J1"), ("E2", "J1")}))

    with pytest.raises(Infeasible) as refusal:
        assign(problem, **SEED)
    assert [(one.judge, one.lacks, one.allowed, one.code) for one in refusal.value.judges] == [
        ("J1", 1, 0, "conflicts")
    ]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Load(2, 1), "load: 2 to 1 is no range"),
        (lambda: Load(-1), "is no range"),
        (lambda: Problem({"E": -1}, {}), "entry E: -1 judges"),
        (lambda: Problem({"E": 1}, {"J": Load()}, frozenset({("E", "K")})), "conflict of K with E"),
        (lambda: Lot("", "7"), "secret: must be"),
        (lambda: Lot("a:b", "7"), "secret: must be"),
        (lambda: order(["a", "a"], **SEED), "ids: each may be there once"),
        (lambda: draw_order(["a"], purpose="judges", **SEED), "purpose: judges is drawn with"),
    ],
)
def test_refuses_what_cannot_be_drawn(make, message):
    with pytest.raises(ValueError, match=message):
        make()


# Order, record, verification


@given(st.sets(st.text(min_size=1, max_size=6), max_size=12), st.text(max_size=5), st.text(max_size=5))
def test_order_is_by_hmac_of_purpose_and_id(ids, witness, purpose):
    def lot(one: str) -> str:
        return hmac.new(f"5f2a:{witness}".encode(), f"{purpose}:{one}".encode(), hashlib.sha256).hexdigest()

    assert order(ids, secret="5f2a", witness=witness, purpose=purpose) == sorted(ids, key=lot)


def test_an_order_that_anybody_can_repeat_with_a_calculator():
    """`printf 'order:E1' | openssl dgst -sha256 -hmac '5f2a:7'` and so on gives these lots."""
    assert commitment("5f2a") == hashlib.sha256(b"5f2a").hexdigest()
    assert [Lot("5f2a", "7").of("order", one).hex()[:8] for one in ("E1", "E2", "E3")] == LOTS
    assert order(["E1", "E2", "E3"], **SEED) == ["E2", "E1", "E3"]


def test_neither_secret_nor_witness_alone_decides():
    ids = [f"E{number}" for number in range(30)]
    orders = {tuple(order(ids, secret=secret, witness=witness)) for secret in "abc" for witness in "123"}

    assert len(orders) == 9


def record_of_a_draw() -> dict:
    problem = Problem(
        {f"E{number}": 2 for number in range(6)},
        {f"J{number}": Load(1, 4) for number in range(5)},
        frozenset({("E0", "J0"), ("E1", "J0"), ("E2", "J3")}),
    )
    return json.loads(json.dumps(draw_judges(problem, **SEED)))


def test_a_stored_draw_comes_out_again():
    record = record_of_a_draw()

    assert verify(record) == []
    assert record["commitment"] == commitment("5f2a")
    assert sorted(record["output"]["loads"].values()) == [2, 2, 2, 3, 3]
    assert verify(json.loads(json.dumps(draw_order(["E1", "E2", "E3"], purpose="order:track", **SEED)))) == []


@pytest.mark.parametrize(
    ("part", "value", "found"),
    [
        ("secret", "5f2b", {"commitment", "output", "digest"}),
        ("witness", "8", {"output", "digest"}),
        ("commitment", "0" * 64, {"commitment"}),
        ("inputs_digest", "0" * 64, {"inputs_digest"}),
        ("digest", "0" * 64, {"digest"}),
        ("output", {"panels": {}, "loads": {}}, {"output"}),
        ("format", "other", {"format"}),
        ("inputs", {"entries": {}}, {"inputs"}),
        ("inputs", None, {"inputs"}),
        ("secret", "", {"inputs"}),
    ],
)
def test_a_changed_record_is_found_and_the_part_named(part, value, found):
    changed = verify(record_of_a_draw() | {part: value})

    assert found <= set(changed)
    assert changed


def test_one_conflict_slipped_in_or_out_is_found():
    for conflicts in ([], [["E0", "J0"], ["E1", "J0"], ["E2", "J3"], ["E5", "J1"]]):
        record = record_of_a_draw()
        record["inputs"]["conflicts"] = conflicts
        assert {"inputs_digest", "digest"} <= set(verify(record))


def test_a_record_with_a_part_missing_is_refused_by_its_name():
    record = record_of_a_draw()
    del record["witness"]

    assert verify(record) == ["witness"]


def test_the_next_judge_is_the_next_in_the_order_drawn_for_the_entry():
    record = record_of_a_draw()
    waiting = order(record["inputs"]["judges"], secret="5f2a", witness="7", purpose="judges:E0")
    free = [judge for judge in waiting if judge not in (*record["output"]["panels"]["E0"], "J0")]

    taken = record["output"]["panels"]["E0"]
    assert next_judge(record, "E0", taken=taken, loads={}) == free[0]
    assert next_judge(record, "E0", taken=taken, loads={free[0]: 4}) == free[1]
    assert next_judge(record, "E0", taken=record["inputs"]["judges"], loads={}) is None
