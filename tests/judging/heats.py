"""A heat of any size for the tests of this room, made by the services as far as a test wants to go."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from contests.models import Heat, Quota
from judging import services
from judging.models import Mark, ScoreSheet
from judging.states import SheetState
from projects.states import EntryState
from tests import factories
from tests.factories import NOW


@dataclass
class Round:
    """A stage with its heat, entries and judges; `by` is its provincial organiser."""

    heat: Heat
    by: object
    entries: list = field(default_factory=list)
    judges: list = field(default_factory=list)

    @property
    def stage(self):
        return self.heat.stage

    @property
    def season(self):
        return self.heat.stage.season

    def sheets(self):
        return ScoreSheet.objects.filter(assignment__participation__heat=self.heat).order_by("pk")

    def fill(self, marks=lambda entry, seat: (40, 30), state=SheetState.SUBMITTED) -> None:
        """Hand in every draft. `marks(entry number index, seat)` gives the marks in the order of the criteria."""
        criteria = list(self.heat.rubric.criteria.all())
        index = {entry.pk: place for place, entry in enumerate(self.entries)}
        seats = dict(self.heat.invitations.values_list("judge_id", "seat"))
        drafts = self.sheets().filter(state=SheetState.DRAFT).select_related("assignment__participation")
        for sheet in drafts:
            values = marks(index[sheet.assignment.participation.entry_id], seats[sheet.assignment.judge_id])
            Mark.objects.bulk_create(
                Mark(sheet=sheet, criterion=one, value=Decimal(str(value)))
                for one, value in zip(criteria, values, strict=True)
            )
        drafts.update(state=state, submitted_at=NOW, saved_at=NOW)

    def lock(self, **more):
        return services.lock_heat(self.heat, by=self.by, at=NOW + timedelta(hours=2), **more)


def entries_of(stage, count: int, track=None, **more) -> list:
    track = track or factories.TrackFactory(season=stage.season)
    unit = factories.RecommendingUnitFactory(season=stage.season)
    return [
        factories.EntryFactory(
            season=stage.season, track=track, unit=unit, state=EntryState.QUALIFIED, number=f"T-{place:04d}", **more
        )
        for place in range(1, count + 1)
    ]


def prepared(
    entries: int = 3, judges: int = 3, *, per_entry: int = 3, rule=None, places: int | None = 1, **stage
) -> Round:
    """A prepared heat with judges who accepted and signed; `judges` of another city than the entries."""
    stage = factories.StageFactory(judges_per_entry=per_entry, **stage)
    stage.scoring_rule.data = rule or {}
    stage.scoring_rule.save()
    by = factories.province(stage.season)
    made = entries_of(stage, entries)
    if places is not None:
        Quota.objects.create(stage=stage, places=places, reserves=1)
    heat = services.prepare_heat(stage, by=by, at=NOW)
    people = [factories.JudgeFactory(region=factories.qingdao()) for _ in range(judges)]
    for seat, judge in enumerate(people, start=1):
        factories.InvitationFactory(heat=heat, judge=judge, seat=seat)
    return Round(heat, by, made, people)


def opened(*args, **more) -> Round:
    """A heat with its judges drawn and scoring open."""
    made = prepared(*args, **more)
    draw(made, "judges")
    if made.stage.kind == "live":
        draw(made, "order")
    made.heat = services.open_heat(made.heat, by=made.by, at=NOW)
    return made


def draw(made: Round, purpose: str, witness: str = "20260618"):
    committed = services.commit_draw(made.heat, purpose=purpose, by=made.by, at=NOW)
    run = services.draw_judges if purpose == "judges" else services.draw_order
    return run(committed, witness=witness, witness_name="王公证", by=made.by, at=NOW)


def locked(*args, marks=lambda entry, seat: (40 - entry, 30), **more) -> Round:
    made = opened(*args, **more)
    made.fill(marks)
    made.rankings = made.lock()
    made.heat.refresh_from_db()
    return made
