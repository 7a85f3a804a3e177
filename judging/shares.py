"""Places shared in proportion, by the largest remainder (domain §3, Quotas: places by the number of entries)."""

from collections.abc import Mapping
from typing import Any

from judging.scoring.marks import natural


def shares(counts: Mapping[str, int], places: int, *, at_least_one: bool = False) -> list[dict[str, Any]]:
    """How many of the places each zone (or track) gets, with the arithmetic: one row a zone, in the order of keys.

    1. A zone's exact share is places × its count ÷ all counts. It gets the whole part; the places left over go, one
       each, to the largest remainders.
    2. Equal remainders: the zone with more entries first, then the smaller key. (Equal counts have equal remainders,
       so a key decides only between zones of the same size.)
    3. With `at_least_one` a zone that has entries but would get no place gets one; the places that remain are shared
       again among the others by 1, until nobody with entries is without.
    4. No zone gets more places than it has entries; what is left then stays unused.

    Raises ValueError when `at_least_one` asks for more zones than there are places.
    """
    for key, count in counts.items():
        if count < 0:
            raise ValueError(f"{key}: {count} is no number of entries")
    if places < 0:
        raise ValueError(f"places: {places} is no number of places")
    sharing = {key: counts[key] for key in sorted(counts, key=natural) if counts[key]}
    if at_least_one and len(sharing) > places:
        raise ValueError(f"places: {places} cannot give one to each of {len(sharing)}")
    rows = {key: {"key": key, "count": count, "places": 0, "by": "none"} for key, count in counts.items()}
    left = min(places, sum(sharing.values()))
    while sharing:
        given = _divide(sharing, left, rows)
        without = [key for key in sharing if not given[key]] if at_least_one else []
        if not without:
            break
        for key in without:
            rows[key] |= {"places": 1, "by": "at_least_one"}
            del sharing[key]
        left -= len(without)
    return [rows[key] for key in sorted(rows, key=natural)]


def _divide(counts: Mapping[str, int], places: int, rows: dict[str, dict[str, Any]]) -> dict[str, int]:
    total = sum(counts.values())
    parts = {key: divmod(places * count, total) for key, count in counts.items()}
    left = places - sum(whole for whole, _ in parts.values())
    ranked = sorted(counts, key=lambda key: (-parts[key][1], -counts[key], natural(key)))
    extra = set(ranked[:left])
    for key, (whole, rest) in parts.items():
        rows[key] |= {
            "places": whole + (key in extra),
            "by": "remainder" if key in extra else "whole",
            "whole": whole,
            "remainder": f"{rest}/{total}",
        }
    return {key: rows[key]["places"] for key in counts}
