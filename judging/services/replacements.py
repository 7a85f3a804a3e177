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
from judging.masking import Names
from judging.models import Assignment, Draw, Invitation, ScoreSheet
from judging.planning import Keeper, Rules, problem_of
from judging.queries.fit import known, ready
from judging.queries.plan import Told, sentence_of
from judging.queries.pool import loads
from judging.services.conflicts import write_conflict
from judging.services.draws import set_aside
from judging.services.heats import _locked
from judging.services.sheets import _move as _move_sheet
from judging.services.sheets import _reason, mark_absent
from judging.states import AssignmentSource, DrawPurpose, SheetState

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
        write_conflict(
            sheet.assignment.judge, entry=sheet.assignment.participation.entry, kind=kind, hard=hard,
            source=sheet.reason, by=by, at=at,
        )  # fmt: skip
    return sheet


@transaction.atomic
def replace_judge(sheet: ScoreSheet, *, reason: str, by, at: datetime | None = None) -> Assignment:
    """Put the next judge in for one who fell out: the next of the drawn order who keeps every rule (`_next`).

    Refused when nobody is left.
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
    if participation.room_id is not None:
        heat.invitations.filter(judge=judge).update(room=participation.room_id)
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
    """(judge, seat, source) of who comes next for this entry: the reserve in drawn order, then those drawn with the
    others in the order drawn for this entry, then who signed later, by load and seat. Every rule is kept."""
    seats, held = ready(heat), loads(heat)
    drawn = heat.draws.filter(purpose__in=DrawPurpose.seating(), drawn_at__isnull=False).first()
    names = Names(drawn.mask if drawn else "")
    check = _Fits(heat, participation, names, seats)
    by_name = {names.judge(seat): seat for seat in seats}
    free = {seat: (held.get(judge, 0), seat) for seat, judge in seats.items() if check.has_room(seat, held)}
    order = [by_name[one] for one in _drawn_order(heat, drawn, participation, names, held, by_name)]
    broken = None
    for seat in [*order, *sorted(set(free) - set(order), key=free.get)]:
        if seat not in free or check.had(seat):
            continue
        broken = check.broken(seat)
        if broken is None:
            return seats[seat], seat, AssignmentSource.DRAW if seat in order else AssignmentSource.HAND
    nobody = _("No other judge is ready for this entry. Invite one more and have the pledge signed, then replace.")
    if broken is None or broken.rule == "conflict" or drawn is None:
        raise Refused(nobody)
    raise Refused(f"{nobody} {sentence_of(Told(drawn), broken)}")


def _drawn_order(heat: Heat, drawn: Draw | None, participation, names: Names, held, by_name) -> list[str]:
    if drawn is None:
        return []
    if drawn.purpose == DrawPurpose.ROOMS:
        here = set(heat.invitations.filter(room=participation.room_id).values_list("seat", flat=True))
        panel = [one for one in drawn.record["panel"]["output"] if one in by_name]
        return sorted(panel, key=lambda one: by_name[one] not in here)
    standby = drawn.record.get("standby")
    reserve = [one for one in set_aside(heat, standby) if one in by_name]
    there = drawn.record["judges"]["inputs"]["judges"] if "judges" in drawn.record else standby["inputs"]["ids"]
    lot = lots.Lot(drawn.secret, drawn.witness)
    others = lot.order(there, f"{lots.JUDGES}:{names.entry(participation.entry.number)}")
    return reserve + [one for one in others if one in by_name and one not in reserve]


class _Fits:
    """Whether a judge may sit in for an entry: no conflict, room, and the rules of the stage for its whole panel."""

    def __init__(self, heat: Heat, participation, names: Names, seats: dict[int, int]):
        self.names, self.seats = names, seats
        rules = Rules.of(heat.stage).without("load_min")
        facts = known(heat, names, seats, texts=False, only=participation.pk).facts
        self.keeper = Keeper(problem_of(facts, rules))
        self.load_max, self.capacity = rules.load_max, dict(heat.invitations.values_list("seat", "capacity"))
        self.entry = names.entry(participation.entry.number)
        self.judges = set(participation.assignments.values_list("judge_id", flat=True))
        sitting = participation.assignments.exclude(sheet__state__in=OUT).values_list("judge_id", flat=True)
        by_judge = {judge: names.judge(seat) for seat, judge in seats.items()}
        self.sitting = [by_judge[one] for one in sitting if one in by_judge]
        elsewhere = heat.invitations.filter(room__isnull=False).exclude(room=participation.room_id)
        self.elsewhere = set(elsewhere.values_list("seat", flat=True))

    def had(self, seat: int) -> bool:
        """Whether the judge has or had the entry, or sits in another room."""
        return self.seats[seat] in self.judges or seat in self.elsewhere

    def has_room(self, seat: int, held: dict[int, int]) -> bool:
        limits = [one for one in (self.capacity[seat], self.load_max) if one is not None]
        return held.get(self.seats[seat], 0) < min(limits, default=held.get(self.seats[seat], 0) + 1)

    def broken(self, seat: int):
        """The first rule that the panel would break; what asks for a least number counts once the panel is full."""
        pairs = [(self.entry, one) for one in (*self.sitting, self.names.judge(seat))]
        found = self.keeper.breaks(pairs, only=frozenset({self.entry}))
        if any(one.rule == "demand" for one in found):
            found = [one for one in found if one.rule in {"conflict", "group_max"}]
        return found[0] if found else None


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
