import csv
import itertools
import json
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from judging.scoring import Criterion, Entry, MarkSet, Rule, RuleError, Sheet, TieStep, describe, score
from judging.scoring.figure import rounded, text_of
from tests.judging import naive

ISU = Path(__file__).resolve().parents[2] / "seeds" / "data" / "isu-2017-components.csv"
TRIMMED = {"trim_high": 1, "trim_low": 1, "min_marks_to_trim": 5}
TOTAL = Criterion("total", Decimal(100), Decimal(1), Decimal("0.5"))


def one_mark_sheets(*marks: str | None) -> tuple[Sheet, ...]:
    return tuple(
        Sheet(str(seat), {"total": Decimal(mark)}) if mark else Sheet(str(seat), {}, "recused")
        for seat, mark in enumerate(marks, 1)
    )


# Published results


def test_reproduces_every_official_score_of_the_figure_skating_protocols():
    """Drop one high and one low of each component, mean to two decimals, times the factor to two decimals, summed."""
    rule = Rule(trim_scope="criterion", min_valid_marks=1, **(TRIMMED | {"min_marks_to_trim": 3}))
    entries = defaultdict(list)
    with ISU.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            entries[row["competition"], row["program"], row["entry"]].append(row)
    panel_scores = totals = 0
    for rows in entries.values():
        criteria = [Criterion(row["criterion"], Decimal(10), Decimal(row["factor"]), Decimal("0.25")) for row in rows]
        sheets = tuple(
            Sheet(
                judge,
                {row["criterion"]: Decimal(row[judge]) for row in rows if Decimal(row[judge] or 0)},
            )
            for judge in ("J1", "J2", "J3", "J4", "J5", "J6", "J7", "J8", "J9")
        )
        scored = score(Entry("1", "1", sheets), criteria, rule)
        official = {row["criterion"]: Decimal(row["panel_score"]) for row in rows}
        panel_scores += sum(Decimal(row["mean"]) == official[row["criterion"]] for row in scored.record["criteria"])
        totals += scored.total == Decimal(rows[0]["component_total"])

    assert (panel_scores, totals) == (3540, 708)


# Arithmetic against a naive implementation


@settings(max_examples=300)
@given(naive.mark_sets(entries=1), naive.rules())
def test_total_equals_exact_arithmetic_with_fractions(marks, rule):
    entry = marks.entries[0]
    scored = score(entry, marks.criteria, rule)

    assert scored.total == naive.total(entry, marks, rule)
    assert scored.state == ("withdrawn" if entry.withdrawn else "incomplete" if scored.total is None else "scored")


@settings(max_examples=150)
@given(naive.mark_sets(entries=1), naive.rules(scopes=("criterion",)))
def test_every_valid_mark_is_used_or_dropped_exactly_once(marks, rule):
    record = score(marks.entries[0], marks.criteria, rule).record
    given_by = {row["sheet"]: row["marks"] for row in record["sheets"]}

    for row in record.get("criteria", []):
        named = row["used"] + row["dropped_high"] + row["dropped_low"]
        valid = {
            sheet: Decimal(given[row["criterion"]]) for sheet, given in given_by.items() if row["criterion"] in given
        }
        assert sorted(named) == sorted(valid)
        assert row["valid"] == len(valid)
        used = [valid[sheet] for sheet in row["used"]]
        assert all(valid[sheet] >= max(used, default=0) for sheet in row["dropped_high"])
        assert all(valid[sheet] <= min(used, default=0) for sheet in row["dropped_low"])
        if "sum" in row:
            assert Decimal(row["sum"]) == sum(used)


@given(st.integers(0, 10**9), st.integers(1, 10**5), st.integers(0, 4))
def test_rounding_is_half_up(numerator, denominator, digits):
    with localcontext(prec=60):
        expected = (Decimal(numerator) / denominator).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)

    units, scale = rounded((numerator, denominator), digits)

    assert Decimal(units) / scale == expected


@pytest.mark.parametrize(
    ("figure", "at_least", "text"),
    [((9125, 100), 0, "91.25"), ((91, 2), 2, "45.50"), ((22, 7), 2, "22/7"), ((0, 5), 0, "0"), ((1, 8), 2, "0.125")],
)
def test_figures_as_text(figure, at_least, text):
    assert text_of(figure, at_least) == text


