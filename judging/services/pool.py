"""The judges of a heat before its draw: who is asked, what they answer and sign, whom they may not judge."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from contests.models import Heat
from core import audit
from core.problems import Refused
from judging.conflicts import plain
from judging.models import Assignment, Conflict, Invitation, Judge
from judging.queries.heats import late_judges
from judging.services.heats import _locked, _locked_in_preparation
from judging.states import InvitationState
from messaging.services import send


@transaction.atomic
def enrol(person: Person, *, kind: str, by, fields=(), employer=None, region=None, title: str = "", at=None) -> Judge:
    """Put a person into the judge library; somebody who is there already stays as they are."""
    judge, made = Judge.objects.get_or_create(
        person=person,
        defaults={"kind": kind, "fields": list(fields), "employer": employer, "region": region, "title": title},
    )
    if made:
        audit.record(judge, "judge.enrol", by=by, after={"kind": kind, "fields": list(fields)}, at=at)
    return judge


@transaction.atomic
def invite(heat: Heat, judge: Judge, *, by, at: datetime | None = None, capacity: int | None = None) -> Invitation:
    """Ask one judge for a heat; the seat number is what pages and printouts show instead of the name."""
    made = invite_many(heat, judges=[judge], by=by, at=at, capacity=capacity)
    if not made:
        raise Refused(_("%(judge)s is invited to “%(heat)s” already.") % {"judge": judge, "heat": heat})
    return made[0]


@transaction.atomic
def invite_many(
    heat: Heat, *, judges: Iterable[Judge], by, at: datetime | None = None, capacity: int | None = None
) -> list[Invitation]:
    """Ask several judges at once. Those invited already are left as they are; the new invitations come back."""
    at = at or timezone.now()
    heat = _locked(heat)
    if heat.is_settled:
        raise Refused(_("“%(heat)s” is locked; nobody is invited any more.") % {"heat": heat})
    known = set(heat.invitations.values_list("judge_id", flat=True))
    seat = heat.invitations.aggregate(last=Max("seat"))["last"] or 0
    fresh = [judge for judge in dict.fromkeys(judges) if judge.pk not in known]
    away = [str(judge) for judge in fresh if not judge.active]
    if away:
        raise Refused(
            _("%(judges)s can't be invited: marked as not available. Choose others.") % {"judges": "、".join(away[:5])}
        )
    made = Invitation.objects.bulk_create(
        Invitation(heat=heat, judge=judge, seat=number, capacity=capacity, sent_at=at)
        for number, judge in enumerate(fresh, start=seat + 1)
    )
    with audit.batched():
        for one in made:
            audit.record(one, "judge.invite", by=by, after={"seat": one.seat, "capacity": capacity}, at=at)
    if made:
        rows = Judge.objects.filter(pk__in=[one.judge_id for one in made]).select_related("person__user")
        _tell(heat, {judge.pk: judge for judge in rows}, made)
    return made


def _tell(heat: Heat, judges: dict[int, Judge], invitations: list[Invitation]) -> None:
    for invitation in invitations:
        user = getattr(judges[invitation.judge_id].person, "user", None)
        if user is None:
            continue
        send(
            user,
            kind="judging.invitation",
            subject=_("You are invited to judge “%(heat)s”") % {"heat": heat},
            body=_("%(season)s asks you to judge “%(heat)s”. Please accept or decline, and sign the pledge.")
            % {"season": heat.stage.season, "heat": heat},
            link=reverse("judging:invitation", args=[invitation.pk]),
        )


@transaction.atomic
def answer(invitation: Invitation, *, accepted: bool, by, at: datetime | None = None, reason: str = "") -> Invitation:
    """A judge accepts or declines. An answer may change until the draw; afterwards the organiser replaces the judge."""
    at = at or timezone.now()
    invitation = _own_invitation(invitation)
    invitation.state = InvitationState.ACCEPTED if accepted else InvitationState.DECLINED
    invitation.reason, invitation.answered_at = reason, at
    if not accepted:
        invitation.pledged_name, invitation.pledged_at = "", None
    invitation.save(update_fields=["state", "reason", "answered_at", "pledged_name", "pledged_at"])
    audit.record(invitation, f"invitation.{invitation.state}", by=by, reason=reason, at=at)
    return invitation


def _own_invitation(invitation: Invitation) -> Invitation:
    invitation = (
        Invitation.objects.select_for_update(of=("self",)).select_related("heat", "judge__person").get(pk=invitation.pk)
    )
    if Assignment.objects.filter(judge=invitation.judge_id, participation__heat=invitation.heat_id).exists():
        raise Refused(_("Entries are assigned to you already. Please ask the organiser if you can't take part."))
    if invitation.heat.is_settled:
        raise Refused(_("“%(heat)s” is over, so this invitation needs no answer any more.") % {"heat": invitation.heat})
    return invitation


@transaction.atomic
def pledge(invitation: Invitation, *, typed_name: str, by, at: datetime | None = None) -> Invitation:
    """Sign the judge's pledge by typing one's own name; only who signed is drawn (评审承诺书, domain §2.1)."""
    at = at or timezone.now()
    invitation = _own_invitation(invitation)
    if invitation.state != InvitationState.ACCEPTED:
        raise Refused(_("Accept the invitation first, then sign the pledge."))
    person = invitation.judge.person
    if plain(typed_name) not in {plain(person.name), plain(person.name_en)} - {""}:
        raise Refused(_("Type your name as registered: %(name)s.") % {"name": person.name}, field="typed_name")
    invitation.pledged_name, invitation.pledged_at = typed_name.strip(), at
    invitation.save(update_fields=["pledged_name", "pledged_at"])
    audit.record(invitation, "invitation.pledge", by=by, after={"name": invitation.pledged_name}, at=at)
    return invitation


@transaction.atomic
def take_back_invitation(invitation: Invitation, *, reason: str, by, at: datetime | None = None) -> Invitation:
    """The organiser no longer wants this judge in the draw; the row stays with its reason."""
    if not reason.strip():
        raise Refused(_("Say why the invitation is taken back."), field="reason")
    _locked_in_preparation(invitation.heat)
    return answer(invitation, accepted=False, by=by, at=at, reason=reason.strip())


@transaction.atomic
def remind(heat: Heat, *, by, only: int | None = None, at: datetime | None = None) -> int:
    """Write again to judges who have not answered or signed, or, once scoring is open, who still owe a sheet."""
    owing = late_judges(heat) if heat.is_open else heat.invitations.filter(pledged_at=None)
    owing = owing.exclude(state=InvitationState.DECLINED).select_related("judge__person__user")
    if only is not None:
        owing = owing.filter(pk=only)
    told = 0
    for invitation in owing:
        user = getattr(invitation.judge.person, "user", None)
        if user is not None:
            _send_reminder(heat, invitation, user)
            told += 1
    if not told:
        raise Refused(_("Nobody has to be reminded: everything is answered and handed in."))
    audit.record(heat, "heat.remind", by=by, after={"judges": told}, at=at)
    return told


def _send_reminder(heat: Heat, invitation: Invitation, user) -> None:
    if heat.is_open:
        subject = _("Please finish your score sheets of “%(heat)s”") % {"heat": heat}
        body = _("Scoring closes on %(day)s. Some of your entries have no submitted sheet yet.") % {
            "day": f"{timezone.localtime(heat.stage.closes):%Y-%m-%d %H:%M}"
        }
        link = reverse("judging:queue")
    else:
        subject = _("Please answer the invitation to judge “%(heat)s”") % {"heat": heat}
        body = _("Accept or decline, and sign the pledge. Only who signed can be drawn.")
        link = reverse("judging:invitation", args=[invitation.pk])
    send(user, kind="judging.reminder", subject=subject, body=body, link=link)


@transaction.atomic
def declare_conflict(
    judge: Judge, *, kind: str, source: str, by, entry=None, organisation=None, hard: bool = True, at=None
) -> Conflict:
    """Write down why a judge may not (hard) or should rather not judge an entry, or anything of an organisation."""
    if entry is None and organisation is None:
        raise Refused(_("Name the entry or the organisation that the conflict is about."), field="entry")
    if not source.strip():
        raise Refused(_("Say where this conflict is known from."), field="source")
    made, new = Conflict.objects.update_or_create(
        judge=judge, entry=entry, organisation=organisation, kind=kind,
        defaults={"hard": hard, "source": source.strip()},
    )  # fmt: skip
    audit.record(
        made, "conflict.declare" if new else "conflict.change", by=by, reason=source,
        after={"kind": kind, "hard": hard, "entry": str(entry or ""), "organisation": str(organisation or "")}, at=at,
    )  # fmt: skip
    return made
