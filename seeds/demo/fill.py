"""The whole demo: every season stands where its file says, from open registration to deals with winners."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone, translation

from accounts.models import User
from contests.models import RecommendingUnit, Season, Stage
from contests.queries import call_to_write
from contests.services import publish_call, start_season
from core import audit
from core.secret import rehearsal
from judging.models import Judge
from matching.models import Institution
from messaging.services import inside_only
from projects import services
from projects.models import Entry
from projects.states import EntryState
from seeds import seasonfile
from seeds.demo import after, again, cast, entering
from seeds.demo import judging as scoring
from seeds.demo.ahead import Ahead, drawing_room
from seeds.demo.cast import HOME_CITY, HOME_COUNTY, Cast
from seeds.demo.entering import Desk
from seeds.reference import load_contests
from seeds.story import bodies
from seeds.story.chance import Chance
from seeds.story.projects import project as tell

Say = Callable[[str, int, int], None]
BATCH = 50
JUDGES = 300


@dataclass
class Plan:
    """One season of the demo: how many projects, from which index of the story on, and where it stands."""

    key: str
    season: Season
    position: str
    first: int
    count: int
    branch: str
    earlier: again.Earlier | None = None


def is_filled() -> bool:
    return User.objects.filter(demo_role="administrator").exists() and Entry.objects.exists()


def fill(projects: int, *, say: Say, now: datetime | None = None, judges: int = JUDGES) -> None:
    """Tell and do everything. The same number gives the same demo, whenever it is started on the same day."""
    now = now or timezone.now()
    with (
        translation.override("zh-hans"),
        rehearsal(f"demo:{projects}"),
        inside_only(),
        _whole(),
        drawing_room() as room,
    ):
        seasons, people = _stage_set(now)
        pool = _bulk(lambda: cast.judges(judges, by=people.administrator))
        say("judges", len(pool), len(pool))
        plans = _plans(seasons, projects)
        done, made = 0, []
        for plan in plans:
            desk = desk_of(plan.season)
            indexes = _in_order(plan, now)
            plan.earlier = again.Earlier(desk.season, {one.season.pk: one.key for one in plans})
            desk.deck = Ahead(room, indexes, plan.key)
            for _entry in _entries(plan, desk, people, indexes, now):
                done += 1
                if done % BATCH == 0:
                    say("projects", done, projects)
            made += _run(plan, people, pool, now, say)
        after.people_of_the_demo(people, made)
        say("projects", projects, projects)
    audit.seal()


@contextmanager
def _whole() -> Iterator[None]:
    """No savepoints, which are half of all statements: a batch here goes in whole or ends the run."""
    connection.savepoint = lambda: None
    try:
        yield
    finally:
        del connection.savepoint


def _stage_set(now: datetime) -> tuple[dict[str, Season], Cast]:
    with audit.batched():
        early = now - timedelta(days=500)
        system = cast.system_account()
        seasons = load_contests(by=system, today=timezone.localdate(now))
        people = cast.role_accounts(at=early)
        for season in seasons.values():
            if season.state == "setup":
                called = season.entry_opens - timedelta(days=20)
                start_season(season, by=people.administrator, at=called)
                publish_call(season, **call_to_write(season, None), by=people.administrator, at=called)
                season.refresh_from_db()
        rows = {row["key"]: row for data in seasonfile.contest_files() for row in data["seasons"]}
        after.designs(seasons, rows, by=people.administrator)
    return seasons, people


def _bulk(act):
    with audit.batched():
        return act()


def _plans(seasons: dict[str, Season], projects: int) -> list[Plan]:
    """Shares of the season files, scaled to the number of projects; the last takes the remainder."""
    rows = [(season["key"], season) for data in seasonfile.contest_files() for season in data["seasons"]]
    rows = [(key, row) for key, row in rows if key in seasons]
    whole = sum(row["story"]["share"] for _key, row in rows)
    plans, first = [], 0
    for place, (key, row) in enumerate(rows):
        last = place == len(rows) - 1
        count = projects - first if last else round(projects * row["story"]["share"] / whole)
        branch = next((unit["branch"] for unit in row["units"] if unit.get("expand") == "bureaus"), "")
        plans.append(Plan(key, seasons[key], row["story"]["position"], first, count, branch))
        first += count
    return plans


def desk_of(season: Season) -> Desk:
    names = {unit.organisation.name: unit for unit in season.units.select_related("organisation", "region", "parent")}
    parts = ("eligibilityrules", "questions", "documentrequirements", "declarations")
    season = Season.objects.select_related("contest").prefetch_related(*parts).get(pk=season.pk)
    return Desk(season, _ByKey(names))


class _ByKey(dict):
    """Units by the key that season files and stories use."""

    def __init__(self, by_name: dict[str, RecommendingUnit]):
        super().__init__()
        self.by_name = by_name

    def __missing__(self, key: str) -> RecommendingUnit:
        self[key] = self.by_name[bodies.organisation(key).name]
        return self[key]


def _in_order(plan: Plan, now: datetime) -> list[int]:
    """Projects of a season in order of their submission."""
    numbers = range(plan.first, plan.first + plan.count)
    return sorted(numbers, key=lambda index: entering.instant(plan.season, index, until=now))


def _entries(plan: Plan, desk: Desk, people: Cast, indexes: list[int], now: datetime) -> Iterator[Entry]:
    """Entries in order of submission, a batch a transaction."""
    for start in range(0, plan.count, BATCH):
        with audit.batched():
            made = [_entry(plan, desk, people, index, now) for index in indexes[start : start + BATCH]]
        yield from made


def _entry(plan: Plan, desk: Desk, people: Cast, index: int, now: datetime) -> Entry:
    told = tell(index, season=plan.key)
    at = entering.instant(plan.season, index, until=now)
    chance = Chance("fate", plan.key, index)
    unit = _home_unit(plan, told, index)
    if again.comes_again(plan.key, index):
        entry = _again(plan, desk, told, people, at=at, unit=unit)
    elif plan.position == "entry" and chance.happens(0.3):
        return entering.draft(desk, told, owner=entering.account_of(told, by=people.administrator), at=at, unit=unit)
    else:
        entry = entering.enter(desk, told, by=people.administrator, at=at, unit=unit)
    if entry.state != EntryState.SUBMITTED:
        return entry
    if not unit or chance.happens(0.25):
        _screen(plan, entry, people, chance, now)
    return entry


def _again(plan: Plan, desk: Desk, told, people: Cast, *, at: datetime, unit: str) -> Entry:
    """A project that another contest knows already; where none may enter here, one that is new after all, or that
    has its words and deck from another team: a pair for the officers who compare entries."""
    known = plan.earlier.fitting(told, desk.tracks[told.track], at)
    if known is not None:
        return again.enter_again(desk, told, known, plan.earlier.keys, at=at, unit=unit)
    if told.offer and plan.earlier.free and Chance("copied", plan.key, told.index).happens(0.08):
        return again.enter_copied(
            desk,
            told,
            plan.earlier.free[told.index % len(plan.earlier.free)],
            by=people.administrator,
            at=at,
            unit=unit,
        )
    return entering.enter(desk, told, by=people.administrator, at=at, unit=unit)


def _home_unit(plan: Plan, told, index: int) -> str:
    """A few entries more for the county and city of the demo's officers, so that their queues are worth a visit."""
    if plan.branch and plan.position in ("screening", "entry") and (index - plan.first) % 8 == 0:
        return f"{plan.branch}-{HOME_COUNTY if (index - plan.first) % 24 else HOME_CITY}"
    return ""