def test_the_result_does_not_hang_on_the_precision_of_the_process():
    sheets = tuple(
        Sheet(str(seat), {"a": Decimal("19.75"), "b": Decimal(mark)}) for seat, mark in enumerate(("7.25", "8", "9.5"))
    )
    criteria = [Criterion(key, Decimal(20), Decimal("1.2345"), Decimal("0.25")) for key in ("a", "b")]
    rule = Rule(trim_scope="criterion")
    expected = score(Entry("1", "1", sheets), criteria, rule).record

    with localcontext(prec=2):
        assert score(Entry("1", "1", sheets), criteria, rule).record == expected


# Trimming and missing marks


def test_drops_highest_and_lowest_of_seven_sheets():
    rule = Rule(trim_scope="sheet", **TRIMMED)
    scored = score(
        Entry("1", "0740", one_mark_sheets("84.5", "84.5", "88", "86.5", "88", "84.5", "84.5")), [TOTAL], rule
    )

    assert scored.record["panel"] == {
        "valid": 7,
        "trim": "done",
        "used": ["2", "3", "4", "6", "7"],
        "dropped_high": ["5"],
        "dropped_low": ["1"],
        "sum": "428.00",
    }
    assert scored.record["total"] == "85.60"


def test_high_and_low_are_dropped_by_their_own_numbers_from_the_threshold_on():
    rule = Rule(trim_scope="sheet", trim_high=2, trim_low=1, min_marks_to_trim=5)
    scored = score(Entry("1", "1", one_mark_sheets("60", "70", "80", "90", "100")), [TOTAL], rule)

    panel = scored.record["panel"]
    assert (panel["trim"], panel["used"]) == ("done", ["2", "3"])
    assert (panel["dropped_high"], panel["dropped_low"]) == (["4", "5"], ["1"])
    assert scored.record["total"] == "75.00"


def test_a_judge_who_recuses_leaves_six_marks_not_a_zero():
    rule = Rule(trim_scope="sheet", **TRIMMED)
    scored = score(Entry("1", "0478", one_mark_sheets("82", "90", "92", "86.5", "94.5", None, "84.5")), [TOTAL], rule)

    assert scored.record["panel"]["valid"] == 6
    assert scored.record["total"] == "88.25"


def test_below_the_threshold_nothing_is_dropped_and_it_is_said():
    rule = Rule(trim_scope="sheet", **TRIMMED)
    scored = score(Entry("1", "1", one_mark_sheets("60", "80", "85", "90")), [TOTAL], rule)

    assert scored.record["panel"]["trim"] == "too_few"
    assert scored.record["panel"]["used"] == ["1", "2", "3", "4"]
    assert scored.record["total"] == "78.75"


@pytest.mark.parametrize("state", ["draft", "absent", "abstained", "recused", "void"])
def test_marks_of_a_sheet_that_does_not_count_are_not_read(state):
    sheets = (*one_mark_sheets("80", "90"), Sheet("9", {"total": Decimal(0)}, state))
    scored = score(Entry("1", "1", sheets), [TOTAL], Rule(min_valid_marks=2))

    assert scored.record["total"] == "85.00"
    assert scored.record["sheets"][2] == {"sheet": "9", "state": state, "marks": {}, "total": None}


@pytest.mark.parametrize("scope", ["criterion", "none"])
def test_too_few_valid_marks_make_an_entry_incomplete(scope):
    scored = score(Entry("1", "1", one_mark_sheets("80", None, "90")), [TOTAL], Rule(trim_scope=scope))

    assert (scored.state, scored.total) == ("incomplete", None)
    assert scored.reason["code"] == "too_few_marks"
    assert (scored.reason["valid"], scored.reason["needed"]) == (2, 3)


def test_a_sheet_with_a_gap_counts_for_its_criteria_but_not_as_a_sheet():
    criteria = [Criterion(key, Decimal(10)) for key in ("a", "b")]
    full = {"a": Decimal(8), "b": Decimal(6)}
    sheets = (Sheet("1", full), Sheet("2", full), Sheet("3", {"a": Decimal(2), "b": None}))

    by_criterion = score(Entry("1", "1", sheets), criteria, Rule(trim_scope="criterion", min_valid_marks=2))
    by_sheet = score(Entry("1", "1", sheets), criteria, Rule(min_valid_marks=2))

    assert [row["valid"] for row in by_criterion.record["criteria"]] == [3, 2]
    assert by_criterion.record["total"] == "12.00"
    assert by_sheet.record["panel"]["valid"] == 2
    assert by_sheet.record["total"] == "14.00"


