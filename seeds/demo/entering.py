"""Projects of the story enter a season, each step by the service that a contestant's page calls."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from io import BytesIO

from django.core.files import File

from accounts.models import User
from accounts.services import create_account
from contests.models import RecommendingUnit, Season
from core.models import Region
from projects import services
from projects.models import Entry, Project
from projects.sheet import PROJECT_FIELDS
from projects.states import Step
from seeds.demo.papers import paper
from seeds.story.chance import Chance
from seeds.story.decks import deck
from seeds.story.people import Member
from seeds.story.project import Project as Told

REGIONS = ("region", "company_region", "landing_region")


@dataclass
class Desk:
    """A season with what every entry looks up, read once."""

    season: Season
    units_by_key: dict[str, RecommendingUnit]
    deck: Callable[[Told], bytes] = deck

    @cached_property
    def regions(self):
        return Region.objects.in_bulk()

    @cached_property
    def tracks(self):
        return {track.code: track for track in self.season.tracks.all()}

    @cached_property
    def requirements(self):
        return list(self.season.documentrequirements.all())

    @cached_property
    def declarations(self):
        return list(self.season.declarations.all())

    def required(self, track) -> list:
        return [one for one in self.requirements if one.required and one.track_id in (None, track.pk)]

    def agreed(self, track) -> list:
        return [one for one in self.declarations if one.track_id in (None, track.pk)]


def account_of(told: Told, *, by) -> User:
    """The leader's login: nobody can sign in to it with a password."""
    person = told.leader.person
    return create_account(username=f"demo-{told.index:06d}", display_name=person.name, by=by)


def draft(
    desk: Desk, told: Told, *, owner: User, at: datetime, unit: str = "", project: Project | None = None
) -> Entry:
    """Everything filled in but not submitted."""
    desk.season.contest  # noqa: B018 - read once here, not once for each entry
    track = desk.tracks[told.track]
    entry = services.start_entry(
        desk.season,
        by=owner,
        at=at,
        project=project,
        name=told.name,
        track=track,
        unit=desk.units_by_key[unit or told.unit],
    )
    if project is None:
        _fill(desk, entry, told, owner=owner, at=at)
    _answer(desk, entry, told, owner=owner, at=at)
    _send_papers(desk, entry, told, owner=owner, at=at)
    services.agree_to(entry, declarations=desk.agreed(track), by=owner, at=at)
    return entry


def _fill(desk: Desk, entry: Entry, told: Told, *, owner: User, at: datetime) -> None:
    facts = told.columns()
    facts |= {name: desk.regions[facts[name]] for name in REGIONS if facts.get(name)}
    steps = {Step.LEADER: _person(desk, told.leader)}
    for step, names in PROJECT_FIELDS.items():
        data = {name: facts[name] for name in names if facts.get(name) not in (None, "")}
        if data:
            steps[step] = data
    services.save_steps(entry, steps, by=owner, at=at)
    newcomers = [services.Newcomer(one.kind, _identified(one), one.work, one.share) for one in told.members[1:]]
    if newcomers:
        services.add_members(entry, newcomers=newcomers, by=owner, at=at)


def _answer(desk: Desk, entry: Entry, told: Told, *, owner: User, at: datetime) -> None:
    """What the story knows of the season's questions; others stay open."""
    asked = {one.code for one in desk.season.questions.all() if one.track_id in (None, entry.track_id)}
    hired = told.columns().get("key_group_employees") or 0
    shares = [told.leader_share, *(one.share for one in told.members[1:])]
    holders = [
        {"name": one.person.name, "share": f"{share:f}"}
        for one, share in zip(told.members, shares, strict=True)
        if share
    ]
    known = {"hires": "yes" if hired else "no", "hired": str(hired) if hired else None, "holders": holders or None}
    answers = {code: value for code, value in known.items() if code in asked and value is not None}
    if answers:
        services.save_step(entry, Step.QUESTIONS, answers, by=owner, at=at)


def _person(desk: Desk, member: Member) -> dict:
    """The leader's step of the form."""
    one = member.person
    return {
        "name": one.name,
        "id_kind": one.id_kind,
        "id_number": one.id_number,
        "birth_date": one.birth_date,
        "sex": one.sex,
        "nationality": one.nationality,
        "phone": one.phone,
        "email": one.email,
        "school": one.school,
        "degree": one.degree,
        "graduated_on": one.graduated_on,
        "employer": one.employer,
        "employer_region": desk.regions.get(one.employer_region),
        "title": one.title,
        "statuses": list(one.statuses),
    }


def _identified(member: Member) -> dict:
    """What a team row asks of somebody."""
    one = member.person
    return {
        "name": one.name,
        "id_kind": one.id_kind,
        "id_number": one.id_number,
        "phone": one.phone,
        "school": one.school,
        "degree": one.degree,
    }


def _send_papers(desk: Desk, entry: Entry, told: Told, *, owner: User, at: datetime) -> None:
    sent = []
    for requirement in desk.required(entry.track):
        made = desk.deck(told) if requirement.kind == "deck" else paper(requirement.kind)
        sent.append(services.Sent(requirement, File(BytesIO(made)), f"{requirement.label}.pdf"))
    services.upload_documents(entry, sent=sent, by=owner, at=at)


def enter(desk: Desk, told: Told, *, by, at: datetime, owner: User | None = None, unit: str = "") -> Entry:
    """From an empty form to a number, at one instant of the season's window."""
    owner = owner or account_of(told, by=by)
    entry = draft(desk, told, owner=owner, at=at - timedelta(hours=30), unit=unit)
    return services.submit(entry, by=owner, at=at)


def instant(season: Season, index: int, until: datetime | None = None) -> datetime:
    """When the `index`-th entry is submitted: few early, most in the last days, as everywhere (domain §3.2)."""
    chance = Chance("instant", season.pk, index)
    start, end = season.entry_opens + timedelta(hours=40), min(season.entry_closes, until or season.entry_closes)
    return start + (end - start) * (chance.part() ** 0.4)


def screened(
    entry: Entry, officer_of: Callable[[RecommendingUnit], User], *, levels: int = 9, last: datetime | None = None
) -> Entry:
    """Accepted by each unit of its chain, or by the first `levels` of them, within a working day or two each."""
    chance, at = Chance("screening", entry.number), entry.submitted_at
    while entry.holder is not None and levels:
        at = min(at + timedelta(hours=chance.between(3, 40)), last or at + timedelta(days=9))
        services.accept(entry, by=officer_of(entry.holder), at=at)
        levels -= 1
    return entry
