"""python -m judging.ranking MARKS.csv RULE.yaml: the ranking as JSON, each step written down (docs/doors.md)."""

import argparse
import json
import sys
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml

from judging.longform import Given, read_marks
from judging.ranking.compute import compute, digest
from judging.scoring.marks import Criterion, Decision, Entry, MarkSet, Sheet
from judging.scoring.rule import Rule, RuleError

WRONG_FILE = 2
OWN = ("criteria", "earlier", "jury", "rooms", "rule")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m judging.ranking", description=__doc__)
    parser.add_argument("marks", type=Path, help="marks in long form: entry, judge, criterion, mark")
    parser.add_argument("rule", type=Path, help="criteria and scoring rule, YAML")
    options = parser.parse_args(arguments)
    try:
        with options.marks.open(encoding="utf-8-sig", newline="") as lines:
            given = read_marks(lines)
        data = yaml.safe_load(options.rule.read_text(encoding="utf-8"))
        rule, marks = read_rule(data, given)
        result = compute(marks, rule)
    except (OSError, ValueError, yaml.YAMLError) as error:
        _say({"status": "error", "message": str(error)})
        return WRONG_FILE
    _say({"status": "ok", **result, "digest": digest(result), "marks": len(given)})
    return 0


def read_rule(data: Any, given: list[Given]) -> tuple[Rule, MarkSet]:
    """The rule, and the marks under its criteria. Raises ValueError naming the field that is wrong."""
    if not isinstance(data, Mapping):
        raise RuleError("the rule", "an object with criteria and the fields of a scoring rule is expected")
    fields = data.get("rule") or {key: value for key, value in data.items() if key not in OWN}
    rule = Rule.from_data({key: str(value) if isinstance(value, float) else value for key, value in fields.items()})
    criteria = _criteria(data.get("criteria"))
    known = {one.key for one in criteria}
    unknown = next((one.criterion for one in given if one.criterion not in known), None)
    if unknown:
        raise ValueError(f"criteria: {unknown} has marks, but is not among the criteria")
    rule.check_criteria(known)
    sheets: dict[str, dict[str, dict[str, Decimal]]] = {}
    for one in given:
        sheets.setdefault(one.entry, {}).setdefault(one.judge, {})[one.criterion] = one.mark
    rooms = {str(key): str(value) for key, value in (data.get("rooms") or {}).items()}
    earlier = {str(key): _earlier(value) for key, value in (data.get("earlier") or {}).items()}
    entries = tuple(
        Entry(
            key, key, tuple(Sheet(judge, marks) for judge, marks in by_judge.items()),
            earlier=earlier.get(key, NO_EARLIER)[0], further=earlier.get(key, NO_EARLIER)[1:], room=rooms.get(key, ""),
        )
        for key, by_judge in sheets.items()
    )  # fmt: skip
    jury = tuple(Decision(tuple(map(str, order)), "") for order in data.get("jury") or ())
    return rule, MarkSet(criteria, entries, jury)


def _criteria(rows: Any) -> tuple[Criterion, ...]:
    if not isinstance(rows, list) or not rows or not all(isinstance(row, Mapping) and "key" in row for row in rows):
        raise ValueError("criteria: a list of objects with key and maximum (weight and step where they are not 1)")
    return tuple(
        Criterion(
            str(row["key"]),
            *(_decimal(f"criterion {row['key']}, {name}", row.get(name, default)) for name, default in NUMBERS),
        )
        for row in rows
    )


def _earlier(value: Any) -> tuple[Decimal, ...]:
    """One total, or those of several rounds, nearest first."""
    return tuple(_decimal("earlier", one) for one in (value if isinstance(value, list) and value else [value]))


NO_EARLIER = (None,)
NUMBERS = (("maximum", 100), ("weight", 1), ("step", "0.01"))


def _decimal(name: str, value: Any) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        raise ValueError(f"{name}: {value!r} is no number") from None


def _say(answer: dict) -> None:
    sys.stdout.write(f"{json.dumps(answer, ensure_ascii=False)}\n")


if __name__ == "__main__":
    sys.exit(main())
