"""Earlier years: who the people and companies of an imported list are, and what an office reads of them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Organisation, Person
from accounts.states import IdKind, OrganisationKind
from contests.models import Contest
from contests.queries import grants_of, runs_season, seasons_visible_to, watches_season
from core.crypto import blind_index
from core.models import Region
from core.tasks import Task
from projects.imports.past import PastRow, core_company
from projects.imports.values import folded
from projects.models import PastEntry, Project, TeamMember
from projects.names import plain_company
from projects.states import PastMatch

STRETCH = 400
MOST_CANDIDATES = 6
BODIES = (OrganisationKind.COMPANY, OrganisationKind.OTHER, OrganisationKind.INSTITUTE, OrganisationKind.ASSOCIATION)


@dataclass(frozen=True)
class Candidate:
    """Somebody it may be, and why."""

    kind: str  # `company` or `leader`
    pk: int
    why: str

    def kept(self) -> dict:
        return {"kind": self.kind, "id": self.pk, "why": self.why}


@dataclass
class Match:
    """What a row was matched to. A credit code or document that nobody has yet makes a new row when it is written."""

    row: PastRow
    company: Organisation | None = None
    leader: Person | None = None
    candidates: list[Candidate] = field(default_factory=list)

    @property
    def state(self) -> PastMatch:
        if self.candidates:
            return PastMatch.DOUBTFUL
        known = self.company or self.leader or self.row.credit_code or self.row.id_number
        return PastMatch.SURE if known else PastMatch.NONE


def stretches(items: Sequence, size: int = STRETCH) -> Iterable[Sequence]:
    return (items[start : start + size] for start in range(0, len(items), size))


class Library:
    """The people and companies that the rows of one list may mean, read in a few queries for all of them.

    1. A credit code or an identity number decides by itself.
    2. A company without a code is sure when exactly one body has its name (spaces, brackets and legal form aside),
       or exactly one of them a credit code; several, or one with the same core elsewhere, are candidates.
    3. A leader without a number is sure when exactly one person of that name leads or works for the sure company;
       people of that name elsewhere in the library are candidates. A name alone is never enough.
    """

    def __init__(self, rows: Sequence[PastRow]):
        self.rows = rows

    @cached_property
    def by_code(self) -> dict[str, Organisation]:
        codes = sorted({row.credit_code for row in self.rows if row.credit_code})
        found = [one for part in stretches(codes) for one in Organisation.objects.filter(credit_code__in=part)]
        return {one.credit_code: one for one in found}

    @cached_property
    def companies(self) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
        """Bodies by plain name and by the core of their name, as far as the rows mention them."""
        plain = {plain_company(row.company_name) for row in self.rows if row.company_name}
        cores = {core_company(row.company_name) for row in self.rows if row.company_name}
        by_name, by_core = defaultdict(list), defaultdict(list)
        coded = defaultdict(list)
        rows = Organisation.objects.filter(kind__in=BODIES).order_by("pk").values_list("pk", "name", "credit_code")
        for pk, name, code in rows.iterator(2000):
            if plain_company(name) in plain:
                by_name[plain_company(name)].append(pk)
                coded[plain_company(name)] += [pk] if code else []
            if core_company(name) in cores:
                by_core[core_company(name)].append(pk)
        # Beside the one with a credit code stand mentions of it, such as the employer that somebody typed.
        by_name |= {name: found for name, found in coded.items() if len(found) == 1}
        return by_name, by_core

    @cached_property
    def by_document(self) -> dict[str, Person]:
        indexes = {blind_index(f"id:{IdKind.RESIDENT}", row.id_number) for row in self.rows if row.id_number}
        wanted = sorted(indexes)
        people = [
            one
            for part in stretches(wanted)
            for one in Person.objects.filter(id_kind=IdKind.RESIDENT, id_index__in=part).select_related("user")
        ]
        return {one.id_index: one for one in people}

    @cached_property
    def people(self) -> dict[str, dict[int, set[int]]]:
        """People by name, each with the companies that they lead, advise or work for."""
        names = sorted({row.leader_name for row in self.rows if row.leader_name and not row.id_number})
        found: dict[str, dict[int, set[int]]] = defaultdict(dict)
        for part in stretches(names):
            taking_part = Q(memberships__isnull=False) | Q(past_entries__isnull=False)
            rows = Person.objects.filter(taking_part, name__in=part).values_list("pk", "name", "employer_id").distinct()
            for pk, name, employer in rows:
                found[folded(name)][pk] = {employer} - {None}
            members = TeamMember.objects.filter(person__name__in=part, project__company__isnull=False)
            for pk, name, company in members.values_list("person_id", "person__name", "project__company_id"):
                found[folded(name)].setdefault(pk, set()).add(company)
        return found

    def match(self, row: PastRow) -> Match:
        match = Match(row)
        self._company(match)
        self._leader(match)
        return match

    def _company(self, match: Match) -> None:
        row = match.row
        if row.credit_code:
            match.company = self.by_code.get(row.credit_code)
            return
        if not row.company_name:
            return
        by_name, by_core = self.companies
        same = by_name.get(plain_company(row.company_name), [])
        if len(same) == 1:
            match.company = self.organisations[same[0]]
            return
        why = _("The same name") if same else _("A similar name")
        found = same or by_core.get(core_company(row.company_name), [])
        match.candidates += [Candidate("company", pk, why) for pk in found[:MOST_CANDIDATES]]

    @cached_property
    def organisations(self) -> dict[int, Organisation]:
        keys = [pks[0] for pks in self.companies[0].values() if len(pks) == 1]
        return {one.pk: one for part in stretches(keys) for one in Organisation.objects.filter(pk__in=part)}

    def _leader(self, match: Match) -> None:
        row = match.row
        if row.id_number:
            match.leader = self.by_document.get(blind_index(f"id:{IdKind.RESIDENT}", row.id_number))
            return
        known = self.people.get(folded(row.leader_name), {}) if row.leader_name else {}
        company = match.company.pk if match.company else None
        of_the_company = [pk for pk, bodies in known.items() if company in bodies]
        if len(of_the_company) == 1:
            match.leader = self.persons[of_the_company[0]]
            return
        why = _("The same name and company") if of_the_company else _("The same name, another or no company")
        found = of_the_company or list(known)
        match.candidates += [Candidate("leader", pk, why) for pk in found[:MOST_CANDIDATES]]

    @cached_property
    def persons(self) -> dict[int, Person]:
        keys = [pk for people in self.people.values() for pk in people]
        return {one.pk: one for part in stretches(keys) for one in Person.objects.filter(pk__in=part)}


def place_names() -> dict[str, str]:
    """Names of provinces, cities and districts with their codes: long, short, and a district with its city."""
    names: dict[str, str] = {}
    regions = list(Region.objects.select_related("parent"))
    for one in sorted(regions, key=lambda region: region.level == Region.Level.COUNTY):
        full = f"{one.parent.name}{one.name}" if one.level == Region.Level.COUNTY and one.parent else one.name
        for name in (full, one.name, one.short_name, one.code):
            names.setdefault(name, one.code)
    return names


def contests_run_by(user) -> list[Contest]:
    """Contests whose earlier years this user may bring in: those of which they run a season."""
    seasons = seasons_visible_to(user).select_related("contest").order_by("contest__order", "-year")
    mine = {season.contest_id: season.contest for season in seasons if runs_season(user, season)}
    return list(mine.values())


def brings_past(user, contest: Contest) -> bool:
    return any(runs_season(user, season) for season in contest.seasons.select_related("contest"))


def reads_past(user, contest: Contest) -> bool:
    return any(watches_season(user, season) for season in contest.seasons.select_related("contest"))


def past_for_list(user):
    """The list of earlier years, newest first, with what a row shows."""
    shown = PastEntry.objects.visible_to(user).select_related("contest", "region", "company", "leader")
    return shown.order_by("-year", "pk")


@dataclass(frozen=True)
class Choice:
    """One answer that a doubtful match may get: who it may be, in facts that tell people of one name apart."""

    pk: int
    name: str
    facts: str
    why: str


@dataclass
class Doubt:
    past: PastEntry
    companies: list[Choice]
    leaders: list[Choice]


def doubts(rows: Iterable[PastEntry]) -> list[Doubt]:
    """Doubtful rows of a page with their candidates, read together."""
    rows = list(rows)
    wanted = defaultdict(set)
    for row in rows:
        for one in row.candidates:
            wanted[one["kind"]].add(one["id"])
    companies = Organisation.objects.select_related("region").in_bulk(wanted["company"])
    leaders = Person.objects.select_related("employer").in_bulk(wanted["leader"])
    led = defaultdict(list)
    projects = Project.objects.filter(members__person__in=wanted["leader"]).order_by("-pk")
    for person, name in projects.values_list("members__person_id", "name"):
        led[person].append(name)
    return [
        Doubt(
            row,
            [_company_choice(companies[one["id"]], one) for one in _of(row, "company", companies)],
            [_leader_choice(leaders[one["id"]], one, led) for one in _of(row, "leader", leaders)],
        )
        for row in rows
    ]


def _of(row: PastEntry, kind: str, known: dict) -> list[dict]:
    return [one for one in row.candidates if one["kind"] == kind and one["id"] in known]


def _company_choice(company: Organisation, candidate: dict) -> Choice:
    facts = [company.credit_code or _("no credit code"), str(company.region or "")]
    return Choice(company.pk, company.name, "·".join(part for part in facts if part), candidate["why"])


def _leader_choice(person: Person, candidate: dict, led: dict[int, list[str]]) -> Choice:
    facts = [person.masked_id_number, str(person.employer or ""), *led[person.pk][:2]]
    return Choice(person.pk, person.name, "·".join(part for part in facts if part), candidate["why"])


def past_tasks(user, at: datetime) -> list[Task]:
    """Doubtful matches wait for the organiser who brought the list in."""
    if not grants_of(user):
        return []
    count = doubtful_count(user)
    if not count:
        return []
    return [
        Task(
            title=_("Decide %(count)s doubtful matches of earlier years") % {"count": count},
            why=_("Until then an earlier award of these people or companies may not be found."),
            url=reverse("projects:past_doubtful"),
            action=_("Look at them"),
            weight=5,
            tone="due",
        )
    ]


def contests_read_by(user) -> list[Contest]:
    """Contests whose earlier years this user may read, for the filter."""
    seen = seasons_visible_to(user).order_by().values("contest")
    return list(Contest.objects.held().filter(pk__in=seen))


def doubtful_count(user) -> int:
    return PastEntry.objects.doubtful().filter(contest__in=contests_run_by(user)).count()
