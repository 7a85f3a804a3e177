"""What keeps judges from entries: written down by whoever knows it, found late, lifted with a reason, never deleted."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contests.models import Heat
from core import audit
from core.problems import Refused
from judging.models import Assignment, Conflict, Judge, ScoreSheet
from judging.queries.facts import reasons
from judging.queries.heats import officers_of_heat
from judging.states import ASIDE, ConflictKind, ConflictSide
from messaging.services import send
from projects.models import Entry

SOURCE, EVIDENCE = 200, 500


@transaction.atomic
def write_conflict(
    judge: Judge, *, kind: str, source: str, by, entry=None, organisation=None, hard: bool = True,
    side: str = ConflictSide.ORGANISER, evidence: str = "", at: datetime | None = None,
) -> Conflict:  # fmt: skip
    """Write down why a judge may not (hard) or should rather not judge an entry, or anything of an organisation.

    The same again brings the row up to date. A hard one hides the entry from the judge from this moment on; what it
    means for sheets that the judge holds is seen to by `late.declare_conflict`.
    """
    if entry is None and organisation is None:
        raise Refused(_("Name the entry or the organisation that the conflict is about."), field="entry")
    if not source.strip():
        raise Refused(_("Say where this conflict is known from."), field="source")
    made, new = Conflict.objects.live().update_or_create(
        judge=judge, entry=entry, organisation=organisation, kind=kind,
        defaults={"hard": hard, "source": source.strip()[:SOURCE], "evidence": evidence.strip()[:EVIDENCE]},
        create_defaults={
            "hard": hard, "source": source.strip()[:SOURCE], "evidence": evidence.strip()[:EVIDENCE], "side": side,
            "by": by, "at": at or timezone.now(),
        },
    )  # fmt: skip
    audit.record(
        made, "conflict.declare" if new else "conflict.change", by=by, reason=source,
        after={
            "kind": kind, "hard": hard, "side": side, "entry": str(entry or ""),
            "organisation": str(organisation or ""),
        },
        at=at,
    )  # fmt: skip
    return made


@transaction.atomic
def lift_conflict(conflict: Conflict, *, reason: str, by, at: datetime | None = None) -> Conflict:
    """Say that a conflict doesn't hold, with the reason. The row stays, and finding it again doesn't bring it back."""
    conflict = Conflict.objects.select_for_update(of=("self",)).select_related("judge__person").get(pk=conflict.pk)
    if conflict.lifted_at:
        raise Refused(_("This conflict has been lifted already."))
    _check_liftable(conflict.kind, conflict.side)
    conflict.lift_reason = _why(reason)
    conflict.lifted_at, conflict.lifted_by = at or timezone.now(), by
    conflict.save(update_fields=["lift_reason", "lifted_at", "lifted_by"])
    audit.record(conflict, "conflict.lift", by=by, reason=conflict.lift_reason, at=conflict.lifted_at)
    return conflict


@transaction.atomic
def lift_found(
    judge: Judge, entry: Entry, *, kind: str, reason: str, fact: str, by, at: datetime | None = None
) -> Conflict:
    """Lift a reason that was found in the data and is no row yet: the row is made to say so."""
    known = Conflict.objects.live().filter(judge=judge, entry=entry, kind=kind).first()
    if known is not None:
        return lift_conflict(known, reason=reason, by=by, at=at)
    _check_liftable(kind, ConflictSide.DATA)
    at = at or timezone.now()
    made = Conflict.objects.create(
        judge=judge, entry=entry, kind=kind, side=ConflictSide.DATA, source=fact or ConflictKind(kind).label, by=by,
        at=at, lifted_at=at, lifted_by=by, lift_reason=_why(reason),
    )  # fmt: skip
    audit.record(
        made, "conflict.lift", by=by, reason=made.lift_reason, after={"kind": kind, "entry": str(entry)}, at=at
    )
    return made


def _check_liftable(kind: str, side: str) -> None:
    if kind == ConflictKind.TEAM and side == ConflictSide.DATA:
        raise Refused(
            _("The judge is on this team. That can't be lifted: correct the team if it is wrong."), field="reason"
        )


def _why(reason: str) -> str:
    reason = reason.strip()
    if not reason or len(reason) > SOURCE:
        raise Refused(
            _("Say in at most 200 characters why the conflict doesn't hold; the supervisor reads it."), field="reason"
        )
    return reason


@transaction.atomic
def note_late_conflicts(
    heat: Heat, *, by, at: datetime | None = None, among: QuerySet[Assignment] | None = None
) -> list[Conflict]:
    """Look through what is assigned (or `among` some of it), and write down what came to light after the draw.

    From then on the entry is hidden from its judge, and stands among the late conflicts for the organiser.
    """
    held = Assignment.objects.all() if among is None else among
    held = held.filter(participation__heat=heat).exclude(sheet__state__in=ASIDE)
    pairs = set(held.values_list("judge_id", "participation__entry_id"))
    found = [
        one
        for one in reasons(heat, {judge for judge, _entry in pairs}, entries={entry for _judge, entry in pairs})
        if one.hard and (one.judge, one.entry) in pairs
    ]
    known = set(
        Conflict.objects.barring().filter(judge__in={one.judge for one in found}).values_list("judge_id", "entry_id")
    )
    at = at or timezone.now()
    made = {
        (one.judge, one.entry): Conflict(
            judge_id=one.judge, entry_id=one.entry, kind=one.kind, side=ConflictSide.DATA,
            source=one.fact or ConflictKind(one.kind).label, at=at, by=by,
        )
        for one in found
        if (one.judge, one.entry) not in known
    }  # fmt: skip
    Conflict.objects.bulk_create(made.values())
    with audit.batched():
        for one in made.values():
            audit.record(one, "conflict.find", by=by, after={"kind": one.kind, "entry": one.entry_id}, at=at)
    return list(made.values())


def tell_freed(sheet: ScoreSheet) -> None:
    """A judge hears that an entry was taken away, without its name and without blame."""
    user = getattr(sheet.assignment.judge.person, "user", None)
    if user is None:
        return
    heat = sheet.assignment.participation.heat
    send(
        user,
        kind="judging.freed",
        subject=_("One entry of “%(heat)s” is no longer with you") % {"heat": heat},
        body=_(
            "To keep out even the look of a tie, another judge takes it over. This says nothing about your work, and "
            "you need not do anything. Thank you for your other sheets."
        ),
        link=reverse("judging:queue"),
    )


def tell_officers(heat: Heat, *, count: int, by=None) -> None:
    """Those who run the heat hear that seats fell free by ties, without a name; `by` knows already."""
    subject = _("A tie came to light in “%(heat)s”") % {"heat": heat}
    body = ngettext(
        "One entry is hidden from its judge, whose sheet no longer counts. Look at it and put the next judge in.",
        "%(count)s entries are hidden from their judges, whose sheets no longer count. Put the next judges in.",
        count,
    ) % {"count": count}
    for user in officers_of_heat(heat):
        if user != by:
            send(user, kind="judging.late", subject=subject, body=body, link=reverse("judging:late", args=[heat.pk]))
