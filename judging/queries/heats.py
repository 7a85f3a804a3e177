"""Heats as organisers and supervisors see them: where each stands and what comes next, never a score."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Exists, Max, OuterRef, Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.states import Role
from contests.models import Grant, Heat, Season, Stage
from contests.queries import (
    grants_of,
    is_administrator,
    officers_of,
    runs_season,
    seasons_visible_to,
    watches_season,
)
from contests.states import HeatState, SeasonState, StageKind
from judging.models import Assignment, Draw, Invitation, Plan, Ranking, ScoreSheet
from judging.rules import runs_heat
from judging.states import ASIDE, DrawPurpose, InvitationState, PlanState, SheetState
from projects.models import Participation
from projects.states import Outcome


def heats_visible_to(user):
    """Heats of the seasons one organises or supervises, and those of one's own zone: `rules.watches_heat` as a list."""
    if is_administrator(user):
        return Heat.objects.all()
    seen = Q(stage__season__in=seasons_visible_to(user))
    for grant in grants_of(user):
        if grant.role == Role.CITY:
            own = Q(zone__region_id=grant.region_id)
            if grant.contest_id:
                own &= Q(stage__season__contest_id=grant.contest_id)
            if grant.season_id:
                own &= Q(stage__season_id=grant.season_id)
            seen |= own
    return Heat.objects.filter(seen)


def officers_of_heat(heat: Heat) -> list:
    """The accounts that run a heat: those of its season, and the city's own where a zone runs it."""
    city = Grant.objects.live().filter(role=Role.CITY, region=heat.zone and heat.zone.region_id, region__isnull=False)
    found = [*officers_of(heat.stage.season), *(one.user for one in city.select_related("user").order_by("pk"))]
    return [user for user in dict.fromkeys(found) if runs_heat(user, heat)]


@dataclass(frozen=True)
class NextStep:
    """What a heat waits for: why, the button's word, and the page that does it."""

    code: str
    why: str
    action: str
    view: str
    icon: str = "arrow-right"
    tone: str = "go"


STEPS = {
    one.code: one
    for one in (
        NextStep("invite", _("No judge is invited yet."), _("Invite judges"), "judging:judges", "user-plus"),
        NextStep("pledge", _("Judges still have to accept and sign."), _("See the answers"), "judging:judges", "users"),
        NextStep("draw", _("Enough judges have signed."), _("Draw the judges"), "judging:draw", "dice"),
        NextStep(
            "plan",
            _("The seed is drawn. Look at the plan, then accept it."),
            _("Assign the judges"),
            "judging:plan",
            "users",
        ),
        NextStep(
            "divide",
            _("The seed is drawn; entries and judges are not divided into rooms yet."),
            _("Divide into rooms"),
            "judging:rooms",
            "layout-kanban",
        ),
        NextStep("order", _("The presenting order is not drawn yet."), _("Draw the order"), "judging:draw", "dice"),
        NextStep("open", _("Everything is ready for scoring."), _("Open the scoring"), "judging:heat", "player-play"),
        NextStep("score", _("Judges are scoring."), _("See the progress"), "judging:progress", "progress"),
        NextStep("lock", _("All sheets are in."), _("Lock and rank"), "judging:lock", "lock", "due"),
        NextStep(
            "publish",
            _("The ranking is fixed, not yet public."),
            _("Publish"),
            "judging:publish",
            "speakerphone",
            "due",
        ),
        NextStep("done", _("The results are public."), _("See the results"), "judging:heat", "list-numbers", "done"),
    )
}


@dataclass
class HeatRow:
    """One heat with its counts and the one thing to do next."""

    heat: Heat
    entries: int = 0
    invited: int = 0
    ready: int = 0
    sheets: int = 0
    submitted: int = 0
    drawn: bool = False
    ordered: bool = False
    committed: bool = False
    seeded: bool = False
    next: NextStep | None = None

    @property
    def next_url(self) -> str:
        return reverse(self.next.view, args=[self.heat.pk])

    @property
    def percent(self) -> int:
        return 100 * self.submitted // self.sheets if self.sheets else 0


@dataclass
class StageRow:
    stage: Stage
    heats: list[HeatRow] = field(default_factory=list)
    can_prepare: bool = False
    waits_for: str = ""


