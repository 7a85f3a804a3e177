"""A live heat in several rooms: side by side, each with its own judges, entries, place and time (domain §3).

1. The organiser names the rooms; how many there are is settled when the check code of the draw is published.
2. The draw gives the seed and the order of the judges. The division that follows (`judging.rooms`) is first a plan that
   counts for nobody, with its rules, problem and answer under check codes; moves by hand keep the same rules.
3. Accepting it puts entries and judges into their rooms: every judge of a room marks every entry of the room, except
   those that a conflict keeps the judge from.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contests.models import Heat, Room
from contests.states import HeatState, StageKind
from core import audit
from core.problems import Refused
from judging import draw as lots
from judging import planning, rooms
from judging.assignment import UNKNOWN
from judging.masking import Names
from judging.models import Draw, Plan
from judging.planning import Rules
from judging.queries.fit import Known, competing, known, ready
from judging.queries.marks import earlier_totals
from judging.queries.rooms import Told, sentence_of
from judging.ranking import digest
from judging.scoring import Rule
from judging.services.draws import PANEL, _keep, _ready, _undrawn, assign
from judging.services.heats import _locked, _locked_in_preparation
from judging.services.plans import _move as _move_plan
from judging.services.plans import begin_plan, drawn_for, in_background, keep_answer, pairs_of
from judging.states import AssignmentSource, DrawPurpose, PlanState
from projects.models import Participation

JOB = "judging.rooms"
LARGE = 100
FEWEST, MOST = 2, 9


@dataclass(frozen=True)
class RoomLine:
    """A room as the organiser writes it."""

    name: str
    place: str = ""
    begins_at: datetime | None = None


@transaction.atomic
def set_rooms(heat: Heat, lines: Sequence[RoomLine], *, by, at: datetime | None = None) -> list[Room]:
    """The rooms of a live heat, numbered in this order; none for a heat in one hall."""
    at = at or timezone.now()
    heat = _locked(heat)
    before = list(heat.rooms.all())
    _check_rooms(heat, lines, len(before))
    for room in before[len(lines) :]:
        room.delete()
    kept = before[: len(lines)]
    for room in kept:
        # Names are unique: two that change places must not meet on the way.
        Room.objects.filter(pk=room.pk).update(name=f"~{room.pk}")
    for number, line in enumerate(lines, 1):
        facts = {"name": line.name, "place": line.place, "begins_at": line.begins_at}
        Room.objects.update_or_create(heat=heat, number=number, defaults=facts)
    told = [{"name": one.name, "place": one.place, "begins": str(one.begins_at or "")} for one in lines]
    audit.record(heat, "room.set", by=by, before={"rooms": list(map(str, before))}, after={"rooms": told}, at=at)
    return list(heat.rooms.all())


def _check_rooms(heat: Heat, lines: Sequence[RoomLine], before: int) -> None:
    if heat.stage.kind != StageKind.LIVE:
        raise Refused(_("Only a live heat has rooms. “%(heat)s” is judged without a hall.") % {"heat": heat})
    if heat.is_settled:
        raise Refused(_("“%(heat)s” is locked; its rooms can't change any more.") % {"heat": heat})
    if len({line.name for line in lines}) < len(lines):
        raise Refused(_("Two rooms have the same name. Give each its own."))
    if len(lines) == before:
        return
    if heat.state != HeatState.PREPARING or heat.draws.filter(purpose__in=DrawPurpose.seating()).exists():
        raise Refused(
            _("How many rooms there are was settled when the check code of the draw was published. Names, places and ")
            + _("times can still be changed.")
        )
    if lines and not FEWEST <= len(lines) <= MOST:
        raise Refused(_("Name two to nine rooms, or leave all empty for a heat in one hall."))
    if len(lines) > competing(heat).count():
        raise Refused(_("There are more rooms than entries. Leave out some rooms."))


@transaction.atomic
def draw_rooms(draw: Draw, *, witness: str, witness_name: str, by, at: datetime | None = None) -> Draw:
    """Settle the seed of the division and the order in which judges come to sit. Nobody has a room yet."""
    at = at or timezone.now()
    draw, heat = _undrawn(draw, DrawPurpose.ROOMS, witness, witness_name)
    names, seats = Names(draw.mask), _ready(heat)
    panel = lots.draw_order(map(names.judge, seats), purpose=PANEL, secret=draw.secret, witness=draw.witness)
    return _keep(draw, {"panel": panel}, by=by, at=at, facts={"judges": len(seats)})


@transaction.atomic
def divide(heat: Heat, *, by, at: datetime | None = None, wait: bool = False) -> Plan:
    """A new division under today's rules; one made before is set aside.

    A large one is computed in the background, unless the caller says to `wait`.
    """
    heat = _locked_in_preparation(heat)
    plan = begin_plan(drawn_for(heat, DrawPurpose.ROOMS), rules=_rules_of(heat), by=by, at=at or timezone.now())
    if not wait and competing(heat).count() * plan.rules["rooms"] > LARGE:
        return in_background(plan, JOB, _("Divide into rooms: %(heat)s") % {"heat": heat}, by=by)
    return solve_division(plan, by=by)


def _rules_of(heat: Heat) -> dict:
    """The stage's rules, the number of rooms, and how many judges an entry must keep."""
    enough = Rule.from_data(heat.scoring_rule.data).min_valid_marks
    return {**Rules.of(heat.stage).to_data(), "rooms": heat.rooms.count(), "enough": enough}


