"""Marks made public with the results, where the stage says so: frozen once, chained to what was public before."""

from datetime import datetime

from contests.models import Heat
from core import audit
from core.secret import secret_hex
from judging.disclosure import content_of
from judging.models import OpenRecord, Ranking
from judging.queries.results import PUBLIC, current_places
from judging.replay import digest_of


def publish_marks(heat: Heat, *, by, at: datetime) -> list[OpenRecord]:
    """Freeze what anybody recounts the newest rankings from; runs within the publication of the results.

    A ranking whose record is public already keeps it. The digest covers that of the record before.
    """
    places = current_places(heat)
    listed = set(places.filter(outcome__in=PUBLIC).values_list("participation__entry__number", flat=True))
    newest = places.order_by().values_list("ranking", flat=True).distinct()
    made = []
    for one in Ranking.objects.filter(pk__in=newest, open_record=None):
        last = _record_before(one)
        mask, before = (last.mask, last.digest) if last else (secret_hex(), "")
        content = content_of(one.rule, one.inputs, listed, mask)
        digest = digest_of(content["rule"], content["marks"], content["result"], before=before)
        record = OpenRecord.objects.create(
            ranking=one, mask=mask, content=content, before=before, digest=digest, published_at=at
        )
        audit.record(one, "ranking.open", by=by, after={"digest": digest}, at=at)
        made.append(record)
    return made


def _record_before(one: Ranking) -> OpenRecord | None:
    found = OpenRecord.objects.filter(ranking__heat=one.heat_id, ranking__track=one.track_id).defer("content")
    return found.order_by("-ranking__version").first()
