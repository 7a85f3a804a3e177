"""A judge's marks for the samples of a calibration, kept as score sheets are, and counted nowhere."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contests.models import Criterion
from core import audit
from core.problems import Refused
from judging.checks import comment_problems, mark_problems, missing_marks
from judging.models import SampleMark, SampleSheet
from judging.queries.calibration import RUNNING, sample_lines
from judging.services.sheets import Stale, _differs, _incomplete, _reason, _stored
from judging.states import SheetState


@transaction.atomic
def save_sample(
    sheet: SampleSheet,
    *,
    marks: Mapping[str, Decimal | None],
    by,
    at: datetime | None = None,
    expected_version: int | None = None,
    comments: Mapping[str, str] | None = None,
    comment: str | None = None,
    note: str | None = None,
) -> SampleSheet:
    """As `sheets.save_sheet`: what is not named stays, and a sheet saved elsewhere meanwhile raises `Stale`."""
    comments = comments or {}
    sheet, lines = _locked(sheet)
    problems = mark_problems(lines, marks) + comment_problems(comments, comment, note)
    if problems:
        raise Refused(problems[0].message, field=problems[0].field, code="marks", problems=problems)
    changed = [line for line in lines if _differs(line, marks, comments)]
    texts = {name: text for name, text in (("comment", comment), ("note", note))
             if text is not None and text != getattr(sheet, name)}  # fmt: skip
    if not changed and not texts:
        return sheet
    if expected_version is not None and expected_version != sheet.version:
        raise Stale(_stored(sheet, lines))
    rows = [
        SampleMark(
            sheet=sheet,
            criterion=line,
            value=marks.get(line.key, line.value),
            comment=comments.get(line.key, line.said or ""),
        )
        for line in changed
    ]
    SampleMark.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["sheet", "criterion"], update_fields=["value", "comment"]
    )
    for name, text in texts.items():
        setattr(sheet, name, text)
    return _write(sheet, "sample.save", *texts, by=by, at=at or timezone.now())


@transaction.atomic
def submit_sample(
    sheet: SampleSheet, *, by, at: datetime | None = None, expected_version: int | None = None
) -> SampleSheet:
    """Hand a complete sample in, for good: what the judge reads next are the marks of reference."""
    sheet, lines = _locked(sheet)
    if expected_version is not None and expected_version != sheet.version:
        raise Stale(_stored(sheet, lines))
    problems = missing_marks(lines, {line.key: line.value for line in lines})
    if problems:
        raise _incomplete(problems)
    sheet.state, sheet.submitted_at = SheetState.SUBMITTED, at or timezone.now()
    return _write(sheet, "sample.submitted", "state", "submitted_at", by=by, at=sheet.submitted_at)


@transaction.atomic
def pass_sample(sheet: SampleSheet, *, reason: str, by, at: datetime | None = None) -> SampleSheet:
    """The judge knows the project or can't judge it: the calibration is finished with the other samples."""
    sheet, _lines = _locked(sheet)
    sheet.reason, sheet.state = _reason(reason), SheetState.ABSTAINED
    return _write(sheet, "sample.abstained", "state", "reason", by=by, at=at or timezone.now())


def _locked(sheet: SampleSheet) -> tuple[SampleSheet, list[Criterion]]:
    """The sheet with its row locked and its lines as they stand, while it takes marks."""
    locked = SampleSheet.objects.select_for_update().filter(pk=sheet.pk).first()
    if locked is None:
        raise Refused(_("The organiser is changing this calibration. You will get a message when it begins again."))
    locked.sample, locked.judge = sheet.sample, sheet.judge
    if locked.state != SheetState.DRAFT:
        raise Refused(_("You finished this sample already; its marks stay as they are."), code="settled")
    if not sheet.sample.calibration.stage.heats.filter(state__in=RUNNING).exists():
        raise Refused(_("Scoring of this stage is over, and so is its calibration."), code="closed")
    return locked, sample_lines(locked)


def _write(sheet: SampleSheet, verb: str, *fields: str, by, at: datetime) -> SampleSheet:
    """The trail says that a sample was marked, not how: practice is on no record of a judge."""
    sheet.version += 1
    sheet.saved_at = at
    sheet.save(update_fields=["version", "saved_at", *fields])
    audit.record(sheet, verb, by=by, after={"version": sheet.version}, at=at)
    return sheet
