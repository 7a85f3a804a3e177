"""A judge's score sheets: save, submit, step back, and what the organiser does with a sheet.

How a save keeps out of the lock's way, on a database with row locks: a save locks its sheet, then reads the heat's
state in a second statement. `lock_heat` locks the heat and all its sheets before it reads a mark. Either the save
holds its sheet first, then the lock waits and counts the saved mark; or the lock holds the sheet, then the save waits,
reads “locked” and is refused. Where writers come one at a time (SQLite, immediate transactions) the order is plain.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial

from django.db import transaction
from django.db.models import Exists, F, FilteredRelation, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from contests.models import Criterion
from contests.states import HeatState
from core import audit
from core.problems import Problem, Refused
from judging.checks import comment_problems, mark_problems, missing_marks
from judging.models import Mark, MarkRevision, ScoreSheet
from judging.services.conflicts import tell_officers, write_conflict
from judging.states import SHEET_MOVES, ConflictKind, ConflictSide, SheetState
from projects.models import Participation

REASON = 200


@dataclass(frozen=True)
class Stored:
    """What the sheet holds now: mark and comment by criterion, and the comment on the whole."""

    version: int
    marks: dict[str, Decimal | None]
    comments: dict[str, str]
    comment: str
    note: str


class Stale(Refused):
    """The sheet was saved elsewhere since it was read. `stored` holds those values, so that the judge can choose."""

    def __init__(self, stored: Stored):
        super().__init__(
            _("This sheet was saved in another window meanwhile. Choose which marks hold, then save again."),
            code="stale",
        )
        self.stored = stored


@transaction.atomic
def save_sheet(
    sheet: ScoreSheet,
    *,
    marks: Mapping[str, Decimal | None],
    by,
    at: datetime | None = None,
    expected_version: int | None = None,
    comments: Mapping[str, str] | None = None,
    comment: str | None = None,
    note: str | None = None,
) -> ScoreSheet:
    """Keep marks and comments of a draft; what is not named stays as it is. `note` is the judge's own, in no record.

    `expected_version` is the version the judge saw. If the sheet has moved on and differs from what is sent, `Stale`
    carries the stored values and nothing is written; the same values sent twice (a repeated request, even after the
    sheet was handed in) are simply confirmed. A change on a sheet that was reopened after submission keeps both values
    as a `MarkRevision`.
    """
    at, comments = at or timezone.now(), comments or {}
    sheet, lines = _locked(sheet)
    _check_open(lines)
    problems = mark_problems(lines, marks) + comment_problems(comments, comment, note)
    if problems:
        raise Refused(problems[0].message, field=problems[0].field, code="marks", problems=problems)
    changed = [line for line in lines if _differs(line, marks, comments)]
    texts = {name: text for name, text in (("comment", comment), ("note", note))
             if text is not None and text != getattr(sheet, name)}  # fmt: skip
    if not changed and not texts:
        return sheet
    _check_draft(sheet)
    if expected_version is not None and expected_version != sheet.version:
        raise Stale(_stored(sheet, lines))
    return _write(sheet, changed, marks, comments, texts, by=by, at=at)


def _write(
    sheet: ScoreSheet, changed: list[Criterion], marks, comments, texts: Mapping[str, str], *, by, at
) -> ScoreSheet:
    before = {line.key: line.value for line in changed}
    rows = [
        Mark(
            sheet=sheet,
            criterion=line,
            value=marks.get(line.key, line.value),
            comment=comments.get(line.key, line.said or ""),
        )
        for line in changed
    ]
    if rows:
        Mark.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["sheet", "criterion"], update_fields=["value", "comment"]
        )
    if sheet.submitted_at:
        _keep_both(sheet, changed, marks, by=by, at=at)
    sheet.version += 1
    sheet.saved_at = at
    for name, text in texts.items():
        setattr(sheet, name, text)
    sheet.save(update_fields=["version", "saved_at", *texts])
    after = {"version": sheet.version, "marks": {row.criterion.key: row.value for row in rows}}
    audit.record(sheet, "sheet.save", by=by, before={"marks": before}, after=after, at=at)
    return sheet


def _keep_both(sheet: ScoreSheet, changed: list[Criterion], marks, *, by, at: datetime) -> None:
    """A correction after submission leaves the old mark beside the new one (domain §3, On the day)."""
    corrected = {line.pk: line for line in changed if line.key in marks and marks[line.key] != line.value}
    stored = Mark.objects.filter(sheet=sheet, criterion__in=corrected).values_list("pk", "criterion_id")
    MarkRevision.objects.bulk_create(
        MarkRevision(
            mark_id=pk,
            old=corrected[criterion].value,
            new=marks[corrected[criterion].key],
            by=by,
            at=at,
            reason=sheet.reason,
        )
        for pk, criterion in stored
    )


@transaction.atomic
def submit_sheet(
    sheet: ScoreSheet, *, by, at: datetime | None = None, expected_version: int | None = None
) -> ScoreSheet:
    """Hand a complete sheet in. From here on only the organiser reopens it, with a reason."""
    at = at or timezone.now()
    sheet, lines = _locked(sheet)
    _check_open(lines)
    _check_draft(sheet)
    if expected_version is not None and expected_version != sheet.version:
        raise Stale(_stored(sheet, lines))
    problems = missing_marks(lines, {line.key: line.value for line in lines})
    if problems:
        raise _incomplete(problems)
    sheet.submitted_at = at
    return _move(sheet, SheetState.SUBMITTED, by=by, at=at, fields=["submitted_at"])


@transaction.atomic
def recuse(sheet: ScoreSheet, *, reason: str, by, at: datetime | None = None) -> ScoreSheet:
    """The judge has a tie to the entry: the sheet never counts, and the tie is a hard conflict from now on."""
    sheet = _step_back(sheet, SheetState.RECUSED, reason, by=by, at=at)
    assignment = sheet.assignment
    write_conflict(
        assignment.judge,
        kind=ConflictKind.DECLARED,
        source=sheet.reason,
        by=by,
        entry=assignment.participation.entry,
        side=ConflictSide.JUDGE,
        at=at,
    )
    tell_officers(assignment.participation.heat, count=1, by=by)
    return sheet


@transaction.atomic
def abstain(sheet: ScoreSheet, *, reason: str, by, at: datetime | None = None) -> ScoreSheet:
    """The judge can't judge this entry for a reason that is no tie to it. Never a zero."""
    return _step_back(sheet, SheetState.ABSTAINED, reason, by=by, at=at)


