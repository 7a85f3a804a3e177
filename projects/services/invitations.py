"""Invitations into a team: a person joins, or confirms what the owner filled in, with the own data and consent.

The link carries a random token with a signature, holds for some days and can be answered once. Sending it again makes
a new token. What the invited person fills in is never shown to the owner except masked.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.checks import checked_document, checked_phone
from accounts.models import Person, User
from core import audit
from core.crypto import blind_index
from core.identity import masked_phone
from core.problems import Refused
from core.secret import secret_hex
from core.templatetags.luyan import moment
from messaging.services import send
from projects import tasks
from projects.links import link_of
from projects.models import Entry, TeamInvitation, TeamMember
from projects.services.entries import refuse_unless_open
from projects.services.team import Newcomer, add_people, check_room, own_identity
from projects.states import INVITATION_MOVES, InvitationState, MemberKind

HOLDS = timedelta(days=14)
PAUSE = timedelta(minutes=1)
MOST_A_DAY = 40


def consent_digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def invite_member(
    entry: Entry, *, name: str, by, kind: str = MemberKind.MEMBER, phone: str = "", work: str = "",
    at: datetime | None = None,
) -> TeamInvitation:  # fmt: skip
    """Invite somebody who is not in the team yet. Who is invited takes up room until the answer."""
    at = at or timezone.now()
    Entry.objects.lock(entry)
    refuse_unless_open(entry, at)
    name = " ".join(name.split())
    if not name:
        raise Refused(_("Enter the name of the person you invite."), field="name", code="name")
    kinds = list(TeamMember.objects.filter(project=entry.project_id).values_list("kind", flat=True))
    waiting = entry.project.invitations.filter(state=InvitationState.SENT, member=None, expires_at__gte=at)
    check_room(entry, [*kinds, *waiting.values_list("kind", flat=True)], kind)
    facts = {"kind": kind, "name": name, "phone": checked_phone(phone), "work": work.strip()}
    return _sent(entry, TeamInvitation(project=entry.project, **facts), by=by, at=at)


@transaction.atomic
def ask_member(entry: Entry, *, member: TeamMember, by, phone: str = "", at: datetime | None = None) -> TeamInvitation:
    """Ask somebody whom the owner added to confirm the data and to give consent. An earlier question ends."""
    at = at or timezone.now()
    Entry.objects.lock(entry)
    if member.confirmed_at:
        raise Refused(_("%(name)s has confirmed already.") % {"name": member.person.name}, code="confirmed")
    for old in TeamInvitation.objects.select_for_update().filter(member=member):
        old.member = None
        if old.state == InvitationState.SENT:
            old.state, old.answered_at = InvitationState.WITHDRAWN, at
        old.save(update_fields=["member", "state", "answered_at"])
    invitation = TeamInvitation(
        project=entry.project, member=member, kind=member.kind, name=member.person.name, work=member.work,
        phone=checked_phone(phone) or member.person.phone,
    )  # fmt: skip
    return _sent(entry, invitation, by=by, at=at)


def _sent(entry: Entry, invitation: TeamInvitation, *, by, at: datetime) -> TeamInvitation:
    today = TeamInvitation.objects.filter(by=by, at__gt=at - timedelta(days=1)).count()
    if today >= MOST_A_DAY:
        raise Refused(
            _("You sent %(count)s invitations in one day. Go on tomorrow, or pass a link on yourself.")
            % {"count": today},
            code="too-many",
        )
    _renew(invitation, at)
    invitation.by = by
    invitation.save()
    _record(entry, invitation, "team.invite", by=by, at=at)
    _deliver(entry, invitation)
    return invitation


def _renew(invitation: TeamInvitation, at: datetime) -> None:
    invitation.token, invitation.at, invitation.expires_at = secret_hex()[:32], at, at + HOLDS


@transaction.atomic
def resend_invitation(entry: Entry, *, invitation: TeamInvitation, by, at: datetime | None = None) -> TeamInvitation:
    """A new link for the same person; the old one leads nowhere from now on."""
    at = at or timezone.now()
    _lock(invitation)
    _refuse_unless_waiting(invitation)
    if at - invitation.at < PAUSE:
        raise Refused(_("This invitation went out a moment ago. Wait a minute before you send it again."), code="pause")
    _renew(invitation, at)
    invitation.save(update_fields=["token", "at", "expires_at"])
    _record(entry, invitation, "team.invite.again", by=by, at=at)
    _deliver(entry, invitation)
    return invitation


@transaction.atomic
def take_back_invitation(entry: Entry, *, invitation: TeamInvitation, by, at: datetime | None = None) -> None:
    at = at or timezone.now()
    _lock(invitation)
    _answer(invitation, InvitationState.WITHDRAWN, at=at)
    _record(entry, invitation, "team.invite.withdrawn", by=by, at=at)


@transaction.atomic
def decline_invitation(invitation: TeamInvitation, *, by=None, at: datetime | None = None) -> None:
    """The invited person does not take part. Who was in the team already stays there for the owner to decide."""
    at = at or timezone.now()
    _lock(invitation)
    refuse_unless_answerable(invitation, at)
    _answer(invitation, InvitationState.DECLINED, at=at, account=by)
    entry = entry_of(invitation)
    _record(entry or invitation.project, invitation, "team.invite.declined", by=by, at=at)
    _tell_owner(invitation, entry, _("%(name)s declined to join the team of %(project)s"))


@transaction.atomic
def accept_invitation(
    invitation: TeamInvitation, *, name: str, id_kind: str, id_number: str, consent: str, by: User,
    at: datetime | None = None, **facts: Any,
) -> TeamMember:  # fmt: skip
    """Join the team, or confirm one's place in it, with the own data and consent to this very text.

    The account is joined to the person where that is beyond doubt (`own_identity`); else the place in the team belongs
    to the person of the document, and nothing that others had stated about that person is shown or changed.
    """
    at = at or timezone.now()
    _lock(invitation)
    refuse_unless_answerable(invitation, at)
    if invitation.project.owner_id == by.pk and not invitation.member_id:
        raise Refused(_("You invited this person yourself. Pass the link on to them."), code="own")
    entry = entry_of(invitation)
    expected = invitation.member.person if invitation.member_id else None
    _refuse_another(expected, by, id_kind, id_number)
    person = own_identity(name=name, id_kind=id_kind, id_number=id_number, inviter=invitation.by_id, by=by, **facts)
    member = invitation.member or _joined(entry, invitation, person, by=by, at=at)
    member.confirmed_at, member.consent_digest = at, consent_digest(consent)
    member.save(update_fields=["confirmed_at", "consent_digest"])
    invitation.member = member
    _answer(invitation, InvitationState.ACCEPTED, at=at, account=by)
    _record(entry or invitation.project, invitation, "team.invite.accepted", by=by, at=at, digest=member.consent_digest)
    _tell_owner(invitation, entry, _("%(name)s confirmed the place in the team of %(project)s"))
    return member


def _refuse_another(expected: Person | None, by: User, id_kind: str, id_number: str) -> None:
    """Who is asked to confirm has to be the person that the owner entered."""
    if expected is None:
        return
    if by.person_id:
        is_same = by.person_id == expected.pk
    else:
        number = checked_document(id_kind, id_number)
        is_same = (id_kind, blind_index(f"id:{id_kind}", number)) == (expected.id_kind, expected.id_index)
    if not is_same:
        raise Refused(
            _(
                "The team entered another document for %(name)s. Compare the number. If yours is right, decline and "
                "ask for a new invitation."
            )
            % {"name": expected.name},
            field="id_number",
            code="another-person",
        )


def _joined(entry: Entry | None, invitation: TeamInvitation, person: Person, *, by, at: datetime) -> TeamMember:
    if entry is None:
        raise Refused(
            _("This team takes nobody new at the moment: its entry is handed in or over. Ask whoever invited you."),
            code="no-entry",
        )
    Entry.objects.lock(entry)
    refuse_unless_open(entry, at)
    newcomer = Newcomer(MemberKind(invitation.kind), {}, invitation.work)
    return add_people(entry, newcomers=[newcomer], people=[person], by=by, at=at)[0]


def entry_of(invitation: TeamInvitation) -> Entry | None:
    """The entry that the invitation is about: the project's newest live one."""
    related = ("season__contest", "track", "unit__parent", "project__owner")
    return Entry.objects.live().filter(project=invitation.project_id).select_related(*related).order_by("-pk").first()


