"""A judge's score file taken over into the sheets: all rows or none, and as a dry run first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from contests.models import Heat
from core.problems import Problem, Refused
from judging.models import ScoreSheet
from judging.scorefile import Row
from judging.services.sheets import save_sheet
from judging.states import SheetState


@dataclass(frozen=True)
class Taken:
    """How many rows changed their sheet, and how many say what it says already."""

    changed: int
    same: int


@transaction.atomic
def take_scores(heat: Heat, rows: Sequence[Row], *, by, at: datetime | None = None, dry: bool = False) -> Taken:
    """Save every row of a judge's own file; with `dry` the same run is taken back at its end.

    A row on a sheet that moved on since the file was written is refused where it differs, so that no mark given on
    the page is overwritten by an older file. Submitted sheets may stand in the file unchanged.
    """
    own = ScoreSheet.objects.visible_to(by).filter(assignment__participation__heat=heat).named().in_bulk()
    changed, problems = 0, []
    for row in rows:
        sheet = own.get(row.sheet)
        if sheet is None:
            problems.append(_of(row, _("This is no sheet of yours in this heat. Download the file again.")))
            continue
        try:
            changed += _save(sheet, row, by=by, at=at)
        except Refused as refusal:
            told = [problem.message for problem in refusal.problems] or [refusal.message]
            problems += [_of(row, text) for text in told]
    if problems:
        raise Refused(_("Nothing was taken over: some rows have to be mended."), field="file", problems=problems)
    if dry:
        transaction.set_rollback(True)
    return Taken(changed, len(rows) - changed)


def _save(sheet: ScoreSheet, row: Row, *, by, at: datetime | None) -> bool:
    if sheet.state != SheetState.DRAFT:
        given = dict(sheet.marks.values_list("criterion__key", "value"))
        if all(given.get(key) == mark for key, mark in row.marks.items()):
            return False
    saved = save_sheet(
        sheet, marks=row.marks, comment=row.comment, by=by, at=at, expected_version=row.version
    )  # fmt: skip
    return saved.version != sheet.version


def _of(row: Row, text: str) -> Problem:
    return Problem("row", _("Row %(row)s: %(text)s") % {"row": row.place, "text": text}, field="file")
