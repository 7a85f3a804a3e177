"""Reads of the judging room: `heats` and `rankings` for organisers and supervisors, `queue` and `sheet` for judges."""

from judging.queries.tasks import tasks_for

__all__ = ["tasks_for"]
