"""The judges of a heat shown to its teams before the draw, and the objections that come back (回避, domain §3)."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from contests.models import Heat
from core import audit
from core.problems import Refused
from core.templatetags.luyan import moment
from judging.models import Conflict, Judge, JudgeList
from judging.queries.panel import lines_of
from judging.services.heats import _locked_in_preparation
from judging.services.late import declare_conflict
from judging.states import ConflictKind, ConflictSide
from messaging.services import inside_only, send
from projects.models import Entry, Participation
from projects.states import Outcome

MOST = 5


@transaction.atomic
def publish_judges(
    heat: Heat, *, closes_at: datetime, by, most_objections: int = 2, at: datetime | None = None
) -> JudgeList:
    """Show who may be drawn to the teams of the heat. Shown again, the list is brought up to date and they are told
    again; objections made before stay."""
    at = at or timezone.now()
    heat = _locked_in_preparation(heat)
    if closes_at <= at:
        raise Refused(_("The time for objections has to end after now. Choose a later one."), field="closes_at")
    if not 1 <= most_objections <= MOST:
        raise Refused(_("From 1 to %(most)s objections.") % {"most": MOST}, field="most_objections")
    lines = lines_of(heat)
    if not lines:
        raise Refused(_("No judge has accepted yet, so there is nobody to show. Remind those invited first."))
    made, _new = JudgeList.objects.update_or_create(
        heat=heat,
        defaults={
            "lines": lines, "most_objections": most_objections, "published_at": at, "closes_at": closes_at, "by": by,
        },
    )  # fmt: skip
    audit.record(heat, "heat.judges_shown", by=by, after={"judges": len(lines), "closes_at": closes_at}, at=at)
    _tell_teams(made)
    return made


def _tell_teams(shown: JudgeList) -> None:
    """Into every team's inbox at once; the page is also among the tasks at home."""
    subject = _("Who may judge “%(heat)s”") % {"heat": shown.heat}
    body = _("Look whether you have to object to somebody, and say so by %(when)s.") % {"when": moment(shown.closes_at)}
    taking_part = shown.heat.participations.exclude(outcome=Outcome.WITHDRAWN).select_related("entry__project__owner")
    with inside_only():
        for one in taking_part:
            link = reverse("judging:panel_list", args=[one.pk])
            send(one.entry.project.owner, kind="judging.panel", subject=subject, body=body, link=link)


@transaction.atomic
def object_to(
    participation: Participation, judge: Judge, *, reason: str, by, evidence: str = "", at: datetime | None = None
) -> Conflict:
    """A team objects to a judge on the list: the judge doesn't judge its entry unless the organiser lifts it."""
    at = at or timezone.now()
    shown = JudgeList.objects.select_for_update(of=("self",)).filter(heat=participation.heat_id).first()
    if shown is None or judge.pk not in {line["judge"] for line in shown.lines}:
        raise Refused(_("This judge is not on the list. Reload the page."), field="judge")
    if at > shown.closes_at:
        raise Refused(_("Objections were taken until %(when)s.") % {"when": moment(shown.closes_at)})
    if not reason.strip():
        raise Refused(_("Say why this judge should not judge your entry."), field="reason")
    entry = Entry.objects.get(pk=participation.entry_id)
    made = Conflict.objects.live().filter(entry=entry, side=ConflictSide.TEAM, kind=ConflictKind.OBJECTION)
    if made.exclude(judge=judge).count() >= shown.most_objections:
        raise Refused(
            _("A team may object to %(most)s judges. Ask the organiser if there are weighty reasons for more.")
            % {"most": shown.most_objections},
            field="judge",
        )
    return declare_conflict(
        judge, entry=entry, kind=ConflictKind.OBJECTION, side=ConflictSide.TEAM, source=reason, evidence=evidence,
        by=by, at=at,
    )  # fmt: skip
