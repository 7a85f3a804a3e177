"""The list of judges as the teams of a heat read it, and what they have to look at."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from contests.models import Heat
from core.tasks import Task
from judging.models import Conflict, JudgeList
from judging.states import ConflictSide, InvitationState
from projects.models import Participation
from projects.states import Outcome


def lines_of(heat: Heat) -> list[dict]:
    """Those who accepted, by name: what a team needs to know them by, and nothing by which to reach them."""
    rows = heat.invitations.filter(state=InvitationState.ACCEPTED).order_by("judge__person__name", "judge")
    found = rows.values_list("judge", "judge__person__name", "judge__employer__name", "judge__title")
    return [{"judge": pk, "name": name, "employer": body or "", "title": title} for pk, name, body, title in found]


def own_participations(user):
    """Entries of one's own in heats that show their judges."""
    return (
        Participation.objects.filter(entry__project__owner=user, heat__judge_list__isnull=False)
        .exclude(outcome=Outcome.WITHDRAWN)
        .select_related("entry", "heat__stage__season__contest", "heat__judge_list")
    )


def objections_of(participation: Participation):
    """What this team brought forward, and whether it was lifted."""
    return (
        Conflict.objects.filter(entry=participation.entry_id, side=ConflictSide.TEAM)
        .select_related("judge__person")
        .order_by("pk")
    )


def team_tasks(user, at: datetime) -> list[Task]:
    waiting = JudgeList.objects.filter(closes_at__gte=at).values("heat")
    return [
        Task(
            title=_("See who may judge “%(entry)s”") % {"entry": one.entry.title},
            why=_("You may object to judges with whom you have a tie."),
            url=reverse("judging:panel_list", args=[one.pk]),
            action=_("See the judges"),
            due=one.heat.judge_list.closes_at,
            weight=45,
        )
        for one in own_participations(user).filter(heat__in=waiting)[:5]
    ]
