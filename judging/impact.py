"""Whom a change of a rubric touches beside its heats (`contests.impact`): the samples marked by it."""

from contests.impact import Impact, Reach, register
from contests.models import Rubric
from judging.models import Calibration


@register
def calibrations(reach: Reach) -> Impact:
    if not isinstance(reach.row, Rubric):
        return Impact()
    opened = list(Calibration.objects.filter(rubric=reach.row).values_list("opened_at", flat=True))
    return Impact(waiting=opened.count(None), judged=len(opened) - opened.count(None))
