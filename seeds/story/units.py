"""Which edition and track a project enters, through whom, and what is asked of its people."""

from dataclasses import dataclass
from datetime import date
from functools import cache

from seeds.story.bodies import organisation, organisations
from seeds.story.chance import Chance
from seeds.story.people import Person, Role
from seeds.story.places import DATA, Place, read_data
from seeds.story.vocabulary import cohorts, phrases

_OUTSIDE_PROVINCES = ("110000", "310000", "440000", "320000", "330000", "610000", "420000", "810000")


@cache
def _shares() -> dict[str, float]:
    """How many of 1,570 entries each edition takes, from the season files."""
    files = (read_data(f"contests/{path.name}") for path in sorted((DATA / "contests").glob("*.yaml")))
    return {
        season["key"]: season["story"]["share"]
        for data in files
        for season in data.get("seasons", ())
        if season["key"] in cohorts()
    }


@cache
def _branch(season: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """The branch whose bureaus receive entries, and the departments and zones beside them."""
    for path in sorted((DATA / "contests").glob("*.yaml")):
        for data in read_data(f"contests/{path.name}").get("seasons", ()):
            if data["key"] == season:
                rows = data["units"]
                branch = next((row["branch"] for row in rows if row.get("expand") == "bureaus"), "")
                named = {kind: tuple(row["organisation"] for row in rows if row.get("kind") == kind)
                         for kind in ("department", "outside")}  # fmt: skip
                return branch, named["department"], named["outside"]
    raise KeyError(season)


def season_of(chance: Chance) -> str:
    return chance.weighted(_shares())


@dataclass(frozen=True, slots=True)
class Cohort:
    """Those who enter one track of one edition (`cohorts.yaml`)."""

    season: str
    track: str
    person: bool
    industries: dict[str, float]
    born: tuple[int, int]
    registered: tuple[date, date]
    company: float
    team: tuple[int, int]
    advisers: tuple[int, int]
    statuses: dict[str, float]
    units: dict[str, float]
    level: str
    school: bool
    outside: bool
    share: tuple[int, int]
    male: float
    young: int

    def leader(self, chance: Chance, *, school: str, firm) -> Role:
        status = chance.weighted(self.statuses)
        work, where = "", ""
        if self.outside:
            work, where = chance.pick(phrases()["employers_elsewhere"]), chance.pick(_OUTSIDE_PROVINCES)
        elif firm:
            work, where = firm.company_name, firm.company_region
        level = self.level or chance.weighted({"bachelor": 50, "college": 26, "master": 24})
        title = chance.pick(phrases()["posts"]["senior"]) if self.outside else "总经理" if firm else "项目负责人"
        return Role(
            born=self._born(status),
            level=level,
            school=school,
            status=status,
            title="" if status == "student" else title,
            employer=work,
            employer_region=where,
            male=self.male,
        )

    def _born(self, status: str) -> tuple[int, int]:
        """A graduate of the last five years is young; who studies is younger still."""
        low, high = self.born
        return (max(low, min(1995, high)), high) if status == "graduate" else (low, high)

    def member(self, chance: Chance, leader: Person, *, school: str, firm, post: str) -> Role:
        """Near the leader in age, within what the edition allows."""
        year = leader.birth_date.year
        low = max(year - 8, 1962, self.young if self.young else 0)
        high = max(min(year + 9, 2004), low)
        if self.school:
            low, high = max(year - 2, 1992), min(year + 2, 2007)
        status = "student" if self.school and chance.happens(0.85) else ""
        level = self.level or chance.weighted({"bachelor": 54, "college": 26, "master": 20})
        if self.level == "doctor":
            level = chance.weighted({"doctor": 35, "master": 40, "bachelor": 25})
        return Role(
            born=(low, high),
            level=level,
            school=school if chance.happens(0.8) else "",
            status=status,
            title="" if status else post,
            employer=firm.company_name if firm and not self.school else "",
            employer_region=firm.company_region if firm and not self.school else "",
        )


@cache
def _cohort(season: str, track: str) -> Cohort:
    edition = cohorts()[season]
    found = {**edition, **edition["tracks"][track]}
    return Cohort(
        season=season,
        track=track,
        person=track == "mentor",
        industries=found["industries"],
        born=tuple(found["born"]),
        registered=tuple(found.get("registered", (date(2021, 4, 1), date(2025, 12, 20)))),
        company=found["company"],
        team=tuple(found["team"]),
        advisers=tuple(found["advisers"]),
        statuses=found["statuses"],
        units=found["units"],
        level=found.get("level", "doctor" if found.get("educated") else ""),
        school=bool(found.get("school")),
        outside=bool(found.get("outside")),
        share=tuple(found.get("share", (38, 90))),
        male=found.get("male", 0.66),
        young=found.get("young", 0),
    )


@cache
def _tracks(season: str) -> dict[str, float]:
    return {track: row["weight"] for track, row in cohorts()[season]["tracks"].items()}


def cohort_of(chance: Chance, season: str) -> Cohort:
    return _cohort(season, chance.weighted(_tracks(season)))


@cache
def _bodies(kind: str, city: str, college: bool | None = None) -> tuple[str, ...]:
    return tuple(
        body.key
        for body in organisations()
        if body.kind == kind
        and (not city or body.region[:4] == city[:4])
        and (college is None or ("职业" in body.name) == college)
    )


def unit_of(chance: Chance, cohort: Cohort, city: Place, place: Place) -> str:
    """The key of the body that receives the entry, near the project where there is one."""
    branch, departments, zones = _branch(cohort.season)
    kind = chance.weighted(cohort.units)
    if kind == "city":
        return f"{branch}-{city.code}"
    if kind == "outside":
        return chance.pick(zones)
    if kind == "department":
        return chance.pick(departments)
    if kind == "university":
        college = cohort.level == "college" if cohort.level else None
        near = _bodies("university", city.code, college) or _bodies("university", "", college)
        return chance.pick(near)
    if kind == "park":
        return chance.pick(_bodies("park", city.code))
    return f"{branch}-{place.code}"


def school_name(unit: str) -> str:
    return organisation(unit).name
