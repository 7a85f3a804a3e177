"""A further judge where two judges of an entry lie far apart (domain §3, Big gaps), by the rule of the stage."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from contests.models import Heat
from contests.queries import officers_of
from core import audit
from core.problems import Problem, Refused
from core.templatetags.luyan import plain
from judging.models import Assignment, ScoreSheet
from judging.queries.gaps import apart
from judging.services.heats import _locked
from judging.services.replacements import _next
from messaging.services import send
from projects.models import Participation


@transaction.atomic
def ask_further(heat: Heat, *, by, at: datetime | None = None) -> list[Assignment]:
    """Give one further judge to every entry whose totals lie further apart than the stage allows.

    1. Counted are submitted sheets of entries that nobody marks any more; the gap is highest minus lowest total.
    2. The judge is the next of the drawn order without conflict and with room, as for a replacement.
    3. An entry gets one further judge, however far the third total lies. Entries for whom nobody is left are named,
       and then nothing is written.
    """
    at = at or timezone.now()
    heat = _locked(heat)
    if not heat.is_open:
        raise Refused(_("“%(heat)s” is not open for scoring; a further judge could mark nothing.") % {"heat": heat})
    found, made, problems = apart(heat), [], []
    if not found:
        raise Refused(_("No entry lies further apart than the stage allows, or each has its further judge already."))
    reason = _("Totals lie more than %(gap)s points apart") % {"gap": plain(heat.stage.review_gap)}
    with audit.batched():
        for participation in found:
            try:
                made.append(_further(heat, participation, reason=reason, by=by, at=at))
            except Refused as refusal:
                problems.append(Problem("nobody", f"{participation.entry.number}: {refusal.message}"))
        if problems:
            raise Refused(_("Not every entry can get a further judge, so none was asked."), problems=problems)
    return made


@transaction.atomic
def review_by_rule(participation: Participation, *, by, at: datetime | None = None) -> Assignment | None:
    """What `ask_further` does on a word, done by itself for one entry when the last of its judges has finished.

    Nothing happens where the totals lie close enough or the entry has its further judge. Where nobody is left the
    trail says so, and the entry stays among those that wait for the organiser.
    """
    at = at or timezone.now()
    heat = _locked(participation.heat)
    found = apart(heat, only=participation.pk) if heat.is_open else []
    if not found:
        return None
    reason = _("By the stage's rule: totals lie more than %(gap)s points apart") % {"gap": plain(heat.stage.review_gap)}
    try:
        return _further(heat, found[0], reason=reason, by=by, at=at)
    except Refused as refusal:
        audit.record(found[0], "judge.nobody", by=by, reason=refusal.message, at=at)
        _tell_organisers(heat, found[0], refusal.message)
        return None


def _tell_organisers(heat: Heat, participation: Participation, why: str) -> None:
    """Whoever runs the season learns that an entry waits for a further judge; how far the totals lie apart is no
    part of it."""
    for user in officers_of(heat.stage.season):
        send(
            user,
            kind="judging.gap",
            subject=_("Nobody is free for one more judge: %(number)s") % {"number": participation.entry.number},
            body=_(
                "The rule of “%(heat)s” asks for one more judge for %(number)s “%(title)s”, and none could be asked: "
                "%(why)s Please free a judge or invite one, then ask again on the page of large gaps."
            )
            % {"heat": heat, "number": participation.entry.number, "title": participation.entry.title, "why": why},
            link=reverse("judging:gaps", args=[heat.pk]),
        )


def _further(heat: Heat, participation: Participation, *, reason: str, by, at: datetime) -> Assignment:
    judge, seat, source = _next(heat, participation)
    made = Assignment.objects.create(judge_id=judge, participation=participation, source=source, reason=reason)
    sheet = ScoreSheet.objects.create(assignment=made)
    audit.record(made, "judge.further", by=by, reason=reason, after={"judge": str(made.judge), "seat": seat}, at=at)
    user = getattr(made.judge.person, "user", None)
    if user is not None:
        send(
            user,
            kind="judging.further",
            subject=_("One more entry of “%(heat)s” is with you") % {"heat": heat},
            body=_(
                "The rule of this round asks for one more judge here, and you come next. Please mark the entry like "
                "any other."
            ),
            link=reverse("judging:sheet", args=[sheet.pk]),
        )
    return made
