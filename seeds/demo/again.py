"""Founders who bring a project of one contest to a second one, as about one in thirty does (domain §4)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from accounts.models import User
from contests.models import Season, Track
from contests.states import TrackKind
from projects import checks, services
from projects.facts import facts_of, team_of
from projects.models import Entry
from projects.states import EntryState
from seeds.demo import entering
from seeds.demo.entering import Desk
from seeds.story.chance import Chance
from seeds.story.decks import deck
from seeds.story.project import Project as Told
from seeds.story.projects import project as tell

SHARE = 0.035
MOST_ASKED = 25


def comes_again(season: str, index: int) -> bool:
    """Whether this place of a season is taken by a project that another contest knows already."""
    return Chance("again", season, index).happens(SHARE)


class Earlier:
    """Qualified projects of this year's other contests, each brought once at most."""

    def __init__(self, season: Season, keys: dict[int, str]):
        self.season, self.keys = season, keys
        found = Entry.objects.filter(state=EntryState.QUALIFIED, season__year=season.year, season__in=list(keys))
        found = found.exclude(season__contest=season.contest_id).exclude(track__kind=TrackKind.PERSON)
        chosen = found.exclude(project__entries__season=season).select_related("project__owner", "leader")
        self.free = list(chosen.defer("snapshot").order_by("pk"))

    def fitting(self, told: Told, track: Track, at: datetime) -> Entry | None:
        """The first of the same city that may enter this track, submitted there before."""
        if track.kind == TrackKind.PERSON:
            return None
        asked = 0
        for place, entry in enumerate(self.free):
            if asked == MOST_ASKED:
                return None
            if (entry.region_id or "")[:4] == told.city[:4] and entry.submitted_at < at - timedelta(days=2):
                asked += 1
                if self._may_enter(entry, track):
                    return self.free.pop(place)
        return None

    def _may_enter(self, entry: Entry, track: Track) -> bool:
        """No rule of the track stands against it, as the page before the form would say."""
        rules = [one for one in self.season.eligibilityrules.all() if one.track_id in (None, track.pk)]
        wish = Entry(season=self.season, project=entry.project, track=track)
        facts = facts_of(wish, team=team_of(entry.project), kinds={rule.kind for rule in rules})
        findings = checks.findings_of(facts, rules)
        return not any(found.verdict in (checks.Verdict.BROKEN, checks.Verdict.UNKNOWN) for found in findings)


def enter_again(desk: Desk, told: Told, entry: Entry, keys: dict[int, str], *, at: datetime, unit: str) -> Entry:
    """The same project, with its deck as it was, through the unit and track of the one whose place it takes."""
    owner: User = entry.project.owner
    first = tell(int(owner.username.removeprefix("demo-")), season=keys[entry.season_id])
    brought = replace(first, season=told.season, track=told.track, unit=told.unit)
    with drawn_now(desk, first):
        made = entering.draft(
            desk, brought, owner=owner, at=at - timedelta(hours=30), unit=unit, project=entry.project
        )  # fmt: skip
    return made if checks.completeness(made) else services.submit(made, by=owner, at=at)


@contextmanager
def drawn_now(desk: Desk, told: Told) -> Iterator[None]:
    """The deck of this project instead of the next one that was drawn ahead."""
    ahead, desk.deck = desk.deck, lambda _told: deck(told)
    try:
        yield
    finally:
        desk.deck = ahead


def is_copied(season: str, told: Told) -> bool:
    """Whether somebody took over words and deck of the project told just before."""
    source = tell(told.index - 1, season=season) if told.index else None
    return bool(source and source.offer and told.offer) and Chance("copied", season, told.index).happens(0.4)


def copied(told: Told) -> tuple[Told, Told]:
    """The project with the words of the one before, its first sentence and market its own; and whose deck it shows."""
    source = tell(told.index - 1, season=told.season)
    own = told.texts
    words = replace(source.texts, one_line=own.one_line, market=own.market, honours=own.honours)
    return replace(told, texts=words), source