def test_blend_takes_the_rounded_total_of_this_round_and_rounds_again():
    rule = Rule(min_valid_marks=1, earlier_weight=Decimal("0.5"))
    entry = Entry("1", "1", one_mark_sheets("85", "85.5", "85.5"), earlier=Decimal("86.4"))
    scored = score(entry, [TOTAL], rule)

    assert scored.record["stage"] == "85.33"
    assert scored.record["blend"] == {"earlier": "86.40", "weight": "0.5"}
    assert scored.record["total"] == "85.87"


def test_without_an_earlier_total_a_blend_is_incomplete():
    scored = score(
        Entry("1", "1", one_mark_sheets("85")), [TOTAL], Rule(min_valid_marks=1, earlier_weight=Decimal("0.3"))
    )

    assert (scored.state, scored.reason, scored.total) == ("incomplete", {"code": "no_earlier_total"}, None)


# Refusals


@pytest.mark.parametrize(
    ("mark", "message"),
    [
        (Decimal(101), "entry 7, sheet 3, criterion total: 101 is outside 0 to 100"),
        (Decimal("-0.5"), "is outside 0 to 100"),
        (Decimal("80.25"), "80.25 is not on the step of 0.5"),
        (Decimal("NaN"), "is not a decimal number"),
        (80.0, "80.0 is not a decimal number"),
        (80, "80 is not a decimal number"),
    ],
)
def test_refuses_a_mark_that_cannot_be_even_after_its_equal_was_seen(mark, message):
    sheets = (Sheet("1", {"total": Decimal(80)}), Sheet("3", {"total": mark}))

    with pytest.raises(ValueError, match=message):
        score(Entry("7", "7", sheets), [TOTAL], Rule())


def test_refuses_a_criterion_that_the_rubric_lacks():
    with pytest.raises(ValueError, match="entry 7, sheet 1: style is not a criterion"):
        score(Entry("7", "7", (Sheet("1", {"style": Decimal(1)}),)), [TOTAL], Rule())


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Sheet("1", {}, "asleep"), "sheet 1: state must be one of submitted, draft"),
        (lambda: Entry("1", "1", (Sheet("1"), Sheet("1"))), "a sheet is there twice"),
        (lambda: Entry("1", "1", earlier=Decimal(-1)), "earlier total must be 0 or more"),
        (lambda: MarkSet((TOTAL,), (Entry("1", "1"), Entry("1", "2"))), "entry 1 is there twice"),
        (lambda: MarkSet((TOTAL, TOTAL), ()), "criterion total is there twice"),
        (lambda: MarkSet((), ()), "at least one criterion"),
        (lambda: Criterion("a", Decimal(0)), "maximum must be a decimal above 0"),
        (lambda: Criterion("a", Decimal(1), Decimal(1), 0.5), "step must be a decimal above 0"),
    ],
)
def test_refuses_marks_that_contradict_themselves(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"trim_scope": "panel"}, "trim_scope"),
        ({"trim_scope": "sheet", "trim_high": -1}, "trim_high"),
        ({"trim_scope": "sheet", "trim_high": True}, "trim_high"),
        ({"trim_scope": "sheet", "trim_low": "1"}, "trim_low"),
        ({"trim_scope": "none", "trim_high": 1}, "trim_high"),
        ({"trim_scope": "sheet", "trim_high": 1, "trim_low": 1, "min_marks_to_trim": 2}, "min_marks_to_trim"),
        ({"min_valid_marks": 0}, "min_valid_marks"),
        ({"total_digits": None}, "total_digits"),
        ({"total_digits": 5}, "total_digits"),
        ({"criterion_digits": 9}, "criterion_digits"),
        ({"earlier_weight": "1"}, "earlier_weight"),
        ({"earlier_weight": 0.5}, "earlier_weight"),
        ({"earlier_weight": "half"}, "earlier_weight"),
        ({"earlier_weight": "NaN"}, "earlier_weight"),
        ({"tie_chain": "jury"}, "tie_chain"),
        ({"tie_chain": ["coin"]}, "tie_chain"),
        ({"tie_chain": ["criterion"]}, "tie_chain"),
        ({"tie_chain": [{"kind": "jury", "criterion": "a"}]}, "tie_chain"),
        ({"tie_chain": ["jury", "jury"]}, "tie_chain"),
        ({"tie_chain": ["all_advance", "jury"]}, "tie_chain"),
        ({"tie_chain": [{"criterion": "a"}]}, "tie_chain"),
        ({"trim_hihg": 1}, "trim_hihg"),
        (["sheet"], "rule"),
    ],
)
def test_refuses_a_rule_by_the_name_of_its_field(data, field):
    with pytest.raises(RuleError, match=f"^{field}: ") as refusal:
        Rule.from_data(data)

    assert refusal.value.field == field


