"""Paper of a heat: score sheets blank and filled, rooms with their order, the sheet to sign in. A4, to be stamped."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from itertools import groupby

from contests.models import Criterion, Heat
from core import pdf
from core.templatetags.luyan import plain
from judging.models import Invitation, ScoreSheet
from judging.queries.queue import total_of
from judging.queries.rooms import presiding
from judging.queries.veil import veil_of
from judging.states import InvitationState, SheetState
from projects.models import Participation

WIDE_FROM = 4


def score_sheets(heat: Heat, *, judges: Iterable[int] | None = None, filled: bool = False) -> bytes:
    """A score sheet for each judge, all entries in its rows, with a line to sign. Filled: submitted marks alone.

    A judge of a blind stage reads on paper what the screen shows: titles without names, and no entry number.
    """
    criteria = list(heat.rubric.criteria.all())
    sheets = (
        ScoreSheet.objects.filter(assignment__participation__heat=heat)
        .select_related("assignment__judge__person", "assignment__participation__entry")
        .prefetch_related("marks")
        .in_order()
    )  # fmt: skip
    if judges is not None:
        sheets = sheets.filter(assignment__judge__in=list(judges))
    seats = dict(Invitation.objects.filter(heat=heat).values_list("judge_id", "seat"))
    by_judge = defaultdict(list)
    for sheet in sheets:
        by_judge[sheet.assignment.judge_id].append(sheet)
    papers = [
        {"judge": own[0].assignment.judge, "seat": seats.get(judge, ""),
         "rows": [_line(sheet, criteria, heat, filled=filled) for sheet in own]}
        for judge, own in by_judge.items()
    ]  # fmt: skip
    papers.sort(key=lambda paper: paper["seat"] or 0)
    context = {"heat": heat, "season": heat.stage.season, "criteria": criteria, "papers": papers, "filled": filled,
               "most": plain(sum((one.maximum * one.weight for one in criteria), Decimal(0))),
               "wide": len(criteria) >= WIDE_FROM}  # fmt: skip
    return pdf.render("judging/pdf/score_sheets.html", context, substitute=True)


def _line(sheet: ScoreSheet, criteria: list[Criterion], heat: Heat, *, filled: bool) -> dict:
    participation = sheet.assignment.participation
    title = veil_of(heat.stage, participation.entry.snapshot)(participation.entry.title)
    given = {mark.criterion_id: mark.value for mark in sheet.marks.all()}
    marks = [given.get(one.pk) for one in criteria] if filled and sheet.state == SheetState.SUBMITTED else None
    stepped_back = filled and sheet.state not in {SheetState.SUBMITTED, SheetState.DRAFT}
    return {
        "participation": participation,
        "title": title,
        "number": "" if heat.stage.blind else participation.entry.number,
        "marks": [plain(mark) for mark in marks] if marks else [""] * len(criteria),
        "total": plain(total_of(criteria, marks)) if marks else "",
        "aside": sheet.get_state_display() if stepped_back else "",
    }


def rooms(heat: Heat) -> bytes:
    """Who presents where and in which order, and who judges there: a page for each room, a list for each track."""
    seated, chairs = _seated(heat), presiding(heat)
    groups = [
        {"room": room, "judges": seated.get(room, ()), "chair": chairs.get(room and room.pk),
         "tracks": [(track, list(rows)) for track, rows in groupby(presenting, key=lambda one: one.track)]}
        for room, presenting in groupby(_presenting(heat), key=lambda one: one.room)
    ]  # fmt: skip
    segments = list(heat.stage.segments.all())
    context = {"heat": heat, "season": heat.stage.season, "groups": groups, "segments": segments}
    return pdf.render("judging/pdf/rooms.html", context, substitute=True)


def sign_in(heat: Heat) -> bytes:
    """Judges and teams with room for signature and time, room by room; judges without a room come last."""
    seated, chairs = _seated(heat), presiding(heat)
    halls = [
        {"room": room, "judges": seated.pop(room, ()), "chair": chairs.get(room and room.pk), "teams": list(teams)}
        for room, teams in groupby(_presenting(heat), key=lambda one: one.room)
    ]
    halls += [{"room": None, "judges": judges, "teams": []} for judges in seated.values()]
    context = {"heat": heat, "season": heat.stage.season, "halls": halls}
    return pdf.render("judging/pdf/sign_in.html", context, substitute=True)


def _seated(heat: Heat) -> dict:
    """Room → its judges by seat; under None those of a heat in one hall, or those who wait."""
    found: dict = {}
    for one in (
        Invitation.objects.filter(heat=heat, state=InvitationState.ACCEPTED)
        .select_related("judge__person", "judge__employer", "room")
        .order_by("seat")
    ):
        found.setdefault(one.room, []).append(one)
    return found


def _presenting(heat: Heat):
    found = Participation.objects.filter(heat=heat).select_related("entry__unit", "entry__project", "room", "track")
    return found.order_by("room__number", "track__order", "track__pk", "order", "entry__number")
