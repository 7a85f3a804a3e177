"""What a judge sees: their own heats, their own sheets, their own marks. No count and no order of anybody else's."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db.models import Avg, Count, F, Max, Min, OuterRef, Q, Subquery, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contests.models import Criterion, Heat, Room, Stage
from contests.states import HeatState
from core.tasks import Task
from core.templatetags.luyan import plain
from judging.checks import range_text
from judging.models import Invitation, Judge, Mark, ScoreSheet
from judging.queries.calibration import OwnCalibration, own_calibrations
from judging.queries.sheet import Line
from judging.queries.veil import veil_of
from judging.states import ASIDE, InvitationState, SheetState

MOST_PAST = 20
SOON_HOURS = 48
ENOUGH_MARKS, NARROW_SHARE = 5, 25


@dataclass
class OwnHeat:
    """One heat as one judge sees it: own sheets, counted by what is left to do with them."""

    heat: Heat
    total: int = 0
    submitted: int = 0
    aside: int = 0
    next: int | None = None
    room: Room | None = None

    @property
    def left(self) -> int:
        return self.total - self.submitted - self.aside

    @property
    def done(self) -> int:
        return self.submitted + self.aside


def own_heats(user) -> list[OwnHeat]:
    """Heats that have sheets of this judge: those open first, then the latest. Three queries."""
    own = ScoreSheet.objects.visible_to(user)
    counts = (
        own.values_list("assignment__participation__heat")
        .annotate(
            total=Count("pk"),
            submitted=Count("pk", filter=Q(state=SheetState.SUBMITTED)),
            aside=Count("pk", filter=Q(state__in=ASIDE)),
        )
        .order_by()
    )
    first_draft = own.draft().in_order().filter(assignment__participation__heat=OuterRef("pk"))
    rows = {heat: facts for heat, *facts in counts}
    heats = (
        Heat.objects.filter(pk__in=rows)
        .annotate(next_sheet=Subquery(first_draft.values("pk")[:1]))
        .select_related("stage__season__contest")
        .order_by("stage__closes", "pk")
    )
    seated = Invitation.objects.of_judge(user).filter(room__isnull=False).select_related("room")
    halls = {one.heat_id: one.room for one in seated}
    found = [OwnHeat(heat, *rows[heat.pk], next=heat.next_sheet, room=halls.get(heat.pk)) for heat in heats]
    opened = [one for one in found if one.heat.is_open]
    past = [one for one in reversed(found) if not one.heat.is_open]
    return opened + past[:MOST_PAST]


def invitations_of(user) -> tuple[list[Invitation], list[Invitation]]:
    """Those that wait for the judge, and those signed whose heats have not opened yet. One query."""
    found = (
        Invitation.objects.of_judge(user)
        .filter(heat__state__in=[HeatState.PREPARING, HeatState.OPEN])
        .exclude(state=InvitationState.DECLINED)
        .select_related("heat__stage__season__contest", "room")
        .order_by("sent_at")
    )
    found = list(found)
    waiting = [
        one
        for one in found
        if one.pledged_at and one.state == InvitationState.ACCEPTED and one.heat.state == HeatState.PREPARING
    ]
    return [one for one in found if not one.pledged_at], sorted(waiting, key=lambda one: one.heat.stage.opens)


@dataclass
class Progress:
    """Where a sheet stands among the judge's own sheets of its heat."""

    total: int
    submitted: int
    place: int


def progress_at(user, sheet: int) -> Progress | None:
    """None where the sheet is not open to this account. One query answers both, and its some dozens of rows are
    counted here for less than it takes to ask for the counts."""
    order, number = "assignment__participation__order", "assignment__participation__entry__number"
    heat = ScoreSheet.objects.filter(pk=sheet).values("assignment__participation__heat")
    own = ScoreSheet.objects.visible_to(user).filter(assignment__participation__heat__in=heat).order_by()
    rows = {pk: (state, key) for pk, state, *key in own.values_list("pk", "state", order, number)}
    if sheet not in rows:
        return None
    _state, here = rows[sheet]
    return Progress(
        total=len(rows),
        submitted=sum(state == SheetState.SUBMITTED for state, _key in rows.values()),
        place=sum(key <= here for _state, key in rows.values()),
    )