def test_refuses_a_chain_that_compares_a_criterion_the_rubric_lacks():
    rule = Rule(tie_chain=(TieStep("criterion", "style"),))

    with pytest.raises(RuleError, match="tie_chain: the rubric has no criterion 'style'"):
        score(Entry("1", "1"), [TOTAL], rule)


# Data and words


@given(naive.rules())
def test_a_rule_survives_the_way_through_json(rule):
    assert Rule.from_data(json.loads(json.dumps(rule.to_data()))) == rule


@given(naive.mark_sets())
def test_marks_survive_the_way_through_json(marks):
    data = marks.to_data()

    assert MarkSet.from_data(json.loads(json.dumps(data))).to_data() == data


def test_equal_marks_in_other_notation_and_order_are_the_same_data():
    def marks(first: str, weight: str, *, turned: bool) -> MarkSet:
        sheets = [Sheet("2", {"total": Decimal(first)}), Sheet("10", {"total": Decimal(90)})]
        entries = [Entry("1", "1", tuple(sheets[:: -1 if turned else 1])), Entry("2", "2", earlier=Decimal(first))]
        return MarkSet((Criterion("total", Decimal("1E+2"), Decimal(weight)),), tuple(entries[:: -1 if turned else 1]))

    assert marks("80", "1", turned=False).to_data() == marks("80.00", "1.0000", turned=True).to_data()


def test_describe_words_every_part_of_the_rule():
    rule = Rule.from_data(
        {
            "trim_scope": "criterion",
            **TRIMMED,
            "room_correction": "factor",
            "earlier_weight": "0.3",
            "further_weights": ["0.25", "0.05"],
            "tie_chain": ["earlier_total", {"kind": "criterion", "criterion": "idea"}, "all_advance"],
        }
    )
    criteria = [
        Criterion("idea", Decimal(30), name="Innovation"),
        Criterion("team", Decimal(20), Decimal("1.5"), name="Team"),
    ]

    with translation.override("en"):
        steps = describe(rule, criteria)

    assert [step.code for step in steps] == [
        "criteria", "trim", "mean", "product", "total", "rooms", "blend", "rounding", "too_few", "tie", "tie", "tie",
        "ranks",
    ]  # fmt: skip
    assert [step.text for step in steps[:2]] == [
        "Each judge marks: Innovation at most 30, weight 1; Team at most 20, weight 1.5.",
        "For each criterion, drop the highest and the lowest when at least 5 are valid; with fewer, drop nothing.",
    ]
    assert "(rounded to 4 decimals)" in steps[5].text
    assert steps[6].text == (
        "The final total is 40% of this round's total, 30% of the round before it and, going further back, 25%, 5% of "
        "the rounds before that, rounded to 2 decimals."
    )
    assert steps[10].text == "When they are still equal, the higher mean for “Innovation” comes first."


def test_describe_has_words_for_every_rule_that_can_be_made():
    scopes = itertools.product(("criterion", "sheet"), (0, 1, 2), (0, 1), (None, 0, 1, 2))
    for scope, high, low, digits in scopes:
        rule = Rule(trim_scope=scope, trim_high=high, trim_low=low, criterion_digits=digits, sheet_digits=digits)
        assert all(step.text and "%(" not in step.text for step in describe(rule, [TOTAL]))


def test_exact_steps_stay_exact():
    criteria = [Criterion("a", Decimal(10), Decimal("1.5")), Criterion("b", Decimal(10), Decimal("1.5"))]
    sheets = tuple(
        Sheet(str(seat), {"a": Decimal(a), "b": Decimal(b)}) for seat, (a, b) in enumerate(((1, 2), (2, 3), (1, 3)))
    )
    rule = Rule(trim_scope="criterion", criterion_digits=None, product_digits=None, total_digits=1)
    scored = score(Entry("1", "1", sheets), criteria, rule)

    assert [row["mean"] for row in scored.record["criteria"]] == ["4/3", "8/3"]
    assert [Fraction(*mean) for mean in scored.means] == [Fraction(4, 3), Fraction(8, 3)]
    assert scored.record["total"] == "6.0"
