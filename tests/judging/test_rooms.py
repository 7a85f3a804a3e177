"""Rooms that mark differently, and more than one earlier round: exact, named, and written out only where asked for."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from judging.scoring import Rule, RuleError, score_all
from tests.judging import naive


@settings(max_examples=150)
@given(naive.mark_sets(), naive.rules())
def test_totals_of_several_rooms_and_rounds_equal_exact_arithmetic(marks, rule):
    rule = replace(rule, room_correction="factor")

    for scored in score_all(marks, rule):
        assert scored.total == naive.total(scored.entry, marks, rule)
        assert ("room" in scored.record) == bool(scored.stage is not None and scored.entry.room)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"room_correction": "on"}, "room_correction"),
        ({"room_digits": 9}, "room_digits"),
        ({"further_weights": ["0.3"]}, "further_weights"),
        ({"earlier_weight": "0.5", "further_weights": ["0.5"]}, "further_weights"),
        ({"earlier_weight": "0.5", "further_weights": "0.3"}, "further_weights"),
    ],
)
def test_a_wrong_correction_or_share_is_named(data, field):
    with pytest.raises(RuleError) as wrong:
        Rule.from_data(data)
    assert wrong.value.field == field


def test_a_rule_without_rooms_is_written_as_before_they_existed():
    assert not {"room_correction", "room_digits", "further_weights"} & set(Rule().to_data())
    rule = Rule.from_data({"earlier_weight": "0.3", "further_weights": ["0.3"], "room_correction": "factor"})
    assert Rule.from_data(rule.to_data()) == rule