def screen_all(entry: Entry, people: Cast, now: datetime) -> None:
    """Every office does its work: nearly all pass, some do not."""
    chance = Chance("fate", entry.number)
    if chance.happens(0.06):
        at = min(entry.submitted_at + timedelta(hours=9), now)
        services.reject(entry, reason=chance.pick(REJECTIONS), by=people.officer_of(entry.holder), at=at)
    else:
        entering.screened(entry, people.officer_of, last=now)


def _screen(plan: Plan, entry: Entry, people: Cast, chance: Chance, now: datetime) -> None:
    """What the offices did with an entry by now."""
    waits = {"entry": 0.55, "screening": 0.4}.get(plan.position, 0.0)
    luck = chance.part()
    if luck < waits * 0.5:
        return
    if luck < waits:
        entering.screened(entry, people.officer_of, levels=1, last=now)
        return
    bad = chance.part()
    holder = entry.holder
    at = min(entry.submitted_at + timedelta(hours=chance.between(4, 30)), now)
    if bad < 0.05:
        services.reject(entry, reason=chance.pick(REJECTIONS), by=people.officer_of(holder), at=at)
    elif bad < 0.12 and plan.position in ("entry", "screening"):
        _return(entry, people.officer_of(holder), chance, now)
    elif bad < 0.14:
        entering.screened(entry, people.officer_of, last=now)
        services.withdraw(entry, reason="团队调整，暂不参赛", by=entry.project.owner, at=now)
    else:
        entering.screened(entry, people.officer_of, last=now)


