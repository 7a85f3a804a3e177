"""The judge library of the demo: experts with employers, fields and kinds."""

from dataclasses import dataclass

from seeds.story.bodies import bureau, organisations
from seeds.story.chance import Chance
from seeds.story.companies import trade_name
from seeds.story.institutions import institutions
from seeds.story.people import Person, Role, person
from seeds.story.places import regions, story_places
from seeds.story.projects import LIMIT
from seeds.story.vocabulary import industries, phrases

KINDS = {"technical": 36, "investor": 26, "entrepreneur": 18, "finance": 10, "government": 10}
_BRANCHES = ("hrss", "sci", "vet", "youth", "edu")


@dataclass(frozen=True, slots=True)
class Judge:
    """In the words of `judging.Judge`; the employer is a name with its kind and its place's code."""

    number: int
    person: Person
    kind: str
    fields: dict[str, int]
    title: str
    employer: str
    employer_kind: str
    employer_region: str
    languages: tuple[str, ...]
    profile: str


def judges(count: int = 300) -> list[Judge]:
    return [judge(number) for number in range(count)]


def judge(number: int) -> Judge:
    """The `number`-th judge; one in six comes from outside the province."""
    chance = Chance("judge", number)
    kind = chance.weighted(KINDS)
    employer, employer_kind, region = _EMPLOYERS[kind](chance, number)
    title = chance.pick(phrases()["judges"]["posts"][kind])
    own = Chance("judge profile", number)
    role = Role(
        born=(1963, 1988),
        level="doctor" if kind == "technical" else chance.weighted({"master": 6, "bachelor": 3, "doctor": 2}),
        status="doctorate" if kind == "technical" else "",
        title=title,
        employer=employer,
        employer_region=region,
        male=0.68,
    )
    who = person(chance, role, holder=LIMIT + number, slot=0)
    fields = _graded(own, chance.sample(list(industries()), chance.between(2, 4)))
    return Judge(
        number=number,
        person=who,
        kind=kind,
        fields=fields,
        title=title,
        employer=employer,
        employer_kind=employer_kind,
        employer_region=region,
        languages=("en",) if own.happens(0.3) else (),
        profile=_profile(own, kind, fields),
    )


def _graded(chance: Chance, fields: list[str]) -> dict[str, int]:
    """The first field is the judge's own; the others are known more or less."""
    return {field: 3 if place == 0 else chance.between(1, 2) for place, field in enumerate(fields)}


def _profile(chance: Chance, kind: str, fields: dict[str, int]) -> str:
    """What the judge has worked on, in the words in which projects of the own field speak of themselves."""
    best = next(iter(fields))
    products = chance.sample(industries()[best]["products"], 3)
    facts = {
        "field": industries()[best]["name"],
        "items": "、".join(one["item"] for one in products),
        "techs": "、".join(chance.pick(one["techs"]) for one in products),
        "n": chance.between(3, 24),
    }
    return phrases()["judges"]["profiles"][kind].format(**facts)


def _city(chance: Chance) -> str:
    return chance.weighted(story_places()["cities"])


def _school(chance: Chance, _number: int) -> tuple[str, str, str]:
    if chance.happens(0.22):
        name, region = chance.pick(list(phrases()["judges"]["elsewhere"].items()))
        return name, "university", region
    body = chance.pick([one for one in organisations() if one.kind in ("university", "institute")])
    return body.name, body.kind, body.region


def _fund(chance: Chance, _number: int) -> tuple[str, str, str]:
    body = chance.pick([one for one in institutions() if one.kind == "investor"])
    return body.name, "fund", body.region


def _firm(chance: Chance, number: int) -> tuple[str, str, str]:
    city = regions()[_city(chance)]
    word = chance.pick(chance.pick(list(industries().values()))["company_words"])
    return f"{city.short_name}{trade_name(LIMIT + number)}{word}股份有限公司", "company", city.code


def _bank(chance: Chance, _number: int) -> tuple[str, str, str]:
    if chance.happens(0.35):
        return chance.pick(phrases()["judges"]["accountants"]), "company", "370100"
    body = chance.pick([one for one in institutions() if one.kind == "bank"])
    return body.name, "bank", body.region


def _office(chance: Chance, _number: int) -> tuple[str, str, str]:
    if chance.happens(0.3):
        body = chance.pick(
            [one for one in organisations() if one.kind in ("department", "association") and not one.sample]
        )
        return body.name, body.kind, body.region
    body = bureau(chance.pick(_BRANCHES), regions()[_city(chance)])
    return body.name, body.kind, body.region


_EMPLOYERS = {
    "technical": _school,
    "investor": _fund,
    "entrepreneur": _firm,
    "finance": _bank,
    "government": _office,
}
