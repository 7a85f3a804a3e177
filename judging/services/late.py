"""A conflict that comes to light after the assignment, or even after the sheet was handed in.

A change of a team, of a judge's own data or of a known holding is looked at as soon as it holds, and only the pairs
that it can touch: the entry is hidden from its judge, and in an open heat the sheet is void with its reason. What came
about in another way is found within six hours (`judging.tasks`).
"""

from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from contests.models import Heat
from contests.states import HeatState
from core.problems import Refused
from judging.models import Assignment, Conflict, Holding, Judge, ScoreSheet
from judging.services.conflicts import note_late_conflicts, tell_freed
from judging.services.replacements import replace_judge, void_sheet
from judging.states import ASIDE
from projects.names import plain_company
from projects.ties import follow

RUNNING = (HeatState.PREPARING, HeatState.OPEN)


@transaction.atomic
def settle_late_conflict(
    sheet: ScoreSheet, *, reason: str, by, replace: bool = True, kind: str = "", at: datetime | None = None
) -> Assignment | None:
    """Void the sheet with its reason and, where asked for, put in the next of the drawn order. The judge is told.

    `kind` writes the conflict down where it is no row yet. All or nothing: where nobody can take over, the sheet
    stays until the organiser voids it alone or invites somebody.
    """
    at = at or timezone.now()
    sheet = void_sheet(sheet, reason=reason, kind=kind, by=by, at=at)
    made = replace_judge(sheet, reason=reason, by=by, at=at) if replace else None
    tell_freed(sheet)
    return made


# ---------------------------------------------------------------- at once


@follow
def look_at_team(project: int) -> None:
    """Somebody came into a team, left it, or has other data: the judges of its entries."""
    _settle(Assignment.objects.filter(participation__entry__project=project))


def look_at_judge(judge: int) -> None:
    """A judge has another employer or city: the entries that the judge holds."""
    _settle(Assignment.objects.filter(judge=judge))


def look_at_holders(holdings: list[Holding]) -> None:
    """Holdings became known: the entries of judges who work for one of these shareholders."""
    keys = {one.holder_key for one in holdings}
    bodies = {one.holder_id for one in holdings} - {None}
    sitting = Assignment.objects.filter(participation__heat__state__in=RUNNING).values("judge")
    employed = Judge.objects.filter(pk__in=sitting, employer__isnull=False)
    tied = [
        pk
        for pk, body, name in employed.values_list("pk", "employer_id", "employer__name")
        if body in bodies or plain_company(name) in keys
    ]
    if tied:
        _settle(Assignment.objects.filter(judge__in=tied))


def _settle(held: QuerySet[Assignment]) -> None:
    """Hide at once what is a conflict now among these assignments, and void its sheets where the heat is open."""
    held = held.filter(participation__heat__state__in=RUNNING).exclude(sheet__state__in=ASIDE)
    heats = sorted(set(held.order_by().values_list("participation__heat", flat=True)))
    for heat in Heat.objects.filter(pk__in=heats).select_related("stage").order_by("pk"):
        found = note_late_conflicts(heat, by=None, among=held)
        if heat.state == HeatState.OPEN:
            for one in found:
                _void(heat, one)


def _void(heat: Heat, conflict: Conflict) -> None:
    sheet = (
        ScoreSheet.objects.filter(
            assignment__judge=conflict.judge_id, assignment__participation__heat=heat,
            assignment__participation__entry=conflict.entry_id,
        )
        .exclude(state__in=ASIDE)
        .select_related("assignment__judge__person__user", "assignment__participation__heat")
        .first()
    )  # fmt: skip
    if sheet is None:
        return
    kind = conflict.get_kind_display()
    # A heat that was locked meanwhile keeps its sheets; the entry stays hidden in any case.
    with suppress(Refused):
        void_sheet(sheet, reason=" ".join(dict.fromkeys([kind, conflict.source])), by=None)
        tell_freed(sheet)
