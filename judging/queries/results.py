"""What of a ranking may be public: number, project, unit, zone, track and outcome; never a mark (domain §7)."""

from django.db.models import Exists, OuterRef

from contests.models import Heat
from contests.services import Line
from judging.models import Place, Ranking
from projects.states import Outcome

PUBLIC = (Outcome.AWARDED, Outcome.PROMOTED, Outcome.RESERVE)


def current_places(heat: Heat):
    """Places of the newest version of each track's ranking."""
    newer = Ranking.objects.filter(
        heat=OuterRef("ranking__heat"), track=OuterRef("ranking__track"), version__gt=OuterRef("ranking__version")
    )
    found = Place.objects.filter(~Exists(newer), ranking__heat=heat)
    return found.order_by("ranking__track__order", "ranking__track", "order")


def undecided(heat: Heat) -> list[str]:
    """Numbers of entries that are equal on the line and wait for a decision."""
    waiting = current_places(heat).filter(outcome=Outcome.PENDING, rank__isnull=False)
    return list(waiting.values_list("participation__entry__number", flat=True))


def public_lines(heat: Heat) -> list[Line]:
    """The lines of the public notice, in the language that is active; the leader only where the season says so."""
    with_leader = heat.stage.season.leader_public
    rows = (
        current_places(heat)
        .filter(outcome__in=PUBLIC)
        .select_related("participation__entry__unit", "participation__entry__zone", "ranking__track")
        .defer("ranking__rule", "ranking__inputs", "ranking__result", "participation__entry__snapshot")
    )
    made = []
    for place in rows:
        entry, level = place.participation.entry, place.steps.get("level") or {}
        made.append(
            Line(
                track=place.ranking.track.local_name,
                level=level.get("name") or str(Outcome(place.outcome).label),
                metal=level.get("metal", "none"),
                number=entry.number,
                title=entry.title,
                unit=entry.company_name or (entry.unit.name if entry.unit else ""),
                zone=entry.zone.name if entry.zone else "",
                leader=entry.leader_name if with_leader else "",
            )
        )
    return made
