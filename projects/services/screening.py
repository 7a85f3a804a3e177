"""Screening by the chain of units: marks on fields, and the three decisions (domain §3, Stages).

1. Only the unit that holds a submitted entry decides on it; the entry moves up its chain with each acceptance.
2. The unit at the top of the chain (the zone) qualifies the entry for the contest.
3. Returning needs at least one mark or a reason, and a date; rejecting needs a reason. Accepting needs no open mark.
4. Who decides has seen the present version: `expected_version` refuses a decision on one that changed meanwhile, or
   that somebody else decided a moment ago.
"""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from contests.models import EligibilityRule
from core import audit
from core.problems import Refused
from core.templatetags.luyan import moment
from messaging.services import send
from projects.models import Entry, FieldMark, ScreeningStep, Waiver
from projects.services.entries import after_workdays
from projects.services.moves import move
from projects.states import Decision, EntryState


def _held(entry: Entry, expected_version: int | None) -> Entry:
    """The locked entry, as long as it waits for a decision and is the one that was looked at."""
    Entry.objects.lock(entry)
    if entry.state != EntryState.SUBMITTED or entry.holder is None:
        raise Refused(
            _("This entry is “%(state)s”; somebody has decided on it already. Reload the page and take the next one.")
            % {"state": entry.get_state_display()},
            code="decided",
        )
    if expected_version is not None and expected_version != entry.version:
        raise Refused(
            _("This entry moved on while you were looking at it. Reload the page; your marks are kept."), code="stale"
        )
    return entry


@transaction.atomic
def mark_field(entry: Entry, *, field: str, label: str, reason: str, by, at: datetime | None = None) -> FieldMark:
    """Note what has to be corrected in a field or document. Marking it again changes the sentence."""
    at = at or timezone.now()
    _held(entry, None)
    if not reason.strip():
        raise Refused(_("Say in a sentence what has to be corrected."), field=field, code="reason")
    mark, made = FieldMark.objects.update_or_create(
        entry=entry, step=None, field=field, defaults={"label": label, "reason": reason.strip(), "by": by, "at": at}
    )
    verb = "entry.mark" if made else "entry.mark.change"
    audit.record(entry, verb, by=by, after={"field": field, "reason": mark.reason}, at=at)
    return mark


@transaction.atomic
def unmark_field(entry: Entry, *, field: str, by, at: datetime | None = None) -> None:
    """Take a mark back that has not been sent yet."""
    _held(entry, None)
    gone, _rows = FieldMark.objects.filter(entry=entry, step=None, field=field).delete()
    if gone:
        audit.record(entry, "entry.unmark", by=by, after={"field": field}, at=at)


@transaction.atomic
def accept(entry: Entry, *, by, at: datetime | None = None, expected_version: int | None = None) -> Entry:
    """Pass an entry: to the next unit of its chain, or from the top unit into the contest."""
    at = at or timezone.now()
    _held(entry, expected_version)
    waiting = entry.marks.filter(step=None).count()
    if waiting:
        raise Refused(
            _("%(count)s marks are open. Return the entry with them, or take them back first.") % {"count": waiting},
            code="marks",
        )
    unit = entry.holder
    _note(entry, Decision.ACCEPT, by=by, at=at)
    if unit.parent_id:
        entry.holder = unit.parent
        entry.due_at = after_workdays(at, entry.season.review_days)
        entry.version += 1
        entry.save()
        audit.record(
            entry, "entry.pass_on", by=by, before={"holder": unit.name}, after={"holder": unit.parent.name}, at=at
        )
        return entry
    entry.holder, entry.due_at, entry.qualified_at = None, None, at
    move(entry, to=EntryState.QUALIFIED, by=by, at=at, after={"unit": unit.name})
    _tell(
        entry,
        subject=_("Qualified: %(title)s") % {"title": entry.title},
        body=_("Your entry passed the check of %(unit)s and takes part in the contest.") % {"unit": unit.name},
    )
    return entry


@transaction.atomic
def send_back(
    entry: Entry,
    *,
    reason: str,
    fix_by: datetime,
    by,
    at: datetime | None = None,
    expected_version: int | None = None,
) -> Entry:
    """Return an entry for correction, with its open marks, until a date. It comes back to the same unit."""
    at = at or timezone.now()
    _held(entry, expected_version)
    marks = entry.marks.filter(step=None)
    if not marks.exists() and not reason.strip():
        raise Refused(
            _("Mark at least one field, or write what has to be corrected: the contestant reads it."),
            field="reason",
            code="reason",
        )
    if fix_by <= at:
        raise Refused(_("Give the contestant time: choose a later date."), field="fix_by", code="past")
    unit = entry.holder
    step = _note(entry, Decision.RETURN, by=by, at=at, reason=reason, fix_by=fix_by)
    count = marks.update(step=step)
    entry.due_at = fix_by
    move(entry, to=EntryState.RETURNED, by=by, at=at, reason=reason, after={"unit": unit.name, "marks": count})
    _tell(
        entry,
        subject=_("Please correct: %(title)s") % {"title": entry.title},
        body=_("%(unit)s has returned your entry. Correct the marked points and submit again before %(due)s.")
        % {"unit": unit.name, "due": moment(fix_by)},
    )
    return entry


@transaction.atomic
def reject(entry: Entry, *, reason: str, by, at: datetime | None = None, expected_version: int | None = None) -> Entry:
    """Refuse an entry for good, with the reason the contestant will read."""
    at = at or timezone.now()
    _held(entry, expected_version)
    if not reason.strip():
        raise Refused(_("Write the reason: the contestant reads it."), field="reason", code="reason")
    unit = entry.holder
    _note(entry, Decision.REJECT, by=by, at=at, reason=reason)
    entry.marks.filter(step=None).delete()
    entry.holder, entry.due_at = None, None
    move(entry, to=EntryState.REJECTED, by=by, at=at, reason=reason.strip(), after={"unit": unit.name})
    _tell(
        entry,
        subject=_("Not accepted: %(title)s") % {"title": entry.title},
        body=_("%(unit)s has not accepted your entry: %(reason)s") % {"unit": unit.name, "reason": reason.strip()},
    )
    return entry


@transaction.atomic
def waive(entry: Entry, rule: EligibilityRule, *, reason: str, by, at: datetime | None = None) -> Waiver:
    """Set one rule aside for one entry, with the reason and who approved it (domain §2.2)."""
    at = at or timezone.now()
    if not reason.strip():
        raise Refused(_("Write why the rule is set aside for this entry."), field="reason", code="reason")
    waiver, made = Waiver.objects.get_or_create(
        entry=entry, rule=rule, defaults={"reason": reason.strip(), "approver": by, "at": at}
    )
    if made:
        audit.record(entry, "entry.waive", by=by, reason=waiver.reason, after={"rule": rule.phrase}, at=at)
    return waiver


def _note(entry: Entry, decision: Decision, *, by, at, reason: str = "", fix_by=None) -> ScreeningStep:
    return ScreeningStep.objects.create(
        entry=entry,
        unit=entry.holder,
        by=by,
        at=at,
        entry_version=entry.version,
        decision=decision,
        reason=reason.strip(),
        fix_by=fix_by,
    )


def _tell(entry: Entry, *, subject: str, body: str) -> None:
    send(
        entry.project.owner,
        kind="screening",
        subject=subject,
        body=body,
        link=reverse("projects:entry", args=[entry.pk]),
    )
