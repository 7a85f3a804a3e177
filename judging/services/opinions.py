"""The second opinion of a frozen ranking, computed once and kept beside it. It changes no rank, total or outcome."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from core import audit
from judging import opinion
from judging.models import Assignment, JudgeFigure, Opinion, OpinionPlace, Ranking
from judging.queries.marks import seats_of
from judging.scoring import MarkSet, Rule


@transaction.atomic
def form_opinion(ranking: Ranking, *, by, at: datetime | None = None) -> Opinion:
    """The second opinion of one version of a ranking. What it is made of is frozen: a second call finds the first."""
    ranking = Ranking.objects.select_for_update().get(pk=ranking.pk)
    made = Opinion.objects.filter(ranking=ranking).first()
    if made is not None:
        return made
    at = at or timezone.now()
    others = Ranking.objects.filter(heat=ranking.heat_id).exclude(track=ranking.track_id).order_by("version")
    newest = dict(others.values_list("track", "pk"))
    beside = [result["ranking"] for result in others.filter(pk__in=newest.values()).values_list("result", flat=True)]
    said = opinion.second_opinion(
        MarkSet.from_data(ranking.inputs), Rule.from_data(ranking.rule["scoring"]), ranking.result["ranking"],
        through=ranking.summary["through"], beside=beside,
    )  # fmt: skip
    made = Opinion.objects.create(ranking=ranking, figures=said["figures"], made_at=at, by=by)
    places = dict(ranking.places.values_list("participation__entry__number", "pk"))
    OpinionPlace.objects.bulk_create(
        (OpinionPlace(opinion=made, place_id=places[number], **row) for number, row in said["places"].items()),
        batch_size=500,
    )
    judges = _judges(ranking)
    JudgeFigure.objects.bulk_create(
        (
            JudgeFigure(opinion=made, judge_id=judges[seat], seat=int(seat), **row)
            for seat, row in said["judges"].items()
        ),
        batch_size=500,
    )
    audit.record(ranking, "ranking.opinion", by=by, at=at, after={"on": said["figures"]["second_opinion"]["on"]})
    return made


def _judges(ranking: Ranking) -> dict[str, int]:
    """Seat → judge, as the ranking named them."""
    judges = set(
        Assignment.objects.filter(participation__heat=ranking.heat_id).values_list("judge_id", flat=True).distinct()
    )
    return {str(seat): judge for judge, seat in seats_of(ranking.heat, judges).items()}
