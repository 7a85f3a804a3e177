"""Chinese personal names by sex and generation, and some of people from abroad (`names.yaml`)."""

from functools import cache
from itertools import accumulate

from seeds.story.chance import Chance
from seeds.story.places import read_data


@cache
def _data() -> dict:
    return read_data("names.yaml")


@cache
def _surnames() -> tuple[list[tuple[str, str]], list[float]]:
    """Surnames with their Latin spelling, and the running sums of their weights."""
    rows = [row.split() for line in _data()["surnames"] for row in line.split(", ")]
    return [(sign, spelling) for sign, spelling, _weight in rows], list(accumulate(float(row[2]) for row in rows))


@cache
def _avoided() -> frozenset[str]:
    return frozenset(_data()["avoided"].split())


def surname(chance: Chance) -> tuple[str, str]:
    names, sums = _surnames()
    return names[chance.place_in(sums)]


def generation(birth_year: int) -> str:
    return "elder" if birth_year < 1975 else "middle" if birth_year < 1992 else "young"


def chinese_name(chance: Chance, *, sex: str, birth_year: int) -> tuple[str, str]:
    """A name and its surname in Latin letters. About one name in 400 has a rare sign."""
    family, spelling = surname(chance)
    given = _data()["given"][sex][generation(birth_year)]
    kind = chance.part()
    if kind < 0.0025:
        return family + chance.pick(_data()["rare"][sex]), spelling
    if kind < 0.13 and (name := family + chance.pick(given["single"])) not in _avoided():
        return name, spelling
    head, tail = chance.pick(given["first"]), chance.pick(given["second"])
    return f"{family}{head}{tail if tail != head else given['second'][0]}", spelling


def foreign_name(chance: Chance) -> dict[str, str]:
    """`name` in Latin letters, `sex` and `nationality`."""
    return chance.pick(_data()["abroad"])
