"""What a contestant chooses from: places by city, recommending units by zone."""

from django.core.cache import cache
from django.utils.translation import get_language

from contests.models import RecommendingUnit
from core.language import local
from core.models import Region

REGION_SECONDS = 600


def city_regions() -> list[tuple[str, list[tuple[str, str]]]]:
    """Cities of Shandong with their districts, for a grouped choice; the same for everybody, so kept a while."""
    return cache.get_or_set(f"city-regions-{get_language()}", _read_regions, REGION_SECONDS)


def _read_regions() -> list[tuple[str, list[tuple[str, str]]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    names = {}
    rows = Region.objects.filter(code__startswith="37").exclude(level=Region.Level.PROVINCE)
    for region in rows.order_by("code"):
        city = region.code if region.level == Region.Level.CITY else region.parent_id
        names.setdefault(city, region.local_name)
        groups.setdefault(city, []).append((region.code, region.local_name))
    return [(names[city], choices) for city, choices in groups.items()]


def unit_choices(season) -> list[tuple[str, list[tuple[int, str]]]]:
    """Units that take entries, each under the zone at the top of its chain."""
    rows = list(
        RecommendingUnit.objects.filter(season=season).values("pk", "name", "name_en", "parent_id", "accepts_entries")
    )
    parents = {one["pk"]: one["parent_id"] for one in rows}
    names = {one["pk"]: local(one, "name") for one in rows}
    groups: dict[int, list[tuple[int, str]]] = {}
    for one in rows:
        top = one["pk"]
        while parents[top]:
            top = parents[top]
        if one["accepts_entries"]:
            groups.setdefault(top, []).append((one["pk"], names[one["pk"]]))
    return [(names[top], choices) for top, choices in groups.items()]
