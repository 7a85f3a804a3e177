"""The reference data in the tables: regions, organisations, contests and their seasons. Repeating changes nothing."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import Organisation
from contests.imports import load_contest, load_season
from contests.models import Season
from core import audit
from core.models import Region
from seeds import seasonfile
from seeds.story import bodies
from seeds.story.places import regions


@transaction.atomic
def load_regions() -> int:
    """GB/T 2260 rows that are missing; parents stand before their children in the file."""
    known = set(Region.objects.values_list("pk", flat=True))
    rows = [
        Region(
            code=place.code,
            name=place.name,
            short_name=place.short_name,
            name_en=place.name_en,
            level=place.level,
            parent_id=place.parent or None,
        )
        for place in regions().values()
        if place.code not in known
    ]
    Region.objects.bulk_create(rows)
    return len(rows)


@transaction.atomic
def load_organisations(keys: Iterable[str]) -> dict[str, Organisation]:
    """The bodies behind these keys, made where they are missing; a body of the reference data is known by its name."""
    wanted = {key: bodies.organisation(key) for key in keys}
    names = [body.name for body in wanted.values()]
    known = {one.name: one for one in Organisation.objects.filter(name__in=names)}
    missing = {body.name: body for body in wanted.values() if body.name not in known}
    made = Organisation.objects.bulk_create(
        Organisation(kind=body.kind, name=body.name, name_en=body.name_en, region_id=body.region or None)
        for body in missing.values()
    )
    known.update({one.name: one for one in made})
    return {key: known[body.name] for key, body in wanted.items()}


def load_contests(*, by, today: date, keys: Iterable[str] | None = None) -> dict[str, Season]:
    """Every contest and season of the files (or those named), with schedules shifted to stand as on the demo's day."""
    load_regions()
    shift = seasonfile.weeks_since_demo_day(today)
    found: dict[str, Season] = {}
    with audit.batched():
        for data in seasonfile.contest_files():
            for season in data["seasons"]:
                if keys is None or season["key"] in keys:
                    found[season["key"]] = _load(data["contest"], season, shift, by)
    return found


def load_rehearsal(contest: dict, row: dict, *, by, now: datetime) -> Season:
    """A further edition of a contest by its file, dated so that its last stage ended two months ago."""
    load_regions()
    last = max(stage["closes"] for stage in row["stages"])
    ended = timezone.localtime(now).replace(tzinfo=None) - timedelta(days=60)
    known = Season.objects.filter(contest__slug=contest["slug"]).aggregate(year=Max("year"), ordinal=Max("ordinal"))
    edition = {
        "year": max(known["year"] or 0, row["year"]) + 1,
        "ordinal": max(known["ordinal"] or 0, row["ordinal"]) + 1,
        "title": f"{row['title']}（演练）",
        "title_en": f"{row.get('title_en', row['title'])} (rehearsal)",
    }
    return _load(contest, {**row, **edition}, timedelta(days=(ended - last).days), by)


def _load(contest: dict, season: dict, shift: timedelta, by) -> Season:
    data = seasonfile.resolved(season, shift=shift)
    known = load_organisations(
        [row["organisation"] for row in contest["hosts"]] + [row["organisation"] for row in data["units"]]
    )
    hosts = [{**row, "organisation": known[row["organisation"]]} for row in contest["hosts"]]
    made = load_contest({**contest, "hosts": hosts}, by=by)
    places = {region.pk: region for region in Region.objects.all()}
    units = [
        {**row, "organisation": known[row["organisation"]], "region": places.get(row["region"])}
        for row in data["units"]
    ]
    return load_season(made, {**data, "units": units}, by=by)
