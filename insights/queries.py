"""The year at a glance: good projects collected against the target, each once, by contest, city and month.

A good project (优质项目) of a year is restated here as rules that a page shows and a test checks:

1. Its entry passed the qualification check in that calendar year (China time, the instant of the last acceptance).
2. It is still qualified: withdrawn, rejected and disqualified entries do not count.
3. One project counts once a year: entries with the same credit code, or without one with the same leader's
   identity document, are one project. It belongs to the contest and zone in which it qualified first.

The plan (鲁政办字〔2024〕128号, item 24) gives the number but no definition; this one is ours until the owner decides.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import TruncMonth
from django.utils import timezone

from contests.models import Contest, Season
from contests.queries import entry_phase
from contests.states import UnitKind
from core.models import Region
from matching.models import Deal
from matching.queries import Amount, amounts
from projects.models import Entry, Participation
from projects.states import EntryState, Outcome

SHANDONG = "370000"
OF_A_CITY = Q(zone__kind=UnitKind.CITY, zone__region__parent=SHANDONG, zone__region__level=Region.Level.CITY)


def year_bounds(year: int) -> tuple[datetime, datetime]:
    zone = timezone.get_default_timezone()
    return datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone)


def qualified_in(year: int):
    """Entries that passed in this year and still count (rules 1 and 2); one project may have several."""
    start, end = year_bounds(year)
    return Entry.objects.filter(state=EntryState.QUALIFIED, qualified_at__gte=start, qualified_at__lt=end)


def good_projects(year: int):
    """One entry for each good project of the year: the one that qualified first (rule 3)."""
    start, _end = year_bounds(year)
    twin = Entry.objects.filter(
        state=EntryState.QUALIFIED, identity_key=OuterRef("identity_key"), qualified_at__gte=start
    ).filter(
        Q(qualified_at__lt=OuterRef("qualified_at")) | Q(qualified_at=OuterRef("qualified_at"), pk__lt=OuterRef("pk"))
    )
    return qualified_in(year).filter(Q(identity_key="") | ~Exists(twin))


@dataclass(frozen=True)
class ContestRow:
    """A contest's year: entries sent in, entries qualified, and where it stands."""

    contest: Contest
    season: Season | None
    submitted: int
    qualified: int
    target: int
    phase: str

    @property
    def percent(self) -> int | None:
        return round(100 * self.qualified / self.target) if self.target else None


@dataclass(frozen=True)
class CityRow:
    """A city and its good projects; `share` is relative to the largest."""

    region: Region
    count: int
    share: int


@dataclass(frozen=True)
class Step:
    """One step of the funnel of the year, in entries."""

    key: str
    count: int
    of_first: int


@dataclass(frozen=True)
class Year:
    """Everything the year page shows."""

    year: int
    target: int
    good: int
    qualified: int
    months: list[int]
    last_year: list[int]
    contests: list[ContestRow]
    cities: list[CityRow]
    elsewhere: int
    funnel: list[Step]
    earlier: list[tuple[int, int]]
    amounts: list[Amount]

    @property
    def percent(self) -> Decimal:
        return (Decimal(100) * self.good / self.target).quantize(Decimal("0.1"))

    @property
    def missing(self) -> int:
        return max(self.target - self.good, 0)

    @property
    def doubles(self) -> int:
        return self.qualified - self.good

    @property
    def submitted(self) -> int:
        return sum(row.submitted for row in self.contests)

    @property
    def mean(self) -> int:
        """Mean of this year and the years before it that have data: the plan asks for a yearly mean."""
        counts = [self.good, *(count for _, count in self.earlier)]
        return round(sum(counts) / len(counts))


def year_at_a_glance(year: int, at: datetime) -> Year:
    """Compute the year page; about a dozen grouped counts, none that loads rows."""
    good = good_projects(year)
    by_region = dict(good.filter(OF_A_CITY).order_by().values_list("zone__region").annotate(n=Count("pk")))
    total = good.count()
    cities = _cities(by_region)
    earlier = [(past, good_projects(past).count()) for past in (year - 2, year - 1)]
    return Year(
        year=year,
        target=settings.QUALITY_PROJECTS_PER_YEAR,
        good=total,
        qualified=qualified_in(year).count(),
        months=_months(good, year, at),
        last_year=_months(good_projects(year - 1), year - 1, at),
        contests=_contests(year, at),
        cities=cities,
        elsewhere=total - sum(row.count for row in cities),
        funnel=_funnel(year),
        earlier=[(past, count) for past, count in earlier if count],
        amounts=amounts(_deals(year)),
    )


def _months(good, year: int, at: datetime) -> list[int]:
    """Cumulative counts at each month's end, up to the present month of the running year."""
    by_month = dict(
        good.annotate(month=TruncMonth("qualified_at")).order_by().values_list("month").annotate(n=Count("pk"))
    )
    counts = {moment.month: n for moment, n in by_month.items()}
    local = timezone.localtime(at)
    last = local.month if year == local.year else 12
    found, running = [], 0
    for month in range(1, last + 1):
        running += counts.get(month, 0)
        found.append(running)
    return found


def _contests(year: int, at: datetime) -> list[ContestRow]:
    seasons = {season.contest_id: season for season in Season.objects.filter(year=year).select_related("contest")}
    sent = dict(
        Entry.objects.filter(season__year=year, submitted_at__isnull=False)
        .order_by().values_list("season__contest").annotate(n=Count("pk"))
    )  # fmt: skip
    passed = dict(qualified_in(year).order_by().values_list("season__contest").annotate(n=Count("pk")))
    rows = []
    for contest in Contest.objects.held():
        season = seasons.get(contest.pk)
        rows.append(
            ContestRow(
                contest,
                season,
                sent.get(contest.pk, 0),
                passed.get(contest.pk, 0),
                season.quality_target if season else 0,
                entry_phase(season, at) if season else "",
            )
        )
    return rows


def _cities(by_region: dict) -> list[CityRow]:
    most = max(by_region.values(), default=0)
    regions = Region.objects.filter(parent=SHANDONG, level=Region.Level.CITY)
    rows = [
        CityRow(region, by_region.get(region.pk, 0), round(100 * by_region.get(region.pk, 0) / most) if most else 0)
        for region in regions
    ]
    return sorted(rows, key=lambda row: (-row.count, row.region.pk))


def _funnel(year: int) -> list[Step]:
    sent = Entry.objects.filter(season__year=year, submitted_at__isnull=False)
    judged = Participation.objects.filter(entry__season__year=year)
    counts = {
        "submitted": sent.count(),
        "qualified": sent.filter(state=EntryState.QUALIFIED).count(),
        "judged": judged.values("entry").distinct().count(),
        "promoted": judged.filter(outcome=Outcome.PROMOTED).values("entry").distinct().count(),
        "awarded": judged.filter(outcome=Outcome.AWARDED).values("entry").distinct().count(),
    }
    first = counts["submitted"] or 1
    return [Step(key, count, round(100 * count / first)) for key, count in counts.items()]


def _deals(year: int):
    start, end = year_bounds(year)
    return Deal.objects.filter(opened_at__gte=start, opened_at__lt=end)
