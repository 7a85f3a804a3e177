"""What eligibility rules look at, taken from a project and its people. `None` always means: not known yet."""

import hashlib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q

from contests.models import NoticeLine
from contests.states import NoticeKind, RuleKind
from core.models import Region
from projects.models import Entry, Participation, Project, TeamMember
from projects.states import LIVE, EntryState, MemberKind, Outcome

LOOKS_AT_OTHERS = frozenset({RuleKind.ONE_TRACK, RuleKind.NO_EARLIER_AWARD})


@dataclass(frozen=True)
class Other:
    """Another entry of the same leader or company in the same season."""

    number: str
    title: str
    track: str
    same: str  # `leader` or `company`


@dataclass(frozen=True)
class EarlierAward:
    """An award of an earlier or parallel season, found by company, leader or project. `level` may be unknown."""

    season: str
    title: str
    level: str
    on: date | None
    same: str


@dataclass(frozen=True)
class Teammate:
    name: str
    born: date | None
    share: Decimal | None


@dataclass(frozen=True)
class Facts:
    leader_name: str = ""
    born: date | None = None
    statuses: frozenset[str] | None = None
    employer: str = ""
    employer_region: str = ""
    has_company: bool | None = None
    registered_on: date | None = None
    legal_representative: str = ""
    representative_since: date | None = None
    leader_share: Decimal | None = None
    revenue_wan: Decimal | None = None
    team: tuple[Teammate, ...] | None = None
    advisers: int | None = None
    others: tuple[Other, ...] = ()
    awards: tuple[EarlierAward, ...] = ()


def identity_key(project: Project, leader) -> str:
    """By what an entry is recognised over years and contests: the company's credit code, else its leader's document.

    A digest, so that lists and indexes hold no number of a person.
    """
    if project.has_company and project.credit_code:
        return hashlib.sha256(f"company:{project.credit_code}".encode()).hexdigest()
    if leader and leader.id_index:
        return hashlib.sha256(f"leader:{leader.id_kind}:{leader.id_index}".encode()).hexdigest()
    return ""


def team_of(project: Project) -> list[TeamMember]:
    """Leader, members in order and advisers with their people; read once for each project object."""
    return list(project.members.select_related("person__employer"))


def facts_of(entry: Entry, *, team: list[TeamMember], kinds: set[str]) -> Facts:
    """`kinds` are the rules that will be asked; other entries and awards are looked up only where one needs them."""
    project = entry.project
    leader = next((one for one in team if one.kind == MemberKind.LEADER), None)
    person = leader.person if leader else None
    others, awards = _elsewhere(entry, person) if kinds & LOOKS_AT_OTHERS else ((), ())
    employer = person.employer if person else None
    return Facts(
        leader_name=person.name if person else "",
        born=person.birth_date if person else None,
        statuses=frozenset(person.statuses) if person else None,
        employer=employer.name if employer else "",
        employer_region=(employer.region_id or "") if employer else "",
        has_company=project.has_company,
        registered_on=project.registered_on,
        legal_representative=project.legal_representative,
        representative_since=project.representative_since,
        leader_share=project.leader_share,
        revenue_wan=project.revenue_wan,
        team=_core_team(project, team),
        advisers=sum(one.kind == MemberKind.ADVISER for one in team),
        others=others,
        awards=awards,
    )


def _core_team(project: Project, team: list[TeamMember]) -> tuple[Teammate, ...]:
    core = [one for one in team if one.kind != MemberKind.ADVISER]
    core.sort(key=lambda one: one.kind != MemberKind.LEADER)
    return tuple(
        Teammate(
            one.person.name,
            one.person.birth_date,
            project.leader_share if one.kind == MemberKind.LEADER else one.share,
        )
        for one in core
    )


def _elsewhere(entry: Entry, person) -> tuple[tuple[Other, ...], tuple[EarlierAward, ...]]:
    """Other live entries of this season, and awarded ones of any season, of the same company, leader or project.

    A firm that changed its name is still found by its credit code, a founder by the identity document (domain §8.7).
    """
    key = identity_key(entry.project, person)
    same = Q(project_id=entry.project_id)
    if key:
        same |= Q(identity_key=key)
    if person:
        same |= Q(leader=person)
    found = Entry.objects.filter(same, submitted_at__isnull=False).exclude(pk=entry.pk).order_by()
    keys = list(found.values_list("pk", flat=True))
    if not keys:
        return (), ()
    awarded = Participation.objects.filter(entry=OuterRef("pk"), outcome=Outcome.AWARDED)
    rows = Entry.objects.filter(pk__in=keys).annotate(awarded=Exists(awarded)).select_related("season", "track")
    others = tuple(
        Other(row.number, row.title, str(row.track or ""), _likeness(row, key))
        for row in rows
        if row.season_id == entry.season_id and row.state in LIVE and row.state != EntryState.DRAFT
    )
    won = [row for row in rows if row.awarded and row.state == EntryState.QUALIFIED]
    return others, tuple(_awards(won, key)) if won else ()


def _likeness(row: Entry, key: str) -> str:
    return "company" if key and row.identity_key == key and row.company_name else "leader"


def _awards(won: list[Entry], key: str) -> list[EarlierAward]:
    """The level and day of an award stand in the season's published list."""
    lines = NoticeLine.objects.filter(
        number__in=[row.number for row in won], notice__kind__in=[NoticeKind.RESULTS, NoticeKind.FINAL]
    ).exclude(notice__withdrawn_at__isnull=False)
    levels = {}
    for number, level, on in lines.order_by("notice__published_at").values_list(
        "number", "level", "notice__published_at"
    ):
        levels[number] = (level, on.date())
    return [
        EarlierAward(str(row.season), row.title, *levels.get(row.number, ("", None)), _likeness(row, key))
        for row in won
    ]


PROVINCE = "37"


def is_outside(region: str) -> bool:
    """Whether a GB/T 2260 code lies outside Shandong."""
    return bool(region) and not region.startswith(PROVINCE)


def outside_regions():
    """Provinces that an employer outside Shandong may lie in."""
    return Region.objects.filter(level=Region.Level.PROVINCE).exclude(code__startswith=PROVINCE)
