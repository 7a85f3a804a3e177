"""The division into rooms: the best of all divisions on small instances, the same whoever comes first, and why not."""

from dataclasses import replace
from decimal import Decimal
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from judging import rooms
from judging.draw import Lot
from judging.fit import EntrySide, JudgeSide
from judging.planning import EntryFacts, Facts, JudgeFacts, Rules
from judging.rooms.problem import LEVELS, MEANS
from judging.rooms.solve import CLOSE

LOT = Lot("5f2a", "7")


def entry(name, field="info", city="jinan"):
    return EntryFacts(EntrySide(name, field, {}), city)


def judge(name, *kinds, employer="", most=None):
    return JudgeFacts(JudgeSide(name, {}, {}), kinds or ("finance",), "", employer, most)


def problem_of(entries, judges, *, scores=None, apart=(), costs=(), rules=None, enough=1, tracks=None, count=2):
    facts = Facts(entries, judges, dict.fromkeys(apart, False), dict.fromkeys(costs, 1))
    members = {
        one.name: rooms.Member((tracks or {}).get(one.name, "A"), (scores or {}).get(one.name)) for one in entries
    }
    order = LOT.order([one.name for one in judges], "panel")
    return rooms.problem_of(facts, members, order, rules or Rules(1), LOT, rooms=count, enough=enough)


@st.composite
def problems(draw):
    entries = [
        entry(f"e{n}", draw(st.sampled_from("xy")), draw(st.sampled_from("uv"))) for n in range(draw(st.integers(3, 4)))
    ]
    kinds = st.sampled_from(["investor", "technical"])
    judges = [
        judge(
            f"j{n}",
            draw(kinds),
            employer=draw(st.sampled_from(["", "g"])),
            most=draw(st.sampled_from([None, None, 2, 1])),
        )
        for n in range(draw(st.integers(2, 4)))
    ]
    pairs = st.sampled_from([(one.name, other.name) for one in entries for other in judges])
    scores = {one.name: draw(st.sampled_from([None, Decimal(70), Decimal("80.25"), Decimal(91)])) for one in entries}
    rules = Rules(
        draw(st.integers(1, 2)),
        types=draw(st.sampled_from([{}, {"investor": 1}])),
        employer_max=draw(st.sampled_from([None, 1])),
    )
    return problem_of(
        entries, judges, scores=scores, apart=draw(st.sets(pairs, max_size=3)), costs=draw(st.sets(pairs, max_size=2)),
        rules=rules, tracks={one.name: draw(st.sampled_from("AB")) for one in entries},
    )  # fmt: skip


def every_division(problem):
    """All that keep every rule: each entry in a room, each judge in one or in none."""
    names = [*problem["entries"], *problem["judges"]]
    choices = [problem["rooms"]] * len(problem["entries"]) + [[*problem["rooms"], ""]] * len(problem["judges"])
    for where in product(*choices):
        placed = {name: room for name, room in zip(names, where, strict=True) if room}
        if not rooms.broken(problem, placed):
            yield rooms.levels(problem, placed)


@settings(max_examples=20)
@given(problems())
def test_no_division_is_better_level_by_level(problem):
    answer = rooms.solve(problem, LOT)
    left = list(every_division(problem))

    assert bool(answer["pairs"]) == bool(left)
    if not left:
        assert answer["status"] == "infeasible"
        assert answer["loosening"]
        return
    placed = dict(answer["pairs"])
    assert not rooms.broken(problem, placed)
    found = rooms.levels(problem, placed)
    for name in LEVELS:
        best = min(one[name] for one in left)
        assert best <= found[name] <= best + (CLOSE if name in MEANS else 0), name
        left = [one for one in left if one[name] <= found[name]]


def test_a_final_is_even_and_the_same_whoever_comes_first():
    entries = [entry(f"e{n:02d}", "abcd"[n % 4], "uvw"[n % 3]) for n in range(13)]
    judges = [judge(f"j{n:02d}", ("investor", "technical", "finance")[n % 3], employer=f"g{n % 5}") for n in range(12)]
    scores = {one.name: Decimal(7000 + 173 * n) / 100 for n, one in enumerate(entries)}
    told = {"scores": scores, "apart": [("e03", "j01"), ("e04", "j02")], "enough": 3}
    told["rules"] = Rules(5, types={"investor": 1, "technical": 1}, employer_max=2)
    problem = problem_of(entries, judges, **told)

    answer = rooms.solve(problem, LOT)
    placed = dict(answer["pairs"])
    levels = rooms.levels(problem, placed)
    assert sorted(map(len, rooms.members_of(problem, placed, "entries").values())) == [6, 7]
    assert levels["recused"] == levels["tier"] == levels["city"] == 0
    assert levels["spread"] <= 50
    assert rooms.solve(problem_of(entries[::-1], judges[::-1], **told), LOT) == answer
    marks = rooms.sittings(problem, placed)
    assert len(marks) == 13 * 5
    assert not set(marks) & set(told["apart"])


def test_a_conflict_that_cannot_be_kept_out_is_recused_and_counted():
    entries, judges = [entry("e0"), entry("e1")], [judge("j0"), judge("j1"), judge("j2"), judge("j3")]
    apart = [("e0", "j0"), ("e1", "j0")]
    problem = problem_of(entries, judges, apart=apart, rules=Rules(2))

    placed = dict(rooms.solve(problem, LOT)["pairs"])
    assert rooms.levels(problem, placed)["recused"] == 1
    assert len(rooms.sittings(problem, placed)) == 3
    short = rooms.solve({**problem, "enough": 2}, LOT)
    assert short["status"] == "infeasible"
    assert [(one["rule"], one["by"]) for one in short["loosening"]] == [("enough", 1)]


def test_why_no_division_is_possible_is_said_in_numbers():
    entries = [entry(f"e{n}") for n in range(4)]
    judges = [judge("j0", "investor"), judge("j1", "finance", most=1), judge("j2", "finance")]
    problem = problem_of(entries, judges, rules=Rules(2, types={"investor": 1}))

    answer = rooms.solve(problem, LOT)
    assert answer["reasons"] == [
        {"because": "seats", "needs": 4, "have": 3},
        {"because": "type", "type": "investor", "needs": 2, "have": 1},
        {"because": "load_max", "judges": ["j1"], "needs": 2},
    ]
    assert {one["rule"] for one in answer["loosening"]} >= {"seats", "type_min"}


def test_a_judge_takes_no_more_than_the_smaller_limit():
    problem = problem_of(
        [entry("e0"), entry("e1")], [judge("j0", most=9), judge("j1")], rules=replace(Rules(1), load_max=5)
    )
    assert problem["most"] == [5, 5]


def test_moves_and_exchanges_leave_everybody_else():
    placed = {"e0": "1", "e1": "2", "j0": "1"}
    assert rooms.moved(placed, "e0", room="2") == {"e0": "2", "e1": "2", "j0": "1"}
    assert rooms.moved(placed, "e0", other="e1") == {"e0": "2", "e1": "1", "j0": "1"}
    assert rooms.moved(placed, "j0", other="j1") == {"e0": "1", "e1": "2", "j1": "1"}
