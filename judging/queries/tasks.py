"""What the home page offers of the judging room."""

from datetime import datetime

from core.tasks import Task
from judging.queries.duties import office_tasks
from judging.queries.panel import team_tasks
from judging.queries.queue import judge_tasks


def tasks_for(user, at: datetime) -> list[Task]:
    return office_tasks(user, at) + judge_tasks(user, at) + team_tasks(user, at)
