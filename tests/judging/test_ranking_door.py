"""python -m judging.ranking: marks in long form and a rule in, every step out."""

import json

import pytest

from judging.ranking.__main__ import main

RULE = """
criteria: [{key: idea, maximum: 100, weight: 0.6}, {key: team, maximum: 100, weight: 0.4}]
trim_scope: criterion
trim_high: 1
trim_low: 1
tie_chain: [{kind: criterion, criterion: idea}, all_advance]
"""


def run(tmp_path, capsys, rows, rule=RULE):
    marks, rules = tmp_path / "marks.csv", tmp_path / "rule.yaml"
    marks.write_text("\n".join(["entry,judge,criterion,mark", *rows]), encoding="utf-8")
    rules.write_text(rule, encoding="utf-8")
    return main([str(marks), str(rules)]), json.loads(capsys.readouterr().out)


def marks_of(entry, idea, team):
    return [
        f"{entry},J{judge},{key},{mark}"
        for key, given in (("idea", idea), ("team", team))
        for judge, mark in enumerate(given)
    ]


def test_trimmed_weighted_and_separated(tmp_path, capsys):
    rows = marks_of("A", [80, 85, 90, 70, 88], [80] * 5) + marks_of("B", [84, 84, 84, 99, 10], [80.5] * 5)
    rows += marks_of("C", [60, 61], [60, 61])
    code, answer = run(tmp_path, capsys, rows)
    assert code == 0
    assert [(one["entry"], one["rank"], one["total"]) for one in answer["places"]] == [
        ("A", 1, "82.60"),
        ("B", 2, "82.60"),
    ]
    assert answer["ties"][0]["steps"][0]["values"] == {"A": "84.33", "B": "84.00"}
    assert [(one["entry"], one["state"]) for one in answer["apart"]] == [("C", "incomplete")]
    assert len(answer["digest"]) == 64


def test_the_same_marks_in_another_order_have_the_same_digest(tmp_path, capsys):
    rows = marks_of("A", [80, 85, 90, 70, 88], [80] * 5) + marks_of("B", [84, 84, 84, 99, 10], [80] * 5)
    _code, first = run(tmp_path, capsys, rows)
    _code, again = run(tmp_path, capsys, rows[::-1])
    assert first["digest"] == again["digest"]


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("criteria: []", "criteria"),
        ("criteria: [{key: idea}]", "team has marks"),
        (RULE + "\ntrim: 1", "trim: is not a field"),
        (RULE.replace("criterion: idea", "criterion: market"), "no criterion 'market'"),
    ],
)
def test_a_wrong_rule_is_named(tmp_path, capsys, rule, message):
    code, answer = run(tmp_path, capsys, marks_of("A", [80] * 5, [80] * 5), rule)
    assert code == 2
    assert message in answer["message"]
