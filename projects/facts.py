"""What eligibility rules look at, taken from a project and its people. `None` always means: not known yet."""

import hashlib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q

from contests.models import NoticeLine
from contests.states import NoticeKind, RuleKind
from core.models import Region
from projects.models import Entry, Participation, PastEntry, Project, TeamMember
from projects.states import LIVE, EntryState, MemberKind, Outcome, PastMatch

LOOKS_AT_OTHERS = frozenset({RuleKind.ONE_TRACK, RuleKind.NO_EARLIER_AWARD})
CORE = (MemberKind.LEADER, MemberKind.MEMBER)


@dataclass(frozen=True)
class Other:
    """Another entry of the same season with the same leader or company, or with a member of this team in its team.

    `same` is `leader`, `company` or `member`; `who` names the member.
    """

    number: str
    title: str
    track: str
    same: str
    who: str = ""


@dataclass(frozen=True)
class EarlierAward:
    """An award of any contest and year, found by credit code, leader or project. `level` may be unknown; `company` is
    the name under which it was won, `on` the latest day on which that can have been."""

    season: str
    title: str
    level: str
    on: date | None
    same: str
    company: str = ""


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
    graduated_on: date | None = None
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
    others, awards = _elsewhere(entry, person, kinds) if kinds & LOOKS_AT_OTHERS else ((), ())
    if RuleKind.ONE_TRACK in kinds:
        others += _of_members(entry, team)
    employer = person.employer if person else None
    return Facts(
        leader_name=person.name if person else "",
        born=person.birth_date if person else None,
        statuses=frozenset(person.statuses) if person else None,
        graduated_on=person.graduated_on if person else None,
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


def _elsewhere(entry: Entry, person, kinds: set[str]) -> tuple[tuple[Other, ...], tuple[EarlierAward, ...]]:
    """Other live entries of this season, and awarded ones of any contest and year, of the same company, leader or
    project.

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
    awards = _before_this_system(entry.project, person) if RuleKind.NO_EARLIER_AWARD in kinds else ()
    if not keys:
        return (), awards
    awarded = Participation.objects.filter(entry=OuterRef("pk"), outcome=Outcome.AWARDED)
    rows = Entry.objects.filter(pk__in=keys).annotate(awarded=Exists(awarded)).select_related("season", "track")
    others = tuple(
        Other(row.number, row.title, str(row.track or ""), _likeness(row, key))
        for row in rows
        if row.season_id == entry.season_id and row.state in LIVE and row.state != EntryState.DRAFT
    )
    won = [row for row in rows if row.awarded and row.state == EntryState.QUALIFIED]
    return others, (*(_awards(won, key) if won else ()), *awards)


def _of_members(entry: Entry, team: list[TeamMember]) -> tuple[Other, ...]:
    """Submitted entries of this season in whose team a member of this one stands as well."""
    names = {one.person_id: one.person.name for one in team if one.kind == MemberKind.MEMBER}
    if not names:
        return ()
    elsewhere = TeamMember.objects.filter(
        person__in=names, kind__in=CORE, project__entries__season=entry.season_id,
        project__entries__submitted_at__isnull=False, project__entries__state__in=LIVE - {EntryState.DRAFT},
    ).exclude(project=entry.project_id)  # fmt: skip
    rows = elsewhere.values_list(
        "person", "project__entries__number", "project__entries__title", "project__entries__track__name"
    )
    return tuple(
        Other(number, title, track or "", "member", names[person])
        for person, number, title, track in rows.order_by("order", "pk").distinct()
    )


def _before_this_system(project: Project, person) -> tuple[EarlierAward, ...]:
    """Awards of the years before this system, as their lists say: by credit code, and by the company or person a row
    was matched to. A match that somebody has still to look at bars nobody."""
    same, sure = Q(pk__in=()), Q(match__in=(PastMatch.SURE, PastMatch.DECIDED))
    if project.has_company and project.credit_code:
        same |= Q(credit_code=project.credit_code)
    if project.company_id:
        same |= sure & Q(company=project.company_id)
    if person:
        same |= sure & Q(leader=person.pk)
    found = PastEntry.objects.filter(same).exclude(level="").select_related("contest").order_by("-year", "pk")
    return tuple(
        EarlierAward(
            f"{one.year} {one.contest.short_name}", one.title, one.level, date(one.year, 12, 31),
            "leader" if person and one.leader_id == person.pk else "company", one.company_name,
        )
        for one in found
    )  # fmt: skip


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
        EarlierAward(
            str(row.season), row.title, *levels.get(row.number, ("", None)), _likeness(row, key), row.company_name
        )
        for row in won
    ]


PROVINCE = "37"


def is_outside(region: str) -> bool:
    """Whether a GB/T 2260 code lies outside Shandong."""
    return bool(region) and not region.startswith(PROVINCE)


def outside_regions():
    """Provinces that an employer outside Shandong may lie in."""
    return Region.objects.filter(level=Region.Level.PROVINCE).exclude(code__startswith=PROVINCE)
