"""Figures of agreement and severity against published examples, and against their definitions."""

import itertools
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from judging.reliability import Table, agreement, graph, report
from judging.reliability.__main__ import main
from judging.reliability.severity import estimate

# Shrout and Fleiss (1979), "Intraclass correlations: uses in assessing rater reliability", tables 2 and 4.
SHROUT = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], dtype=float)
PRINTED = {"1,1": 0.17, "2,1": 0.29, "3,1": 0.71, "1,k": 0.44, "2,k": 0.62, "3,k": 0.91}

# Krippendorff (2011), "Computing Krippendorff's alpha-reliability", the data with gaps; columns are observers A to D.
GAP = np.nan
OBSERVERS = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, GAP, GAP, GAP],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, GAP, 3],
        [GAP, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, GAP],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, GAP],
    ]
).T

# Davies and Goldsmith (1972), dyestuff: five samples of six batches; estimates as published by Bates for lme4 (REML).
DYESTUFF = {
    "A": [1545, 1440, 1440, 1520, 1580], "B": [1540, 1555, 1490, 1560, 1495], "C": [1595, 1550, 1605, 1510, 1560],
    "D": [1445, 1440, 1595, 1465, 1545], "E": [1595, 1630, 1515, 1635, 1625], "F": [1520, 1455, 1450, 1480, 1445],
}  # fmt: skip


def test_the_six_intraclass_correlations():
    assert {form: round(value, 2) for form, value in agreement.intraclass(SHROUT).items()} == PRINTED


def test_alpha_by_four_distances():
    found = [round(agreement.alpha(OBSERVERS, metric), 3) for metric in ("nominal", "ordinal", "interval", "ratio")]
    assert found == [0.743, 0.815, 0.849, 0.797]


def test_alpha_of_nothing_to_compare():
    assert agreement.alpha(np.array([[1, GAP], [GAP, 2]])) is None
    assert agreement.alpha(np.array([[3.0, 3.0], [3.0, 3.0]])) is None


def test_restricted_maximum_likelihood():
    table = Table.of(("mean", batch, value) for batch, values in DYESTUFF.items() for value in values)
    found = estimate(table)
    assert (round(found.between, 2), round(found.residual, 2)) == (1764.05, 2451.25)
    assert (round(found.entry[0], 1), round(found.entry_error[0], 2)) == (1527.5, 19.38)
    assert np.round(found.judge, 3).tolist() == [-17.607, 0.391, 28.562, -23.085, 56.733, -44.995]


@given(st.integers(2, 6), st.integers(3, 7), st.data())
@settings(max_examples=60)
def test_concordance_is_friedmans_test(judges, entries, data):
    marks = st.lists(st.integers(0, 4), min_size=entries, max_size=entries)
    matrix = np.array([data.draw(marks) for _ in range(max(judges, 3))], dtype=float).T
    found = agreement.concordance(matrix)
    if found["w"] is not None:
        assert found["chi2"] == pytest.approx(_friedman(matrix))


def _friedman(matrix: np.ndarray) -> float:
    """scipy takes treatments as samples over blocks: entries are treatments, judges are blocks."""
    return float(stats.friedmanchisquare(*matrix).statistic)


@given(st.lists(st.lists(st.one_of(st.none(), st.integers(0, 5)), min_size=3, max_size=3), min_size=2, max_size=6))
@settings(max_examples=80)
def test_alpha_is_its_definition(rows):
    matrix = np.array([[np.nan if one is None else one for one in row] for row in rows], dtype=float)
    units = [[one for one in row if one is not None] for row in rows]
    units = [unit for unit in units if len(unit) >= 2]
    values = [one for unit in units for one in unit]
    expected = sum((one - other) ** 2 for one in values for other in values)
    if not values or not expected:
        assert agreement.alpha(matrix) is None
        return
    observed = sum((one - other) ** 2 / (len(unit) - 1) for unit in units for one in unit for other in unit)
    assert agreement.alpha(matrix) == pytest.approx(1 - (len(values) - 1) * observed / expected)


@given(st.sets(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=12))
@settings(max_examples=80)
def test_bridges_are_what_falls_apart_without_them(pairs):
    def split(links):
        return graph.parts(Table.of((f"E{entry}", f"J{judge}", 1) for entry, judge in links))[0]

    degree = {node: sum(node in (f"E{one}", f"J{other}") for one, other in pairs) for one, other in pairs
              for node in (f"E{one}", f"J{other}")}  # fmt: skip
    expected = sorted(
        (f"E{one}", f"J{other}")
        for one, other in pairs
        if degree[f"E{one}"] > 1 and degree[f"J{other}"] > 1 and split(pairs - {(one, other)}) > split(pairs)
    )
    assert graph.bridges(Table.of((f"E{entry}", f"J{judge}", 1) for entry, judge in sorted(pairs))) == expected


def table_of(matrix) -> Table:
    return Table.of(
        (f"E{row}", f"J{column}", matrix[row][column])
        for row, column in itertools.product(range(len(matrix)), range(len(matrix[0])))
    )


def test_severity_is_found_where_it_was_put():
    chance = np.random.default_rng(3)
    truth, severity = chance.normal(80, 6, 60), np.array([0, 0, 8, -4, -4], dtype=float)
    found = report(table_of(truth[:, None] - severity + chance.normal(0, 1, (60, 5))))
    assert found["second_opinion"]["on"]
    assert [round(row["severity"]) for row in found["severity"]] == [0, 0, 8, -4, -4]


def test_no_opinion_from_nothing():
    chance = np.random.default_rng(9)
    equal = report(table_of(chance.normal(80, 5, (40, 4))))
    assert equal["second_opinion"]["reasons"] == ["severity_not_noticeable"]
    apart = Table.of([(f"{part}{entry}", f"{part}{judge}", chance.normal(80, 5)) for part in "AB" for entry in range(6)
                      for judge in range(3)])  # fmt: skip
    assert "not_connected" in report(apart)["second_opinion"]["reasons"]
    assert "judge_with_few_marks" in report(table_of(chance.normal(80, 5, (4, 4))))["second_opinion"]["reasons"]
    assert report(Table.of([("E", "J", 1)]))["second_opinion"] == {"on": False, "reasons": ["too_few_marks"]}


def test_the_command_answers_in_json(tmp_path, capsys):
    file = tmp_path / "marks.csv"
    rows = [f"E{row},J{column},idea,{SHROUT[row, column]:g}" for row in range(6) for column in range(4)]
    file.write_text("\n".join(["entry,judge,criterion,mark", *rows]), encoding="utf-8")
    assert main([str(file)]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert round(answer["icc"]["2,1"], 2) == 0.29
    assert answer["parts"] == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("entry,judge,mark\nE,J,1", "line 1: a column criterion"),
        ("entry,judge,criterion,mark\nE,J,idea,x", "line 2, column mark"),
        ("entry,judge,criterion,mark\nE,J,idea,1\nE,J,idea,2", "line 3: E, J, idea has a mark on line 2"),
        ("entry,judge,criterion,mark\nE,,idea,1", "line 2, column judge"),
        ("entry,judge,criterion,mark\nE,J,idea,", "there is no mark"),
    ],
)
def test_a_wrong_file_is_named_by_line(tmp_path, capsys, text, message):
    file = tmp_path / "marks.csv"
    file.write_text(text, encoding="utf-8")
    assert main([str(file)]) == 2
    assert message in json.loads(capsys.readouterr().out)["message"]
