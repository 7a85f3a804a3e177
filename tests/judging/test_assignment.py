"""The exact assignment against brute force, and what it says when there is none."""

import itertools
import json
import random
import subprocess
import sys

import pytest

from judging.assignment import BadProblem, read, solve, with_pair
from judging.assignment.problem import UNIT

INSTANCES = 1000


def drawn(chance: random.Random) -> dict:
    """A small problem with any of the rules, often infeasible."""
    entries, judges = chance.randint(1, 5), chance.randint(1, 5)
    holes, shape = chance.choice([0, 0, 0.1, 0.3]), chance.choice(["fine", "coarse", "signed"])
    fit = {
        "fine": lambda: round(chance.random(), 3),
        "coarse": lambda: chance.randint(0, 4) / 4,
        "signed": lambda: chance.choice([0, 0.5, 1, -0.2]),
    }[shape]
    data = {
        "similarity": [[None if chance.random() < holes else fit() for _ in range(judges)] for _ in range(entries)],
        "demand": chance.randint(1, min(3, judges)),
        "seed": str(chance.random()),
    }
    if chance.random() < 0.4:
        data["demand"] = [chance.randint(0, min(3, judges)) for _ in range(entries)]
    if chance.random() < 0.6:
        data["load_max"] = [chance.randint(1, entries) for _ in range(judges)]
        data["load_min"] = [chance.randint(0, min(1, most)) for most in data["load_max"]]
    if chance.random() < 0.5:
        several = [["a", "b"]] if chance.random() < 0.3 else []
        data["types"] = [chance.choice([None, "a", "b", *several]) for _ in range(judges)]
        data["type_min"] = chance.choice([{"a": 1}, {"a": 1, "b": 1}])
    if chance.random() < 0.2:
        data["groups"] = [chance.choice([None, "x", "y"]) for _ in range(judges)]
        data["group_max"] = 1
    if chance.random() < 0.2:
        data["panels"] = [chance.choice(["p", "q"]) for _ in range(judges)]
        data["home"] = [chance.choice(["p", "q"]) for _ in range(entries)]
        data["outside_min"] = 1
    return data


def panels_of(data: dict, entry: int) -> list[tuple[tuple[int, ...], int]]:
    """Every set of judges that the entry may have, with its sum."""
    row = data["similarity"][entry]
    width = len(row)
    types = [{one} if isinstance(one, str) else set(one or ()) for one in data.get("types", [None] * width)]
    groups, panels = data.get("groups", [None] * width), data.get("panels", [None] * width)
    wanted = data["demand"] if isinstance(data["demand"], int) else data["demand"][entry]
    found = []
    for panel in itertools.combinations([judge for judge in range(width) if row[judge] is not None], wanted):
        if any(
            sum(kind in types[judge] for judge in panel) < least for kind, least in data.get("type_min", {}).items()
        ):
            continue
        if any(sum(groups[judge] == name for judge in panel) > 1 for name in ("x", "y")):
            continue
        outside = sum(panels[judge] != data["home"][entry] for judge in panel) if "home" in data else 1
        if outside < data.get("outside_min", 0):
            continue
        found.append((panel, sum(round(row[judge] * UNIT) for judge in panel)))
    return found


def brute_force(data: dict, pair: tuple[int, int] | None = None) -> dict[str, tuple] | None:
    """The best (minimum, sum) and the best sum over all assignments (with a pair); None where there is none."""
    entries, judges = len(data["similarity"]), len(data["similarity"][0])
    most, least = data.get("load_max", [entries] * judges), data.get("load_min", [0] * judges)
    choices = [panels_of(data, entry) for entry in range(entries)]
    if pair:
        choices[pair[0]] = [one for one in choices[pair[0]] if pair[1] in one[0]]
    loads, best = [0] * judges, []

    def go(entry: int, worst: int, total: int) -> None:
        if entry == entries:
            if all(load >= low for load, low in zip(loads, least, strict=True)):
                best.append((worst, total))
            return
        for panel, value in choices[entry]:
            if all(loads[judge] < most[judge] for judge in panel):
                for judge in panel:
                    loads[judge] += 1
                go(entry + 1, min(worst, value), total + value)
                for judge in panel:
                    loads[judge] -= 1

    go(0, 10**12, 0)
    return {"fair": max(best), "sum": max(total for _worst, total in best)} if best else None


def test_a_thousand_small_problems_equal_brute_force():
    chance, infeasible = random.Random(20261123), 0
    for _ in range(INSTANCES):
        data = drawn(chance)
        expected = brute_force(data)
        for objective in ("fair", "sum"):
            answer = solve(read(data), objective=objective)
            if expected is None:
                infeasible += 1
                assert answer.status == "infeasible", data
                assert answer.loosening, data
                assert answer.reasons or not answer.problem.is_flow, data
                continue
            got = (answer.worst, answer.total) if objective == "fair" else answer.total
            assert (got, answer.status) == (expected[objective], "optimal"), data
            assert answer.to_data()["proven"], data
    assert 300 < infeasible < 2 * INSTANCES - 300


