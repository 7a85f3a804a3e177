#!/usr/bin/env python3
"""Recount a frozen ranking from its bundle: python3 recount.py BUNDLE.json

Needs nothing but Python 3.10, and shares no line with the product. From the marks and the rule it computes every total,
the correction between rooms, the blend with earlier rounds, every step that separates equal totals and every rank anew
and compares them with what was published. It also checks that each version fits its check code, which covers the code
of the version before, and prints the last: it has to be the one that was shown. It prints every difference and ends
with "equal" (exit status 0) or the number of differences (1).
"""

import hashlib
import json
import re
import sys
from fractions import Fraction
from math import floor
from pathlib import Path


def half_up(value, digits):
    if digits is None:
        return value
    return Fraction(floor(value * 10**digits + Fraction(1, 2)), 10**digits)


def mean(marks):
    return sum(marks) / len(marks)


def by_seat(sheet):
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", sheet["key"])]


def counted(entry):
    """The sheets that count, by seat: absent, abstained, recused, void and draft are states and never a zero."""
    return sorted((sheet for sheet in entry["sheets"] if sheet["state"] == "submitted"), key=by_seat)


def marks_of(entry, key):
    return [Fraction(sheet["marks"][key]) for sheet in counted(entry) if key in sheet["marks"]]


def sums_of(entry, criteria, digits):
    """(judge's weighted sum, sheet) of the sheets that hold every criterion."""
    weights = {one["key"]: Fraction(one["weight"]) for one in criteria}
    full = [sheet for sheet in counted(entry) if weights.keys() <= sheet["marks"].keys()]
    return [
        (half_up(sum(Fraction(sheet["marks"][key]) * weights[key] for key in weights), digits), sheet) for sheet in full
    ]


def kept(marks, rule):
    """What is left after the highest and lowest have been dropped; among equals the lowest goes from the first seat."""
    if len(marks) < rule["min_marks_to_trim"]:
        return marks
    ordered = sorted(marks, key=lambda one: one[0] if isinstance(one, tuple) else one)
    return ordered[rule["trim_low"] : len(ordered) - rule["trim_high"]]


def measure(entry, criteria, rule):
    """Everything about one entry that the rule compares, or None where it is withdrawn or has too few marks."""
    if entry["withdrawn"]:
        return None
    if rule["trim_scope"] == "criterion":
        columns = [marks_of(entry, one["key"]) for one in criteria]
        if min(map(len, columns)) < rule["min_valid_marks"]:
            return None
        means = [half_up(mean(kept(column, rule)), rule["criterion_digits"]) for column in columns]
        weights = [Fraction(one["weight"]) for one in criteria]
        stage = sum(half_up(one * weight, rule["product_digits"]) for one, weight in zip(means, weights, strict=True))
        raw = [(sum(column) * weight, len(column)) for column, weight in zip(columns, weights, strict=True)]
        best = [value for value, _ in sums_of(entry, criteria, None)]
    else:
        sums = sums_of(entry, criteria, rule["sheet_digits"])
        if len(sums) < rule["min_valid_marks"]:
            return None
        used = kept(sums, rule)
        stage = mean([value for value, _ in used])
        means = [
            half_up(mean([Fraction(sheet["marks"][one["key"]]) for _, sheet in used]), rule["criterion_digits"])
            for one in criteria
        ]
        best = [value for value, _ in sums]
        raw = [(sum(best), len(best))]
    return {
        "entry": entry, "stage": half_up(stage, rule["total_digits"]), "raw": raw, "best": max(best, default=None),
        "means": {one["key"]: value for one, value in zip(criteria, means, strict=True)},
    }  # fmt: skip


def corrected(found, rule):
    """Each entry's total of the round, times the mean of all rooms ÷ the mean of its own room."""
    rooms = {}
    for one in found:
        if one["entry"].get("room") and rule.get("room_correction") == "factor":
            rooms.setdefault(one["entry"]["room"], []).append(one["stage"])
    whole = mean([value for room in rooms.values() for value in room]) if rooms else None
    for one in found:
        room = rooms.get(one["entry"].get("room"))
        if room:
            factor = half_up(whole / mean(room), rule.get("room_digits", 4)) if mean(room) else 1
            one["stage"] = half_up(one["stage"] * factor, rule["total_digits"])


