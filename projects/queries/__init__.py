"""Reads across models, for the contestant's pages and for the offices' pages."""

from datetime import datetime

from core.tasks import Task
from projects.queries import contestant
from projects.queries.officer import officer_tasks


def tasks_for(user, at: datetime) -> list[Task]:
    """What somebody has to do about entries: their own, and those that wait at their desk."""
    return [*officer_tasks(user, at), *contestant.tasks_for(user, at)]


__all__ = ["tasks_for"]
