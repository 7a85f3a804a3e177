"""The judge library as the organiser of one heat searches it, with whom each judge may not judge there."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from contests.models import Heat
from judging.conflicts import Found
from judging.models import Assignment, Conflict, Judge, ScoreSheet
from judging.queries.facts import reasons
from judging.queries.library import Filter, wanted_judges
from judging.states import ASIDE, ConflictKind, ConflictSide, SheetState
from projects.models import Entry


def library(heat: Heat, wanted: Filter):
    """Available judges who are not invited yet, in a fixed order."""
    found = wanted_judges(Judge.objects.filter(active=True).exclude(invitations__heat=heat), wanted)
    return found.select_related("person", "employer", "region").order_by("pk")


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
    return heat.invitations.select_related("judge__person__user", "judge__employer", "judge__region").order_by("seat")


def loads(heat: Heat) -> dict[int, int]:
    """Judge → number of entries assigned."""
    rows = Assignment.objects.filter(participation__heat=heat).values_list("judge").annotate(count=Count("pk"))
    return dict(rows.order_by())


@dataclass(frozen=True)
class Pair:
    """One reason with the names that a page shows; `row` is the conflict where it is written down."""

    judge: str
    entry: str
    kind: str
    hard: bool
    fact: str
    keys: tuple[int, int, str]
    row: Conflict | None = None

    @property
    def side(self) -> str:
        return self.row.get_side_display() if self.row else ConflictSide.DATA.label

    @property
    def may_be_lifted(self) -> bool:
        return self.keys[2] != ConflictKind.TEAM or (self.row is not None and self.row.side != ConflictSide.DATA)


def pairs(heat: Heat, *, judge: int | None = None, kind: str = "") -> list[Pair]:
    """Every reason in this heat, hard ones first, for all invited judges or one. The names come with `named`."""
    people = dict(heat.invitations.values_list("judge", "judge__person__name"))
    wanted = [judge] if judge in people else list(people) if judge is None else []
    found = [one for one in reasons(heat, wanted) if not kind or one.kind == kind]
    ordered = sorted(found, key=lambda one: (not one.hard, people[one.judge], one.entry, one.kind))
    return [Pair(people[one.judge], "", one.kind, one.hard, one.fact, one[:3]) for one in ordered]


def named(pairs: Iterable[Pair]) -> list[Pair]:
    """The pairs of one page with the names of their entries and the rows in which they are written down."""
    pairs = list(pairs)
    judges, entries = {one.keys[0] for one in pairs}, {one.keys[1] for one in pairs}
    titles = {
        pk: f"{number} {title}"
        for pk, number, title in Entry.objects.filter(pk__in=entries).values_list("pk", "number", "title")
    }
    rows = {
        (row.judge_id, row.entry_id, row.kind): row
        for row in Conflict.objects.live().filter(judge__in=judges, entry__in=entries).select_related("by")
    }
    return [
        replace(one, entry=titles[one.keys[1]], kind=ConflictKind(one.kind).label, row=rows.get(one.keys))
        for one in pairs
    ]


def lifted_in(heat: Heat):
    """What was lifted between the judges asked for this heat and its entries, the newest first."""
    return (
        Conflict.objects.filter(
            lifted_at__isnull=False, judge__invitations__heat=heat, entry__participations__heat=heat
        )
        .select_related("judge__person", "entry", "lifted_by")
        .order_by("-lifted_at")
    )


def freed_sheets(heat: Heat):
    """Sheets that a tie took out of the count and whose entry still has a seat free: the next judge may be put in."""
    sitting = (
        Assignment.objects.filter(participation=OuterRef("assignment__participation"))
        .exclude(sheet__state__in=ASIDE)
        .order_by()
        .values("participation")
        .annotate(count=Count("pk"))
    )
    return (
        ScoreSheet.objects.filter(assignment__participation__heat=heat, state__in=[SheetState.VOID, SheetState.RECUSED])
        .annotate(sitting=Coalesce(Subquery(sitting.values("count")), 0))
        .filter(sitting__lt=heat.stage.judges_per_entry)
        .select_related("assignment__judge__person", "assignment__participation__entry")
        .order_by("pk")
    )


def late_sheets(heat: Heat):
    """Sheets that still count although their judge has a hard conflict with the entry: one query, with the reason."""
    barring = Conflict.objects.barring().filter(
        judge=OuterRef("assignment__judge"), entry=OuterRef("assignment__participation__entry")
    )
    return (
        ScoreSheet.objects.filter(assignment__participation__heat=heat)
        .exclude(state__in=ASIDE)
        .annotate(
            why_kind=Subquery(barring.values("kind")[:1]),
            why=Subquery(barring.values("source")[:1]),
            why_side=Subquery(barring.values("side")[:1]),
        )
        .filter(why_kind__isnull=False)
        .select_related("assignment__judge__person", "assignment__participation__entry")
        .order_by("pk")
    )
