"""Entries whose judges lie further apart than the stage allows. That they do is told, no total is."""

from collections import defaultdict

from django.db.models import Count, F, OuterRef, Q, Subquery, Sum

from contests.models import Heat
from judging.models import Assignment, ScoreSheet
from judging.states import ASIDE, SheetState
from projects.models import Participation


def apart(heat: Heat, *, asked: bool = False, only: int | None = None) -> list[Participation]:
    """Entries that everybody has marked and that still wait for a further judge; or, `asked`, those that got one, each
    with the reason that its newest judge was put in for (`why`). `only` looks at one participation."""
    if heat.stage.review_gap is None:
        return []
    most = heat.stage.judges_per_entry
    active = Count("assignments", filter=~Q(assignments__sheet__state__in=ASIDE))
    waiting = Count("assignments", filter=Q(assignments__sheet__state=SheetState.DRAFT))
    here = Q(heat=heat) if only is None else Q(heat=heat, pk=only)
    found = Participation.objects.filter(here).annotate(active=active, waiting=waiting).select_related("entry", "track")
    found = found.order_by("entry__number")
    if asked:
        newest = Assignment.objects.filter(participation=OuterRef("pk")).order_by("-pk").values("reason")[:1]
        return list(found.filter(active__gt=most).annotate(why=Subquery(newest)))
    found = list(found.filter(active__lte=most, waiting=0, active__gt=1))
    gaps = _gaps(ScoreSheet.objects.filter(assignment__participation__in=found)) if found else {}
    return [one for one in found if gaps.get(one.pk, 0) > heat.stage.review_gap]


def _gaps(sheets) -> dict[int, object]:
    """Highest minus lowest total by participation. One query, a row for each submitted sheet."""
    totals = (
        sheets.filter(state=SheetState.SUBMITTED)
        .values_list("assignment__participation")
        .annotate(total=Sum(F("marks__value") * F("marks__criterion__weight")))
        .values_list("assignment__participation", "pk", "total")
    )
    by_entry = defaultdict(list)
    for participation, _sheet, total in totals:
        if total is not None:
            by_entry[participation].append(total)
    return {one: max(all_of) - min(all_of) for one, all_of in by_entry.items()}
