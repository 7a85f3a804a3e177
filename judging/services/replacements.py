"""When a judge falls out: a late conflict voids the sheet, the next judge takes the place, an absent one is noted.

Nobody's marks become a zero and none is deleted: a void sheet stays on record with its reason (domain §3, Recused).
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contests.models import Heat
from core import audit
from core.problems import Refused
from judging import draw as lots
from judging.conflicts import excluded
from judging.models import Assignment, Invitation, ScoreSheet
from judging.queries.facts import reasons
from judging.queries.pool import loads
from judging.services.heats import _locked
from judging.services.pool import declare_conflict
from judging.services.sheets import _move as _move_sheet
from judging.services.sheets import _reason, mark_absent
from judging.states import AssignmentSource, DrawPurpose, InvitationState, SheetState

OUT = frozenset({SheetState.RECUSED, SheetState.ABSTAINED, SheetState.ABSENT, SheetState.VOID})


@transaction.atomic
def void_sheet(
    sheet: ScoreSheet, *, reason: str, by, at: datetime | None = None, kind: str = "", hard: bool = True
) -> ScoreSheet:
    """Take a sheet out of the count for a conflict that came to light late; the conflict itself is written down."""
    at = at or timezone.now()
    heat = _unsettled(sheet)
    sheet = _of(sheet)
    if heat.pk != sheet.assignment.participation.heat_id:
        raise Refused(_("This sheet belongs to another heat."))
    sheet.reason = _reason(reason)
    sheet = _move_sheet(sheet, SheetState.VOID, by=by, at=at, reason=sheet.reason)
    if kind:
        declare_conflict(
            sheet.assignment.judge, entry=sheet.assignment.participation.entry, kind=kind, hard=hard,
            source=sheet.reason, by=by, at=at,
        )  # fmt: skip
    return sheet


@transaction.atomic
def replace_judge(sheet: ScoreSheet, *, reason: str, by, at: datetime | None = None) -> Assignment:
    """Put the next judge in for one who fell out: the next of the drawn order without conflict and with room.

    Who signed only after the draw stands behind those who were drawn, by load and seat. Refused when nobody is left.
    """
    at = at or timezone.now()
    heat = _unsettled(sheet)
    sheet = _of(sheet)
    if sheet.state not in OUT:
        raise Refused(_("This judge still holds the sheet. Note first why it can't count, then replace the judge."))
    participation = sheet.assignment.participation
    active = participation.assignments.exclude(sheet__state__in=OUT).count()
    if active >= heat.stage.judges_per_entry:
        raise Refused(_("This entry has its %(count)s judges already.") % {"count": active})
    judge, seat, source = _next(heat, participation)
    reason = _("Instead of %(judge)s: %(reason)s") % {"judge": sheet.assignment.judge, "reason": _reason(reason)}
    reason = reason[:200]
    made = Assignment.objects.create(
        judge_id=judge, participation=participation, draw=sheet.assignment.draw, source=source, reason=reason
    )
    ScoreSheet.objects.create(assignment=made)
    audit.record(
        made, "judge.replace", by=by, reason=reason, at=at,
        before={"judge": str(sheet.assignment.judge)}, after={"judge": str(made.judge), "seat": seat},
    )  # fmt: skip
    return made


def _unsettled(sheet: ScoreSheet) -> Heat:
    """The heat of a sheet, locked; its judges change only until the scores are locked."""
    heat = _locked(sheet.assignment.participation.heat)
    if heat.is_settled:
        raise Refused(_("“%(heat)s” is locked; its judges can't change any more.") % {"heat": heat})
    return heat


def _of(sheet: ScoreSheet) -> ScoreSheet:
    locked = ScoreSheet.objects.select_for_update(of=("self",))
    return locked.select_related("assignment__judge__person", "assignment__participation__entry").get(pk=sheet.pk)


def _next(heat: Heat, participation) -> tuple[int, int, str]:
    """(judge, seat, source) of who comes next for this entry."""
    ready = dict(
        heat.invitations.filter(state=InvitationState.ACCEPTED, pledged_at__isnull=False)
        .order_by("seat")
        .values_list("seat", "judge_id")
    )
    held = loads(heat)
    had = set(participation.assignments.values_list("judge_id", flat=True))
    apart = excluded(reasons(heat, ready.values(), entries=[participation.entry_id]))
    barred = had | apart.get(participation.entry_id, set())
    drawn = heat.draws.filter(purpose=DrawPurpose.JUDGES, drawn_at__isnull=False).first()
    if drawn is not None:
        seat = lots.next_judge(
            drawn.record["judges"],
            participation.entry.number,
            taken=[str(one) for one, judge in ready.items() if judge in barred],
            loads={str(one): held.get(judge, 0) for one, judge in ready.items()},
        )
        if seat is not None and int(seat) in ready:
            return ready[int(seat)], int(seat), AssignmentSource.DRAW
    return _latecomer(heat, ready, held, barred)


def _latecomer(heat: Heat, ready: dict[int, int], held: dict[int, int], barred: set[int]) -> tuple[int, int, str]:
    room = dict(heat.invitations.values_list("seat", "capacity"))
    free = [
        (held.get(judge, 0), seat)
        for seat, judge in ready.items()
        if judge not in barred and (room[seat] is None or held.get(judge, 0) < room[seat])
    ]
    if not free:
        raise Refused(
            _("No other judge is ready for this entry. Invite one more and have the pledge signed, then replace.")
        )
    seat = min(free)[1]
    return ready[seat], seat, AssignmentSource.HAND


@transaction.atomic
def mark_judge_absent(invitation: Invitation, *, reason: str, by, at: datetime | None = None) -> int:
    """A judge did not come: every sheet not handed in is absent, those handed in still count."""
    at = at or timezone.now()
    reason = _reason(reason)
    drafts = ScoreSheet.objects.filter(
        assignment__participation__heat=invitation.heat_id,
        assignment__judge=invitation.judge_id,
        state=SheetState.DRAFT,
    )
    with audit.batched():
        found = list(drafts)
        for sheet in found:
            mark_absent(sheet, reason=reason, by=by, at=at)
    if not found:
        raise Refused(_("%(judge)s has handed in every sheet, so nothing is missing.") % {"judge": invitation.judge})
    return len(found)
