"""People of the stories: leaders, members, advisers, each with a number that passes every check."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from seeds.story import identity
from seeds.story.chance import Chance
from seeds.story.names import chinese_name, foreign_name
from seeds.story.vocabulary import phrases, universities

TODAY = date(2026, 9, 20)
"""The day on which the stories are told; ages and years of study follow from it."""

_DEGREES = {
    "college": ("专科", 21), "bachelor": ("本科", 22), "master": ("硕士研究生", 25), "doctor": ("博士研究生", 29),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """A person, in the words of `accounts.Person`; employer and its place are still a name and a code."""

    number: int
    name: str
    name_en: str
    sex: str
    birth_date: date
    id_kind: str
    id_number: str
    nationality: str
    phone: str
    email: str
    school: str
    degree: str
    graduated_on: date | None
    title: str
    employer: str
    employer_region: str
    statuses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Member:
    person: Person
    kind: str
    work: str
    share: Decimal | None


@dataclass(frozen=True, slots=True)
class Role:
    """What is asked of a person before the dice fall."""

    born: tuple[int, int]
    level: str = "bachelor"
    school: str = ""
    status: str = ""
    title: str = ""
    employer: str = ""
    employer_region: str = ""
    male: float = 0.62


def person(chance: Chance, role: Role, *, holder: int, slot: int) -> Person:
    """Somebody who fits the role; `holder` and `slot` make the numbers theirs alone."""
    number = identity.person_number(holder, slot)
    if role.status == "overseas":
        return _from_abroad(chance, role, number)
    male = chance.happens(role.male)
    year = chance.between(*role.born)
    id_number, born = identity.resident_id(number, year=year, male=male, luck=chance.below(1 << 16))
    name, spelling = chinese_name(chance, sex="m" if male else "f", birth_year=year)
    degree, age = _DEGREES[role.level]
    studying = role.status == "student"
    return Person(
        number=number,
        name=name,
        name_en="",
        sex="m" if male else "f",
        birth_date=born,
        id_kind="resident",
        id_number=id_number,
        nationality="",
        phone=identity.mobile(number),
        email=f"{spelling.lower().replace('ü', 'v')}{number}@example.com",
        school=role.school or _school(chance, role.level),
        degree=degree,
        graduated_on=None if studying else _graduation(chance, year + age, role.status),
        title=role.title or (phrases()["posts"]["studying"][role.level] if studying else ""),
        employer=role.employer,
        employer_region=role.employer_region,
        statuses=(role.status,) if role.status else (),
    )


def _from_abroad(chance: Chance, role: Role, number: int) -> Person:
    known = foreign_name(chance)
    year = chance.between(*role.born)
    return Person(
        number=number,
        name=known["name"],
        name_en=known["name"],
        sex=known["sex"],
        birth_date=date(year, chance.between(1, 12), chance.between(1, 28)),
        id_kind="passport",
        id_number=identity.passport(number),
        nationality=known["nationality"],
        phone=identity.mobile(number),
        email=f"{known['name'].split()[-1].lower()}{number}@example.com",
        school=chance.pick(phrases()["schools_abroad"]),
        degree=_DEGREES["doctor"][0],
        graduated_on=date(min(year + 29, 2024), 6, 30),
        title=role.title or chance.pick(phrases()["posts"]["senior"]),
        employer=role.employer,
        employer_region=role.employer_region,
        statuses=("doctorate", "overseas"),
    )


def _school(chance: Chance, level: str) -> str:
    near = 0.45 if level == "doctor" else 0.8
    if chance.happens(near):
        return chance.pick(universities("college" if level == "college" else "university"))
    return chance.pick(
        phrases()["schools_abroad" if level == "doctor" and chance.happens(0.35) else "schools_elsewhere"]
    )


def _graduation(chance: Chance, year: int, status: str) -> date:
    """The end of June; who counts as a graduate of the last five years finished within them."""
    if status == "graduate":
        year = max(year, chance.between(TODAY.year - 4, TODAY.year - 1))
    return date(min(year, TODAY.year - 1), 6, 30)


def shares(chance: Chance, leader: int, members: int) -> list[Decimal | None]:
    """Shares in per cent, the leader's first. Some members hold none; outsiders may hold the rest."""
    rest, found = 100 - leader, [Decimal(leader)]
    for _place in range(members):
        part = chance.between(0, max(rest // 2, 0)) if chance.happens(0.7) else 0
        rest -= part
        found.append(Decimal(part) if part else None)
    return found