REJECTIONS = (
    "经核对，提交的登记证照与参赛主体不一致，不符合报名条件。",
    "项目与往届参赛项目为同一主体同一产品，按通知不再受理。",
    "多次联系未能补齐必交材料，报名期已过，不予受理。",
)


def _return(entry: Entry, officer: User, chance: Chance, now: datetime) -> None:
    at = now - timedelta(hours=chance.between(5, 60))
    facts = [("insured", "参保人数", "与证明材料上的人数不一致，请改为证明上的人数，或者补交差额人员的证明。")]
    document = entry.snapshot["documents"][-1] if entry.snapshot.get("documents") else None
    if document:
        facts.append(
            (f"document.{document['requirement']}", document["label"], "图像边缘不完整，请重新扫描整页后上传。")
        )
    for field, label, reason in facts:
        services.mark_field(entry, field=field, label=label, reason=reason, by=officer, at=at)
    services.send_back(
        entry, reason="", fix_by=_evening(now + timedelta(days=chance.between(2, 5))), by=officer,
        at=at + timedelta(minutes=20),
    )  # fmt: skip


def _evening(at: datetime) -> datetime:
    return timezone.localtime(at).replace(hour=18, minute=0, second=0, microsecond=0)


def _run(plan: Plan, people: Cast, pool: list[Judge], now: datetime, say: Say) -> list[Institution]:
    """Judge as far as the season's position says, and what follows; answers the institutions that came."""
    by = people.province
    stages = [stage for stage in plan.season.stages.select_related("season__contest", "rubric") if stage.is_judged]
    if plan.position in ("entry", "screening"):
        return []
    if not Entry.objects.filter(season=plan.season, state=EntryState.QUALIFIED).exists():
        return []
    last = {"online": 0, "live": len(stages) - 1}.get(plan.position, len(stages))
    for place, stage in enumerate(stages[:last], start=1):
        with audit.batched():
            scoring.run_stage(stage, pool, by=by, zones=zones_of(stage), final=stage == stages[-1])
        say("stages", place, len(stages))
    if last < len(stages):
        _present_stage(stages[last], pool, by=by, now=now)
        return []
    with audit.batched():
        heat = after.publish(plan.season, stages[-1], by=by, now=now)
        if plan.position != "finished":
            return []
        after.finish(plan.season, heat, people, now=now)
        return after.matched(plan.season, people, now=now)


def _present_stage(stage: Stage, pool: list[Judge], *, by, now: datetime) -> None:
    """The stage that is being judged right now: some sheets are in, most are waiting."""
    with audit.batched():
        for zone in zones_of(stage):
            heat = scoring.prepare(stage, pool, by=by, zone=zone, halls=True)
            scoring.score(heat, by=by, at=min(now, stage.closes) - timedelta(hours=20), share=0.35)


def zones_of(stage: Stage) -> list[RecommendingUnit | None]:
    if not stage.by_zone:
        return [None]
    found = RecommendingUnit.objects.filter(
        pk__in=Entry.objects.filter(season=stage.season_id, state=EntryState.QUALIFIED).values("zone")
    )
    return list(found.select_related("region"))
