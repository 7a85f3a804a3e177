"""From totals to ranks: equal totals are separated by the rule's chain, and every comparison is written down.

A ranking is plain JSON, so that it is stored whole and computed again to the same bytes:

- `places`: order, entry, number, rank, tied, total, the record of its score, and `tie`, the group of equal totals it
  belonged to (an index into `ties`);
- `ties`: each group of equal totals with the steps that were tried, and the groups that are `left` equal. A step has
  its kind, group, the values compared (entry → figure; the jury's are places, 1 is best) and outcome: `split`,
  `equal`, `missing` (a member lacks the value), `pending` (the jury has not decided) or `all_advance`;
- `apart`: withdrawn and incomplete entries, each with its reason;
- `undecided`: groups that wait for a decision of the jury.

Ranks are standard competition ranks (1, 2, 2, 4). True equals stand in the order of their entry numbers. Nothing
depends on the order in which entries, sheets or marks were handed in.
"""

import gc
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from fractions import Fraction
from itertools import groupby
from operator import itemgetter
from typing import Any

from judging.scoring.figure import Figure, text_of, total_of
from judging.scoring.marks import Decision, MarkSet, natural
from judging.scoring.rule import Rule, TieStep
from judging.scoring.score import SCORED, Scored, score_all

FORMAT = "luyan-ranking-1"
_encode = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
Group = list[Scored]
Chain = Sequence[tuple[TieStep, int | None]]


def compute(marks: MarkSet, rule: Rule) -> dict[str, Any]:
    """The whole way from marks to ranks."""
    with collector_at_rest():
        return rank(score_all(marks, rule), rule, [one.key for one in marks.criteria], jury=marks.jury)


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """A result is many small objects and no cycle: looking for cycles again and again would double the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def replay(rule: Mapping[str, Any], marks: Mapping[str, Any]) -> dict[str, Any]:
    """Compute a stored ranking again from its stored rule and marks."""
    return compute(MarkSet.from_data(marks), Rule.from_data(rule))


def rank(
    scored: Iterable[Scored], rule: Rule, criteria: Sequence[str], *, jury: Sequence[Decision] = ()
) -> dict[str, Any]:
    """Rank entries scored under this rule and these criteria (keys in order).

    `jury` holds the decisions taken on groups that the steps before it left equal.
    """
    chain = [(step, criteria.index(step.criterion) if step.criterion else None) for step in rule.tie_chain]
    ordered = sorted(scored, key=_by_number)
    competing = [one for one in ordered if one.state == SCORED]
    competing.sort(key=lambda one: one.units, reverse=True)
    places, ties, undecided = [], [], []
    for _, equals in groupby(competing, key=lambda one: one.units):
        group = list(equals)
        first = len(places) + 1
        settled = [group]
        tie = None
        if len(group) > 1:
            steps: list[dict[str, Any]] = []
            settled = list(_settle(group, chain, jury, steps))
            tie = len(ties)
            ties.append(_tie(group, settled, steps, first))
            undecided += _undecided(steps, settled)
        for equal in settled:
            position = len(places) + 1
            places += [_place(one, position, order, len(equal) > 1, tie) for order, one in enumerate(equal, position)]
    return {
        "format": FORMAT,
        "rule": rule.to_data(),
        "criteria": list(criteria),
        "places": places,
        "ties": ties,
        "apart": [_apart(one) for one in ordered if one.state != SCORED],
        "undecided": undecided,
    }


def _by_number(one: Scored):
    return natural(one.entry.number), natural(one.entry.key)


def _place(one: Scored, position: int, order: int, tied: bool, tie: int | None) -> dict[str, Any]:
    return {
        "order": order,
        "entry": one.entry.key,
        "number": one.entry.number,
        "rank": position,
        "tied": tied,
        "total": one.record["total"],
        "tie": tie,
        "score": one.record,
    }


def _apart(one: Scored) -> dict[str, Any]:
    return {
        "entry": one.entry.key,
        "number": one.entry.number,
        "state": one.state,
        "reason": one.reason,
        "score": one.record,
    }


def _tie(group: Group, settled: list[Group], steps: list[dict[str, Any]], first: int) -> dict[str, Any]:
    return {
        "rank": first,
        "total": group[0].record["total"],
        "entries": [one.entry.key for equal in settled for one in equal],
        "steps": steps,
        "left": [_keys(equal) for equal in settled if len(equal) > 1],
    }


def _undecided(steps: list[dict[str, Any]], settled: list[Group]) -> list[list[str]]:
    waiting = {key for step in steps if step["outcome"] == "pending" for key in step["group"]}
    return [_keys(equal) for equal in settled if len(equal) > 1 and equal[0].entry.key in waiting]


def _keys(group: Iterable[Scored]) -> list[str]:
    return [one.entry.key for one in group]


def _settle(group: Group, chain: Chain, jury: Sequence[Decision], steps: list[dict[str, Any]]) -> Iterator[Group]:
    """Split a group by the first step of the chain, each part that is still equal by the steps after it."""
    if len(group) == 1 or not chain:
        yield group
        return
    step, column = chain[0]
    keys = _keys(group)
    row = step.to_data() | {"group": keys, "values": {}}
    steps.append(row)
    parts = [group]
    if step.kind == "all_advance":
        row["outcome"] = "all_advance"
    elif step.kind == "jury":
        named, row["reason"] = _decided(keys, jury)
        row["outcome"] = "split" if named else "pending"
        row["values"] = {key: str(place) for place, key in enumerate(named, 1)}
        parts = _split(group, [Fraction(-named.index(key)) for key in keys]) if named else parts
    else:
        figures, row["measure"] = _compared(step, column, group)
        row["values"] = {key: None if one is None else text_of(one, 2) for key, one in zip(keys, figures, strict=True)}
        row["outcome"] = "missing"
        if None not in figures:
            parts = _split(group, [Fraction(*figure) for figure in figures])
            row["outcome"] = "split" if len(parts) > 1 else "equal"
    for part in parts:
        yield from _settle(part, chain[1:], jury, steps)


def _split(group: Group, values: list[Fraction]) -> list[Group]:
    """Highest value first; those of one value stay together, in the order they had."""
    pairs = sorted(zip(values, group, strict=True), key=itemgetter(0), reverse=True)
    return [[one for _, one in equals] for _, equals in groupby(pairs, key=itemgetter(0))]


def _compared(step: TieStep, column: int | None, group: Group) -> tuple[list[Figure | None], str]:
    """The figure of each member that a step compares, and what is measured: value, sum or mean.

    Marks before dropping are compared by their sum where everybody had as many, else by their mean: with six judges
    here and seven there, the missing judge would count as a zero in a sum.
    """
    if step.kind == "earlier_total":
        totals = [one.entry.earlier for one in group]
        return [None if total is None else total.as_integer_ratio() for total in totals], "value"
    if step.kind == "criterion":
        return [one.means[column] for one in group], "value"
    if step.kind == "highest_raw":
        return [one.highest for one in group], "value"
    if len({tuple(one.counts) for one in group}) == 1:
        return [(sum(one.sums), one.scale) for one in group], "sum"
    return [
        total_of([(part, one.scale * count) for part, count in zip(one.sums, one.counts, strict=True)]) for one in group
    ], "mean"


def _decided(keys: list[str], jury: Sequence[Decision]) -> tuple[list[str], str]:
    """The group in the jury's order with its reason, by the first decision that names every member."""
    for decision in jury:
        if set(keys) <= set(decision.order):
            return [key for key in decision.order if key in keys], decision.reason
    return [], ""


