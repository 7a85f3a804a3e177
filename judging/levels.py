"""Award levels by rank: so many first prizes, so many second, and a stated rule for equals on the border."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

FORMAT = "luyan-awards-1"
BOUNDARIES = ("up", "up_added", "down", "decide")


@dataclass(frozen=True)
class Level:
    """An award level with its number of places."""

    key: str
    places: int


def award_levels(result: Mapping[str, Any], levels: Sequence[Level], *, boundary: str = "up") -> dict[str, Any]:
    """Give the levels, best first, down the ranks. Equals always get the same level; on a border `boundary` says which.

    - "up": the higher one. The next level has as many places fewer, so the number of awards stays; below the last
      level it grows.
    - "up_added": the higher one, and the next level keeps its places.
    - "down": the lower one. The higher level's places that stay empty move to the next level; below the last level
      the equals get none and the places stay empty.
    - "decide": nobody of them gets one until the jury has separated them, that is until the next ranking.

    Every border with equals is recorded in `lines`. Ranks are those of the ranking: withdrawn and incomplete entries
    get no level. Plain JSON.
    """
    if boundary not in BOUNDARIES:
        raise ValueError(f"boundary: must be one of {', '.join(BOUNDARIES)}, not {boundary!r}")
    if len({level.key for level in levels}) != len(levels) or any(level.places < 0 for level in levels):
        raise ValueError("levels: each is there once, with 0 or more places")
    groups = [list(equals) for _, equals in groupby(result["places"], key=lambda one: one["rank"])]
    awards, lines, rows = [], [], []
    moved = next_group = 0
    for level in levels:
        places = left = level.places + moved
        moved = min(0, left)
        given = 0
        while left > 0 and next_group < len(groups):
            group = groups[next_group]
            line = None
            if len(group) > left:
                line = {"level": level.key, "rank": group[0]["rank"], "entries": [one["entry"] for one in group]}
                line |= {"places": left, "outcome": boundary}
                lines.append(line)
                if boundary == "down":
                    moved = left
                    break
            code = "in_places" if line is None else f"tied_{boundary}"
            awards += [_award(one, None if code == "tied_decide" else level.key, code) for one in group]
            given += 0 if code == "tied_decide" else len(group)
            left -= len(group)
            next_group += 1
            if left < 0 and boundary != "up_added":
                moved = left
        rows.append({"key": level.key, "places": level.places, "open": max(0, places), "given": given})
    return {"format": FORMAT, "boundary": boundary, "levels": rows, "lines": lines, "awards": awards}


def _award(place: Mapping[str, Any], level: str | None, code: str) -> dict[str, Any]:
    return {
        "entry": place["entry"],
        "number": place["number"],
        "rank": place["rank"],
        "level": level,
        "reason": {"code": code},
    }
