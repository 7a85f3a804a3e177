"""The scoring desk (计分席, domain §3): signed sheets typed by one person, confirmed by another, with scans."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, files
from core.problems import Problem, Refused
from core.templatetags.luyan import plain
from judging.checks import comment_problems, mark_problems, missing_marks
from judging.models import Mark, PaperEntry, ScoreSheet
from judging.services.sheets import _check_draft, _check_open, _locked, _move
from judging.states import SheetState

SCANS = ("pdf", "jpg", "png", "webp")
LARGEST_MB = 20
Marks = Mapping[str, Decimal | None]


@transaction.atomic
def enter_paper(sheet: ScoreSheet, *, marks: Marks, by, at: datetime | None = None, comment: str = "") -> PaperEntry:
    """Keep the marks of a signed sheet as the first person read them; nothing counts until another confirms them.

    Typed again, by whomever, the new reading takes the place of the old one, and the trail keeps both.
    """
    at = at or timezone.now()
    sheet, lines = _writable(sheet)
    _check_marks(lines, marks, comment)
    before = PaperEntry.objects.filter(sheet=sheet).first()
    told = {line.key: plain(marks[line.key]) for line in lines}
    facts = {"marks": told, "comment": comment, "by": by, "at": at}
    made, _new = PaperEntry.objects.update_or_create(sheet=sheet, defaults=facts)
    audit.record(sheet, "paper.enter", by=by, before={"marks": before.marks} if before else None,
                 after={"marks": told}, at=at)  # fmt: skip
    return made


@transaction.atomic
def confirm_paper(sheet: ScoreSheet, *, marks: Marks, by, at: datetime | None = None) -> ScoreSheet:
    """The second person types the same paper: equal marks are submitted, others are named at their criterion."""
    at = at or timezone.now()
    sheet, lines = _writable(sheet)
    entry = PaperEntry.objects.select_for_update().filter(sheet=sheet).first()
    if entry is None:
        raise Refused(_("Nobody has entered this sheet yet. Enter it first; another person confirms it."))
    if entry.by_id == by.pk:
        raise Refused(_("You entered this sheet yourself. Ask a colleague to confirm it from the paper."), code="same")
    _check_marks(lines, marks, "")
    differing = [line for line in lines if Decimal(entry.marks[line.key]) != marks[line.key]]
    if differing:
        text = _("The first entry says %(first)s, you wrote %(mine)s. Look at the paper again.")
        problems = [
            Problem("differs", text % {"first": entry.marks[line.key], "mine": plain(marks[line.key])}, field=line.key)
            for line in differing
        ]
        raise Refused(_("Two readings of the paper differ."), code="differs", problems=problems)
    Mark.objects.bulk_create(
        [Mark(sheet=sheet, criterion=line, value=marks[line.key]) for line in lines],
        update_conflicts=True, unique_fields=["sheet", "criterion"], update_fields=["value"],
    )  # fmt: skip
    entry.confirmed_by, entry.confirmed_at = by, at
    entry.save(update_fields=["confirmed_by", "confirmed_at"])
    sheet.comment, sheet.saved_at, sheet.submitted_at = entry.comment, at, at
    audit.record(sheet, "paper.confirm", by=by, after={"marks": entry.marks, "entered_by": str(entry.by)}, at=at)
    return _move(sheet, SheetState.SUBMITTED, by=by, at=at, fields=["comment", "saved_at", "submitted_at"])


@transaction.atomic
def attach_scan(sheet: ScoreSheet, file: File, *, name: str, by, at: datetime | None = None) -> PaperEntry:
    """Keep the picture of the signed sheet beside its marks; a new one takes its place, the trail names both."""
    content = files.inspect(file, name=name, formats=SCANS, max_mb=LARGEST_MB)
    entry = PaperEntry.objects.select_for_update().filter(sheet=sheet).first()
    if entry is None:
        raise Refused(_("Enter the marks of this sheet first, then attach its scan."), field="scan")
    before, entry.scan_sha256, entry.scan_extension = entry.scan_sha256, content.sha256, content.extension
    entry.scan.save(name, file, save=False)
    entry.save(update_fields=["scan", "scan_sha256", "scan_extension"])
    audit.record(sheet, "paper.scan", by=by, before={"sha256": before}, after={"sha256": content.sha256}, at=at)
    return entry


def _writable(sheet: ScoreSheet):
    """The sheet, locked, as long as its judge has marked nothing on the screen."""
    sheet, lines = _locked(sheet)
    _check_open(lines)
    _check_draft(sheet)
    if sheet.version and any(line.value is not None for line in lines):
        raise Refused(
            _(
                "%(judge)s has begun this sheet on the screen. Marks from paper would overwrite it; "
                "ask the judge to submit."
            )
            % {"judge": sheet.assignment.judge}
        )
    return sheet, lines


def _check_marks(lines, marks: Marks, comment: str) -> None:
    problems = mark_problems(lines, marks) + missing_marks(lines, marks) + comment_problems({}, comment)
    if problems:
        raise Refused(problems[0].message, field=problems[0].field, code="marks", problems=problems)
