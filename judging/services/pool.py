"""The judges of a heat before its draw: who is asked, what they answer and sign, whom they may not judge."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from contests.models import Heat
from contests.states import HeatState
from core import audit
from core.problems import Refused
from judging.models import Assignment, Conflict, Invitation, Judge
from judging.queries.heats import late_judges
from judging.queries.promises import has_signed
from judging.services.calibrations import hand_out_to
from judging.services.heats import _locked, _locked_in_preparation
from judging.services.late import declare_conflict
from judging.services.promises import sign_texts
from judging.states import ConflictSide, InvitationState, PromiseKind
from messaging.models import Message
from messaging.services import send
from projects.models import Entry

PAUSE = timedelta(days=3)
ANSWERED = [
    "state", "reason", "answered_at", "capacity", "free_from", "free_until", "declared_at",
    "pledged_name", "pledged_at",
]  # fmt: skip


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
        Invitation(heat=heat, judge=judge, seat=number, asked_capacity=capacity, capacity=capacity, sent_at=at)
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
def answer(
    invitation: Invitation, *, accepted: bool, by, at: datetime | None = None, reason: str = "",
    offered: int | None = None, free_from: date | None = None, free_until: date | None = None,
) -> Invitation:  # fmt: skip
    """A judge accepts, saying how many entries and when, or declines. An answer may change until the draw; afterwards
    the organiser replaces the judge. The smaller of what was asked for and what is offered counts."""
    at = at or timezone.now()
    invitation = _own_invitation(invitation)
    if free_from and free_until and free_until < free_from:
        raise Refused(_("The last day lies before the first. Change one of the two."), field="free_until")
    invitation.state = InvitationState.ACCEPTED if accepted else InvitationState.DECLINED
    invitation.reason, invitation.answered_at = reason, at
    invitation.capacity = min((one for one in (invitation.asked_capacity, offered) if one), default=None)
    invitation.free_from, invitation.free_until = free_from, free_until
    if not accepted:
        invitation.pledged_name, invitation.pledged_at, invitation.declared_at = "", None, None
    invitation.save(update_fields=ANSWERED)
    after = {"capacity": invitation.capacity, "free_from": free_from, "free_until": free_until} if accepted else None
    audit.record(invitation, f"invitation.{invitation.state}", by=by, reason=reason, after=after, at=at)
    return invitation


def _own_invitation(invitation: Invitation) -> Invitation:
    invitation = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("heat__stage", "judge__person")
        .get(pk=invitation.pk)
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
    signed = sign_texts(invitation, typed_name=typed_name, by=by, at=at)
    invitation.pledged_name, invitation.pledged_at = typed_name.strip(), at
    invitation.declared_at = invitation.declared_at or at
    invitation.save(update_fields=["pledged_name", "pledged_at", "declared_at"])
    after = {"name": invitation.pledged_name, "signed": [one.digest for one in signed]}
    audit.record(invitation, "invitation.pledge", by=by, after=after, at=at)
    hand_out_to(invitation, by=by, at=at)
    return invitation


@transaction.atomic
def keep_secret(invitation: Invitation, *, typed_name: str, by, at: datetime | None = None) -> Invitation:
    """Sign the promise of confidentiality, which comes before even the names of those who take part are shown."""
    at = at or timezone.now()
    invitation = _own_invitation(invitation)
    if invitation.state != InvitationState.ACCEPTED:
        raise Refused(_("Accept the invitation first, then sign."))
    kinds = [PromiseKind.CONFIDENTIALITY]
    for one in sign_texts(invitation, typed_name=typed_name, by=by, at=at, kinds=kinds):
        audit.record(invitation, "invitation.secrecy", by=by, after={"name": one.name, "signed": one.digest}, at=at)
    return invitation


@transaction.atomic
def declare_tie(
    invitation: Invitation, entry: Entry, *, kind: str, source: str, by, at: datetime | None = None
) -> Conflict:
    """The judge names a tie to somebody on the list: from now on the entry is out of reach."""
    invitation = Invitation.objects.select_related("heat", "judge").get(pk=invitation.pk)
    if invitation.heat.is_settled:
        raise Refused(_("“%(heat)s” is over; nothing has to be declared any more.") % {"heat": invitation.heat})
    if not invitation.heat.participations.filter(entry=entry).exists():
        raise Refused(_("This one does not take part in this heat. Reload the page."), field="entry")
    return declare_conflict(
        invitation.judge, entry=entry, kind=kind, source=source, side=ConflictSide.JUDGE, by=by, at=at
    )


@transaction.atomic
def close_declaration(invitation: Invitation, *, by, at: datetime | None = None) -> Invitation:
    """The judge has looked through the list and declared every tie; the pledge comes next."""
    at = at or timezone.now()
    invitation = _own_invitation(invitation)
    if not has_signed(invitation, PromiseKind.CONFIDENTIALITY):
        raise Refused(_("Sign the promise of confidentiality first; then the list is shown."))
    invitation.declared_at = at
    invitation.save(update_fields=["declared_at"])
    audit.record(invitation, "invitation.declare", by=by, at=at)
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


@transaction.atomic
def remind_waiting(*, at: datetime | None = None) -> int:
    """Write again to judges of coming heats who have left an invitation open, at most every third day."""
    at = at or timezone.now()
    waiting = (
        Invitation.objects.filter(
            pledged_at=None, heat__state=HeatState.PREPARING, heat__stage__opens__gt=at, sent_at__lte=at - PAUSE,
            judge__person__user__is_active=True,
        )
        .exclude(state=InvitationState.DECLINED)
        .select_related("heat__stage", "judge__person__user")
    )  # fmt: skip
    told = Message.objects.filter(
        to__in=[one.judge.person.user.pk for one in waiting], kind="judging.reminder", sent_at__gt=at - PAUSE
    )
    before, count = set(told.values_list("to_id", "link")), 0
    for invitation in waiting:
        user, link = invitation.judge.person.user, reverse("judging:invitation", args=[invitation.pk])
        if (user.pk, link) not in before:
            _send_reminder(invitation.heat, invitation, user)
            count += 1
    return count


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
