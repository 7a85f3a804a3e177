import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from judging import ranking
from judging.scoring import Criterion, Decision, Entry, MarkSet, Rule, Sheet, TieStep
from tests.judging import naive

TOTAL = Criterion("total", Decimal(100))


def entry(key: str, *marks: int | None, number: str = "", earlier: str | None = None, withdrawn: str = "") -> Entry:
    sheets = tuple(
        Sheet(str(seat), {"total": Decimal(mark)}) if mark is not None else Sheet(str(seat), {}, "recused")
        for seat, mark in enumerate(marks, 1)
    )
    return Entry(key, number or key, sheets, Decimal(earlier) if earlier else None, withdrawn)


def ranked(rule: Rule, *entries: Entry, jury: tuple[Decision, ...] = ()):
    return ranking.compute(MarkSet((TOTAL,), entries, jury), rule)


def ranks(result) -> list[tuple[str, int, bool]]:
    return [(one["entry"], one["rank"], one["tied"]) for one in result["places"]]


def by(*kinds: str) -> Rule:
    return Rule(min_valid_marks=1, tie_chain=tuple(TieStep(kind) for kind in kinds))


# Against a naive implementation


def naive_place(one: Entry, marks: MarkSet, rule: Rule) -> tuple:
    """The figures an entry is compared by, first to last, when everybody has all of them."""
    values = [Fraction(naive.total(one, marks, rule))]
    for step in rule.tie_chain:
        if step.kind == "earlier_total":
            values.append(Fraction(one.earlier))
        elif step.kind == "highest_raw":
            values.append(max(naive.sheet_totals(one, marks.criteria, rule)))
        elif step.kind == "criterion":
            values.append(naive_mean(one, marks, rule, step.criterion))
        else:
            values.append(sum(naive.sheet_totals(one, marks.criteria, rule)))
    return tuple(values)


def naive_mean(one: Entry, marks: MarkSet, rule: Rule, key: str) -> Fraction:
    """The criterion's mean over the marks, or over the sheets, that the total was made of."""
    if rule.trim_scope == "criterion":
        return naive.half_up(naive.mean(naive.trimmed(naive.valid_marks(one, key), rule)), rule.criterion_digits)
    pairs = [
        (naive.half_up(sum(Fraction(mark) for mark in sheet.marks.values()), rule.sheet_digits), int(sheet.key), sheet)
        for sheet in one.sheets
    ]
    pairs.sort(key=lambda pair: pair[:2])
    if len(pairs) >= rule.min_marks_to_trim:
        pairs = pairs[rule.trim_low : len(pairs) - rule.trim_high]
    return naive.half_up(naive.mean([Fraction(sheet.marks[key]) for _, _, sheet in pairs]), rule.criterion_digits)


@st.composite
def full_panels(draw) -> MarkSet:
    """Entries that all judges marked on all criteria, on a coarse scale: many ties."""
    criteria = tuple(Criterion(key, Decimal(2)) for key in ("a", "b"))
    judges = draw(st.integers(1, 5))
    mark = st.integers(0, 2).map(Decimal)
    entries = []
    for place in range(draw(st.integers(1, 6))):
        sheets = tuple(Sheet(str(seat), {"a": draw(mark), "b": draw(mark)}) for seat in range(8, 8 + judges))
        entries.append(
            Entry(
                f"e{place}", str(draw(st.integers(1, 12))), sheets, draw(st.integers(80, 82).map(Decimal)),
                room=draw(st.sampled_from("AB")),
            )
        )  # fmt: skip
    return MarkSet(criteria, tuple(entries))


@settings(max_examples=200)
@given(full_panels(), naive.rules(chains=True))
def test_ranks_equal_comparing_everybody_with_everybody(marks, rule):
    rule = Rule.from_data(rule.to_data() | {"min_valid_marks": 1, "further_weights": []})
    figures = {one.key: naive_place(one, marks, rule) for one in marks.entries}
    result = ranking.compute(marks, rule)

    for place in result["places"]:
        own = figures[place["entry"]]
        assert place["rank"] == 1 + sum(other > own for other in figures.values())
        assert place["tied"] == (sum(other == own for other in figures.values()) > 1)
    assert [place["order"] for place in result["places"]] == list(range(1, len(figures) + 1))
    numbers = {one.key: int(one.number) for one in marks.entries}
    expected = sorted(figures, key=lambda key: ([-value for value in figures[key]], numbers[key], int(key[1:])))
    assert [place["entry"] for place in result["places"]] == expected


@settings(max_examples=60)
@given(naive.mark_sets(coarse=True), naive.rules(chains=True), st.randoms(use_true_random=False))
def test_the_order_of_the_input_changes_no_byte(marks, rule, random):
    entries = [
        replace(one, sheets=tuple(random.sample(one.sheets, len(one.sheets))))
        for one in random.sample(marks.entries, len(marks.entries))
    ]
    turned = MarkSet(marks.criteria, tuple(entries))

    assert ranking.canonical_json(ranking.compute(turned, rule)) == ranking.canonical_json(ranking.compute(marks, rule))


