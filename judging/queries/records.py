"""Draws, rankings and corrections of the heats that somebody supervises."""

from django.core.paginator import Page, Paginator
from django.db.models import Prefetch

from contests.models import Heat
from contests.queries import is_administrator, seasons_visible_to
from contests.states import HeatState
from core.models import AuditEntry
from judging.models import Draw, MarkRevision, Ranking
from judging.rules import own_heats

HEATS_PER_PAGE = 10
CORRECTIONS_SHOWN = 50


def record_page(user, page: str | None) -> Page:
    """Heats that left preparation or have a draw, with everything on record: a fixed number of queries a page."""
    heats = Heat.objects.all()
    if not is_administrator(user):
        heats = heats.filter(stage__season__in=seasons_visible_to(user))
    heats = heats.exclude(pk__in=own_heats(user))
    rankings = Ranking.objects.defer("rule", "inputs", "result").select_related("track", "by")
    draws = Draw.objects.defer("record", "secret").select_related("by").order_by("pk")
    shown = (
        heats.exclude(state=HeatState.PREPARING, draws=None)
        .select_related("stage__season__contest", "notice__by")
        .prefetch_related(
            Prefetch("rankings", rankings.order_by("track__order", "track", "-version"), to_attr="frozen"),
            Prefetch("draws", draws, to_attr="drawn"),
        )
        .order_by("-pk")
        .distinct()
    )
    found = Paginator(shown, HEATS_PER_PAGE).get_page(page)
    heats = list(found.object_list)
    corrections, locks = _corrections(heats), _locks(heats)
    for heat in heats:
        heat.corrections = corrections.get(heat.pk, [])
        heat.locked_by = locks.get(str(heat.pk), "")
    found.object_list = heats
    return found


def _corrections(heats: list[Heat]) -> dict[int, list[MarkRevision]]:
    """Heat → its newest corrections, both values kept."""
    rows = (
        MarkRevision.objects.filter(mark__sheet__assignment__participation__heat__in=heats)
        .select_related(
            "by", "mark__criterion", "mark__sheet__assignment__judge__person",
            "mark__sheet__assignment__participation__entry",
        )
        .order_by("-pk")[: CORRECTIONS_SHOWN * len(heats)]
    )  # fmt: skip
    found: dict[int, list[MarkRevision]] = {}
    for row in rows:
        found.setdefault(row.mark.sheet.assignment.participation.heat_id, []).append(row)
    return found


def _locks(heats: list[Heat]) -> dict[str, str]:
    """Heat → who locked it, from the trail."""
    rows = AuditEntry.objects.filter(
        object_type="contests.heat", object_id__in=[str(heat.pk) for heat in heats], verb="heat.locked"
    )
    return dict(rows.values_list("object_id", "actor_name"))
