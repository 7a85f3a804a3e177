"""Founders who bring a project of one contest to a second one, as about one in thirty does (domain §4)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import F

from accounts.models import User
from contests.models import Season, Track
from contests.states import DocumentKind, TrackKind
from projects import checks, services
from projects.facts import LOOKS_AT_OTHERS, facts_of, team_of
from projects.models import DocumentVersion, Entry
from projects.states import EntryState
from seeds.demo import entering
from seeds.demo.entering import Desk
from seeds.story.chance import Chance
from seeds.story.project import Project as Told
from seeds.story.projects import project as tell

SHARE = 0.05
MOST_ASKED = 12
COPIED = ("summary", "innovation", "business_model", "rights")
AGAINST = (checks.Verdict.BROKEN, checks.Verdict.UNKNOWN)


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
        """One of a few chosen by chance that may enter this track, submitted there before."""
        if track.kind == TrackKind.PERSON:
            return None
        for entry in Chance("fitting", told.season, told.index).sample(self.free, MOST_ASKED):
            if entry.submitted_at < at - timedelta(days=2) and self._may_enter(entry, track):
                self.free.remove(entry)
                return entry
        return None

    def _may_enter(self, entry: Entry, track: Track) -> bool:
        """No rule of the track stands against it, as the page before the form would say."""
        rules = [one for one in self.season.eligibilityrules.all() if one.track_id in (None, track.pk)]
        wish, team = Entry(season=self.season, project=entry.project, track=track), team_of(entry.project)
        own = [rule for rule in rules if rule.kind not in LOOKS_AT_OTHERS]
        return all(
            not any(found.verdict in AGAINST for found in checks.findings_of(_facts(wish, team, some), some))
            for some in (own, rules)
        )


def _facts(wish: Entry, team: list, rules: list):
    return facts_of(wish, team=team, kinds={rule.kind for rule in rules})


def enter_again(desk: Desk, told: Told, entry: Entry, keys: dict[int, str], *, at: datetime, unit: str) -> Entry:
    """The same project, with its deck as it was, through the unit and track of the one whose place it takes."""
    owner: User = entry.project.owner
    first = tell(int(owner.username.removeprefix("demo-")), season=keys[entry.season_id])
    brought = replace(first, season=told.season, track=told.track, unit=told.unit)
    with _deck_of(desk, told, entry):
        made = entering.draft(
            desk, brought, owner=owner, at=at - timedelta(hours=30), unit=unit, project=entry.project
        )  # fmt: skip
    return made if checks.completeness(made) else services.submit(made, by=owner, at=at)


@contextmanager
def _deck_of(desk: Desk, told: Told, entry: Entry) -> Iterator[None]:
    """The deck that an entry showed instead of the one that was drawn ahead for this place."""
    ahead = desk.deck
    ahead(told)
    kept = DocumentVersion.objects.filter(
        document__entry=entry, document__requirement__kind=DocumentKind.DECK, pk=F("document__current")
    ).first()  # fmt: skip
    with kept.file.open("rb") as file:
        body = file.read()
    desk.deck = lambda _told: body
    try:
        yield
    finally:
        desk.deck = ahead


def enter_copied(desk: Desk, told: Told, entry: Entry, *, by: User, at: datetime, unit: str) -> Entry:
    """A project with the words and the deck of another team's: a pair for the officers who compare entries."""
    own, words = told.texts, {name: getattr(entry.project, name) for name in COPIED}
    with _deck_of(desk, told, entry):
        return entering.enter(desk, replace(told, texts=replace(own, **words)), by=by, at=at, unit=unit)
