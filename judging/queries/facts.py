"""The facts that conflicts are found from, read in a fixed number of queries for a whole heat."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce
from operator import and_, or_

from django.db.models import Q

from contests.models import Heat
from judging import conflicts
from judging.models import Conflict, Holding, Judge
from projects.models import Entry, TeamMember
from projects.names import plain_company
from projects.queries.past import stretches
from projects.states import MemberKind

PART, NAMES, SIGNS = 5_000, 40, 4
COMMON = "山东省市县有限公司股份集团科技大学院"


def reasons(heat: Heat, judges: Iterable[int], *, entries: Iterable[int] | None = None) -> list[conflicts.Found]:
    """Every reason between these judges and the entries of a heat (or some of them): eight queries."""
    wanted = Entry.objects.filter(participations__heat=heat)
    if entries is not None:
        wanted = wanted.filter(pk__in=list(entries))
    return reasons_among(wanted, judges, avoid_city=heat.stage.avoid_same_city)


def reasons_among(entries, judges: Iterable[int], *, avoid_city: bool) -> list[conflicts.Found]:
    """The same between these judges and a queryset of entries, of whatever season."""
    judges = list(judges)
    return conflicts.found(
        judge_facts(judges),
        entry_facts(entries, coached(judges)),
        declared(judges),
        avoid_city=avoid_city,
        lifted=lifted(judges),
    )


def reasons_near(heat: Heat, judge: int) -> list[conflicts.Found]:
    """What `reasons` finds for one judge, at a cost that does not follow the size of the heat."""
    facts, advice, said = judge_facts([judge]), coached([judge]), declared([judge])
    if not facts:
        return []
    close = _near(heat, facts[0], advice, said)
    entries = entry_facts(Entry.objects.filter(pk__in=close), advice)
    if heat.stage.avoid_same_city and facts[0].city:
        here = Entry.objects.filter(participations__heat=heat, region__code__startswith=facts[0].city)
        only_city = set(here.values_list("pk", flat=True)) - close
        entries += [conflicts.EntryFacts(pk, facts[0].city) for pk in only_city]
    return conflicts.found(facts, entries, said, avoid_city=heat.stage.avoid_same_city, lifted=lifted([judge]))


def _near(heat: Heat, one: conflicts.JudgeFacts, advice: "Coached", said: list[conflicts.Declared]) -> set[int]:
    """The entries of a heat that may have anything but the city in common with one judge, rather too many than one too
    few.

    Bodies and people are looked for as rows. How a name was typed can't be: entries count whose name holds the
    same signs, whatever stands between them (`projects.names`).
    """
    entries = Entry.objects.filter(participations__heat=heat)
    team = TeamMember.objects.filter(project__entries__participations__heat=heat)
    bodies = {one.employer, *(row.organisation for row in said)} - {None}
    members = Q(person=one.person) | Q(person__employer__in=bodies)
    for name in {one.school, one.employer_name} - {""}:
        members |= _signs("person__school", name)
    wanted = (
        Q(pk__in=[row.entry for row in said if row.entry])
        | Q(leader__in=[one.person, *advice.leaders])
        | Q(project__company__in=[*bodies, *advice.companies])
        | Q(unit__organisation__in=bodies)
        | Q(project__in=team.filter(members).values("project"))
    )
    names = [one.employer_name] if one.employer_name else []
    keys = [plain_company(name) for name in (*names, one.name) if name]
    held = Holding.objects.filter(Q(holder_key__in=keys) | Q(holder=one.employer, holder__isnull=False))
    for entry, company, name in held.values_list("entry", "company", "company_name"):
        if entry:
            wanted |= Q(pk=entry)
        else:
            wanted |= Q(project__company=company, project__company__isnull=False)
            names.append(name)
    typed = [_signs(field, name) for name in sorted(set(names)) for field in ("company_name", "project__company__name")]
    first, *rest = stretches(typed, NAMES) if typed else [[]]
    found = set(entries.filter(reduce(or_, first, wanted)).values_list("pk", flat=True))
    for part in rest:
        found |= set(entries.filter(reduce(or_, part)).values_list("pk", flat=True))
    return found


def _signs(field: str, name: str) -> Q:
    """That a column holds the rarer Chinese signs of a name; of a name without any, that it holds something."""
    signs = [sign for sign in dict.fromkeys(plain_company(name)) if "\u4e00" <= sign <= "\u9fff"]
    signs = sorted(signs, key=COMMON.__contains__)[:SIGNS]
    return reduce(and_, (Q(**{f"{field}__contains": sign}) for sign in signs), ~Q(**{field: ""}))


def judge_facts(judges: list[int]) -> list[conflicts.JudgeFacts]:
    rows = Judge.objects.filter(pk__in=judges).values_list(
        "pk", "person_id", "employer_id", "employer__name", "region_id", "region__short_name", "person__school",
        "person__name",
    )  # fmt: skip
    return [
        conflicts.JudgeFacts(pk, person, employer, name or "", _city(region), region_name or "", school, own)
        for pk, person, employer, name, region, region_name, school, own in rows
    ]


@dataclass
class Coached:
    """Who advised whom: leaders and companies of all projects, each with the persons of judges who advised them."""

    leaders: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    companies: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))

    def of(self, leader: int | None, company: int | None) -> set[int]:
        return self.leaders.get(leader, set()) | self.companies.get(company, set())


def coached(judges: list[int]) -> Coached:
    """Whom these judges advise or advised, in any project: two queries."""
    found, advised = Coached(), defaultdict(set)
    advice = TeamMember.objects.filter(kind=MemberKind.ADVISER, person__judge__in=judges)
    for project, person, company in advice.values_list("project_id", "person_id", "project__company_id"):
        advised[project].add(person)
        if company:
            found.companies[company].add(person)
    led = TeamMember.objects.filter(kind=MemberKind.LEADER, project__in=advised)
    for project, leader in led.values_list("project_id", "person_id"):
        found.leaders[leader] |= advised[project]
    return found


def entry_facts(entries, coached: Coached | None = None) -> list[conflicts.EntryFacts]:
    """Facts of a queryset of entries. The team is read as it stands now, not as it was at submission."""
    coached = coached or Coached()
    people, bodies, schools = defaultdict(set), defaultdict(set), defaultdict(set)
    team = TeamMember.objects.filter(project__entries__in=entries).values_list(
        "project_id", "person_id", "person__employer_id", "person__school"
    )
    for project, person, employer, school in team:
        people[project].add(person)
        bodies[project].add(employer)
        schools[project].add(school)
    rows = list(
        entries.values_list(
            "pk", "project_id", "region_id", "leader_id", "company_name", "project__company_id",
            "project__company__name", "unit__organisation_id",
        )
    )  # fmt: skip
    holders = _holders(entries, rows)
    return [
        conflicts.EntryFacts(
            pk=pk,
            city=_city(region),
            people=frozenset({*people[project], leader} - {None}),
            bodies=frozenset({*bodies[project], company, unit} - {None}),
            names=names,
            schools=frozenset(schools[project] - {""}),
            holders=frozenset(holders.bodies(pk, company, names)),
            holder_names=frozenset(holders.names(pk, company, names)),
            coaches=frozenset(coached.of(leader, company)),
        )
        for (pk, project, region, leader, _stated, company, _body, unit), names in zip(
            rows, map(_names, rows), strict=True
        )
    ]


class _Holders:
    """Shareholders by the entry that states them, and by the company that they are known to hold shares in."""

    def __init__(self, rows):
        self.found = defaultdict(set)
        for entry, company, key, holder, holder_name in rows:
            keys = [("entry", entry)] if entry else [("body", company), ("name", key)]
            for key in keys:
                self.found[key].add((holder, holder_name))

    def _of(self, entry: int, company: int | None, names: frozenset[str]) -> set[tuple[int | None, str]]:
        keys = [("entry", entry)]
        keys += [("body", company)] if company else []
        keys += [("name", plain_company(name)) for name in names]
        return set().union(*(self.found.get(key, ()) for key in keys))

    def bodies(self, entry: int, company: int | None, names: frozenset[str]) -> set[int]:
        return {holder for holder, _name in self._of(entry, company, names) if holder}

    def names(self, entry: int, company: int | None, names: frozenset[str]) -> set[str]:
        return {name for _holder, name in self._of(entry, company, names)}


def _holders(entries, rows) -> _Holders:
    """What these entries state and what the office knows of their companies, by row or by name."""
    columns = ("entry_id", "company_id", "company_key", "holder_id", "holder_name")
    found = list(Holding.objects.filter(entry__in=entries).values_list(*columns))
    noted = Holding.objects.filter(entry=None)
    companies = sorted({company for *_rest, company, _body, _unit in rows if company})
    keys = sorted({plain_company(name) for row in rows for name in _names(row)})
    for part in stretches(companies, PART):
        found += noted.filter(company__in=part).values_list(*columns)
    for part in stretches(keys, PART):
        found += noted.filter(company_key__in=part).values_list(*columns)
    return _Holders(found)


def _names(row: tuple) -> frozenset[str]:
    """The names of an entry's company: as it stated it, and as the body is called."""
    *_rest, stated, _company, body, _unit = row
    return frozenset({stated, body or ""} - {""})


def lifted(judges: list[int]) -> set[tuple[int, int, str]]:
    """(judge, entry, kind) of what was lifted: found again in the data, it stays lifted."""
    rows = Conflict.objects.filter(judge__in=judges, entry__isnull=False, lifted_at__isnull=False)
    return set(rows.values_list("judge_id", "entry_id", "kind"))


def declared(judges: list[int]) -> list[conflicts.Declared]:
    rows = (
        Conflict.objects.live()
        .filter(judge__in=judges)
        .values_list("judge_id", "kind", "hard", "source", "entry_id", "organisation_id")
    )
    return [conflicts.Declared(*row) for row in rows]


def _city(code: str | None) -> str:
    """The city that a region code lies in (GB/T 2260: the first four digits)."""
    return code[:4] if code else ""