def refuse_unless_answerable(invitation: TeamInvitation, at: datetime) -> None:
    _refuse_unless_waiting(invitation)
    if at > invitation.expires_at:
        raise Refused(_("This invitation has expired. Ask whoever invited you to send it again."), code="expired")


def _refuse_unless_waiting(invitation: TeamInvitation) -> None:
    if invitation.state != InvitationState.SENT:
        raise Refused(
            _("This invitation is “%(state)s” already. A new one has to be sent.")
            % {"state": invitation.get_state_display()},
            code="answered",
        )


def _lock(invitation: TeamInvitation) -> None:
    held = TeamInvitation.objects.select_for_update().get(pk=invitation.pk)
    invitation.state, invitation.token, invitation.at = held.state, held.token, held.at


def _answer(invitation: TeamInvitation, state: InvitationState, *, at: datetime, account=None) -> None:
    if state not in INVITATION_MOVES[invitation.state]:
        _refuse_unless_waiting(invitation)
    invitation.state, invitation.answered_at, invitation.account = state, at, account
    invitation.save(update_fields=["state", "answered_at", "account", "member"])


def _record(obj, invitation: TeamInvitation, verb: str, *, by, at: datetime, **more) -> None:
    after = {"invitation": invitation.pk, "name": invitation.name, "phone": masked_phone(invitation.phone), **more}
    audit.record(obj, verb, by=by, after=after, at=at)


def _deliver(entry: Entry, invitation: TeamInvitation) -> None:
    """To the inbox of an account with this number, else by SMS; without a number the owner passes the link on."""
    if not invitation.phone:
        return
    account = User.objects.filter(phone_index=blind_index("phone", invitation.phone), is_active=True).first()
    if account is None:
        transaction.on_commit(lambda: tasks.send_invitation.enqueue(invitation.pk))
        return
    facts = {"by": invitation.by, "project": entry.title, "season": entry.season, "when": moment(invitation.expires_at)}
    send(
        account,
        kind="team.invitation",
        subject=_("%(by)s invites you to the team of %(project)s") % facts,
        body=_("%(season)s. Look at it, fill in your own details and agree, or decline, until %(when)s.") % facts,
        link=link_of(invitation),
        channels=("mail", "sms"),
        by=invitation.by,
    )


def _tell_owner(invitation: TeamInvitation, entry: Entry | None, sentence: str) -> None:
    send(
        invitation.project.owner,
        kind="team.answer",
        subject=sentence % {"name": invitation.name, "project": invitation.project.name},
        body=_("The team stands in the entry form. Whoever is still missing is named there."),
        link=f"{reverse('projects:form', args=[entry.pk, 'team'])}" if entry else "",
    )
