"""Who goes on from a ranking: places by rank, by zone or in proportion, ties on the line, reserves in order.

Works on one ranking (`judging.ranking`), that is one track of one heat. Numbered rules:

1. `by` "rank": the first `places` of the track. "zone": each zone has its `zones` places, and the `places` beside them
   go by rank. "share": `places` are divided among the zones in proportion to their entries (`judging.shares`).
2. `at_least_one`: with "rank" every zone with a ranked entry sends its best, the other places go by rank; with "share"
   no zone with entries is without a place.
3. Places a zone cannot fill lapse, or go by rank to anybody (`unused` "by_rank").
4. An entry whose rank earns it a place anyway uses a place of its zone first. So nobody loses a place because equals
   stand above the line, and a tie counts only where it really stands on the line.
5. Equals on the line: "all_advance" takes all of them, and the quota grows by what is recorded as `added`;
   "none_advance_need_decision" leaves them `undecided` until `decided` names who of them go on.
6. Reserves stand in the order of rank, equals at the same position; every one at a position up to `reserves` is one.
   The list is the zone's where all places are tied to zones, else the track's. While equals on the line are undecided
   the first positions are kept for those who will not go on.
7. Withdrawn and incomplete entries take no place and are listed with their reason.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from itertools import groupby
from typing import Any

from judging.levels import BOUNDARIES, Level, award_levels
from judging.ranking import collector_at_rest
from judging.shares import shares

__all__ = ["BOUNDARIES", "Level", "QuotaRule", "award_levels", "call_reserve", "promote", "shares"]

FORMAT = "luyan-quota-1"
BY = ("rank", "zone", "share")
AT_LINE = ("all_advance", "none_advance_need_decision")
UNUSED = ("lapse", "by_rank")
PROMOTED, RESERVE, OUT, UNDECIDED = "promoted", "reserve", "out", "undecided"


@dataclass(frozen=True)
class QuotaRule:
    """How many go on from one track, and how the places are divided. ValueError names the field that cannot be."""

    places: int
    by: str = "rank"
    zones: Mapping[str, int] = field(default_factory=dict)
    at_least_one: bool = False
    at_line: str = "all_advance"
    unused: str = "lapse"
    reserves: int = 0

    def __post_init__(self):
        for name, allowed in (("by", BY), ("at_line", AT_LINE), ("unused", UNUSED)):
            if getattr(self, name) not in allowed:
                raise ValueError(f"{name}: must be one of {', '.join(allowed)}, not {getattr(self, name)!r}")
        numbers = {"places": self.places, "reserves": self.reserves}
        numbers |= {f"zones.{zone}": places for zone, places in self.zones.items()}
        for name, value in numbers.items():
            if isinstance(value, bool) or not isinstance(value, int) or value < 0:
                raise ValueError(f"{name}: must be a whole number of 0 or more, not {value!r}")
        if bool(self.zones) != (self.by == "zone"):
            raise ValueError("zones: places of zones are given exactly when by is zone")
        if not isinstance(self.at_least_one, bool) or (self.at_least_one and self.by == "zone"):
            raise ValueError("at_least_one: true or false, and false when each zone has its own places")

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "QuotaRule":
        unknown = sorted(set(data) - {one.name for one in fields(cls)})
        if unknown or "places" not in data:
            raise ValueError(f"{unknown[0]}: is not a field of a quota" if unknown else "places: is missing")
        return cls(**data)

    def to_data(self) -> dict[str, Any]:
        return {one.name: getattr(self, one.name) for one in fields(self)} | {"zones": dict(self.zones)}


@dataclass
class Tally:
    """The places while they are given away: `own` of each zone, `open` those of them not yet taken, `total` of all."""

    rule: QuotaRule
    places: list[Mapping[str, Any]]
    zone_of: Mapping[str, str]
    by_zone: Mapping[str, list[Mapping[str, Any]]]
    own: dict[str, int]
    decided: set[str]
    total: int = 0
    open: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, dict[str, Any]] = field(default_factory=dict)
    waiting: dict[str, dict[str, Any]] = field(default_factory=dict)
    lines: list[dict[str, Any]] = field(default_factory=list)

    def zone(self, place: Mapping[str, Any]) -> str:
        return self.zone_of.get(place["entry"], "")

    def rest(self, zone: str | None = None) -> list[Mapping[str, Any]]:
        """Ranked entries without a place and without a pending decision, of one zone or of all."""
        places = self.places if zone is None else self.by_zone.get(zone, [])
        return [one for one in places if one["entry"] not in self.reasons and one["entry"] not in self.waiting]

    def give(self, winners: Iterable[Mapping[str, Any]], code: str, **facts: Any) -> None:
        reason = {"code": code, **facts}
        for place in winners:
            self.reasons[place["entry"]] = reason

    def contest(self, equals: list[Mapping[str, Any]], places: int, zone: str | None, kept: dict[str, int]) -> None:
        """Equals on the line: more of them than the places left. `kept` are zones' own places among these."""
        keys = [one["entry"] for one in equals]
        line = {"zone": zone, "rank": equals[0]["rank"], "total": equals[0]["total"], "entries": keys}
        line |= {"places": places, "added": 0, "kept": kept, "outcome": self.rule.at_line}
        named = [one for one in equals if one["entry"] in self.decided]
        if self.rule.at_line == "all_advance":
            line["added"] = len(equals) - places
            self.give(equals, "tied_on_line", places=places, equals=len(equals), added=line["added"])
        elif named:
            self._check_decision(named, places, kept)
            line["outcome"] = "decided"
            self.decided -= set(keys)
            self.give(named, "decided", places=places, equals=len(equals))
        else:
            for key in keys:
                self.waiting[key] = {"code": "need_decision", "places": places, "equals": len(equals)}
        self.lines.append(line)

    def _check_decision(self, named: list[Mapping[str, Any]], places: int, kept: dict[str, int]) -> None:
        if len(named) != places:
            raise ValueError(f"decided: {places} of the equals on the line go on, not {len(named)}")
        got = Counter(self.zone(one) for one in named)
        for zone, needed in kept.items():
            if got[zone] < needed:
                raise ValueError(f"decided: zone {zone} has {needed} of these places")