def _gathered(draw: Draw) -> Known:
    return known(draw.heat, Names(draw.mask), ready(draw.heat), texts=False)


def _problem_of(draw: Draw, found: Known, held: dict) -> dict:
    """The problem of a division; members are balanced by track and by their total in the round before."""
    names, totals = Names(draw.mask), earlier_totals(draw.heat)[0]
    rows = competing(draw.heat).values_list("entry__number", "track__code", "entry_id")
    members = {names.entry(number): rooms.Member(track, totals.get(entry)) for number, track, entry in rows}
    rules = Rules.from_data({name: held[name] for name in held if name not in {"rooms", "enough"}})
    return rooms.problem_of(
        found.facts, members, draw.record["panel"]["output"], rules, lots.Lot(draw.secret, draw.witness),
        rooms=held["rooms"], enough=held["enough"],
    )  # fmt: skip


def _code(draw: Draw, problem: dict) -> str:
    return digest(rooms.sealed(problem, draw.mask))


def solve_division(plan: Plan, *, by) -> Plan:
    """Compute the division. The same seed and people give the same one, on every machine."""
    draw = plan.draw
    problem = _problem_of(draw, _gathered(draw), plan.rules)
    told = rooms.solve(problem, lots.Lot(draw.secret, draw.witness))
    if told["status"] == UNKNOWN:
        raise Refused(_("No division was found in time, nor a proof that there is none. Loosen a rule of the stage."))
    return keep_answer(plan, problem, told, problem_digest=_code(draw, problem), by=by)


def _locked_plan(plan: Plan) -> Plan:
    related = "draw__heat__stage__season", "draw__heat__scoring_rule"
    return Plan.objects.select_for_update(of=("self",)).select_related(*related).get(pk=plan.pk)


@transaction.atomic
def move_in_rooms(
    plan: Plan, *, name: str, reason: str, by, room: str = "", other: str = "", at: datetime | None = None
) -> Plan:
    """Put an entry or a judge into another room, or exchange it with another one, if every rule still holds.

    Names are those of the record. A judge without a room may be exchanged in.
    """
    at = at or timezone.now()
    _locked_in_preparation(plan.draw.heat)
    plan = _locked_plan(plan)
    if plan.state != PlanState.READY:
        raise Refused(_("Only a division that is up for review can be changed."))
    if not reason.strip():
        raise Refused(_("Say why this is changed by hand."), field="reason")
    problem, before = planning.unpacked(plan.problem), dict(pairs_of(plan))
    alike = next((problem[who] for who in ("entries", "judges") if name in problem[who]), ())
    if (
        not alike
        or bool(room) == bool(other)
        or (other and other not in alike)
        or (room and room not in problem["rooms"])
    ):
        raise Refused(_("Choose where it goes."), field="to")
    made = rooms.moved(before, name, room=room, other=other)
    if made == before:
        raise Refused(_("It is there already. Choose another room."), field="to")
    broken = rooms.broken(problem, made)
    if broken:
        raise Refused(sentence_of(Told(plan.draw), broken[0]), field="to")
    came, left = sorted(made.items() - before.items()), sorted(before.items() - made.items())
    change = {"in": came, "out": left, "reason": reason.strip()[:160], "by": str(by), "at": at.isoformat()}
    plan.changes = [*plan.changes, change]
    plan.save(update_fields=["changes"])
    audit.record(plan, "plan.move", by=by, reason=reason.strip(), after={"in": came, "out": left}, at=at)
    return plan


@transaction.atomic
def accept_division(plan: Plan, *, by, at: datetime | None = None) -> Plan:
    """Give entries and judges their rooms, with assignments and empty sheets. What changed since is checked first."""
    at = at or timezone.now()
    heat = _locked_in_preparation(plan.draw.heat)
    plan = _locked_plan(plan)
    draw, placed = plan.draw, dict(pairs_of(plan)) if plan.state == PlanState.READY else {}
    found = _gathered(draw)
    if placed and (
        _rules_of(heat) != plan.rules or _code(draw, _problem_of(draw, found, plan.rules)) != plan.problem_digest
    ):
        raise Refused(
            _("Entries, judges, rules or conflicts have changed since this division was made. Make a new one first.")
        )
    _move_plan(plan, PlanState.ACCEPTED, accepted_at=at)
    numbered = {str(room.number): room for room in heat.rooms.all()}
    Participation.objects.bulk_update(
        [Participation(pk=pk, room=numbered[placed[name]]) for name, pk in found.participations.items()], ["room"]
    )
    for number, room in numbered.items():
        here = [judge for name, judge in found.judges.items() if placed.get(name) == number]
        heat.invitations.filter(judge__in=here).update(room=room)
    pairs = rooms.sittings(planning.unpacked(plan.problem), placed)
    by_hand = {name: one["reason"] for one in plan.changes for name, _room in one["in"]}
    assign(
        draw, [(found.judges[judge], found.participations[entry]) for entry, judge in pairs],
        source=AssignmentSource.SOLVER,
        reasons={
            (found.judges[judge], found.participations[entry]): by_hand.get(entry) or by_hand[judge]
            for entry, judge in pairs if entry in by_hand or judge in by_hand
        },
    )  # fmt: skip
    audit.record(plan, "plan.accept", by=by, after={"sheets": len(pairs), "digest": plan.digest}, at=at)
    return plan
