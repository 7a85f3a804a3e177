"""Work that comes back by the clock: put in the queue by the task worker itself, so that nobody sets a timer.

A room registers it in its `tasks.py`:

    @every(minutes=10)
    @task()
    def remind_drafts(): ...

The row of a beat says when it is due next. Whichever worker moves that time on puts the task in the queue, in the same
transaction: with several workers each beat is struck once, and after a pause, however long, once at once. A task may
still come twice or late, after a crash in the midst of it, so it finds out by itself what there is to do.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django_tasks.base import Task

from core.models import Beat

_periodic: dict[str, tuple[Task, timedelta]] = {}


def every(**period: int):
    """Registers a task to run every so many minutes, hours or days."""

    def register(work: Task) -> Task:
        _periodic[work.module_path] = (work, timedelta(**period))
        return work

    return register


def put_due_in_queue(at: datetime | None = None) -> int:
    """Puts every task whose time has come in the queue, and says how many."""
    at = at or timezone.now()
    due = dict(Beat.objects.values_list("name", "due_at"))
    new = [Beat(name=name, due_at=at) for name in _periodic if name not in due]
    if new:
        Beat.objects.bulk_create(new, ignore_conflicts=True)
    names = [name for name in _periodic if due.get(name, at) <= at]
    return sum(_strike(name, at) for name in names)


@transaction.atomic
def _strike(name: str, at: datetime) -> bool:
    work, period = _periodic[name]
    if not Beat.objects.filter(name=name, due_at__lte=at).update(due_at=at + period):
        return False
    work.enqueue()
    return True
