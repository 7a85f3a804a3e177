"""What the home page shows: the tasks of every room for somebody, and the public's view of the contests."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from importlib import import_module
from importlib.util import find_spec

from django.core.cache import cache
from django.db.models import Max
from django.utils import timezone

from contests.models import Notice, Season
from core.tasks import Task

# Which rooms have something to say to whom; the order breaks ties.
ROOMS = {
    "contestant": ("projects", "matching", "certificates"),
    "unit": ("projects", "contests"),
    "city": ("projects", "judging", "contests"),
    "province": ("projects", "judging", "certificates", "contests", "matching"),
    "supervisor": ("judging", "contests"),
    "judge": ("judging",),
    "investor": ("matching",),
    "administrator": ("projects", "judging", "certificates", "contests", "matching"),
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
    found = [task for room in ROOMS[workspace] for task in _tasks_of(room, user, at)]
    ordered = in_order(found)
    soon = sum(1 for task in found if task.due and at <= task.due <= at + SOON)
    return Agenda(ordered[:MOST_TASKS], soon, max(0, len(ordered) - MOST_TASKS))


def in_order(tasks: Iterable[Task]) -> list[Task]:
    """Heavier first, then the nearer date; what only informs comes last."""
    never = datetime.max.replace(tzinfo=timezone.get_default_timezone())
    return sorted(tasks, key=lambda task: (task.tone == "done", -task.weight, task.due or never))


def _tasks_of(room: str, user, at: datetime) -> list[Task]:
    if find_spec(f"{room}.queries") is None:
        return []
    tell = getattr(import_module(f"{room}.queries"), "tasks_for", None)
    return tell(user, at) if tell else []


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
