"""The division of a live heat into rooms as data: what it keeps, and how even a division is.

Kept without exception: every entry is in one room, rooms have the same number of entries (one more where that can't
be), every room has as many judges as the stage asks, with its types and its limit for one employer, no judge gets more
entries than the judge or the stage allows, and every entry keeps enough judges without a conflict.

Made as small as can be, in this order (`LEVELS`): unevenness of tracks and of tiers; by how much the rooms' means of
the earlier score lie further apart than half a point; pairs of a judge and an entry of the same room that a hard
conflict keeps apart (they are recused); the places in drawn order of the judges who sit; pairs that should rather be
avoided; unevenness of fields and of cities; at last the distance between those means itself. A tier are neighbours of
a track's earlier ranking, two for each room, so that the strongest are spread. Unevenness counts, for each value and
room, by how many its entries are more or fewer than an even spread.

Everything goes by names of the record (`judging.masking`).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from judging.draw import Lot
from judging.planning import Break, Facts, Rules
from judging.ranking import digest

FORMAT = "luyan-rooms-1"
KINDS = ("track", "tier", "field", "city")
LEVELS = ("track", "tier", "strength", "recused", "lots", "avoid", "field", "city", "spread")
MEANS = ("strength", "spread")
HUNDREDTHS = 100
WITHIN = 50
Placed = Mapping[str, str]


@dataclass(frozen=True)
class Member:
    """What the balance goes by for one entry, beside its industry and city."""

    track: str
    earlier: Decimal | None = None


def problem_of(
    facts: Facts,
    members: Mapping[str, Member],
    order: Sequence[str],
    rules: Rules,
    lot: Lot,
    *,
    rooms: int,
    enough: int,
) -> dict[str, Any]:
    """The problem, plain JSON; judges stand in drawn order. `enough` judges without a conflict every entry keeps.

    Which rooms have one entry more is decided by lot.
    """
    entries = sorted(facts.entries, key=lambda one: one.name)
    known = {judge.name: judge for judge in facts.judges}
    judges = [known[name] for name in order if name in known]
    named = [str(number) for number in range(1, rooms + 1)]
    more = lot.order(named, "rooms")[: len(entries) % rooms]
    apart = {pair for pair, only_city in facts.apart.items() if rules.avoid_city or not only_city}
    tiers = _tiers(members, rooms, lot)
    return {
        "format": FORMAT,
        "rooms": named,
        "sizes": [len(entries) // rooms + (room in more) for room in named],
        "seats": rules.demand,
        "enough": min(enough, rules.demand),
        "entries": [one.name for one in entries],
        "judges": [one.name for one in judges],
        "most": [_smaller(one.most, rules.load_max) for one in judges],
        "types": [list(one.kinds) for one in judges],
        "type_min": dict(sorted(rules.types.items())),
        "groups": [one.employer or None for one in judges],
        "group_max": rules.employer_max,
        "apart": sorted(list(pair) for pair in apart),
        "avoid": sorted(list(pair) for pair in facts.costs if pair not in apart),
        "balance": {
            "track": [members[one.name].track for one in entries],
            "tier": [tiers.get(one.name) for one in entries],
            "field": [one.side.industry or None for one in entries],
            "city": [one.city or None for one in entries],
            "earlier": [_hundredths(members[one.name].earlier) for one in entries],
        },
    }


def _smaller(*limits: int | None) -> int | None:
    return min((one for one in limits if one is not None), default=None)


def _hundredths(total: Decimal | None) -> int | None:
    return None if total is None else round(total * HUNDREDTHS)


def _tiers(members: Mapping[str, Member], rooms: int, lot: Lot) -> dict[str, str]:
    """Entry → its tier. Equals are told apart by lot; who has no earlier score is in none."""
    by_track: dict[str, list[str]] = {}
    for name, one in members.items():
        if one.earlier is not None:
            by_track.setdefault(one.track, []).append(name)
    found = {}
    for track, names in by_track.items():
        names.sort(key=lambda name: (-members[name].earlier, lot.of("tiers", name)))
        found |= {name: f"{track}:{place // (2 * rooms) + 1}" for place, name in enumerate(names)}
    return found


def sealed(problem: Mapping[str, Any], mask: str) -> dict[str, Any]:
    """The problem as an outsider gets it: earlier scores, fields and cities would tell who is who, so they are there as
    a digest under the mask, which stays inside."""
    return {**problem, "balance": digest([mask, problem["balance"]])}


def sittings(problem: Mapping[str, Any], placed: Placed) -> list[tuple[str, str]]:
    """(entry, judge) of everybody who marks: all judges of a room all its entries, without those recused."""
    entries, judges = (members_of(problem, placed, who) for who in ("entries", "judges"))
    apart = {tuple(pair) for pair in problem["apart"]}
    pairs = ((entry, judge) for room in problem["rooms"] for entry in entries[room] for judge in judges[room])
    return [pair for pair in pairs if pair not in apart]


def moved(placed: Placed, name: str, *, room: str = "", other: str = "") -> dict[str, str]:
    """An entry or judge in another room, or exchanged with another one; a judge without a room may be exchanged in."""
    made = {**placed, name: room or placed.get(other, ""), **({other: placed.get(name, "")} if other else {})}
    return {who: where for who, where in made.items() if where}


def earlier_of(problem: Mapping[str, Any]) -> list[int]:
    """Earlier scores in hundredths; an entry without one stands at the mean of the others. Empty when there is none."""
    known = [one for one in problem["balance"]["earlier"] if one is not None]
    if not known:
        return []
    mean = round(Fraction(sum(known), len(known)))
    return [mean if one is None else one for one in problem["balance"]["earlier"]]


def members_of(problem: Mapping[str, Any], placed: Placed, who: str) -> dict[str, list[str]]:
    """Room → its entries or judges."""
    found: dict[str, list[str]] = {room: [] for room in problem["rooms"]}
    for name in problem[who]:
        if placed.get(name) in found:
            found[placed[name]].append(name)
    return found


def broken(problem: Mapping[str, Any], placed: Placed) -> list[Break]:
    """Every rule that a division breaks: for whom, how many there are, how many the rule allows or asks."""
    entries, judges = (members_of(problem, placed, who) for who in ("entries", "judges"))
    found = [Break("place", name, 0, 1) for name in problem["entries"] if placed.get(name) not in entries]
    recused = Counter(entry for entry, _judge in together(placed, problem["apart"]))
    found += [
        Break("enough", entry, problem["seats"] - held, problem["enough"])
        for entry, held in sorted(recused.items())
        if problem["seats"] - held < problem["enough"]
    ]
    least, rest = divmod(len(problem["entries"]), len(problem["rooms"]))
    most_of = dict(zip(problem["judges"], problem["most"], strict=True))
    for room in problem["rooms"]:
        held = len(entries[room])
        if not least <= held <= least + bool(rest):
            found.append(Break("size", room, held, least if held < least else least + bool(rest)))
        if len(judges[room]) != problem["seats"]:
            found.append(Break("seats", room, len(judges[room]), problem["seats"]))
        found += _of_panel(problem, room, judges[room])
        found += [
            Break("load_max", judge, held, most_of[judge])
            for judge in judges[room]
            if most_of[judge] is not None and held > most_of[judge]
        ]
    return found


def _of_panel(problem: Mapping[str, Any], room: str, judges: list[str]) -> Iterable[Break]:
    seat = {name: place for place, name in enumerate(problem["judges"])}
    for kind, least in problem["type_min"].items():
        have = sum(kind in problem["types"][seat[one]] for one in judges)
        if have < least:
            yield Break(kind, room, have, least)
    if problem["group_max"] is not None:
        groups = Counter(problem["groups"][seat[one]] for one in judges if problem["groups"][seat[one]])
        worst = max(groups.values(), default=0)
        if worst > problem["group_max"]:
            yield Break("group_max", room, worst, problem["group_max"])


def together(placed: Placed, pairs: Iterable[Sequence[str]]) -> list[tuple[str, str]]:
    """Those pairs of entry and judge that share a room."""
    return [(entry, judge) for entry, judge in pairs if entry in placed and placed.get(judge) == placed[entry]]


def levels(problem: Mapping[str, Any], placed: Placed) -> dict[str, Fraction]:
    """How far from even a division is, level by level; the smaller the better, the earlier level first."""
    sits = [place for place, name in enumerate(problem["judges"]) if name in placed]
    found = {"lots": Fraction(sum(sits))}
    for name, pairs in (("recused", problem["apart"]), ("avoid", problem["avoid"])):
        found[name] = Fraction(len(together(placed, pairs)))
    for kind in KINDS:
        found[kind] = Fraction(_unevenness(problem, placed, kind))
    found["spread"] = spread_of(problem, placed)
    found["strength"] = max(Fraction(0), found["spread"] - WITHIN)
    return found


def means_of(problem: Mapping[str, Any], placed: Placed) -> dict[str, Fraction]:
    """Room → mean of the earlier scores, in hundredths; empty where there are none."""
    earlier = earlier_of(problem)
    if not earlier:
        return {}
    sums, counts = Counter(), Counter()
    for name, score in zip(problem["entries"], earlier, strict=True):
        sums[placed[name]] += score
        counts[placed[name]] += 1
    return {room: Fraction(sums[room], counts[room]) for room in problem["rooms"] if counts[room]}


def spread_of(problem: Mapping[str, Any], placed: Placed) -> Fraction:
    means = means_of(problem, placed).values()
    return max(means) - min(means) if means else Fraction(0)


def values_of(problem: Mapping[str, Any], kind: str) -> dict[str, list[int]]:
    """Value → the rows of its entries; a value of one entry is even wherever it goes."""
    found: dict[str, list[int]] = {}
    for row, value in enumerate(problem["balance"][kind]):
        if value is not None:
            found.setdefault(value, []).append(row)
    return {value: rows for value, rows in sorted(found.items()) if len(rows) > 1}


def _unevenness(problem: Mapping[str, Any], placed: Placed, kind: str) -> int:
    count, total = len(problem["rooms"]), 0
    for rows in values_of(problem, kind).values():
        held = Counter(placed[problem["entries"][row]] for row in rows)
        least, most = len(rows) // count, -(-len(rows) // count)
        total += sum(max(0, held[room] - most, least - held[room]) for room in problem["rooms"])
    return total
