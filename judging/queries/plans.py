"""What the ranks of a track lead to in one heat, read from the stage's quotas and the season's award levels."""

from typing import Any

from django.db.models import Q

from contests.models import AwardLevel, Heat, Quota, Track
from contests.states import StageKind
from judging.quota import QuotaRule
from judging.scoring import Rule
from projects.models import Participation


def plan_of(heat: Heat, track: Track, rule: Rule, *, decided: list[str]) -> dict[str, Any]:
    """The plan of one track, plain JSON.

    The last judged stage gives the season's award levels, if there are any for the track. Every other one promotes by
    its quotas: a row for the track goes before one for every track, one for the zone before one for every zone.
    """
    levels = _levels(heat, track)
    if levels:
        return {"quota": None, "awards": {"levels": levels, "boundary": "up"}}
    return {"quota": _quota(heat, track, rule, decided), "awards": None}


def is_last_judged(heat: Heat) -> bool:
    later = heat.stage.season.stages.filter(order__gt=heat.stage.order, kind__in=StageKind.judged())
    return not later.exists()


def _levels(heat: Heat, track: Track) -> list[dict[str, Any]]:
    if not is_last_judged(heat):
        return []
    rows = AwardLevel.objects.current().filter(Q(track=track) | Q(track=None), season=heat.stage.season_id)
    return [
        {"key": str(one.pk), "name": one.name, "metal": one.metal, "places": one.places}
        for one in rows.order_by("order", "pk")
    ]


def _quota(heat: Heat, track: Track, rule: Rule, decided: list[str]) -> dict[str, Any] | None:
    rows = list(Quota.objects.filter(Q(track=track) | Q(track=None), stage=heat.stage_id))
    rows = [row for row in rows if row.track_id] or rows
    if heat.zone_id:
        rows = [row for row in rows if row.zone_id in (heat.zone_id, None)]
        rows = [row for row in rows if row.zone_id] or rows
    if not rows:
        return None
    by_zone = {str(row.zone_id): row.places for row in rows if row.zone_id and not heat.zone_id}
    made = QuotaRule(
        places=sum(row.places for row in rows if str(row.zone_id) not in by_zone),
        by="zone" if by_zone else "rank",
        zones=by_zone,
        at_line="all_advance" if rule.all_advance else "none_advance_need_decision",
        reserves=max(row.reserves for row in rows),
    )
    return {"rule": made.to_data(), "zones": _zones(heat, track) if by_zone else {}, "decided": decided}


def _zones(heat: Heat, track: Track) -> dict[str, str]:
    rows = Participation.objects.filter(heat=heat, track=track).values_list("entry__number", "entry__zone_id")
    return {number: str(zone or "") for number, zone in rows}
