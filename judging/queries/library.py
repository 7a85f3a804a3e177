"""The judge library over years and contests: the list, one judge's appointments and record. Never a score."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Q

from contests.models import Heat
from core.models import Region
from judging.models import Assignment, Conflict, Invitation, Judge, ScoreSheet
from judging.states import InvitationState, JudgeKind, Language, SheetState
from projects.states import Industry

APPOINTMENTS_PER_PAGE = 20


@dataclass(frozen=True)
class Filter:
    """What is looked for in the library; empty parts narrow nothing, unknown values count as empty."""

    word: str = ""
    kind: str = ""
    field: str = ""
    city: str = ""
    language: str = ""
    state: str = ""

    @classmethod
    def of(cls, query) -> "Filter":
        kind, language, state = query.get("kind", ""), query.get("language", ""), query.get("state", "")
        return cls(
            query.get("q", "").strip()[:60],
            kind if kind in JudgeKind else "",
            query.get("field", "")[:40],
            query.get("city", "")[:6],
            language if language in Language else "",
            state if state in {"active", "away", "unconfirmed"} else "",
        )


def wanted_judges(judges, wanted: Filter):
    """Narrow a queryset of judges: the same for the library and for the invitations of a heat."""
    if wanted.kind:
        judges = judges.filter(Q(kind=wanted.kind) | Q(second_kind=wanted.kind))
    if wanted.city:
        judges = judges.filter(region_id=wanted.city)
    if wanted.field:
        judges = judges.filter(fields__has_key=wanted.field)
    if wanted.language:
        judges = judges.filter(languages__icontains=f'"{wanted.language}"')
    if wanted.state:
        judges = judges.filter(
            {"active": Q(active=True), "away": Q(active=False), "unconfirmed": Q(confirmed_at=None)}[wanted.state]
        )
    if wanted.word:
        judges = judges.filter(
            Q(person__name__icontains=wanted.word)
            | Q(employer__name__icontains=wanted.word)
            | Q(title__icontains=wanted.word)
            | Q(profile__icontains=wanted.word)
        )
    return judges


def library(wanted: Filter):
    """The judges that a filter finds, in a fixed order."""
    return wanted_judges(Judge.objects.select_related("person__user", "employer", "region"), wanted).order_by("pk")


def choices() -> dict[str, list]:
    return {
        "kinds": JudgeKind.choices,
        "fields": Industry.choices,
        "cities": list(Region.objects.filter(level=Region.Level.CITY).order_by("code")),
        "languages": Language.choices,
    }


@dataclass
class Record:
    """What a judge did so far, in numbers that say nothing of any mark."""

    invited: int = 0
    declined: int = 0
    heats: int = 0
    sheets: int = 0
    absent: int = 0
    recused: int = 0


def records_of(judges: Iterable[int]) -> dict[int, Record]:
    """Judge → record: two queries for a whole page."""
    found = {judge: Record() for judge in judges}
    for judge, state, count in (
        Invitation.objects.filter(judge__in=found).values_list("judge", "state").annotate(count=Count("pk")).order_by()
    ):
        found[judge].invited += count
        if state == InvitationState.DECLINED:
            found[judge].declined = count
    for judge, heats, sheets, absent, recused in (
        Assignment.objects.filter(judge__in=found)
        .values_list("judge")
        .annotate(
            heats=Count("participation__heat", distinct=True, filter=Q(sheet__state=SheetState.SUBMITTED)),
            sheets=Count("pk", filter=Q(sheet__state=SheetState.SUBMITTED)),
            absent=Count("pk", filter=Q(sheet__state=SheetState.ABSENT)),
            recused=Count("pk", filter=Q(sheet__state__in=[SheetState.RECUSED, SheetState.VOID])),
        )
        .order_by()
    ):
        one = found[judge]
        one.heats, one.sheets, one.absent, one.recused = heats, sheets, absent, recused
    return found


@dataclass
class Appointment:
    """One heat that a judge was asked for, and what became of it."""

    invitation: Invitation
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def submitted(self) -> int:
        return self.counts.get(SheetState.SUBMITTED, 0)

    @property
    def absent(self) -> int:
        return self.counts.get(SheetState.ABSENT, 0)

    @property
    def recused(self) -> int:
        return self.counts.get(SheetState.RECUSED, 0) + self.counts.get(SheetState.VOID, 0)


def appointments(judge: Judge, *, without: Iterable[int] = ()):
    """Invitations of a judge, the newest first; heats in which the reader has an own entry are left out."""
    return (
        Invitation.objects.filter(judge=judge)
        .exclude(heat__in=list(without))
        .select_related("heat__stage__season__contest")
        .order_by("-sent_at", "-pk")
    )


def with_counts(judge: Judge, invitations: Iterable[Invitation]) -> list[Appointment]:
    rows = [Appointment(one) for one in invitations]
    by_heat = {row.invitation.heat_id: row for row in rows}
    counts = (
        ScoreSheet.objects.filter(assignment__judge=judge, assignment__participation__heat__in=by_heat)
        .values_list("assignment__participation__heat", "state")
        .annotate(count=Count("pk"))
        .order_by()
    )
    for heat, state, count in counts:
        by_heat[heat].counts[state] = count
    return rows


# ---------------------------------------------------------------- what a judge looks through before the pledge


@dataclass(frozen=True)
class Side:
    """Who takes part, as it is shown to a judge to declare ties: no number, no project name, no document."""

    entry: int
    company: str
    leader: str
    unit: str


def sides(heat: Heat, *, judge: Judge, word: str = ""):
    """Those who take part, without the ones from whom the judge is kept apart already. By company and leader, so that
    no row can be told from the order in which entries are judged."""
    barred = Conflict.objects.barring().filter(judge=judge, entry__isnull=False).values("entry")
    rows = heat.participations.exclude(entry__in=barred)
    if word:
        rows = rows.filter(
            Q(entry__company_name__icontains=word)
            | Q(entry__leader_name__icontains=word)
            | Q(entry__unit__name__icontains=word)
        )
    return rows.order_by("entry__company_name", "entry__leader_name", "entry_id").values_list(
        "entry_id", "entry__company_name", "entry__leader_name", "entry__unit__name"
    )


def declared_by(judge: Judge, heat: Heat):
    """The ties that the judge declared among those who take part. What others noted is not told."""
    return (
        Conflict.objects.live()
        .filter(judge=judge, side="judge", entry__participations__heat=heat)
        .order_by("pk")
        .values_list("kind", "source", "entry__company_name", "entry__leader_name")
    )