def blended(one, rule):
    """The total with the earlier rounds in it, None where the entry has none of them."""
    if rule["earlier_weight"] is None:
        return one["stage"]
    shares = [Fraction(share) for share in (rule["earlier_weight"], *rule.get("further_weights", ()))]
    totals = [one["entry"]["earlier"], *one["entry"].get("further", ())][: len(shares)]
    if len(totals) < len(shares) or None in totals:
        return None
    value = one["stage"] * (1 - sum(shares))
    value += sum(Fraction(total) * share for total, share in zip(totals, shares, strict=True))
    return half_up(value, rule["total_digits"])


def values_of(step, group, jury):
    """What a step compares, higher first, None where somebody lacks it."""
    kind, keys = step["kind"], [one["entry"]["key"] for one in group]
    if kind == "earlier_total":
        return [None if one["entry"]["earlier"] is None else Fraction(one["entry"]["earlier"]) for one in group]
    if kind == "criterion":
        return [one["means"][step["criterion"]] for one in group]
    if kind == "highest_raw":
        return [one["best"] for one in group]
    if kind == "untrimmed_sum":
        if len({tuple(count for _, count in one["raw"]) for one in group}) == 1:
            return [sum(value for value, _ in one["raw"]) for one in group]
        return [sum(value / count for value, count in one["raw"]) for one in group]
    if kind == "jury":
        order = next((one["order"] for one in jury if set(keys) <= set(one["order"])), None)
        return [-order.index(key) for key in keys] if order else [None]
    return [None]


def settle(group, chain, jury):
    """The parts of a group of equals, best first, that the rest of the chain leaves equal."""
    if len(group) == 1 or not chain:
        return [group]
    values = values_of(chain[0], group, jury)
    if None in values:
        return settle(group, chain[1:], jury)
    parts = {}
    for value, one in zip(values, group, strict=True):
        parts.setdefault(value, []).append(one)
    return [left for value in sorted(parts, reverse=True) for left in settle(parts[value], chain[1:], jury)]


def recount(marks, rule):
    """Entry → (total, rank, tied), by the marks and the rule alone."""
    found = [one for one in (measure(entry, marks["criteria"], rule) for entry in marks["entries"]) if one]
    corrected(found, rule)
    totals = {}
    for one in found:
        value = blended(one, rule)
        if value is not None:
            totals.setdefault(value, []).append(one)
    places, rank = {}, 1
    for value in sorted(totals, reverse=True):
        for group in settle(totals[value], rule["tie_chain"], marks["jury"]):
            places |= {one["entry"]["key"]: (value, rank, len(group) > 1) for one in group}
            rank += len(group)
    return places


def check_code(version):
    content = {"rule": version["rule"], "inputs": version["marks"], "result": version["result"]}
    content |= {"before": version["before"]} if version["before"] else {}
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def differences(bundle):
    said, last = [], ""
    for version in bundle["versions"]:
        found = []
        if check_code(version) != version["digest"]:
            found.append("the check code does not fit rule, marks and result")
        if version["before"] != last:
            found.append("does not name the check code of the version before")
        last = version["digest"]
        said += [f"version {version['version']}: {line}" for line in found + differences_of(version)]
    return said


def differences_of(bundle):
    said = []
    published = {one["entry"]: one for one in bundle["result"]["ranking"]["places"]}
    again = recount(bundle["marks"], bundle["rule"]["scoring"])
    for key, (value, rank, tied) in again.items():
        one = published.get(key)
        if one is None:
            said.append(f"{key}: has a total of {float(value)} and no place")
        elif Fraction(one["total"]) != value:
            said.append(f"{key}: total {one['total']} published, {float(value)} recounted")
        elif (one["rank"], one["tied"]) != (rank, tied):
            shared = {True: " (shared)", False: ""}
            said.append(f"{key}: rank {one['rank']}{shared[one['tied']]} published, {rank}{shared[tied]} recounted")
    return said + [f"{key}: has a place and no total" for key in sorted(set(published) - set(again))]


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    bundle = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    said = differences(bundle)
    newest = bundle["versions"][-1]
    equal = f"{len(newest['marks']['entries'])} entries: equal, {newest['digest']}"
    last = f"{len(said)} differences" if said else equal
    sys.stdout.write("".join(f"{line}\n" for line in [*said, last]))
    sys.exit(bool(said))


if __name__ == "__main__":
    main()
