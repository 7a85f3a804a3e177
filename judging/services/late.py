"""A conflict that comes to light after the assignment, or even after the sheet was handed in.

A declared tie, a change of a team, of a judge's own data or of a known holding is looked at as soon as it holds, and
only the pairs that it can touch: the entry is hidden from its judge, the sheet is void with its reason, and those who
run the heat are told where the next judge is put in. What came about in another way is found within six hours
(`judging.tasks`).
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
from judging.queries.pool import late_sheets
from judging.services.conflicts import note_late_conflicts, tell_freed, tell_officers, write_conflict
from judging.services.replacements import replace_judge, void_sheet
from judging.states import ASIDE, ConflictKind
from projects.names import plain_company
from projects.ties import follow

RUNNING = (HeatState.PREPARING, HeatState.OPEN)
REASON = 200


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


@transaction.atomic
def declare_conflict(judge: Judge, *, by, at: datetime | None = None, **facts) -> Conflict:
    """Write down a conflict (`conflicts.write_conflict` names the facts); a hard one takes effect at once."""
    made = write_conflict(judge, by=by, at=at, **facts)
    if made.hard:
        held = Assignment.objects.filter(judge=judge)
        _settle(held.filter(participation__entry=made.entry_id) if made.entry_id else held, by=by, at=at)
    return made


def look_through(heat: Heat, *, by=None) -> int:
    """Every assignment of a heat once more; how many sheets are void for it."""
    return _settle(Assignment.objects.filter(participation__heat=heat), by=by)


@follow
def look_at_team(project: int) -> None:
    """Somebody came into a team, left it, or has other data, or its company is another: the judges of its entries."""
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


def _settle(held: QuerySet[Assignment], *, by=None, at: datetime | None = None) -> int:
    """Hide at once what is a conflict now among these assignments, and void its sheets; how many those were."""
    held = held.filter(participation__heat__state__in=RUNNING).exclude(sheet__state__in=ASIDE)
    heats, count = sorted(set(held.order_by().values_list("participation__heat", flat=True))), 0
    for heat in Heat.objects.filter(pk__in=heats).select_related("stage__season", "zone").order_by("pk"):
        note_late_conflicts(heat, by=by, at=at, among=held)
        tied = late_sheets(heat).filter(assignment__in=held)
        freed = sum(
            _void(sheet, by=by, at=at)
            for sheet in tied.select_related("assignment__judge__person__user", "assignment__participation__heat")
        )
        if freed:
            tell_officers(heat, count=freed, by=by)
        count += freed
    return count


def _void(sheet: ScoreSheet, *, by, at: datetime | None) -> bool:
    """A heat that was locked meanwhile keeps its sheets; the entry stays hidden in any case."""
    kind = str(ConflictKind(sheet.why_kind).label)
    with suppress(Refused):
        void_sheet(sheet, reason=" ".join(dict.fromkeys([kind, sheet.why]))[:REASON], by=by, at=at)
        if by is None or by.person_id != sheet.assignment.judge.person_id:
            tell_freed(sheet)
        return True
    return False