def promote(
    result: Mapping[str, Any],
    rule: QuotaRule,
    *,
    zones: Mapping[str, str] | None = None,
    entered: Mapping[str, int] | None = None,
    decided: Sequence[str] = (),
) -> dict[str, Any]:
    """Each entry's outcome with its reason, and every tie on a line. Plain JSON, the same for the same input.

    `zones`: entry → zone; entries of no zone share places like a zone of their own, but nothing is kept for their
    best. `entered`: zone → entries it is given places for, by default its ranked entries.
    `decided`: those of the equals on a line who go on. ValueError when a decision fits no line.
    """
    with collector_at_rest():
        zone_of = zones or {}
        places_of: dict[str, list[Mapping[str, Any]]] = {}
        for one in result["places"]:
            places_of.setdefault(zone_of.get(one["entry"], ""), []).append(one)
        ranked = {zone: len(places) for zone, places in places_of.items()}
        own, shared = _own_places(rule, ranked, entered)
        tally = Tally(rule, result["places"], zone_of, places_of, own, set(decided))
        tally.open = {zone: min(places, ranked.get(zone, 0)) for zone, places in own.items()}
        tally.total = rule.places + (sum(own.values()) if rule.by == "zone" else 0)
        if rule.unused == "lapse":
            tally.total -= sum(own[zone] - places for zone, places in tally.open.items())
        by_zone = rule.by != "rank" and tally.total == sum(tally.open.values())
        _fill(tally)
        if tally.decided:
            raise ValueError(f"decided: {min(tally.decided)} does not stand on a line that needs a decision")
        return _outcomes(tally, result, by_zone, shared)


def _own_places(
    rule: QuotaRule, ranked: Mapping[str, int], entered: Mapping[str, int] | None
) -> tuple[dict[str, int], list[dict[str, Any]] | None]:
    """The places each zone has for itself, and how they were shared where they are in proportion."""
    if rule.by == "zone":
        return dict(rule.zones), None
    if rule.by == "share":
        shared = shares(entered or ranked, rule.places, at_least_one=rule.at_least_one)
        return {row["key"]: row["places"] for row in shared}, shared
    own = dict.fromkeys(sorted(ranked.keys() - {""}), 1) if rule.at_least_one else {}
    if len(own) > rule.places:
        raise ValueError(f"places: {rule.places} cannot give one to each of {len(own)} zones")
    return own, None


def _fill(tally: Tally) -> None:
    """Go down the ranks while everybody so far fits beside what zones still keep; then the line, then the zones."""
    free = tally.total - sum(tally.open.values())
    for _, equals in groupby(tally.places, key=lambda one: one["rank"]):
        group = list(equals)
        by_zone = Counter(tally.zone(one) for one in group)
        beyond = sum(max(0, number - tally.open.get(zone, 0)) for zone, number in by_zone.items())
        if beyond > free:
            if free:
                _fill_line(tally, group, by_zone, free)
            break
        free -= beyond
        for one in group:
            _give_by_rank(tally, one)
    for zone in sorted(tally.open):
        _fill_zone(tally, zone)


def _give_by_rank(tally: Tally, place: Mapping[str, Any]) -> None:
    zone = tally.zone(place)
    if tally.open.get(zone):
        tally.open[zone] -= 1
        if tally.rule.by != "rank":
            tally.give([place], "zone_place", zone=zone, places=tally.own[zone])
            return
    tally.give([place], "in_quota", places=tally.total)


