"""Sheets of a heat as the scoring desk enters them from paper: whose, and how far. No mark is among it."""

from django.db.models import Count, F, Q

from contests.models import Heat
from judging.models import Invitation, ScoreSheet
from judging.states import SheetState

ENTER, CONFIRM, DONE = "enter", "confirm", "done"


def sheets_of(heat: Heat, *, judge: str = "", show: str = ""):
    """The sheets with what stands behind them, in the order of judges and entries."""
    found = ScoreSheet.objects.filter(assignment__participation__heat=heat).exclude(state=SheetState.VOID)
    if judge.isdecimal():
        found = found.filter(assignment__judge=int(judge))
    if show == ENTER:
        found = found.filter(state=SheetState.DRAFT, paper=None)
    elif show == CONFIRM:
        found = found.filter(state=SheetState.DRAFT, paper__isnull=False)
    elif show == DONE:
        found = found.filter(paper__confirmed_at__isnull=False)
    related = ("assignment__judge__person", "assignment__participation__entry", "paper__by", "paper__confirmed_by")
    order = ("assignment__judge__person__name", "assignment__judge", "assignment__participation__order",
             "assignment__participation__entry__number")  # fmt: skip
    return found.select_related(*related).order_by(*order)


def judges_of(heat: Heat):
    """The judges with how many sheets they have, and how many were entered from paper. One query."""
    sheets = "judge__assignments__sheet"
    here = Q(judge__assignments__participation__heat=F("heat"))
    return (
        Invitation.objects.filter(heat=heat)
        .annotate(
            sheets=Count(sheets, filter=here),
            entered=Count(f"{sheets}__paper", filter=here),
            confirmed=Count(f"{sheets}__paper", filter=here & Q(**{f"{sheets}__paper__confirmed_at__isnull": False})),
        )
        .filter(sheets__gt=0)
        .select_related("judge__person")
        .order_by("seat")
    )
