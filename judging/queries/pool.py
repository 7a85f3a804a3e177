"""The judge library as the organiser of one heat searches it, with whom each judge may not judge there."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q

from contests.models import Heat
from core.models import Region
from judging.conflicts import Found
from judging.models import Assignment, Judge
from judging.queries.facts import reasons
from judging.states import ConflictKind, JudgeKind
from projects.models import Entry
from projects.states import Industry


@dataclass(frozen=True)
class Filter:
    """What the organiser looks for; empty parts narrow nothing."""

    word: str = ""
    kind: str = ""
    field: str = ""
    city: str = ""

    @classmethod
    def of(cls, query) -> "Filter":
        kind = query.get("kind", "")
        return cls(
            query.get("q", "").strip(), kind if kind in JudgeKind else "", query.get("field", ""), query.get("city", "")
        )


def library(heat: Heat, wanted: Filter):
    """Available judges who are not invited yet, in a fixed order."""
    found = Judge.objects.filter(active=True).exclude(invitations__heat=heat)
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.city:
        found = found.filter(region_id=wanted.city)
    if wanted.word:
        found = found.filter(
            Q(person__name__icontains=wanted.word)
            | Q(employer__name__icontains=wanted.word)
            | Q(title__icontains=wanted.word)
        )
    if wanted.field:
        # A list in a JSON column can't be searched alike on every database; the library is small enough to read.
        rows = Judge.objects.filter(active=True).values_list("pk", "fields")
        found = found.filter(pk__in=[pk for pk, fields in rows if wanted.field in fields])
    return found.select_related("person", "employer", "region").order_by("pk")


def choices() -> dict[str, list]:
    """What the filters offer: the fields and cities that occur in the library."""
    fields = {field for row in Judge.objects.filter(active=True).values_list("fields", flat=True) for field in row}
    cities = Region.objects.filter(pk__in=Judge.objects.filter(active=True).values("region"))
    words = dict(Industry.choices)
    named = [(field, str(words.get(field, field))) for field in sorted(fields)]
    return {"kinds": JudgeKind.choices, "fields": named, "cities": list(cities)}


@dataclass
class Avoidance:
    """How many entries of the heat a judge may not, or should rather not, judge; by kind."""

    hard: int = 0
    soft: int = 0
    kinds: tuple[tuple[str, int], ...] = ()


def avoidance(heat: Heat, judges: Iterable[int]) -> dict[int, Avoidance]:
    """Judge → what keeps them from entries of this heat."""
    return summed(reasons(heat, judges))


def summed(found: Iterable[Found]) -> dict[int, Avoidance]:
    hard, soft, kinds = defaultdict(set), defaultdict(set), defaultdict(Counter)
    for one in found:
        (hard if one.hard else soft)[one.judge].add(one.entry)
        kinds[one.judge][one.kind] += 1
    return {
        judge: Avoidance(
            len(hard[judge]),
            len(soft[judge] - hard[judge]),
            tuple((ConflictKind(kind).label, count) for kind, count in counted.most_common()),
        )
        for judge, counted in kinds.items()
    }


def invitations(heat: Heat):
    """Everyone asked for the heat, in seat order."""
    return heat.invitations.select_related("judge__person", "judge__employer", "judge__region").order_by("seat")


def loads(heat: Heat) -> dict[int, int]:
    """Judge → number of entries assigned."""
    rows = Assignment.objects.filter(participation__heat=heat).values_list("judge").annotate(count=Count("pk"))
    return dict(rows.order_by())


@dataclass(frozen=True)
class Pair:
    """One reason with the names that a page shows."""

    judge: str
    entry: str
    kind: str
    hard: bool
    fact: str


def pairs(heat: Heat, *, judge: int | None = None) -> list[Pair]:
    """Every reason in this heat, hard ones first, for all invited judges or one."""
    people = dict(heat.invitations.values_list("judge", "judge__person__name"))
    wanted = [judge] if judge in people else list(people) if judge is None else []
    found = reasons(heat, wanted)
    titles = {
        pk: f"{number} {title}"
        for pk, number, title in Entry.objects.filter(participations__heat=heat).values_list("pk", "number", "title")
    }
    made = [
        Pair(people[one.judge], titles[one.entry], ConflictKind(one.kind).label, one.hard, one.fact) for one in found
    ]
    return sorted(made, key=lambda one: (not one.hard, one.judge, one.entry))
