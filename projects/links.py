"""Links that carry their own proof: an invitation into a team."""

from django.core import signing
from django.urls import reverse

from projects.models import TeamInvitation

INVITATION = "team-invitation"


def link_of(invitation: TeamInvitation) -> str:
    """The path that the invited person opens."""
    return reverse("projects:invitation", args=[signing.Signer(salt=INVITATION).sign(invitation.token)])


def invitation_of(signed: str) -> TeamInvitation | None:
    """The invitation behind a link, whatever became of it; None for one that was never ours or was sent anew."""
    try:
        token = signing.Signer(salt=INVITATION).unsign(signed)
    except signing.BadSignature:
        return None
    return TeamInvitation.objects.select_related("project", "member__person__user", "by").filter(token=token).first()
