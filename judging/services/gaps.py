"""A further judge where two judges of an entry lie far apart (domain §3, Big gaps), by the rule of the stage."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contests.models import Heat
from core import audit
from core.problems import Problem, Refused
from core.templatetags.luyan import plain
from judging.models import Assignment, ScoreSheet
from judging.queries.gaps import apart
from judging.services.heats import _locked
from judging.services.replacements import _next


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
                judge, seat, source = _next(heat, participation)
            except Refused as refusal:
                problems.append(Problem("nobody", f"{participation.entry.number}: {refusal.message}"))
                continue
            one = Assignment.objects.create(judge_id=judge, participation=participation, source=source, reason=reason)
            ScoreSheet.objects.create(assignment=one)
            audit.record(
                one, "judge.further", by=by, reason=reason, after={"judge": str(one.judge), "seat": seat}, at=at
            )
            made.append(one)
        if problems:
            raise Refused(_("Not every entry can get a further judge, so none was asked."), problems=problems)
    return made