@transaction.atomic
def mark_absent(sheet: ScoreSheet, *, reason: str, by, at: datetime | None = None) -> ScoreSheet:
    """The organiser notes that the judge did not come for this entry. Marks already typed stay, but don't count."""
    return _step_back(sheet, SheetState.ABSENT, reason, by=by, at=at)


@transaction.atomic
def reopen_sheet(sheet: ScoreSheet, *, reason: str, by, at: datetime | None = None) -> ScoreSheet:
    """Give a sheet back to its judge while the heat is open; every mark changed then keeps both values."""
    sheet, lines = _locked(sheet)
    _check_open(lines)
    if sheet.state == SheetState.DRAFT:
        raise Refused(_("This sheet is still with its judge; there is nothing to reopen."))
    sheet.reason = _reason(reason)
    return _move(sheet, SheetState.DRAFT, by=by, at=at or timezone.now(), reason=sheet.reason)


def _step_back(sheet: ScoreSheet, to: SheetState, reason: str, *, by, at: datetime | None) -> ScoreSheet:
    sheet, lines = _locked(sheet)
    _check_open(lines)
    _check_draft(sheet)
    sheet.reason = _reason(reason)
    return _move(sheet, to, by=by, at=at or timezone.now(), reason=sheet.reason)


def _reason(text: str) -> str:
    text = text.strip()
    if not text:
        raise Refused(_("Please say why; the supervisor will read it."), field="reason")
    if len(text) > REASON:
        raise Refused(_("At most %(most)s characters. Please shorten the reason.") % {"most": REASON}, field="reason")
    return text