@settings(max_examples=60)
@given(naive.mark_sets(coarse=True), naive.rules(chains=True))
def test_a_stored_ranking_replays_to_the_same_bytes(marks, rule):
    result = ranking.compute(marks, rule)
    stored = json.loads(json.dumps([rule.to_data(), marks.to_data(), result]))
    again = ranking.replay(stored[0], stored[1])

    assert ranking.canonical_json(again) == ranking.canonical_json(result) == ranking.canonical_json(stored[2])
    assert ranking.digest(again) == ranking.digest(stored[2])
    assert ranking.differences(stored[2], again) == []


@settings(max_examples=60)
@given(naive.mark_sets(coarse=True), naive.rules(chains=True))
def test_everybody_is_listed_once(marks, rule):
    result = ranking.compute(marks, rule)

    listed = [one["entry"] for part in ("places", "apart") for one in result[part]]
    assert sorted(listed) == sorted(one.key for one in marks.entries)


# Ranks and ties


def test_equals_share_a_rank_and_the_next_is_left_out():
    result = ranked(by(), entry("a", 90), entry("b", 80), entry("c", 80), entry("d", 70))

    assert ranks(result) == [("a", 1, False), ("b", 2, True), ("c", 2, True), ("d", 4, False)]


def test_equals_stand_in_the_order_of_their_numbers():
    result = ranked(
        by(), entry("x", 80, number="CY-10"), entry("y", 80, number="CY-9"), entry("z", 80, number="CY-100")
    )

    assert [one["number"] for one in result["places"]] == ["CY-9", "CY-10", "CY-100"]


def test_the_earlier_round_separates_a_tie_and_says_so():
    result = ranked(by("earlier_total", "all_advance"), entry("a", 80, earlier="86.4"), entry("b", 80, earlier="86.45"))

    assert ranks(result) == [("b", 1, False), ("a", 2, False)]
    assert result["ties"] == [
        {
            "rank": 1,
            "total": "80.00",
            "entries": ["b", "a"],
            "steps": [
                {
                    "kind": "earlier_total",
                    "group": ["a", "b"],
                    "values": {"a": "86.40", "b": "86.45"},
                    "outcome": "split",
                    "measure": "value",
                }
            ],
            "left": [],
        }
    ]


def test_a_group_that_splits_goes_on_apart():
    """Three equals: the first step takes one out, the second separates the other two."""
    result = ranked(
        by("earlier_total", "highest_raw"),
        entry("a", 80, 80, earlier="70"),
        entry("b", 70, 90, earlier="70"),
        entry("c", 75, 85, earlier="71"),
    )

    assert ranks(result) == [("c", 1, False), ("b", 2, False), ("a", 3, False)]
    assert [(step["kind"], step["group"], step["outcome"]) for step in result["ties"][0]["steps"]] == [
        ("earlier_total", ["a", "b", "c"], "split"),
        ("highest_raw", ["a", "b"], "split"),
    ]
    assert [step["kind"] for step in ranking.steps_of(result, result["places"][0])] == ["earlier_total"]
    assert [step["kind"] for step in ranking.steps_of(result, result["places"][1])] == ["earlier_total", "highest_raw"]


def test_a_step_is_passed_over_when_somebody_lacks_its_value():
    result = ranked(by("earlier_total", "highest_raw"), entry("a", 80, 80, earlier="99"), entry("b", 70, 90))

    assert ranks(result) == [("b", 1, False), ("a", 2, False)]
    assert result["ties"][0]["steps"][0]["outcome"] == "missing"
    assert result["ties"][0]["steps"][0]["values"] == {"a": "99.00", "b": None}


def test_marks_before_dropping_are_added_where_everybody_had_as_many():
    rule = Rule(trim_scope="sheet", trim_high=1, trim_low=1, min_marks_to_trim=3, tie_chain=(TieStep("untrimmed_sum"),))
    result = ranked(rule, entry("a", 60, 80, 100), entry("b", 79, 80, 90))

    assert ranks(result) == [("b", 1, False), ("a", 2, False)]
    step = result["ties"][0]["steps"][0]
    assert (step["measure"], step["values"]) == ("sum", {"a": "240.00", "b": "249.00"})


def test_marks_before_dropping_are_averaged_where_a_judge_is_missing():
    """Seven marks of 80 add up to more than six of 81 would: a recused judge must not count as a zero."""
    rule = Rule(trim_scope="sheet", trim_high=1, trim_low=1, min_marks_to_trim=3, tie_chain=(TieStep("untrimmed_sum"),))
    result = ranked(rule, entry("a", 80, 80, 80, 80), entry("b", 80, 80, 83, None))

    assert ranks(result) == [("b", 1, False), ("a", 2, False)]
    step = result["ties"][0]["steps"][0]
    assert (step["measure"], step["values"]) == ("mean", {"a": "80.00", "b": "81.00"})


