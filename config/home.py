"""What the home page shows: the tasks of every room for somebody, and the public's view of the contests."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.core.cache import cache
from django.db.models import Max
from django.utils import timezone

from certificates import queries as certificates
from contests import queries as contests
from contests.models import Notice, Season
from core.tasks import Task
from judging import queries as judging
from matching import queries as matching
from projects.models import Entry
from projects.queries.contestant import entries_of
from projects.queries.contestant import tasks_for as contestant_tasks
from projects.queries.likeness import tasks_for as likeness_tasks
from projects.queries.officer import officer_tasks
from projects.queries.offline import take_over_tasks
from projects.queries.past import past_tasks
from projects.queries.timeline import Milestone, timeline
from projects.states import EDITABLE

# Who is told what by which room; the order breaks ties.
SOURCES = {
    "contestant": (contestant_tasks, take_over_tasks, matching.tasks_for, certificates.tasks_for),
    "unit": (officer_tasks, contests.tasks_for),
    "city": (officer_tasks, likeness_tasks, judging.tasks_for, contests.tasks_for),
    "province": (
        officer_tasks,
        likeness_tasks,
        past_tasks,
        judging.tasks_for,
        certificates.tasks_for,
        contests.tasks_for,
        matching.tasks_for,
    ),
    "supervisor": (judging.tasks_for, contests.tasks_for),
    "judge": (judging.tasks_for,),
    "investor": (matching.tasks_for,),
    "administrator": (
        officer_tasks,
        likeness_tasks,
        judging.tasks_for,
        certificates.tasks_for,
        contests.tasks_for,
        matching.tasks_for,
    ),
}
SOON = timedelta(days=7)
MOST_TASKS = 12
TAG_SECONDS = 5


@dataclass(frozen=True)
class Agenda:
    """Tasks in the order in which to do them, and how many have to be done within the week."""

    tasks: list[Task]
    soon: int
    more: int

    @property
    def first(self) -> Task | None:
        return self.tasks[0] if self.tasks else None

    @property
    def rest(self) -> list[Task]:
        return self.tasks[1:]


def agenda(user, workspace: str, at: datetime) -> Agenda:
    found = [task for tell in SOURCES[workspace] for task in tell(user, at)]
    ordered = in_order(found)
    soon = sum(1 for task in found if task.due and task.due <= at + SOON)
    return Agenda(ordered[:MOST_TASKS], soon, max(0, len(ordered) - MOST_TASKS))


def in_order(tasks: Iterable[Task]) -> list[Task]:
    """Heavier first, then the nearer date; what only informs comes last."""
    never = datetime.max.replace(tzinfo=timezone.get_default_timezone())
    return sorted(tasks, key=lambda task: (task.tone == "done", -task.weight, task.due or never))


@dataclass(frozen=True)
class Journey:
    """Where the entry stands that a contestant looks for first: the one to be worked on, else the newest."""

    entry: Entry
    milestones: list[Milestone]


def journey(user, at: datetime) -> Journey | None:
    live = list(entries_of(user).live()[:10])
    if not live:
        return None
    entry = next((one for one in live if one.state in EDITABLE), live[0])
    return Journey(entry, timeline(entry, at))


@dataclass(frozen=True)
class Landing:
    """The public front: what can be entered now, what comes next, what was announced last."""

    open: list[Season]
    coming: list[Season]
    notices: list[Notice]


def open_seasons(at: datetime) -> list[Season]:
    return list(Season.objects.open_for_entry(at).select_related("contest").order_by("entry_closes"))


def landing(at: datetime) -> Landing:
    coming = Season.objects.running().filter(entry_opens__gt=at).select_related("contest").order_by("entry_opens")
    notices = Notice.objects.public(at).select_related("season__contest")
    return Landing(open_seasons(at), list(coming[:5]), list(notices[:6]))


def landing_tag(at: datetime, language: str) -> str:
    """Entity tag of the public front, read from the database at most every few seconds."""
    stamp = cache.get("landing-tag")
    if stamp is None:
        seasons = Season.objects.aggregate(changed=Max("updated_at"))
        notices = Notice.objects.aggregate(published=Max("published_at"), withdrawn=Max("withdrawn_at"))
        stamp = [*seasons.values(), *notices.values()]
        cache.set("landing-tag", stamp, TAG_SECONDS)
    minute = at.replace(second=0, microsecond=0)
    content = "|".join(str(part) for part in [*stamp, language, minute])
    return f'"{sha256(content.encode()).hexdigest()[:24]}"'
