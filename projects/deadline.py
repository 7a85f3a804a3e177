"""Until when an entry may be worked on and handed in: one answer for every page and every write (domain §8.10).

A deadline is an instant of the server's clock, its last second included to its end. The season closes entry; an
`Extension` gives one entry, one recommending unit (and the units below it) or one track more time. A returned entry
has the time that its office gave it instead.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db.models import Q

from contests.models import RecommendingUnit, Season, Track
from projects.models import Entry, Extension
from projects.states import EntryState


def has_passed(closes: datetime, at: datetime) -> bool:
    """Whether the last second that counts is over: 23:59:59.9 still lies in the second 23:59:59."""
    return at.replace(microsecond=0) > closes


def closes_for(entry: Entry) -> datetime:
    """The last second in which this entry may be changed and submitted."""
    return closings([entry])[entry.pk]


def closings(entries: Iterable[Entry]) -> dict[int, datetime]:
    """`closes_for` of several entries, by key, with one query for all of them."""
    entries = list(entries)
    if not entries:
        return {}
    extensions = list(Extension.objects.filter(_concerning(entries), ended_at=None))
    return {entry.pk: max([_given(entry), *_more_time(entry, extensions)]) for entry in entries}


def is_late(entry: Entry, at: datetime) -> bool:
    """Whether the entry's time is over. Within its usual time no extension has to be looked up."""
    return has_passed(_given(entry), at) and has_passed(closes_for(entry), at)


def latest_start(season: Season, *, track: Track | None = None, unit: RecommendingUnit | None = None) -> datetime:
    """Until when a new entry may be begun here. What is not chosen yet may still become one with more time."""
    extensions = Extension.objects.filter(season=season, entry=None, ended_at=None)
    chain = _chain(unit) if unit else ()
    times = [
        one.until
        for one in extensions
        if (one.track_id and (track is None or one.track_id == track.pk))
        or (one.unit_id and (unit is None or one.unit_id in chain))
    ]
    return max([season.entry_closes, *times])


def _given(entry: Entry) -> datetime:
    """The time that an entry has without any extension."""
    if entry.state == EntryState.RETURNED and entry.due_at:
        return entry.due_at
    return entry.season.entry_closes


def _more_time(entry: Entry, extensions: Iterable[Extension]) -> Iterator[datetime]:
    """A returned entry is given more time by itself alone, since it was handed in."""
    chain = _chain(entry.unit) if entry.unit_id else ()
    for one in extensions:
        if one.entry_id == entry.pk:
            if entry.state != EntryState.RETURNED or one.at >= entry.submitted_at:
                yield one.until
        elif entry.state != EntryState.RETURNED and (
            (one.track_id and one.track_id == entry.track_id) or (one.unit_id and one.unit_id in chain)
        ):
            yield one.until


def _concerning(entries: list[Entry]) -> Q:
    units = {key for one in entries if one.unit_id for key in _chain(one.unit)}
    tracks = {one.track_id for one in entries if one.track_id}
    return Q(entry__in=[one.pk for one in entries]) | Q(track__in=tracks) | Q(unit__in=units)


def _chain(unit: RecommendingUnit) -> tuple[int, ...]:
    """A unit and those above it; lists select `unit__parent`."""
    found = [unit.pk]
    while unit.parent_id:
        found.append(unit.parent_id)
        unit = unit.parent
    return tuple(found)