def _fill_line(tally: Tally, group: list[Mapping[str, Any]], by_zone: Counter, free: int) -> None:
    """The equals for whom the open places do not suffice. Those whose zone has room for all of them are in."""
    kept = {zone: places for zone, places in tally.open.items() if 0 < places < by_zone[zone]}
    secure = [one for one in group if tally.open.get(tally.zone(one), 0) >= by_zone[tally.zone(one)]]
    for one in secure:
        tally.open[tally.zone(one)] -= 1
        tally.give([one], "zone_place", zone=tally.zone(one), places=tally.own[tally.zone(one)])
    for zone in kept:
        tally.open[zone] = 0
    safe = {one["entry"] for one in secure}
    rivals = [one for one in group if one["entry"] not in safe]
    tally.contest(rivals, free + sum(kept.values()), None, kept)


def _fill_zone(tally: Tally, zone: str) -> None:
    """A zone's own places that are left, to its best."""
    for _, equals in groupby(tally.rest(zone), key=lambda one: one["rank"]):
        group, left = list(equals), tally.open[zone]
        if not left:
            return
        if len(group) > left:
            tally.open[zone] = 0
            tally.contest(group, left, zone, {})
            return
        tally.open[zone] -= len(group)
        tally.give(group, "zone_place", zone=zone, places=tally.own[zone])


def _outcomes(
    tally: Tally, result: Mapping[str, Any], by_zone: bool, shared: list[dict[str, Any]] | None
) -> dict[str, Any]:
    reserves = _reserves(tally, by_zone)
    outcomes = []
    for place in result["places"]:
        key = place["entry"]
        row = {"entry": key, "number": place["number"], "rank": place["rank"], "reserve": None}
        row["list"] = tally.zone(place) if by_zone else ""
        if key in tally.reasons:
            row |= {"outcome": PROMOTED, "reason": tally.reasons[key]}
        elif key in tally.waiting:
            row |= {"outcome": UNDECIDED, "reason": tally.waiting[key]}
        elif by_zone and not tally.own.get(row["list"]):
            row |= {"outcome": OUT, "reason": {"code": "zone_without_place"}}
        elif reserves[key] <= tally.rule.reserves:
            row |= {"outcome": RESERVE, "reserve": reserves[key], "reason": {"code": "reserve"}}
        else:
            row |= {"outcome": OUT, "reason": {"code": "below_line"}}
        outcomes.append(row)
    apart = [
        {"entry": one["entry"], "number": one["number"], "outcome": one["state"], "reason": one["reason"]}
        for one in result["apart"]
    ]
    added = sum(line["added"] for line in tally.lines)
    waiting = [line for line in tally.lines if line["outcome"] == AT_LINE[1]]
    return {
        "format": FORMAT,
        "rule": tally.rule.to_data(),
        "places": tally.total,
        "promoted": len(tally.reasons),
        "added": added,
        "unfilled": tally.total + added - len(tally.reasons) - sum(line["places"] for line in waiting),
        "zones": dict(sorted(tally.own.items())),
        "shares": shared,
        "lines": tally.lines,
        "outcomes": outcomes,
        "apart": apart,
        "needs_decision": bool(waiting),
    }


def _reserves(tally: Tally, by_zone: bool) -> dict[str, int]:
    """Entry → position among those who do not go on: equals at one, after the losers of open decisions above them."""
    positions: dict[str, int] = {}
    for zone in tally.by_zone if by_zone else (None,):
        waiting = [line for line in tally.lines if line["outcome"] == AT_LINE[1] and zone in (None, line["zone"])]
        passed = 0
        for rank, equals in groupby(tally.rest(zone), key=lambda one: one["rank"]):
            group = list(equals)
            losers = sum(len(line["entries"]) - line["places"] for line in waiting if line["rank"] < rank)
            positions |= {one["entry"]: passed + losers + 1 for one in group}
            passed += len(group)
    return positions


def call_reserve(promotion: Mapping[str, Any], vacated: str, *, gone: Iterable[str] = ()) -> list[str]:
    """Who moves up when a promoted entry withdraws (递补): the next reserve of its list who has not gone.

    Several names are equals at one position: the jury decides, or all go on by the rule. Empty: no reserve is left.
    """
    place = next((one for one in promotion["outcomes"] if one["entry"] == vacated), None)
    if place is None or place["outcome"] != PROMOTED:
        raise ValueError(f"{vacated}: has no place that could be vacated")
    away = set(gone)
    waiting = [
        one
        for one in promotion["outcomes"]
        if one["outcome"] == RESERVE and one["list"] == place["list"] and one["entry"] not in away
    ]
    first = min((one["reserve"] for one in waiting), default=None)
    return [one["entry"] for one in waiting if one["reserve"] == first]
