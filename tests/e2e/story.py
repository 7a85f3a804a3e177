"""Entries that a journey starts from, told like those of the demo but kept out of its way."""

from datetime import datetime, timedelta

from accounts.models import User
from contests.models import RecommendingUnit, Season
from projects.models import Entry
from seeds.demo import entering
from seeds.demo.cast import HOME_COUNTY
from seeds.demo.entering import Desk
from seeds.story import bodies
from seeds.story.project import Project as Told
from seeds.story.projects import project as tell

SEASON = "veteran-2026"
UNIT = f"vet-{HOME_COUNTY}"
FIRST = 90_000
"""Projects of the story from here on are in no demo."""


def open_season() -> Season:
    return Season.objects.select_related("contest").get(contest__slug="veteran", year=2026)


def told(number: int) -> Told:
    return tell(FIRST + number, season=SEASON)


def part(role: str) -> User:
    """Who stands on the demo page under a role."""
    return User.objects.get(demo_role=role)


def home_unit(season: Season) -> RecommendingUnit:
    """The county unit that the demo's clerk acts for."""
    return season.units.select_related("parent").get(organisation__name=bodies.organisation(UNIT).name)


def drafted(number: int, *, at: datetime) -> Entry:
    return _entry(number, at=at, act=entering.draft)


def entered(number: int, *, at: datetime) -> Entry:
    """Submitted to the demo's clerk."""
    return _entry(number, at=at, act=entering.enter)


def _entry(number: int, *, at: datetime, act) -> Entry:
    season, story, by = open_season(), told(number), part("administrator")
    desk = Desk(season, {UNIT: home_unit(season)})
    owner = entering.account_of(story, by=by)
    more = {"by": by} if act is entering.enter else {}
    return act(desk, story, owner=owner, at=at - timedelta(hours=2), unit=UNIT, **more)