def steps_of(result: Mapping[str, Any], place: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The tie-break steps one place took part in, in order, empty where its total was alone."""
    if place["tie"] is None:
        return []
    return [step for step in result["ties"][place["tie"]]["steps"] if place["entry"] in step["group"]]


def canonical_json(result: Any) -> str:
    """One text for one value: sorted names, no spaces. Results hold no float, since none has an exact text."""
    return "".join(_pieces(result))


def digest(result: Any) -> str:
    """The check code of a result: SHA-256 over its canonical JSON, fed piece by piece."""
    code = hashlib.sha256()
    for piece in _pieces(result):
        code.update(piece.encode())
    return code.hexdigest()


def _pieces(value: Any, depth: int = 2) -> Iterator[str]:
    """The canonical text in pieces of about one place, since one buffer for all of a large ranking is slow."""
    if depth and isinstance(value, dict):
        yield "{"
        for number, name in enumerate(sorted(value)):
            yield f"{',' if number else ''}{_encode(name)}:"
            yield from _pieces(value[name], depth - 1)
        yield "}"
    elif depth and isinstance(value, list):
        yield "["
        for number, one in enumerate(value):
            yield ("," if number else "") + _encode(one)
        yield "]"
    else:
        yield _encode(value)


def differences(stored: Mapping[str, Any], again: Mapping[str, Any]) -> list[str]:
    """Where a stored ranking and its replay part, by entry; empty when they are the same to the byte."""
    if canonical_json(stored) == canonical_json(again):
        return []
    found = []
    for part in ("places", "apart"):
        before = {one["entry"]: canonical_json(one) for one in stored.get(part, [])}
        after = {one["entry"]: canonical_json(one) for one in again[part]}
        found += [f"{part}: {key}" for key in sorted(before.keys() | after.keys()) if before.get(key) != after.get(key)]
    others = sorted((stored.keys() | again.keys()) - {"places", "apart"})
    return found + [name for name in others if stored.get(name) != again.get(name)]
