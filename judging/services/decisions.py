"""What the jury decides on equals: who decided, why and in which order, on record with the version that it made."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.problems import Refused
from judging.models import JuryDecision, Ranking
from judging.queries.decisions import open_groups
from judging.scoring import Decision
from judging.services.rankings import rerank


@transaction.atomic
def decide(
    ranking: Ranking, *, entries: Sequence[str], jury: str, reason: str, by, at: datetime | None = None
) -> Ranking:
    """Record the jury's decision on one group of equals of the newest version, and make the version that follows.

    `entries` are numbers: where the rule leaves the order to the jury, the whole group, best first; on a line, those
    who go on, as many as there are places. Who decided is named in `jury`.
    """
    at = at or timezone.now()
    _check_words(jury, reason)
    ranking = Ranking.objects.select_for_update(of=("self",)).select_related("heat__stage", "track").get(pk=ranking.pk)
    if Ranking.objects.filter(heat=ranking.heat_id, track=ranking.track_id, version__gt=ranking.version).exists():
        raise Refused(_("A newer version of this ranking is in force. Open it and decide there."))
    group = next((one for one in open_groups(ranking) if set(entries) <= set(one.numbers)), None)
    if group is None or not entries:
        raise Refused(_("These entries don't wait for a decision. Reload the page and choose again."), field="entries")
    if len(set(entries)) != len(entries) or len(entries) != (group.places if group.on_line else len(group.numbers)):
        raise Refused(_wrong_number(group), field="entries")
    reason = reason.strip()
    if group.on_line:
        made = rerank(ranking.heat, reason=reason, decided=list(entries), by=by, at=at)
    else:
        made = rerank(ranking.heat, reason=reason, jury=[Decision(tuple(entries), reason)], by=by, at=at)
    version = next(one for one in made if one.track_id == ranking.track_id)
    row = JuryDecision.objects.create(
        ranking=version, entries=list(entries), on_line=group.on_line, jury=jury.strip(), reason=reason, by=by,
        at=at,
    )  # fmt: skip
    audit.record(
        version, "ranking.decide", by=by, at=at, reason=row.reason,
        after={"entries": row.entries, "on_line": row.on_line, "jury": row.jury},
    )  # fmt: skip
    return version


def _check_words(jury: str, reason: str) -> None:
    if not jury.strip():
        raise Refused(_("Name who decided: the judges present, or the head of the jury for them."), field="jury")
    if not reason.strip():
        raise Refused(_("Say why the jury decided so; it stays on record."), field="reason")


def _wrong_number(group) -> str:
    if group.on_line:
        return _("Choose exactly %(places)s of the %(all)s entries.") % {
            "places": group.places, "all": len(group.numbers),
        }  # fmt: skip
    return _("Give each of the %(all)s entries a place of its own.") % {"all": len(group.numbers)}
