"""The year at a glance: good projects collected against the target, each once, by contest, city and month.

A good project (优质项目) of a year is restated here as rules that a page shows and a test checks:

1. Its entry passed the qualification check in that calendar year (China time, the instant of the last acceptance).
2. It is still qualified: withdrawn, rejected and disqualified entries do not count.
3. One project counts once a year: entries with the same credit code, or without one with the same leader's
   identity document, are one project. It belongs to the contest and zone in which it qualified first.

The plan (鲁政办字〔2024〕128号, item 24) gives the number but no definition; this one is ours until the owner decides.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.db.models import BooleanField, Case, Count, Exists, ExpressionWrapper, OuterRef, Q, Value, When
from django.utils import timezone

from contests.models import Contest, RecommendingUnit, Season
from contests.queries import entry_phase
from contests.states import UnitKind
from core.models import Region
from matching.models import Deal
from matching.queries import Amount, amounts
from projects.models import Entry, Participation
from projects.states import EntryState, Outcome

SHANDONG = "370000"


def year_bounds(year: int) -> tuple[datetime, datetime]:
    zone = timezone.get_default_timezone()
    return datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone)


def qualified_in(year: int):
    """Entries that passed in this year and still count (rules 1 and 2); one project may have several."""
    start, end = year_bounds(year)
    return Entry.objects.filter(state=EntryState.QUALIFIED, qualified_at__gte=start, qualified_at__lt=end)


def good_projects(year: int):
    """One entry for each good project of the year: the one that qualified first (rule 3)."""
    return qualified_in(year).filter(_is_first(year))


def _is_first(year: int) -> Q:
    start, _end = year_bounds(year)
    twin = Entry.objects.filter(
        state=EntryState.QUALIFIED, identity_key=OuterRef("identity_key"), qualified_at__gte=start
    ).filter(
        Q(qualified_at__lt=OuterRef("qualified_at")) | Q(qualified_at=OuterRef("qualified_at"), pk__lt=OuterRef("pk"))
    )
    return Q(identity_key="") | ~Exists(twin)


def city_zones():
    """The zones that are one of the 16 cities, of all seasons."""
    return RecommendingUnit.objects.filter(
        kind=UnitKind.CITY, region__parent=SHANDONG, region__level=Region.Level.CITY
    ).order_by()


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


@dataclass(frozen=True)
class Tally:
    """Entries of one month, season and zone that qualified; either all good projects or all later twins of one."""

    month: int
    season: int
    zone: int | None
    good: bool
    count: int


def tallies(year: int) -> list[Tally]:
    """Everything that is known of the qualified entries of a year, counted in one pass over an index."""
    _start, *starts = (datetime(year, month, 1, tzinfo=timezone.get_default_timezone()) for month in range(1, 13))
    months = [When(qualified_at__lt=start, then=Value(month)) for month, start in enumerate(starts, start=1)]
    rows = qualified_in(year).annotate(
        month=Case(*months, default=Value(12)),
        good=ExpressionWrapper(_is_first(year), output_field=BooleanField()),
    )
    counted = rows.order_by().values_list("month", "season", "zone", "good").annotate(count=Count("pk"))
    return [Tally(*row) for row in counted]


def year_at_a_glance(year: int, at: datetime) -> Year:
    """Compute the year page; about a dozen grouped counts, none that loads rows."""
    found, before = tallies(year), tallies(year - 1)
    good = [one for one in found if one.good]
    total = _sum(good)
    cities = _cities(good)
    contests = _contests(year, at, found)
    earlier = [(year - 2, good_projects(year - 2).count()), (year - 1, _sum(one for one in before if one.good))]
    return Year(
        year=year,
        target=settings.QUALITY_PROJECTS_PER_YEAR,
        good=total,
        qualified=_sum(found),
        months=_months(good, year, at),
        last_year=_months([one for one in before if one.good], year - 1, at),
        contests=contests,
        cities=cities,
        elsewhere=total - sum(row.count for row in cities),
        funnel=_funnel(year, sum(row.submitted for row in contests)),
        earlier=[(past, count) for past, count in earlier if count],
        amounts=amounts(_deals(year)),
    )


def _sum(found: Iterable[Tally]) -> int:
    return sum(one.count for one in found)


def _months(good: list[Tally], year: int, at: datetime) -> list[int]:
    """Cumulative counts at each month's end, up to the present month of the running year."""
    local = timezone.localtime(at)
    last = local.month if year == local.year else 12
    return [_sum(one for one in good if one.month <= month) for month in range(1, last + 1)]


def _contests(year: int, at: datetime, found: list[Tally]) -> list[ContestRow]:
    seasons = Season.objects.filter(Q(year=year) | Q(pk__in={one.season for one in found})).select_related("contest")
    contest_of = {season.pk: season.contest_id for season in seasons}
    this_year = {season.contest_id: season for season in seasons if season.year == year}
    sent, passed = Counter(), Counter()
    for contest, count in (
        Entry.objects.filter(season__year=year, submitted_at__isnull=False)
        .order_by().values_list("season__contest").annotate(n=Count("pk"))
    ):  # fmt: skip
        sent[contest] += count
    for one in found:
        passed[contest_of[one.season]] += one.count
    rows = []
    for contest in Contest.objects.held():
        season = this_year.get(contest.pk)
        rows.append(
            ContestRow(
                contest,
                season,
                sent[contest.pk],
                passed[contest.pk],
                season.quality_target if season else 0,
                entry_phase(season, at) if season else "",
            )
        )
    return rows


def _cities(good: list[Tally]) -> list[CityRow]:
    region_of = dict(city_zones().values_list("pk", "region"))
    counts = Counter()
    for one in good:
        counts[region_of.get(one.zone)] += one.count
    regions = list(Region.objects.filter(parent=SHANDONG, level=Region.Level.CITY))
    most = max(counts[region.pk] for region in regions) if regions else 0
    rows = [
        CityRow(region, counts[region.pk], round(100 * counts[region.pk] / most) if most else 0) for region in regions
    ]
    return sorted(rows, key=lambda row: (-row.count, row.region.pk))


def _funnel(year: int, submitted: int) -> list[Step]:
    qualified = Entry.objects.filter(season__year=year, submitted_at__isnull=False, state=EntryState.QUALIFIED).count()
    reached = Participation.objects.filter(heat__stage__season__year=year).aggregate(
        judged=Count("entry", distinct=True),
        promoted=Count("entry", distinct=True, filter=Q(outcome=Outcome.PROMOTED)),
        awarded=Count("entry", distinct=True, filter=Q(outcome=Outcome.AWARDED)),
    )
    counts = {"submitted": submitted, "qualified": qualified, **reached}
    first = submitted or 1
    return [Step(key, count, round(100 * count / first)) for key, count in counts.items()]


def _deals(year: int):
    start, end = year_bounds(year)
    return Deal.objects.filter(opened_at__gte=start, opened_at__lt=end)
