"""What the home page offers of the judging room."""

from datetime import datetime

from core.tasks import Task
from judging.queries.queue import judge_tasks


def tasks_for(user, at: datetime) -> list[Task]:
    return judge_tasks(user, at)
