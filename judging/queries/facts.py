"""The facts that conflicts are found from, read in a fixed number of queries for a whole heat."""

from collections import defaultdict
from collections.abc import Iterable

from contests.models import Heat
from judging import conflicts
from judging.models import Conflict, Judge
from projects.models import Entry, TeamMember


def reasons(heat: Heat, judges: Iterable[int], *, entries: Iterable[int] | None = None) -> list[conflicts.Found]:
    """Every reason between these judges and the entries of a heat (or some of them): four queries."""
    judges = list(judges)
    wanted = Entry.objects.filter(participations__heat=heat)
    if entries is not None:
        wanted = wanted.filter(pk__in=list(entries))
    return conflicts.found(
        judge_facts(judges), entry_facts(wanted), declared(judges), avoid_city=heat.stage.avoid_same_city
    )


def judge_facts(judges: list[int]) -> list[conflicts.JudgeFacts]:
    rows = Judge.objects.filter(pk__in=judges).values_list(
        "pk", "person_id", "employer_id", "employer__name", "region_id", "region__short_name", "person__school"
    )
    return [
        conflicts.JudgeFacts(pk, person, employer, name or "", _city(region), region_name or "", school)
        for pk, person, employer, name, region, region_name, school in rows
    ]


def entry_facts(entries) -> list[conflicts.EntryFacts]:
    """Facts of a queryset of entries. The team is read as it stands now, not as it was at submission."""
    people, bodies, schools = defaultdict(set), defaultdict(set), defaultdict(set)
    team = TeamMember.objects.filter(project__entries__in=entries).values_list(
        "project_id", "person_id", "person__employer_id", "person__school"
    )
    for project, person, employer, school in team:
        people[project].add(person)
        bodies[project].add(employer)
        schools[project].add(school)
    rows = entries.values_list(
        "pk", "project_id", "region_id", "leader_id", "company_name", "project__company_id", "unit__organisation_id"
    )
    return [
        conflicts.EntryFacts(
            pk=pk,
            city=_city(region),
            people=frozenset({*people[project], leader} - {None}),
            bodies=frozenset({*bodies[project], company, unit} - {None}),
            names=frozenset({company_name} - {""}),
            schools=frozenset(schools[project] - {""}),
        )
        for pk, project, region, leader, company_name, company, unit in rows
    ]


def declared(judges: list[int]) -> list[conflicts.Declared]:
    rows = Conflict.objects.filter(judge__in=judges).values_list(
        "judge_id", "kind", "hard", "source", "entry_id", "organisation_id"
    )
    return [conflicts.Declared(*row) for row in rows]


def _city(code: str | None) -> str:
    """The city that a region code lies in (GB/T 2260: the first four digits)."""
    return code[:4] if code else ""