def next_draft(user, heat: int, *, after: ScoreSheet | None = None) -> int | None:
    """The judge's next sheet to fill, in order after this one, else from the beginning."""
    drafts = ScoreSheet.objects.visible_to(user).draft().filter(assignment__participation__heat=heat).in_order()
    keys = list(
        drafts.values_list("pk", "assignment__participation__order", "assignment__participation__entry__number")
    )
    if after is not None:
        one = after.assignment.participation
        here = (one.order, one.entry.number)
        keys = [key for key in keys if key[1:] > here and key[0] != after.pk] + [
            key for key in keys if key[1:] <= here and key[0] != after.pk
        ]
    return keys[0][0] if keys else None


@dataclass
class OwnRow:
    """One own sheet with its marks in the order of the criteria."""

    sheet: ScoreSheet
    marks: list[Decimal | None] = field(default_factory=list)
    total: Decimal | None = None
    title: str = ""
    lines: list[Line] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        return None not in self.marks


def best_first(sheets):
    """By the own total so far, highest first; those without a mark come last."""
    given = Sum(F("marks__value") * F("marks__criterion__weight"))
    return sheets.annotate(given=given).order_by(F("given").desc(nulls_last=True), "pk")


def own_rows(sheets: Iterable[ScoreSheet], criteria: list[Criterion], stage: Stage) -> list[OwnRow]:
    """Marks and totals of these sheets of a stage, with titles as its judges read them: one query."""
    sheets = list(sheets)
    given = {
        (sheet, criterion): value
        for sheet, criterion, value in Mark.objects.filter(sheet__in=sheets).values_list(
            "sheet_id", "criterion_id", "value"
        )
    }
    rows = []
    for sheet in sheets:
        marks = [given.get((sheet.pk, criterion.pk)) for criterion in criteria]
        entry = sheet.assignment.participation.entry
        title = veil_of(stage, entry.snapshot)(entry.title)
        lines = [
            Line(criterion, "" if mark is None else plain(mark), "", range_text(criterion))
            for criterion, mark in zip(criteria, marks, strict=True)
        ]
        rows.append(OwnRow(sheet, marks, total_of(criteria, marks), title, lines))
    return rows


@dataclass(frozen=True)
class Spread:
    """How wide a judge's own marks for one criterion lie, against what the rubric allows."""

    count: int
    low: Decimal
    high: Decimal
    mean: Decimal
    share: int

    @property
    def is_narrow(self) -> bool:
        """Less than a quarter of the range, over enough entries that it could have been wider."""
        return self.count >= ENOUGH_MARKS and self.share < NARROW_SHARE


def spreads_of(user, heat: Heat, criteria: list[Criterion]) -> list[Spread | None]:
    """For each criterion the spread of this judge's own marks; None before a second mark. One query."""
    own = ScoreSheet.objects.visible_to(user).filter(assignment__participation__heat=heat).exclude(state__in=ASIDE)
    found = (
        Mark.objects.filter(sheet__in=own.values("pk"), value__isnull=False)
        .order_by()
        .values("criterion")
        .annotate(count=Count("pk"), low=Min("value"), high=Max("value"), mean=Avg("value"))
    )
    by_key = {one["criterion"]: one for one in found if one["count"] > 1}
    return [_spread(by_key.get(one.pk), one) for one in criteria]


def _spread(found: dict | None, criterion: Criterion) -> Spread | None:
    if found is None:
        return None
    share = round(100 * (found["high"] - found["low"]) / criterion.maximum)
    mean = Decimal(found["mean"]).quantize(Decimal("0.01"))
    return Spread(found["count"], found["low"], found["high"], mean, share)