@dataclass
class SeasonRow:
    season: Season
    stages: list[StageRow]
    runs: bool = False


def board(user, *, season: int | None = None) -> list[SeasonRow]:
    """Every judged stage of the seasons one organises or watches, with its heats: a fixed number of queries."""
    heats = list(
        heats_visible_to(user)
        .filter(**({"stage__season": season} if season else {}))
        .exclude(stage__season__state=SeasonState.SETUP)
        .select_related("stage__season__contest", "zone")
    )
    rows = {row.heat.pk: row for row in rows_of(heats)}
    seasons = seasons_visible_to(user) | Season.objects.filter(pk__in={heat.stage.season_id for heat in heats})
    judged = Stage.objects.filter(kind__in=StageKind.judged())
    shown = (
        seasons.exclude(state=SeasonState.SETUP)
        .filter(**({"pk": season} if season else {}))
        .select_related("contest")
        .prefetch_related(Prefetch("stages", judged, to_attr="judged"))
        .distinct()
    )
    by_stage: dict[int, list[HeatRow]] = {}
    for row in rows.values():
        by_stage.setdefault(row.heat.stage_id, []).append(row)
    rows = [SeasonRow(one, _stages(one, by_stage), runs_season(user, one)) for one in shown if one.judged]
    for row in rows:
        if not watches_season(user, row.season):
            # A zone's own organiser sees its heats, and is not told about stages that are none of its business.
            row.stages = [stage for stage in row.stages if stage.heats]
    return rows


def _stages(season: Season, by_stage: dict[int, list[HeatRow]]) -> list[StageRow]:
    """Stages in order; one may be prepared when every heat of the stage before is locked."""
    found, before = [], None
    for stage in season.judged:
        row = StageRow(stage, by_stage.get(stage.pk, []))
        open_before = before and (not before.heats or any(not one.heat.is_settled for one in before.heats))
        row.waits_for = str(before.stage) if open_before else ""
        row.can_prepare = not row.waits_for and bool(stage.rubric_id and stage.scoring_rule_id)
        row.can_prepare &= stage.by_zone or not row.heats
        found.append(row)
        before = row
    return found


def rows_of(heats: list[Heat]) -> list[HeatRow]:
    """Counts of these heats. Sheets are counted only where scoring runs: elsewhere the number decides nothing."""
    rows = {heat.pk: HeatRow(heat) for heat in heats}
    for heat, count in _counted(Participation.objects.filter(heat__in=rows).exclude(outcome=Outcome.WITHDRAWN), "heat"):
        rows[heat].entries = count
    for heat, state, pledged, count in (
        Invitation.objects.filter(heat__in=rows)
        .values_list("heat", "state", Q(pledged_at__isnull=False))
        .annotate(count=Count("pk"))
        .order_by()
    ):
        rows[heat].invited += count
        if state == InvitationState.ACCEPTED and pledged:
            rows[heat].ready += count
    accepted = Exists(Plan.objects.filter(draw=OuterRef("pk"), state=PlanState.ACCEPTED))
    for heat, purpose, drawn, planned in Draw.objects.filter(heat__in=rows).values_list(
        "heat", "purpose", Q(drawn_at__isnull=False), accepted
    ):
        _note_draw(rows[heat], purpose, drawn, planned)
    running = [pk for pk, row in rows.items() if row.heat.state == HeatState.OPEN]
    for heat, count, done in sheet_counts(running):
        rows[heat].sheets, rows[heat].submitted = count, done
    for row in rows.values():
        row.next = STEPS[next_step(row)]
    return list(rows.values())


def _note_draw(row: HeatRow, purpose: str, drawn: bool, planned: bool) -> None:
    if purpose == DrawPurpose.ORDER:
        row.ordered |= drawn
        return
    row.committed |= not drawn
    if purpose in {DrawPurpose.FIT, DrawPurpose.ROOMS}:
        row.seeded |= drawn
        row.drawn |= planned
    else:
        row.drawn |= drawn


def _counted(queryset, key: str):
    return queryset.values_list(key).annotate(count=Count("pk")).order_by()


