"""What becomes of an answer or a file when the organiser puts a newer version in the place of what it answered."""

from collections.abc import Iterable

from contests.models.season import SeasonPart


def standing(parts: Iterable[SeasonPart]) -> list:
    """The parts that count today, over all tracks."""
    return [one for one in parts if one.retired_at is None]


def current(parts: Iterable[SeasonPart], track_id: int | None) -> list:
    """The parts that count today for the season and one of its tracks, in their order."""
    return [one for one in standing(parts) if one.track_id in (None, track_id)]


def successors(parts: Iterable[SeasonPart]) -> dict[int, int]:
    """By the key of each retired part the key of the current one that took its place, as far as the kind is the same.

    An answer to a text question does not answer a date, a pitch deck is no licence: there the chain ends.
    """
    by_key = {one.pk: one for one in parts}
    found: dict[int, int] = {}
    for newest in by_key.values():
        older = by_key.get(newest.replaces_id)
        while newest.retired_at is None and older is not None and _kind(older) == _kind(newest):
            found[older.pk] = newest.pk
            older = by_key.get(older.replaces_id)
    return found


def carried(rows: dict[int, object], after: dict[int, int]) -> dict[int, object]:
    """Rows by the key of the current part they answer. What was given to the current version itself wins."""
    found = {}
    for key, row in sorted(rows.items()):
        found[after.get(key, key)] = row
    return found | {key: row for key, row in rows.items() if key not in after}


def _kind(part: SeasonPart) -> str:
    return getattr(part, "kind", "")
