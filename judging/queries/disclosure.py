"""Records from which anybody recounts a published result."""

from contests.models import Heat
from contests.states import HeatState
from judging.disclosure import name_of
from judging.models import OpenRecord, Place
from judging.queries.results import PUBLIC, current_places


def open_records(heat: Heat):
    """The newest record of each track of a published heat, the most public part of it first: without its content."""
    newest = current_places(heat).order_by().values("ranking")
    found = OpenRecord.objects.filter(ranking__in=newest, ranking__heat__state=HeatState.PUBLISHED)
    found = found.filter(ranking__heat__notice__withdrawn_at=None).select_related("ranking__track")
    heavy = ("content", "mask", "ranking__rule", "ranking__inputs", "ranking__result")
    return found.defer(*heavy).order_by("ranking__track__order", "ranking__track")


def name_on_record(place: Place) -> str:
    """How the entry of this place is called on the public record; empty where there is none."""
    mask = OpenRecord.objects.filter(ranking=place.ranking_id).values_list("mask", flat=True).first()
    return name_of(place.steps["number"], listed=place.outcome in PUBLIC, mask=mask) if mask else ""
