"""Several rooms in one track: totals times the mean of all rooms ÷ the mean of the own room (domain §3, Combining).

The rule publishes the correction in advance; the factors follow from the totals of the round. An entry without a room
keeps its total and is in no mean.
"""

from typing import Any, NamedTuple

from judging.scoring.figure import Figure, fixed, rounded, text_of
from judging.scoring.marks import natural
from judging.scoring.rule import Rule

SHOWN = 4


class Room(NamedTuple):
    """The factor of a room, and how it came about in texts, as every entry of the room keeps it."""

    factor: Figure
    record: dict[str, Any]


def factors(scored, rule: Rule) -> dict[str, Room]:
    """Room → its factor. A room whose totals are all 0 keeps them."""
    by_room: dict[str, list[int]] = {}
    for one in scored:
        if one.stage is not None and one.entry.room:
            by_room.setdefault(one.entry.room, []).append(one.stage)
    count, total = sum(map(len, by_room.values())), sum(map(sum, by_room.values()))
    scale = 10**rule.total_digits
    found = {}
    for name in sorted(by_room, key=natural):
        own, entries = sum(by_room[name]), len(by_room[name])
        factor = rounded((total * entries, count * own), rule.room_digits) if own else (1, 1)
        found[name] = Room(
            factor,
            {
                "room": name,
                "entries": entries,
                "mean": _mean(own, entries * scale),
                "overall": _mean(total, count * scale),
                "factor": text_of(factor, rule.room_digits or 0),
            },
        )
    return found


def _mean(units: int, scale: int) -> str:
    """For reading; the factor is computed from the exact sums."""
    return fixed(rounded((units, scale), SHOWN)[0], SHOWN)


def correct(one, found: dict[str, Room], digits: int) -> int:
    """The round's total of one entry in units, times the factor of its room, written into its record."""
    room = found.get(one.entry.room)
    if room is None:
        return one.stage
    units, _ = rounded((one.stage * room.factor[0], 10**digits * room.factor[1]), digits)
    one.record["room"] = room.record | {"corrected": fixed(units, digits)}
    return units
