#!/usr/bin/env python3
"""Recount a frozen ranking from its bundle: python3 recount.py BUNDLE.json

Needs nothing but Python 3.10, and shares no line with the product. From the marks and the rule it computes every total,
rank and tie anew and compares them with what was published; it also checks that the bundle is the one whose check code
was shown. It prints every difference and ends with "equal" (exit status 0) or the number of differences (1).
"""

import hashlib
import json
import sys
from fractions import Fraction
from math import floor
from pathlib import Path


def half_up(value, digits):
    if digits is None:
        return value
    return Fraction(floor(value * 10**digits + Fraction(1, 2)), 10**digits)


def counted(entry):
    """The sheets that count: absent, abstained, recused, void and draft are states and never a zero."""
    return [sheet for sheet in entry["sheets"] if sheet["state"] == "submitted"]


def marks_of(entry, key):
    return [Fraction(sheet["marks"][key]) for sheet in counted(entry) if key in sheet["marks"]]


def sums_of(entry, criteria, digits):
    """Each judge's weighted sum, of the sheets that hold every criterion."""
    return [
        half_up(sum(Fraction(sheet["marks"][one["key"]]) * Fraction(one["weight"]) for one in criteria), digits)
        for sheet in counted(entry)
        if all(one["key"] in sheet["marks"] for one in criteria)
    ]


def kept(marks, rule):
    """The marks that are left after the highest and lowest have been dropped."""
    if len(marks) < rule["min_marks_to_trim"]:
        return marks
    ordered = sorted(marks)
    return ordered[rule["trim_low"] : len(ordered) - rule["trim_high"]]


def mean(marks):
    return sum(marks) / len(marks)


def total(entry, criteria, rule):
    """The total of an entry, or None where it has none: withdrawn, too few marks, no earlier total."""
    if entry["withdrawn"]:
        return None
    if rule["trim_scope"] == "criterion":
        parts = []
        for one in criteria:
            marks = marks_of(entry, one["key"])
            if len(marks) < rule["min_valid_marks"]:
                return None
            average = half_up(mean(kept(marks, rule)), rule["criterion_digits"])
            parts.append(half_up(average * Fraction(one["weight"]), rule["product_digits"]))
        value = sum(parts)
    else:
        sums = sums_of(entry, criteria, rule["sheet_digits"])
        if len(sums) < rule["min_valid_marks"]:
            return None
        value = mean(kept(sums, rule))
    value = half_up(value, rule["total_digits"])
    if rule["earlier_weight"] is None:
        return value
    if entry["earlier"] is None:
        return None
    share = Fraction(rule["earlier_weight"])
    return half_up(value * (1 - share) + Fraction(entry["earlier"]) * share, rule["total_digits"])


def figures(step, group, criteria, rule):
    """What one step of the chain compares, for each entry of a group; None where one of them has no such figure."""
    kind = step["kind"]
    if kind == "earlier_total":
        return [None if entry["earlier"] is None else Fraction(entry["earlier"]) for entry in group]
    if kind == "criterion":
        found = [marks_of(entry, step["criterion"]) for entry in group]
        if rule["trim_scope"] == "criterion":
            return [half_up(mean(kept(marks, rule)), rule["criterion_digits"]) if marks else None for marks in found]
        return None
    if kind == "highest_raw":
        digits = None if rule["trim_scope"] == "criterion" else rule["sheet_digits"]
        found = [sums_of(entry, criteria, digits) for entry in group]
        return [max(sums) if sums else None for sums in found]
    return None


def places(marks, rule):
    """[(rank, total, entries that share it)], where only equal totals are left together."""
    found = {}
    for entry in marks["entries"]:
        value = total(entry, marks["criteria"], rule)
        if value is not None:
            found.setdefault(value, []).append(entry["key"])
    ranked, rank = [], 1
    for value in sorted(found, reverse=True):
        ranked.append((rank, value, found[value]))
        rank += len(found[value])
    return ranked


def differences(bundle):
    said = []
    text = json.dumps(
        {"rule": bundle["rule"], "inputs": bundle["marks"], "result": bundle["result"]},
        sort_keys=True, ensure_ascii=False, separators=(",", ":"),
    )  # fmt: skip
    if hashlib.sha256(text.encode()).hexdigest() != bundle["digest"]:
        said.append("the check code does not fit rule, marks and result")
    result, rule = bundle["result"]["ranking"], bundle["rule"]["scoring"]
    published = {one["entry"]: one for one in result["places"]}
    settled = {key: tie for tie in result["ties"] for key in tie["entries"]}
    competing = set()
    for rank, value, group in places(bundle["marks"], rule):
        competing.update(group)
        ranks = sorted(published[key]["rank"] for key in group if key in published)
        for key in group:
            one = published.get(key)
            if one is None:
                said.append(f"{key}: has a total of {float(value)} and no place")
            elif Fraction(one["total"]) != value:
                said.append(f"{key}: total {one['total']} published, {float(value)} recounted")
            elif not rank <= one["rank"] < rank + len(group):
                said.append(f"{key}: rank {one['rank']} published, {rank} to {rank + len(group) - 1} recounted")
            elif len(group) > 1 and key not in settled:
                said.append(f"{key}: shares its total, and no step separated it")
        said += wrongly_settled(group, ranks, rank, published, bundle["marks"], rule)
    said += [f"{key}: has a place and no total" for key in sorted(set(published) - competing)]
    return said


def wrongly_settled(group, ranks, rank, published, marks, rule):
    """Among equal totals: the ranks follow from who stayed equal, and no earlier step of the chain says otherwise."""
    if len(group) < 2 or len(ranks) < len(group):
        return []
    expected = [1 + sum(other < one for other in ranks) + rank - 1 for one in ranks]
    said = [] if ranks == expected else [f"{', '.join(sorted(group))}: ranks {ranks} do not follow from each other"]
    by_key = {entry["key"]: entry for entry in marks["entries"]}
    for step in rule["tie_chain"]:
        values = figures(step, [by_key[key] for key in group], marks["criteria"], rule)
        if values is None or None in values:
            break
        for one, high in zip(group, values, strict=True):
            for other, low in zip(group, values, strict=True):
                if high > low and published[one]["rank"] >= published[other]["rank"]:
                    said.append(f"{one} stands before {other} by {step['kind']}, and was not placed so")
        break
    return said


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    bundle = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    said = differences(bundle)
    last = f"{len(said)} differences" if said else f"{len(bundle['marks']['entries'])} entries: equal"
    sys.stdout.write("".join(f"{line}\n" for line in [*said, last]))
    sys.exit(bool(said))


if __name__ == "__main__":
    main()
