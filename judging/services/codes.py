"""Codes by which a judge without an account comes to the invitation: shown once, kept as a keyed digest, used once."""

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import link_person
from core import audit
from core.crypto import blind_index
from core.problems import Refused
from core.secret import secret_hex
from judging.models import Invitation
from judging.states import InvitationState

HOLDS = timedelta(days=14)
PURPOSE = "judge-invitation"
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH, GROUP = 16, 4
ALIKE = str.maketrans("OILU", "011V")


@transaction.atomic
def issue_code(invitation: Invitation, *, by, at: datetime | None = None) -> str:
    """A new code of 80 bits, told this one time only; one given before leads nowhere from now on."""
    at = at or timezone.now()
    invitation = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("heat", "judge__person__user")
        .get(pk=invitation.pk)
    )
    if hasattr(invitation.judge.person, "user"):
        raise Refused(
            _("%(judge)s has an account and finds the invitation there. Send a reminder instead.")
            % {"judge": invitation.judge}
        )
    if invitation.heat.is_settled or invitation.state == InvitationState.DECLINED:
        raise Refused(_("This invitation is over; a code would lead nowhere."))
    number = int(secret_hex(), 16)
    code = "".join(SIGNS[(number >> (5 * place)) & 31] for place in range(LENGTH))
    invitation.code_index, invitation.code_expires_at = blind_index(PURPOSE, code), at + HOLDS
    invitation.save(update_fields=["code_index", "code_expires_at"])
    audit.record(invitation, "invitation.code", by=by, after={"until": invitation.code_expires_at}, at=at)
    return "-".join(code[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def path_of(code: str) -> str:
    return reverse("judging:invited", args=[code])


def invitation_by(code: str, *, at: datetime | None = None) -> Invitation | None:
    """The invitation that a code leads to; None for one that never was, was used, or is too old."""
    plain = "".join(code.split()).replace("-", "").upper().translate(ALIKE)
    if len(plain) != LENGTH:
        return None
    known = Invitation.objects.filter(code_index=blind_index(PURPOSE, plain), code_expires_at__gte=at or timezone.now())
    return known.select_related("heat__stage__season__contest", "judge__person").first()


@transaction.atomic
def take_code(code: str, *, by: User, at: datetime | None = None) -> Invitation:
    """Bind the account to the judge's person; the code is spent. An account of somebody else is refused."""
    found = invitation_by(code, at=at)
    if found is None:
        raise Refused(
            _("This code leads nowhere: it was used, replaced, or is more than 14 days old. Ask for a new one."),
            field="code",
        )
    invitation = Invitation.objects.select_for_update().get(pk=found.pk)
    if by.person_id not in (None, found.judge.person_id):
        raise Refused(
            _("Your account belongs to another person. Sign out, then open the link again with your own account."),
            field="code",
        )
    link_person(by, person=found.judge.person, by=by)
    invitation.code_index = invitation.code_expires_at = None
    invitation.save(update_fields=["code_index", "code_expires_at"])
    audit.record(invitation, "invitation.code.used", by=by, at=at)
    return invitation
