"""The judge library as the organiser of one heat searches it, with whom each judge may not judge there."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from contests.models import Heat
from judging.conflicts import Found
from judging.models import Assignment, Conflict, Judge, ScoreSheet
from judging.queries.facts import reasons, reasons_near
from judging.queries.library import Filter, wanted_judges
from judging.states import ASIDE, ConflictKind, ConflictSide, SheetState
from projects.models import Entry

FREED = (SheetState.VOID, SheetState.RECUSED)


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
    """One reason with the entry's name that a page shows; `row` is the conflict where it is written down."""

    entry: str
    kind: str
    hard: bool
    fact: str
    keys: tuple[int, int, str]
    row: Conflict | None = None

    @property
    def code(self) -> str:
        """What names the reason in the address of its judge's page."""
        return f"{self.keys[1]}-{self.keys[2]}"

    @property
    def side(self) -> str:
        return self.row.get_side_display() if self.row else ConflictSide.DATA.label

    @property
    def may_be_lifted(self) -> bool:
        return self.keys[2] != ConflictKind.TEAM or (self.row is not None and self.row.side != ConflictSide.DATA)


def reasons_of(heat: Heat, judge: int, *, kind: str = "") -> list[Found]:
    """What keeps one judge from entries of this heat, hard ones first; the cost follows their number alone."""
    found = reasons_near(heat, judge)
    return sorted((one for one in found if not kind or one.kind == kind), key=lambda one: (not one.hard, one))


def named(found: Iterable[Found]) -> list[Pair]:
    """The reasons of one page with the names of their entries and the rows in which they are written down."""
    found = list(found)
    judges, entries = {one.judge for one in found}, {one.entry for one in found}
    titles = {
        pk: f"{number} {title}"
        for pk, number, title in Entry.objects.filter(pk__in=entries).values_list("pk", "number", "title")
    }
    rows = {
        (row.judge_id, row.entry_id, row.kind): row
        for row in Conflict.objects.live().filter(judge__in=judges, entry__in=entries).select_related("by")
    }
    return [
        Pair(titles[one.entry], ConflictKind(one.kind).label, one.hard, one.fact, one[:3], rows.get(one[:3]))
        for one in found
    ]


def written_in(heat: Heat):
    """What is or was written down between the judges asked for this heat and its entries, or an organisation."""
    here = Q(entry__participations__heat=heat) | Q(entry=None)
    found = Conflict.objects.filter(here, judge__invitations__heat=heat)
    return found.select_related("judge__person", "entry", "organisation", "by", "lifted_by").order_by("-pk")


def freed_count(heat: Heat) -> int:
    """How many `freed_sheets` there are, for less than it takes to list them."""
    of_heat = ScoreSheet.objects.filter(assignment__participation__heat=heat).order_by()
    fell = list(of_heat.filter(state__in=FREED).values_list("assignment__participation", flat=True))
    held = Assignment.objects.filter(participation__in=set(fell)).exclude(sheet__state__in=ASIDE).order_by()
    sitting = Counter(held.values_list("participation", flat=True)) if fell else {}
    return sum(sitting.get(one, 0) < heat.stage.judges_per_entry for one in fell)


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
        ScoreSheet.objects.filter(assignment__participation__heat=heat, state__in=FREED)
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
