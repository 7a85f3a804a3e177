"""Stages of the demo: judges are asked, drawn and score; heats are locked. All by the services of judging."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from contests.models import Heat, RecommendingUnit, Stage
from contests.states import StageKind
from judging import services
from judging.models import Judge, ScoreSheet
from judging.planning import Rules
from judging.services.paper import enter_sheets
from judging.services.pool import declare_tie
from judging.services.rooms import RoomLine
from judging.states import ConflictKind, DrawPurpose, SheetState
from seeds.story.chance import Chance

WITNESS = "公证员 钱正（示例）"
DECLINING, DECLARING = 0.06, 0.05
TIES = [
    (ConflictKind.BUSINESS, "近三年与该单位有技术服务合同（示例）"),
    (ConflictKind.COACHING, "曾为该团队做过创业辅导（示例）"),
    (ConflictKind.KIN, "与项目负责人有亲属关系（示例）"),
]
OF_A_TYPE = 9
HALLS = [("第一会场", "会展中心3楼泰山厅（示例）"), ("第二会场", "会展中心3楼黄河厅（示例）")]
FEWEST_IN_HALLS = 6
NOTICE_DAYS = 5


def run_stage(
    stage: Stage, pool: list[Judge], *, by, zones: Iterable[RecommendingUnit | None] = (None,), final: bool = False
) -> list[Heat]:
    """Every heat of a stage, from the first invitation to the locked ranking, on the stage's own dates.

    Who goes on is published the day after; the final's results are left to whoever publishes them.
    """
    heats = []
    for zone in zones:
        heat = prepare(stage, pool, by=by, zone=zone)
        score(heat, by=by, at=stage.opens + timedelta(hours=30))
        services.lock_heat(heat, by=by, at=stage.closes)
        if not final:
            closes = stage.closes + timedelta(days=1 + NOTICE_DAYS)
            services.publish_results(heat, closes_at=closes, by=by, at=stage.closes + timedelta(days=1))
        heats.append(heat)
    return heats


def prepare(stage: Stage, pool: list[Judge], *, by, zone=None, halls: bool = False) -> Heat:
    """A heat with its entries, judges asked, committed, drawn and opened; with `halls` a live one in two rooms."""
    opens = stage.opens
    heat = services.prepare_heat(stage, zone=zone, by=by, at=opens - timedelta(days=6))
    invite(heat, pool, by=by, at=opens - timedelta(days=5))
    if halls and stage.kind == StageKind.LIVE and heat.participations.count() >= FEWEST_IN_HALLS:
        lines = [RoomLine(name, place, opens) for name, place in HALLS]
        services.set_rooms(heat, lines, by=by, at=opens - timedelta(days=3))
    way = services.way_of(heat)
    draw = services.commit_draw(heat, purpose=way, by=by, at=opens - timedelta(days=2))
    number = f"{Chance('witness', heat.name, stage.season_id).below(1_000_000):06d}"
    drawn = {"witness": number, "witness_name": WITNESS, "by": by, "at": opens - timedelta(days=1)}
    if way == DrawPurpose.FIT:
        services.draw_seed(draw, **drawn)
        plan = services.make_plan(heat, by=by, at=opens - timedelta(hours=23), wait=True)
        services.accept_plan(plan, by=by, at=opens - timedelta(hours=22))
    elif way == DrawPurpose.ROOMS:
        services.draw_rooms(draw, **drawn)
        plan = services.divide(heat, by=by, at=opens - timedelta(hours=23), wait=True)
        services.accept_division(plan, by=by, at=opens - timedelta(hours=22))
    else:
        services.draw_judges(draw, **drawn)
    if stage.kind == StageKind.LIVE:
        order = services.commit_draw(heat, purpose=DrawPurpose.ORDER, by=by, at=opens - timedelta(hours=20))
        services.draw_order(order, witness=number[::-1], witness_name=WITNESS, by=by, at=opens - timedelta(hours=18))
    return services.open_heat(heat, by=by, at=opens)


def invite(heat: Heat, pool: list[Judge], *, by, at: datetime) -> None:
    """Ask enough judges for the load; a few decline with a reason, the others accept and sign."""
    entries = heat.participations.count()
    load = 40 if heat.stage.kind != StageKind.LIVE else 10_000
    wanted = max(3 * heat.stage.judges_per_entry + 6, -(-entries * heat.stage.judges_per_entry // load) + 6)
    chance = Chance("invite", heat.name, heat.stage.season_id)
    fitting = _fitting(heat, pool)
    chosen = chance.sample(fitting, wanted)
    for kind in Rules.of(heat.stage).types:
        short = OF_A_TYPE - sum(judge.kind == kind for judge in chosen)
        others = [judge for judge in fitting if judge.kind == kind and judge not in chosen]
        chosen += others[: max(short, 0)]
    for invitation in services.invite_many(heat, judges=chosen, by=by, at=at):
        judge = invitation.judge
        actor = judge.person.user
        if chance.happens(DECLINING):
            services.answer(invitation, accepted=False, reason="当日另有公务", by=actor, at=at + timedelta(hours=9))
            continue
        services.answer(invitation, accepted=True, by=actor, at=at + timedelta(hours=chance.between(1, 30)))
        if chance.happens(DECLARING):
            _declare(invitation, chance, by=actor, at=at + timedelta(hours=30))
        services.pledge(invitation, typed_name=judge.person.name, by=actor, at=at + timedelta(hours=31))


def _declare(invitation, chance: Chance, *, by, at: datetime) -> None:
    """A tie that the judge declares to one of those who take part; one judged in an earlier stage had none."""
    taking_part = invitation.heat.participations.select_related("entry").order_by("entry__number")
    strange = list(taking_part.exclude(entry__participations__assignments__judge=invitation.judge_id))
    if strange:
        kind, source = chance.pick(TIES)
        declare_tie(invitation, chance.pick(strange).entry, kind=kind, source=source, by=by, at=at)


def _fitting(heat: Heat, pool: list[Judge]) -> list[Judge]:
    """A zone asks judges from near by first; the province asks everybody."""
    if heat.zone is None or heat.zone.region_id is None:
        return pool
    near = [judge for judge in pool if judge.region_id and judge.region_id[:4] == heat.zone.region_id[:4]]
    return near if len(near) >= heat.stage.judges_per_entry + 8 else pool


def score(heat: Heat, *, by, at: datetime, share: float = 1.0) -> int:
    """Signed sheets of the heat are entered by the scoring desk; `share` of the judges have handed theirs in."""
    criteria = list(heat.rubric.criteria.all())
    sheets = ScoreSheet.objects.filter(assignment__participation__heat=heat, state=SheetState.DRAFT).values_list(
        "pk", "assignment__judge", "assignment__participation__entry__number"
    )
    marks = {
        pk: marks_of(criteria, judge=judge, number=number)
        for pk, judge, number in sheets
        if share >= 1 or Chance("hands-in", heat.pk, judge).happens(share)
    }
    return enter_sheets(heat, marks=marks, by=by, at=at) if marks else 0


def marks_of(criteria, *, judge: int, number: str) -> dict[str, Decimal]:
    """What a judge gives: the strength of the project, the judge's severity and a little chance, on the step."""
    strength = Chance("strength", number).part() * 0.24 + 0.66
    severity = (Chance("severity", judge).part() - 0.5) * 0.08
    chance, found = Chance("mark", judge, number), {}
    for criterion in criteria:
        own = (Chance("strength", number, criterion.key).part() - 0.5) * 0.08
        level = strength + own + severity + (chance.part() - 0.5) * 0.1
        steps = int(criterion.maximum * Decimal(str(round(min(max(level, 0.3), 0.99), 4))) / criterion.step)
        found[criterion.key] = criterion.step * steps
    return found