def test_the_best_with_a_pair_equals_brute_force():
    chance, proven = random.Random(20261124), 0
    for _ in range(40):
        data = drawn(chance)
        rows = data["similarity"]
        free = [(row, one) for row in range(len(rows)) for one in range(len(rows[0])) if rows[row][one] is not None]
        if not free:
            continue
        pair = chance.choice(free)
        expected = brute_force(data, pair)
        answer = solve(with_pair(read(data), f"E{pair[0]}", f"J{pair[1]}"))
        if expected is None:
            assert answer.status == "infeasible", data
            continue
        proven += 1
        assert ((answer.worst, answer.total), answer.status) == (expected["fair"], "optimal"), data
    assert proven > 5


def test_the_order_of_rows_decides_nothing():
    chance = random.Random(4)
    entries, judges = [f"E{n}" for n in range(12)], [f"J{n}" for n in range(8)]
    rows = {one: {judge: chance.randint(0, 2) / 2 for judge in judges} for one in entries}
    answers = []
    for _ in range(3):
        chance.shuffle(entries), chance.shuffle(judges)
        data = {
            "entries": entries, "judges": judges, "demand": 3, "load_max": 5, "seed": "ball 7",
            "similarity": [[rows[one][judge] for judge in judges] for one in entries],
        }  # fmt: skip
        answers.append(solve(read(data)).to_data()["pairs"])
    assert answers[0] == answers[1] == answers[2]


def test_the_seed_decides_between_equals():
    data = {"similarity": [[1] * 6] * 4, "demand": 1, "load_max": 1}
    found = {json.dumps(solve(read({**data, "seed": seed})).to_data()["pairs"]) for seed in "abcdefgh"}
    assert len(found) > 1


def test_a_bottleneck_is_named_with_the_cheapest_way_out():
    data = {"similarity": [[1, None], [1, None], [0.5, 1]], "demand": 1, "load_max": [1, 3]}
    answer = solve(read(data)).to_data()
    assert answer["status"] == "infeasible"
    assert answer["reasons"] == [
        {"because": "bottleneck", "types": [], "entries": ["E0", "E1"], "judges": ["J0"], "needs": 2, "places": 1}
    ]
    assert answer["loosening"] == [{"rule": "load_max", "judge": "J0", "by": 1}]


def test_a_type_with_too_few_places_is_named():
    data = {
        "similarity": [[1, 1, 1]] * 3, "demand": 2, "load_max": 2,
        "types": ["investor", None, None], "type_min": {"investor": 1},
    }  # fmt: skip
    answer = solve(read(data)).to_data()
    reason = answer["reasons"][0]
    assert (reason["because"], reason["types"], reason["judges"]) == ("bottleneck", ["investor"], ["J0"])
    assert (reason["needs"], reason["places"]) == (3, 2)
    assert answer["loosening"] == [{"rule": "load_max", "judge": "J0", "by": 1}]


def test_a_missing_type_is_named():
    data = {"similarity": [[1, 1]], "demand": 1, "types": ["technical", None], "type_min": {"investor": 1}}
    answer = solve(read(data)).to_data()
    assert answer["reasons"] == [{"because": "investor", "entry": "E0", "needs": 1, "places": 0}]
    assert answer["loosening"] == [{"rule": "type_min", "type": "investor", "entry": "E0", "by": -1}]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"similarity": [[1], [1, 2]]}, "similarity"),
        ({"similarity": [["x"]]}, "similarity"),
        ({"demand": -1}, "demand"),
        ({"demand": None}, "demand"),
        ({"load_max": [1]}, "load_max"),
        ({"load_min": 5, "load_max": 1}, "load_min"),
        ({"types": ["a"]}, "types"),
        ({"entries": ["one", "one"]}, "entries"),
        ({"loads": 3}, "loads"),
    ],
)
def test_a_wrong_file_is_refused_by_field(change, field):
    data = {"similarity": [[1, 0], [0, 1]], "demand": 1} | change
    with pytest.raises(BadProblem, match=f"^{field}"):
        read(data)


def command(text: str) -> tuple[int, dict]:
    done = subprocess.run(
        [sys.executable, "-m", "judging.assignment", "-"], input=text, capture_output=True, text=True, check=False
    )
    return done.returncode, json.loads(done.stdout)


def test_the_command_answers_in_json():
    # The floor and the sum pull apart, so that the whole-number solver runs, and its own words are kept out.
    data = {"similarity": [[1.0, 0.6], [0.9, 0.2], [0.5, 0.5]], "demand": 1, "load_max": 2}
    code, answer = command(json.dumps(data))
    assert code == 0
    assert answer["pairs"] == [["E0", "J0"], ["E1", "J0"], ["E2", "J1"]]
    assert (answer["minimum"], answer["bound"], answer["sum"], answer["proven"]) == (0.5, 0.5, 2.4, True)


def test_the_command_says_what_is_wrong():
    assert command("{")[0] == 2
    code, answer = command(json.dumps({"similarity": [[None]], "demand": 1}))
    assert (code, answer["status"]) == (3, "infeasible")
