"""Signed sheets that were filled in elsewhere, typed in by the scoring desk (计分席, domain §3) or read from a file."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contests.models import Criterion, Heat
from contests.states import HeatState
from core import audit
from core.problems import Problem, Refused
from judging.checks import mark_problems, missing_marks
from judging.models import Mark, ScoreSheet
from judging.states import SheetState

Marks = Mapping[str, Decimal | None]
AT_ONCE = 500


@transaction.atomic
def enter_sheets(
    heat: Heat,
    *,
    marks: Mapping[int, Marks],
    by,
    at: datetime | None = None,
    comments: Mapping[int, Mapping[str, str]] | None = None,
    gaps: bool = False,
) -> int:
    """Fill and submit many empty sheets of an open heat at once; how many were submitted comes back.

    `marks` and `comments` go by the sheet's id, then by the key of the criterion. All or nothing: one mark out of
    range, one sheet that is not an untouched draft of this heat, and nothing is written. A criterion without a mark is
    refused unless the paper itself has `gaps`; a sheet without any mark is an absent judge, never a row of zeros.
    """
    at = at or timezone.now()
    heat = Heat.objects.select_for_update(of=("self",)).get(pk=heat.pk)
    if heat.state != HeatState.OPEN:
        raise Refused(_("“%(heat)s” is not open for scoring, so no sheet can be entered.") % {"heat": heat})
    rows = ScoreSheet.objects.select_for_update(of=("self",)).filter(assignment__participation__heat=heat)
    sheets = {sheet.pk: sheet for sheet in rows if sheet.pk in marks}
    criteria = list(heat.rubric.criteria.all())
    _check(heat, marks, sheets, criteria, gaps=gaps)
    comments = comments or {}
    Mark.objects.bulk_create(
        (
            Mark(sheet_id=pk, criterion=criterion, value=given.get(criterion.key), comment=said.get(criterion.key, ""))
            for pk, given in marks.items()
            for said in [comments.get(pk, {})]
            for criterion in criteria
        ),
        batch_size=2000,
    )
    absent = [pk for pk, given in marks.items() if not any(mark is not None for mark in given.values())]
    submitted = list(marks.keys() - set(absent))
    _settle(submitted, state=SheetState.SUBMITTED, version=1, saved_at=at, submitted_at=at)
    _settle(absent, state=SheetState.ABSENT, version=1, saved_at=at)
    after = {"submitted": len(submitted), "absent": len(absent)}
    audit.record(heat, "sheets.enter", by=by, after=after, at=at)
    return len(submitted)


def _settle(sheets: list[int], **facts) -> None:
    for first in range(0, len(sheets), AT_ONCE):
        ScoreSheet.objects.filter(pk__in=sheets[first : first + AT_ONCE]).update(**facts)


def _check(heat: Heat, marks: Mapping[int, Marks], sheets: dict, criteria: list[Criterion], *, gaps: bool) -> None:
    problems: list[Problem] = []
    for pk, given in marks.items():
        if pk not in sheets:
            problems.append(Problem("foreign", _("Sheet %(pk)s is not one of “%(heat)s”.") % {"pk": pk, "heat": heat}))
        elif sheets[pk].state != SheetState.DRAFT or sheets[pk].version:
            problems.append(Problem("begun", _("Sheet %(pk)s is filled in already.") % {"pk": pk}))
        problems += mark_problems(criteria, given)
        if not gaps:
            problems += missing_marks(criteria, given)
    if problems:
        raise Refused(
            _("Nothing was entered: %(count)s places need mending.") % {"count": len(problems)}, problems=problems
        )