def _move(sheet: ScoreSheet, to: SheetState, *, by, at: datetime, reason: str = "", fields=()) -> ScoreSheet:
    """Move a sheet whose row is locked. The version moves on, so that a window opened before it is stale."""
    if to not in SHEET_MOVES[sheet.state]:
        raise Refused(
            _("This sheet is “%(state)s” and can't become “%(to)s”. Reload the page to see where it stands.")
            % {"state": sheet.get_state_display(), "to": SheetState(to).label}
        )
    before, sheet.state = sheet.state, to
    sheet.version += 1
    sheet.save(update_fields=["state", "version", "reason", *fields])
    audit.record(sheet, f"sheet.{to}", by=by, reason=reason, before={"state": before}, after={"state": to}, at=at)
    if before == SheetState.DRAFT:
        transaction.on_commit(partial(_review_when_complete, sheet.assignment.participation_id))
    return sheet


def _review_when_complete(participation: int) -> None:
    """Once nobody marks an entry any more, a stage with a rule on gaps looks whether a further judge has to.

    Asked after the commit: of two judges who finish at once the later one sees the other's sheet.
    """
    open_sheets = ScoreSheet.objects.draft().filter(assignment__participation=participation)
    ruled = Participation.objects.filter(~Exists(open_sheets), pk=participation, heat__stage__review_gap__isnull=False)
    if ruled.exists():
        from judging.tasks import review_gap  # noqa: PLC0415 - the tasks call what stands here

        review_gap.enqueue(participation)


def _locked(sheet: ScoreSheet) -> tuple[ScoreSheet, list[Criterion]]:
    """The sheet with its row locked, and then its lines as they stand, read after the lock.

    The assignment never changes, so it is taken over where the caller has it; else it comes with its names.
    """
    known = sheet if "assignment" in sheet._state.fields_cache else ScoreSheet.objects.named().get(pk=sheet.pk)
    locked = ScoreSheet.objects.select_for_update().get(pk=sheet.pk)
    locked.assignment = known.assignment
    return locked, sheet_lines(locked.pk, locked.assignment.participation.heat_id)


def sheet_lines(sheet: int, heat: int) -> list[Criterion]:
    """The heat's criteria in one statement, each with the heat's state and this sheet's mark (`value`, `said`)."""
    return list(
        Criterion.objects.filter(rubric__heats=heat).annotate(
            heat_state=F("rubric__heats__state"),
            given=FilteredRelation("marks", condition=Q(marks__sheet=sheet)),
            value=F("given__value"),
            said=F("given__comment"),
        )
    )


def _check_open(lines: list[Criterion]) -> None:
    state = lines[0].heat_state if lines else HeatState.PREPARING
    if state == HeatState.OPEN:
        return
    if state == HeatState.PREPARING:
        raise Refused(_("Scoring has not begun yet. You will get a message when it opens."), code="closed")
    raise Refused(
        _("Scoring is locked, so this was not saved. Your marks stay on this device; please call the organiser."),
        code="locked",
    )


def _check_draft(sheet: ScoreSheet) -> None:
    if sheet.state == SheetState.DRAFT:
        return
    if sheet.state == SheetState.SUBMITTED:
        text = _("You submitted this sheet already. To change a mark, ask the organiser to reopen it.")
    else:
        text = _("This sheet is “%(state)s” and takes no marks. If that is wrong, please call the organiser.") % {
            "state": sheet.get_state_display()
        }
    raise Refused(text, code="settled")


def _differs(line: Criterion, marks: Mapping, comments: Mapping) -> bool:
    return (line.key in marks and marks[line.key] != line.value) or (
        line.key in comments and comments[line.key] != (line.said or "")
    )


def _stored(sheet: ScoreSheet, lines: Iterable[Criterion]) -> Stored:
    return Stored(
        sheet.version,
        {line.key: line.value for line in lines},
        {line.key: line.said or "" for line in lines},
        sheet.comment,
        sheet.note,
    )


def _incomplete(problems: list[Problem]) -> Refused:
    return Refused(
        _("Some criteria have no mark yet. Give each one a mark, then submit."),
        field=problems[0].field,
        code="incomplete",
        problems=problems,
    )