def test_a_named_criterion_separates_by_the_marks_in_use():
    criteria = (Criterion("a", Decimal(50)), Criterion("b", Decimal(50)))

    def both(key, *pairs):
        return Entry(
            key, key, tuple(Sheet(str(seat), {"a": Decimal(a), "b": Decimal(b)}) for seat, (a, b) in enumerate(pairs))
        )

    rule = Rule(
        trim_scope="sheet", trim_high=1, trim_low=1, min_marks_to_trim=3, tie_chain=(TieStep("criterion", "b"),)
    )
    result = ranking.compute(
        MarkSet(criteria, (both("x", (50, 50), (40, 30), (0, 0)), both("y", (50, 50), (30, 40), (0, 0)))), rule
    )

    assert ranks(result) == [("y", 1, False), ("x", 2, False)]
    assert result["ties"][0]["steps"][0]["values"] == {"x": "30.00", "y": "40.00"}


def test_the_jury_is_waited_for_and_its_decision_recorded():
    entries = (entry("a", 80), entry("b", 80), entry("c", 80))
    waiting = ranked(by("jury"), *entries)
    decided = ranked(by("jury"), *entries, jury=(Decision(("c", "a", "b"), "Announced by the chair"),))

    assert waiting["undecided"] == [["a", "b", "c"]]
    assert ranks(waiting) == [("a", 1, True), ("b", 1, True), ("c", 1, True)]
    assert decided["undecided"] == []
    assert ranks(decided) == [("c", 1, False), ("a", 2, False), ("b", 3, False)]
    step = decided["ties"][0]["steps"][0]
    assert (step["values"], step["reason"]) == ({"c": "1", "a": "2", "b": "3"}, "Announced by the chair")


def test_a_decision_on_part_of_a_group_does_not_count():
    result = ranked(
        by("jury", "all_advance"), entry("a", 80), entry("b", 80), entry("c", 80), jury=(Decision(("a", "b")),)
    )

    assert result["undecided"] == [["a", "b", "c"]]
    assert [step["outcome"] for step in result["ties"][0]["steps"]] == ["pending", "all_advance"]


def test_a_decision_never_moves_a_better_total():
    result = ranked(by("jury"), entry("a", 90), entry("b", 80), jury=(Decision(("b", "a")),))

    assert ranks(result) == [("a", 1, False), ("b", 2, False)]


def test_refuses_a_decision_on_a_stranger():
    with pytest.raises(ValueError, match="jury: z is not an entry"):
        ranked(by("jury"), entry("a", 80), jury=(Decision(("a", "z")),))


def test_withdrawn_and_incomplete_entries_stand_apart_with_their_reason():
    rule = Rule(min_valid_marks=2)
    result = ranked(
        rule, entry("a", 80, 80), entry("b", 99, None), entry("c", 99, 99, withdrawn="Did not come"), entry("d", 70, 70)
    )

    assert ranks(result) == [("a", 1, False), ("d", 2, False)]
    assert [(one["entry"], one["state"], one["reason"]) for one in result["apart"]] == [
        ("b", "incomplete", {"code": "too_few_marks", "valid": 1, "needed": 2}),
        ("c", "withdrawn", {"code": "withdrawn", "reason": "Did not come"}),
    ]


# Canonical form


def test_canonical_json_is_one_text_of_sorted_names():
    result = ranked(by("all_advance"), entry("中", 80), entry("b", 80))
    text = ranking.canonical_json(result)

    assert text == json.dumps(result, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert ranking.digest(result) == ranking.digest(json.loads(text))


def test_no_figure_of_a_result_is_a_float():
    def kinds(value):
        if isinstance(value, dict):
            return {kind for one in value.values() for kind in kinds(one)}
        if isinstance(value, list):
            return {kind for one in value for kind in kinds(one)}
        return {type(value)}

    rule = Rule(min_valid_marks=1, earlier_weight=Decimal("0.3"), tie_chain=(TieStep("highest_raw"),))
    result = ranked(rule, entry("a", 80, 71, earlier="80"), entry("b", 80, 71, earlier="80"), entry("c", 1))

    assert kinds(result) <= {str, int, bool, type(None)}


def test_a_changed_mark_is_found_and_named():
    stored = ranked(by(), entry("a", 90), entry("b", 80))
    again = ranked(by(), entry("a", 90), entry("b", 81))

    assert ranking.differences(stored, again) == ["places: b"]
    assert ranking.differences(stored | {"criteria": ["style"]}, stored) == ["criteria"]
    assert ranking.differences({"format": "x"}, stored)[:2] == ["places: a", "places: b"]
