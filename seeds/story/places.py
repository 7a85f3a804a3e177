"""The province's cities and counties as the stories use them."""

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml

DATA = Path(__file__).resolve().parent.parent / "data"
PROVINCE = "370000"


class Place(NamedTuple):
    code: str
    name: str
    short_name: str
    name_en: str
    parent: str
    level: str


@cache
def regions() -> dict[str, Place]:
    """Every region of `regions.csv` by code, in the file's order."""
    with (DATA / "regions.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: Place(**row) for row in csv.DictReader(file)}


@cache
def children(code: str) -> tuple[Place, ...]:
    return tuple(place for place in regions().values() if place.parent == code)


def cities() -> tuple[Place, ...]:
    return children(PROVINCE)


def read_data(name: str) -> dict:
    """A YAML file below `seeds/data`, read by the quick loader where libyaml is there."""
    with (DATA / name).open(encoding="utf-8") as file:
        return yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506


@cache
def story_places() -> dict:
    """Weights of cities and industries, and which local speciality is at home where (`places.yaml`)."""
    return read_data("places.yaml")


_OUTSIDE_COUNTIES = (
    "110105", "110108", "120103", "130102", "130602", "140105", "210106", "220102", "230103", "310110", "310115",
    "320106", "320505", "330106", "340104", "350203", "410105", "410122", "420106", "430104", "440106", "440305",
    "510107", "610113",
)  # fmt: skip

ID_COUNTIES = tuple(code for code, place in regions().items() if place.level == "county") + _OUTSIDE_COUNTIES
