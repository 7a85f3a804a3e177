"""Bodies of the reference data: departments, universities, parks, and the bureaus of every city and county by rule."""

import csv
from dataclasses import dataclass
from functools import cache

from seeds.story.places import DATA, Place, children, cities, regions


@dataclass(frozen=True, slots=True)
class Body:
    """One organisation. `key` is how season files name it; `sample` says that the body is made up."""

    key: str
    kind: str
    name: str
    name_en: str
    short_name: str
    region: str
    sample: bool = False


@cache
def organisations() -> tuple[Body, ...]:
    """The rows of `organisations.csv`."""
    with (DATA / "organisations.csv").open(encoding="utf-8", newline="") as file:
        return tuple(Body(**{**row, "sample": row["sample"] == "yes"}) for row in csv.DictReader(file))


@cache
def organisation(key: str) -> Body:
    """A body by its key, a city's or county's bureau as `hrss-370212`."""
    found = next((body for body in organisations() if body.key == key), None)
    if found:
        return found
    branch, _, code = key.partition("-")
    if code not in regions() or branch not in _bureau_forms():
        raise KeyError(key)
    return bureau(branch, regions()[code])


@cache
def _bureau_forms() -> dict[str, dict[str, str]]:
    with (DATA / "bureaus.csv").open(encoding="utf-8", newline="") as file:
        return {row["key"]: row for row in csv.DictReader(file)}


def bureau(branch: str, place: Place) -> Body:
    """The office of a department in a city or county.

    A district's bodies bear the city's name before their own, counties and county-level cities do not; two
    districts of the province share a name, so the full one is what tells them apart.
    """
    form = _bureau_forms()[branch]
    district = place.level == "county" and place.name.endswith("区")
    words = {
        "full": regions()[place.parent].name + place.name if district else place.name,
        "own": place.name,
        "en": place.name_en,
    }
    return Body(
        key=f"{branch}-{place.code}",
        kind="department",
        name=form["name"].format(**words),
        name_en=form["name_en"].format(**words),
        short_name=form["short_name"].format(**words),
        region=place.code,
    )


def bureaus(branch: str, *, counties: bool = True) -> list[Body]:
    """The offices of one department in all cities, each followed by those of its counties."""
    found = []
    for city in cities():
        found.append(bureau(branch, city))
        if counties:
            found += [bureau(branch, county) for county in children(city.code)]
    return found
