"""The second opinion of one ranking: its marks counted in other ways, and what each judge's marks did. Never applied.

Works on what the ranking stored, so that everybody who has the bundle can repeat it. Floats are for reading only.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from judging.ranking import collector_at_rest
from judging.scoring import Ledger, MarkSet, Rule
from judging.scoring.marks import COUNTED
from judging.scoring.score import Scored

TRIMMED_FROM = 5
MOST_NAMED = 100
FIRST = 10


def second_opinion(
    marks: MarkSet, rule: Rule, ranked: Mapping[str, Any], *, through: int, beside: Iterable[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """`figures` of the whole, `places` by entry and `judges` by seat. `through` is how many go on or are awarded.

    Judges' totals of the ranked entries count; of a withdrawn or incomplete entry nothing does. `beside` are the
    rankings of the heat's other tracks: the judges and the rubric are the same, so they help to know the judges.
    """
    from judging.reliability import Table, report  # noqa: PLC0415 - numerics are loaded only where they are used

    sums = {one["entry"]: _sums(one) for one in ranked["places"]}
    whole = sums | {one["entry"]: _sums(one) for other in beside for one in other["places"]}
    cells = [(entry, seat, value) for entry, found in whole.items() for seat, value in found.items()]
    if not any(sums.values()):
        return {"figures": {"entries": 0, "second_opinion": {"on": False, "reasons": ["too_few_marks"]}},
                "places": {}, "judges": {}}  # fmt: skip
    through = through or min(FIRST, len(sums))
    with collector_at_rest():
        said = report(Table.of(cells), among=sums)
        left_out = without_each(marks, rule, ranked, through)
    said |= {"without_judge": left_out, "winners": through}
    return {"figures": _figures(said), "places": _places(ranked, sums, said), "judges": _judges(said, cells)}


def _sums(place: Mapping[str, Any]) -> dict[str, float]:
    sheets = place["score"]["sheets"]
    return {one["sheet"]: float(Fraction(one["total"])) for one in sheets if one["state"] == COUNTED and one["total"]}


def _figures(said: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of the whole, long lists cut, with how long they were."""
    kept = {
        name: said[name]
        for name in ("entries", "judges", "marks", "complete", "icc", "alpha", "parts", "part_sizes", "second_opinion",
                     "without_judge", "winners")
    }  # fmt: skip
    panels = sorted(said["kendall"], key=lambda one: -one["entries"])
    wild = sorted(said["wild"], key=lambda one: -abs(one["z"]))
    for name, rows in (("kendall", panels), ("bridges", said["bridges"]), ("wild", wild)):
        kept |= {name: rows[:MOST_NAMED], f"{name}_count": len(rows)}
    return kept


def _places(ranked: Mapping[str, Any], sums: Mapping[str, dict], said: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    order = {one["entry"]: one["order"] for one in ranked["places"]}
    means = {entry: sum(found.values()) / len(found) for entry, found in sums.items() if found}
    trimmed = {entry: _trimmed(list(found.values())) for entry, found in sums.items() if found}
    by_mean, by_trimmed = _order(means, order), _order(trimmed, order)
    on = said["second_opinion"]["on"]
    adjusted = {one["entry"]: one for one in said["adjusted"]} if on else {}
    found = {}
    for entry, mean in means.items():
        found[entry] = {"mean": mean, "by_mean": by_mean[entry], "by_trimmed": by_trimmed[entry]}
        if one := adjusted.get(entry):
            found[entry] |= {"adjusted": one["adjusted"], "error": one["error"], "by_adjusted": one["adjusted_place"],
                             "first": one["equals"][0], "last": one["equals"][1]}  # fmt: skip
    return found


def _trimmed(values: list[float]) -> float:
    kept = sorted(values)[1:-1] if len(values) >= TRIMMED_FROM else values
    return sum(kept) / len(kept)


def _order(values: Mapping[str, float], official: Mapping[str, int]) -> dict[str, int]:
    """Places by a figure, highest first; equals stand as the ranking has them."""
    ordered = sorted(values, key=lambda entry: (-round(values[entry], 9), official[entry]))
    return {entry: place for place, entry in enumerate(ordered, 1)}


def _judges(said: Mapping[str, Any], cells: list[tuple[str, str, float]]) -> dict[str, dict[str, Any]]:
    """A line for each seat; range and number of marks even where nothing can be estimated."""
    given: dict[str, list[float]] = {}
    for _entry, seat, value in cells:
        given.setdefault(seat, []).append(value)
    found = {
        seat: {"marks": len(values), "lowest": min(values), "highest": max(values)} for seat, values in given.items()
    }
    for one in said["severity"]:
        found[one["judge"]] |= {name: one[name] for name in ("severity", "error", "spread", "infit", "outfit")}
    for one in said["wild"]:
        found[one["judge"]]["wild"] = found[one["judge"]].get("wild", 0) + 1
    return found


# ---------------------------------------------------------------- one judge left out


def without_each(marks: MarkSet, rule: Rule, ranked: Mapping[str, Any], through: int) -> list[dict[str, Any]]:
    """Who would enter or leave the first places by the official rule if one judge had been absent.

    The threshold of valid marks is set aside, or half of the panels would fall apart. Equals stay as the ranking has
    them.
    """
    rule = replace(rule, min_valid_marks=1)
    ledger = Ledger(marks.criteria, rule)
    order = {one["entry"]: one["order"] for one in ranked["places"]}
    entries = [one for one in marks.entries if one.key in order]
    stages = {one.key: ledger.stage_of(one) for one in entries}
    units = _units(ledger, stages.values())
    now = _first(units, order, through)
    of_seat: dict[str, list] = {}
    for one in entries:
        for sheet in one.sheets:
            if sheet.state == COUNTED:
                of_seat.setdefault(sheet.key, []).append(one)
    rows = []
    for seat, judged in of_seat.items():
        changed = {
            one.key: ledger.stage_of(replace(one, sheets=tuple(sheet for sheet in one.sheets if sheet.key != seat)))
            for one in judged
        }
        if rule.room_correction == "off":
            then = _first(units | _units(ledger, changed.values()), order, through)
        else:
            then = _first(_units(ledger, (stages | changed).values()), order, through)
        if then != now:
            rows.append({"judge": seat, "enter": sorted(then - now), "leave": sorted(now - then)})
    return sorted(rows, key=lambda one: (-len(one["enter"]), int(one["judge"]) if one["judge"].isdecimal() else 0))


def _units(ledger: Ledger, stages) -> dict[str, int]:
    """Totals in units; an entry that lost its last mark stands behind all."""
    copies = [Scored(one.entry, one.state, dict(one.record), stage=one.stage) for one in stages]
    return {one.entry.key: -1 if one.units is None else one.units for one in ledger.finish(copies)}


def _first(units: Mapping[str, int], order: Mapping[str, int], through: int) -> set[str]:
    return set(sorted(units, key=lambda entry: (-units[entry], order[entry]))[:through])
