"""Teams from the side of a member: where somebody takes part, and what it asks consent to."""

from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from contests.models import Season
from projects.dossier import MEMBER_CONSENT
from projects.links import link_of
from projects.models import Entry, TeamInvitation, TeamMember
from projects.states import InvitationState


def memberships_of(user) -> QuerySet[TeamMember]:
    """Places in teams of others that this account confirmed: of its person, or answered by it."""
    mine = Q(person__user=user) | Q(invitation__account=user, invitation__state=InvitationState.ACCEPTED)
    entries = Entry.objects.live().select_related("season__contest", "track", "unit__parent", "holder").order_by("-pk")
    return (
        TeamMember.objects.filter(mine, confirmed_at__isnull=False)
        .exclude(project__owner=user)
        .select_related("person__user", "project__owner")
        .prefetch_related(Prefetch("project__entries", entries, to_attr="live_entries"))
        .order_by("-confirmed_at", "-pk")
    )


@dataclass(frozen=True)
class Consent:
    """The text that members of a season's teams agree to."""

    title: str
    text: str


def consent_of(season: Season | None) -> Consent:
    """The season's own declaration for members where it has one, else the product's."""
    found = season and season.declarations.current().filter(code=MEMBER_CONSENT).first()
    if found:
        return Consent(found.local_title, found.local_text)
    return Consent(
        _("Consent of team members"),
        _(
            "I take part in this team. My details are right. The team may hand them in with its entry, and the contest "
            "offices may use them to check the entry, to judge it, to print certificates and to reach me. I can leave "
            "the team until the entry is handed in."
        ),
    )


@dataclass(frozen=True)
class Followed:
    """Invitations of a team that wait for an answer, were declined or have expired."""

    newcomers: list[TeamInvitation]
    members: dict[int, TeamInvitation]


def followed(entry: Entry) -> Followed:
    done = (InvitationState.ACCEPTED, InvitationState.WITHDRAWN)
    rows = list(entry.project.invitations.exclude(state__in=done))
    for one in rows:
        one.link = link_of(one)
    return Followed([one for one in rows if not one.member_id], {one.member_id: one for one in rows if one.member_id})
