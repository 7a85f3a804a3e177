"""Entries whose judges lie further apart than the stage allows. That they do is told, no total is."""

from collections import defaultdict

from django.db.models import Count, F, Q, Sum

from contests.models import Heat
from judging.models import ScoreSheet
from judging.states import ASIDE, SheetState
from projects.models import Participation


def apart(heat: Heat, *, asked: bool = False) -> list[Participation]:
    """Entries that everybody has marked and that still wait for a further judge; or, `asked`, those that got one."""
    if heat.stage.review_gap is None:
        return []
    most = heat.stage.judges_per_entry
    active = Count("assignments", filter=~Q(assignments__sheet__state__in=ASIDE))
    waiting = Count("assignments", filter=Q(assignments__sheet__state=SheetState.DRAFT))
    found = (
        Participation.objects.filter(heat=heat)
        .annotate(active=active, waiting=waiting)
        .select_related("entry", "track")
    )
    found = found.filter(active__gt=most) if asked else found.filter(active__lte=most, waiting=0, active__gt=1)
    found = found.order_by("entry__number")
    if asked:
        return list(found)
    gaps = _gaps(heat)
    return [one for one in found if gaps.get(one.pk, 0) > heat.stage.review_gap]


def _gaps(heat: Heat) -> dict[int, object]:
    """Highest minus lowest total by participation. One query, a row for each submitted sheet."""
    totals = (
        ScoreSheet.objects.filter(assignment__participation__heat=heat, state=SheetState.SUBMITTED)
        .values_list("assignment__participation")
        .annotate(total=Sum(F("marks__value") * F("marks__criterion__weight")))
        .values_list("assignment__participation", "pk", "total")
    )
    by_entry = defaultdict(list)
    for participation, _sheet, total in totals:
        if total is not None:
            by_entry[participation].append(total)
    return {one: max(all_of) - min(all_of) for one, all_of in by_entry.items()}