def sheet_counts(heats) -> list[tuple[int, int, int]]:
    """(heat, sheets that somebody must hand in, handed in) without opening a single mark."""
    if not heats:
        return []
    return list(
        ScoreSheet.objects.filter(assignment__participation__heat__in=heats)
        .exclude(state__in=ASIDE)
        .values_list("assignment__participation__heat")
        .annotate(count=Count("pk"), done=Count("pk", filter=Q(state=SheetState.SUBMITTED)))
        .order_by()
    )


def next_step(row: HeatRow) -> str:
    """The step that a heat waits for: invite, pledge, draw, plan, divide, order, open, score, lock, publish or done."""
    heat, live = row.heat, row.heat.stage.kind == StageKind.LIVE
    if heat.state == HeatState.PUBLISHED:
        return "done"
    if heat.state == HeatState.LOCKED:
        return "publish"
    if heat.state == HeatState.OPEN:
        return "lock" if row.sheets and row.submitted == row.sheets else "score"
    if not row.drawn:
        if row.seeded:
            return "divide" if live else "plan"
        if row.ready >= max(heat.stage.judges_per_entry, 1):
            return "draw"
        return "pledge" if row.invited else "invite"
    return "order" if live and not row.ordered else "open"


def tracks_of(heat: Heat) -> list[dict]:
    """Tracks of a heat with the number of their entries."""
    competing = heat.participations.exclude(outcome=Outcome.WITHDRAWN)
    rows = competing.values("track", "track__name", "track__name_en").annotate(count=Count("pk"))
    return list(rows.order_by("track__order", "track"))


def rankings_of(heat: Heat) -> list[Ranking]:
    """The newest ranking of each track, without the stored marks."""
    newer = Ranking.objects.filter(heat=OuterRef("heat"), track=OuterRef("track"), version__gt=OuterRef("version"))
    found = heat.rankings.filter(~Exists(newer)).defer("rule", "inputs", "result")
    return list(found.select_related("track", "by").annotate(count=Count("places")).order_by("track__order", "track"))


# ---------------------------------------------------------------- progress


@dataclass
class JudgeProgress:
    """How far one judge is: counts and times only."""

    judge: int
    name: str
    seat: int
    invitation: int
    total: int
    submitted: int
    begun: int
    away: int
    last: datetime | None

    @property
    def open(self) -> int:
        return self.total - self.submitted - self.away


def judge_progress(heat: Heat) -> list[JudgeProgress]:
    """Each judge's counts in seat order, in two queries."""
    counts = {
        row.pop("assignment__judge"): row
        for row in ScoreSheet.objects.filter(assignment__participation__heat=heat)
        .exclude(state=SheetState.VOID)
        .values("assignment__judge")
        .annotate(
            total=Count("pk"),
            submitted=Count("pk", filter=Q(state=SheetState.SUBMITTED)),
            begun=Count("pk", filter=Q(state=SheetState.DRAFT, saved_at__isnull=False)),
            away=Count("pk", filter=Q(state__in=ASIDE)),
            last=Max("saved_at"),
        )
        .order_by()
    }
    invitations = heat.invitations.filter(judge__in=counts).values_list("judge", "judge__person__name", "seat", "pk")
    return [JudgeProgress(judge, name, seat, pk, **counts[judge]) for judge, name, seat, pk in invitations]


def entry_progress(heat: Heat):
    """Participations with the counts of their sheets, in the order in which they are judged."""
    sheets = Q(assignments__sheet__isnull=False) & ~Q(assignments__sheet__state=SheetState.VOID)
    return (
        heat.participations.exclude(outcome=Outcome.WITHDRAWN)
        .select_related("entry", "track", "room")
        .annotate(
            total=Count("assignments", filter=sheets),
            submitted=Count("assignments", filter=Q(assignments__sheet__state=SheetState.SUBMITTED)),
            away=Count("assignments", filter=Q(assignments__sheet__state__in=ASIDE)),
        )
        .order_by("order", "entry__number")
    )


def late_judges(heat: Heat):
    """Invitations of judges who still owe a sheet of this heat."""
    owed = Assignment.objects.filter(
        participation__heat=OuterRef("heat"), judge=OuterRef("judge"), sheet__state=SheetState.DRAFT
    )
    return heat.invitations.filter(Exists(owed)).select_related("judge__person__user")
