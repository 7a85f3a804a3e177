"""Recommending units by the dozen: the bureaus of one branch in every city, with those of the counties below them."""

from collections import defaultdict
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.services import known_organisation
from accounts.states import OrganisationKind
from contests.models import RecommendingUnit, Season
from contests.services.setup import _locked, _touch, save_part
from contests.states import UnitKind
from core import audit
from core.models import Region
from core.problems import Refused

FEWEST = 2


@dataclass(frozen=True)
class Branch:
    """Offices of one department in the cities, known by what their names share; `name` has ○ for the place."""

    name: str
    cities: int
    counties: int


def _offices() -> dict[str, list[Organisation]]:
    """Public offices of cities and counties by branch: 济南市教育局 and 青岛市教育局 are both ○教育局."""
    found: dict[str, list[Organisation]] = defaultdict(list)
    rows = Organisation.objects.filter(
        kind=OrganisationKind.DEPARTMENT, region__level__in=[Region.Level.CITY, Region.Level.COUNTY]
    )
    for office in rows.select_related("region__parent").order_by("region_id", "pk"):
        region = office.region
        places = [region.name]
        if region.level == Region.Level.COUNTY:
            places.insert(0, f"{region.parent.name}{region.name}")
        place = next((one for one in places if one in office.name), None)
        if place:
            found[office.name.replace(place, "○", 1)].append(office)
    return found


def branches() -> list[Branch]:
    """Branches that two cities have at least, the most complete first."""
    found = []
    for name, offices in _offices().items():
        cities = sum(one.region.level == Region.Level.CITY for one in offices)
        if cities >= FEWEST:
            found.append(Branch(name, cities, len(offices) - cities))
    return sorted(found, key=lambda one: (-one.cities, one.name))


@transaction.atomic
def save_unit(season: Season, section, *, data, new_body: dict | None, by, **rest) -> RecommendingUnit:
    """Save a unit, with its organisation when that is new: both, or neither."""
    if new_body is not None:
        data = {**data, "organisation": known_organisation(**new_body, by=by)}
    return save_part(season, section, data=data, by=by, **rest)


@transaction.atomic
def add_bureaus(season: Season, *, branch: str, counties: bool, by, at=None) -> list[RecommendingUnit]:
    """Every city's office of a branch as a zone, and with `counties` the county offices below their city's.

    Offices that have a place in the season keep it.
    """
    season = _locked(season)
    offices = _offices().get(branch, [])
    if not offices:
        raise Refused(_("No office of this branch is known. Choose one of the list."), field="branch")
    placed = {unit.organisation_id: unit for unit in season.units.all()}
    cities = [one for one in offices if one.region.level == Region.Level.CITY]
    made = _place(season, cities, placed, UnitKind.CITY, {})
    if counties:
        above = {one.region_id: placed[one.pk] for one in cities}
        below = [one for one in offices if one.region.level == Region.Level.COUNTY]
        made += _place(season, below, placed, UnitKind.COUNTY, above)
    if made:
        audit.record(season, "setup.bureaus", by=by, after={"branch": branch, "units": len(made)}, at=at)
        _touch(season)
    return made


def _place(season, offices, placed, kind, above) -> list[RecommendingUnit]:
    made = RecommendingUnit.objects.bulk_create(
        RecommendingUnit(
            season=season,
            organisation=office,
            kind=kind,
            name=office.name,
            region=office.region,
            parent=above.get(office.region.parent_id),
        )
        for office in offices
        if office.pk not in placed
    )
    placed.update({unit.organisation_id: unit for unit in made})
    return made
