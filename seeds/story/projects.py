"""Projects of the demo: any number of them, each made from the seed and its index alone."""

from seeds.story import mentors, units
from seeds.story.chance import Chance
from seeds.story.companies import Company, company, trade_name
from seeds.story.money import figures
from seeds.story.people import Member, Role, person, shares
from seeds.story.places import Place, children, regions, story_places
from seeds.story.project import Project
from seeds.story.texts import Setting, texts
from seeds.story.titles import Offer, industry_for, offer, title
from seeds.story.units import Cohort
from seeds.story.vocabulary import phrases, universities

SEED = "luyan"
LIMIT = 150_000
"""Projects that one seed can tell; numbers of people and companies above belong to judges and institutions."""


PLAIN_TITLES = 3_000
"""Projects from this one on bear their brand in the title."""


def project(index: int, *, season: str | None = None, seed: str = SEED) -> Project:
    """The `index`-th project. Without a season, editions come as often as their shares say."""
    if not 0 <= index < LIMIT:
        raise ValueError(f"a seed tells {LIMIT} projects, not number {index}")
    chance = Chance(seed, "project", index)
    season = season or units.season_of(chance)
    cohort = units.cohort_of(chance, season)
    city, place = _where(chance)
    if cohort.person:
        return mentors.mentor(index, chance, cohort, city, place)
    product = offer(chance, industry_for(chance, cohort.industries, city.code), city.code)
    firm = _company(Chance(seed, "company", index), index, cohort, city, place, product)
    unit = units.unit_of(chance, cohort, city, place)
    members, leader_share = _team(Chance(seed, "team", index), index, cohort, product, firm, unit)
    money = figures(
        Chance(seed, "money", index),
        registered_on=firm.registered_on if firm else None,
        kind=product.kind,
        team=sum(one.kind != "adviser" for one in members),
        service=product.service,
    )
    brand = trade_name(index)
    setting = Setting(place.name, city.name, firm.registered_on.year if firm else None)
    return Project(
        index=index,
        season=cohort.season,
        track=cohort.track,
        unit=unit,
        city=city.code,
        region=place.code,
        name=title(chance, product, brand=brand, idea=cohort.school and not firm, branded=index >= PLAIN_TITLES),
        industry=product.industry,
        brand=brand,
        texts=texts(Chance(seed, "text", index), product, money, setting),
        figures=money,
        company=firm,
        leader_share=leader_share,
        landing_region=city.code,
        members=members,
        offer=product,
    )


def _where(chance: Chance) -> tuple[Place, Place]:
    city = regions()[chance.weighted(story_places()["cities"])]
    return city, chance.pick(children(city.code))


def _company(chance, index: int, cohort: Cohort, city: Place, place: Place, product: Offer) -> Company | None:
    if not chance.happens(cohort.company):
        return None
    return company(chance, product, number=index, place=place, city=city, registered=cohort.registered)


def _team(chance, index: int, cohort: Cohort, product: Offer, firm: Company | None, unit: str):
    """Leader, members and advisers in printed order, and the leader's share."""
    size = chance.between(*cohort.team)
    school = units.school_name(unit) if cohort.school else ""
    share = chance.between(*cohort.share) if firm else None
    parts = shares(chance, share, size - 1) if firm else [None] * size
    leader = person(chance, cohort.leader(chance, school=school, firm=firm), holder=index, slot=0)
    found = [Member(leader, "leader", chance.pick(phrases()["work"]["leader"]), parts[0])]
    for slot, (work, post) in enumerate(_works(chance, product, size - 1), start=1):
        role = cohort.member(chance, leader, school=school, firm=firm, post=post)
        found.append(Member(person(chance, role, holder=index, slot=slot), "member", work, parts[slot]))
    for slot in range(size, size + chance.between(*cohort.advisers)):
        adviser = person(chance, _adviser(chance, school), holder=index, slot=slot)
        found.append(Member(adviser, "adviser", chance.pick(phrases()["work"]["adviser"]), None))
    return tuple(found), parts[0]


def _works(chance: Chance, product: Offer, count: int) -> list[tuple[str, str]]:
    """Task and post of each member, no task twice: the trade's own before the shared ones."""
    words, posts = phrases()["work"], phrases()["posts"]["own_service" if product.service else "own"]
    own = [(work, chance.pick(posts)) for work in chance.sample(words[product.kind], (count + 1) // 2)]
    return own + chance.sample(list(words["shared"].items()), count - len(own))


def _adviser(chance: Chance, school: str) -> Role:
    return Role(
        born=(1964, 1985),
        level="doctor",
        title=chance.pick(phrases()["posts"]["adviser"]),
        employer=school or chance.pick(universities("university")),
        male=0.6,
    )
