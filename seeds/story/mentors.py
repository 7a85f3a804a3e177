"""Startup mentors, who enter themselves and not a project."""

from seeds.story import units
from seeds.story.chance import Chance
from seeds.story.people import Member, Role, person
from seeds.story.places import Place
from seeds.story.project import Project
from seeds.story.texts import Texts
from seeds.story.vocabulary import phrases


def mentor(index: int, chance: Chance, cohort: units.Cohort, city: Place, place: Place) -> Project:
    """A person's entry: the texts tell of years of counselling; there is no team, company or money."""
    said = phrases()["mentor"]
    role = Role(born=cohort.born, level="master", title=chance.pick(("创业导师", "高级创业指导师")))
    someone = person(chance, role, holder=index, slot=0)
    words = {
        "name": someone.name,
        "field": chance.pick(said["fields"]),
        "place": place.name,
        "years": chance.between(6, 24),
        "n": chance.between(25, 220),
        "m": chance.between(10, 24),
        "k": chance.between(60, 400),
        "p": chance.between(800, 9000),
        "jobs": chance.between(120, 2600),
        "c": chance.between(5, 60),
        "d": chance.between(2, 9),
        "alive": chance.between(68, 92),
    }
    return Project(
        index=index,
        season=cohort.season,
        track=cohort.track,
        unit=units.unit_of(chance, cohort, city, place),
        city=city.code,
        region=place.code,
        name=said["title"].format(**words),
        industry="service",
        brand=someone.name,
        texts=Texts(
            one_line=said["one_line"].format(**words),
            summary=said["summary"].replace(" ", "").format(**words),
            innovation=said["innovation"],
            business_model=said["business_model"].format(**words),
            market=said["market"],
            rights="",
            honours="",
        ),
        figures=None,
        company=None,
        leader_share=None,
        landing_region=city.code,
        members=(Member(someone, "leader", "创业导师", None),),
        offer=None,
    )