def total_of(criteria: Iterable[Criterion], marks: Iterable[Decimal | None]) -> Decimal | None:
    """The sheet's weighted sum of the marks given so far; None while there is no mark at all."""
    products = [mark * criterion.weight for criterion, mark in zip(criteria, marks, strict=True) if mark is not None]
    return sum(products, Decimal(0)) if products else None


def left_text(closes: datetime, at: datetime) -> str:
    """How long there is still, in the largest unit that says enough."""
    seconds = int((closes - at).total_seconds())
    if seconds <= 0:
        return _("The announced time is over")
    days, hours, minutes = seconds // 86400, seconds // 3600, max(1, seconds // 60)
    if days >= 2:
        return ngettext("%(count)s day left", "%(count)s days left", days) % {"count": days}
    if hours >= 2:
        return ngettext("%(count)s hour left", "%(count)s hours left", hours) % {"count": hours}
    return ngettext("%(count)s minute left", "%(count)s minutes left", minutes) % {"count": minutes}


def judge_tasks(user, at: datetime) -> list[Task]:
    """What a judge has to do next: answer, sign, score. Nothing for those who are no judge."""
    if user.person_id is None:
        return []
    tasks = [_invitation_task(one) for one in invitations_of(user)[0]] + _own_data_task(user, at)
    tasks += [_calibration_task(one) for one in own_calibrations(user) if one.left]
    return tasks + [_scoring_task(one, at) for one in own_heats(user) if one.heat.is_open and one.left]


def _invitation_task(invitation: Invitation) -> Task:
    accepted = invitation.state == InvitationState.ACCEPTED
    title = _("Sign the judge's pledge for “%(heat)s”") if accepted else _("Answer the invitation to judge “%(heat)s”")
    return Task(
        title=title % {"heat": invitation.heat},
        why=str(invitation.heat.stage.season),
        url=reverse("judging:invitation", args=[invitation.pk]),
        action=_("Sign") if accepted else _("Answer"),
        due=invitation.heat.stage.opens,
        weight=80,
        tone="due",
    )


def _calibration_task(one: OwnCalibration) -> Task:
    title = _("Finish the calibration first: “%(stage)s”") if one.required else _("Calibration of “%(stage)s”")
    return Task(
        title=title % {"stage": one.calibration.stage},
        why=_("%(done)s of %(total)s samples are finished; none of it counts.")
        % {"done": one.done, "total": one.total},
        url=reverse("judging:own_samples", args=[one.calibration.pk]),
        action=_("Mark the samples"),
        weight=95 if one.required else 30,
        tone="due" if one.required else "go",
    )


def _own_data_task(user, at: datetime) -> list[Task]:
    """Once a year a judge looks through what the library says."""
    confirmed = list(Judge.objects.filter(person=user.person_id, active=True).values_list("confirmed_at", flat=True))
    if not confirmed or (confirmed[0] and timezone.localtime(confirmed[0]).year == timezone.localtime(at).year):
        return []
    return [
        Task(
            title=_("Confirm your expertise and contact data"),
            why=_("Once a year, so that entries come to those who know their field."),
            url=reverse("judging:profile"),
            action=_("Look through"),
            weight=10,
        )
    ]


def _scoring_task(one: OwnHeat, at: datetime) -> Task:
    closes = one.heat.stage.closes
    soon = (closes - at).total_seconds() < SOON_HOURS * 3600
    return Task(
        title=_("Score “%(heat)s”") % {"heat": one.heat},
        why=_("%(done)s of %(total)s sheets are done; %(left)s.")
        % {"done": one.done, "total": one.total, "left": left_text(closes, at)},
        url=reverse("judging:sheet", args=[one.next]),
        action=_("Score the next entry"),
        due=closes,
        weight=90,
        tone="due" if soon else "go",
    )
