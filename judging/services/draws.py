"""The draw of a heat: a check code first, then the witness's number, then judges or presenting order, on record.

1. Only judges who accepted and signed the pledge are drawn.
2. Paper and online heats by lot: every entry gets its number of judges, loads as equal as they can be.
3. Paper and online heats by fit: the draw gives the seed and the reserve; the assignment follows (`services.plans`).
4. A live heat has one panel for all its entries, drawn from those ready. Where a panel member may not judge an entry,
   one of the others ready sits in for it; where nobody is left, the entry goes on with fewer, but never with
   fewer than the scoring rule needs.
5. In paper and online heats all who are ready are put in order as well, and as many as the stage says stand aside as
   reserve, the first of that order.
6. A live heat in several rooms is divided (`services.rooms`): the draw gives the seed and the order of the judges. The
   presenting order is drawn room by room.
7. Entries and judges go by names of the record (`judging.masking`): it names nobody and anybody can repeat it. The
   presenting order is public and has entry numbers.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contests.models import Heat
from contests.states import AssignedBy, StageKind
from core import audit
from core.problems import Refused
from core.secret import secret_hex
from judging import draw as lots
from judging.conflicts import excluded
from judging.masking import Names, secret_of
from judging.models import Assignment, Draw, ScoreSheet
from judging.planning import Rules
from judging.queries.facts import reasons
from judging.queries.fit import competing, ready
from judging.ranking import digest
from judging.scoring import Rule
from judging.services.heats import _locked_in_preparation
from judging.states import AssignmentSource, DrawPurpose
from projects.models import Participation

PANEL, STANDBY = "panel", "standby"
NAMED = 5


@transaction.atomic
def commit_draw(heat: Heat, *, purpose: str, by, at: datetime | None = None) -> Draw:
    """Fix a secret and publish its check code. From here on nobody, not even the organiser, can choose the outcome."""
    at = at or timezone.now()
    heat = _locked_in_preparation(heat)
    if heat.draws.filter(purpose=purpose, drawn_at=None).exists():
        raise Refused(_("A check code of this draw is public already. Enter the witness's number to draw."))
    if heat.draws.filter(purpose=purpose).exists():
        raise Refused(_("This draw has been made. It stands on record and is not repeated."))
    if purpose != DrawPurpose.ORDER:
        _check_way(heat, purpose)
        _ready(heat)
    mask = secret_hex()
    secret = secret_of(mask)
    draw = Draw.objects.create(
        heat=heat, purpose=purpose, secret=secret, mask=mask, commitment=lots.commitment(secret), committed_at=at, by=by
    )
    audit.record(draw, "draw.commit", by=by, after={"purpose": purpose, "commitment": draw.commitment}, at=at)
    return draw


def way_of(heat: Heat) -> DrawPurpose:
    """Which draw gives this heat its judges: by lot, or the seed for an assignment by fit or a division into rooms."""
    if heat.stage.kind == StageKind.LIVE:
        return DrawPurpose.ROOMS if heat.rooms.exists() else DrawPurpose.JUDGES
    return DrawPurpose.FIT if Rules.of(heat.stage).by == AssignedBy.FIT else DrawPurpose.JUDGES


def _check_way(heat: Heat, purpose: str) -> None:
    if purpose != way_of(heat):
        raise Refused(
            _("The rules of “%(stage)s” say otherwise how its judges are assigned. Reload the page.")
            % {"stage": heat.stage}
        )
    if heat.draws.filter(purpose__in=DrawPurpose.seating()).exists():
        raise Refused(_("The judges of “%(heat)s” are being drawn already.") % {"heat": heat})


@transaction.atomic
def draw_judges(draw: Draw, *, witness: str, witness_name: str, by, at: datetime | None = None) -> Draw:
    """Draw the judges of every entry; assignments and empty score sheets are made in the same act."""
    at = at or timezone.now()
    draw, heat = _undrawn(draw, DrawPurpose.JUDGES, witness, witness_name)
    names, numbers = Names(draw.mask), dict(_competing(heat))
    entries = {names.entry(number): pk for pk, number in numbers.items()}
    seats = _ready(heat)
    told = names.entries(numbers.values()) | names.judges(seats)
    lot = {"secret": draw.secret, "witness": draw.witness}
    live = heat.stage.kind == StageKind.LIVE
    standby = None if live else lots.draw_order(map(names.judge, seats), purpose=STANDBY, **lot)
    judges = {names.judge(seat): judge for seat, judge in seats.items()}
    for one in set_aside(heat, standby):
        del judges[one]
    panel = lots.draw_order(judges, purpose=PANEL, **lot) if live else None
    problem = _problem(heat, list(entries), _loads(heat, names, judges), _barred(heat, names, judges), panel, told)
    try:
        made = lots.draw_judges(problem, **lot)
    except lots.Infeasible as infeasible:
        raise Refused(in_words(infeasible, told), code="infeasible") from infeasible
    assign(
        draw,
        [(judges[judge], entries[entry]) for entry, panel in made["output"]["panels"].items() for judge in panel],
        source=AssignmentSource.DRAW,
    )
    record = {"panel": panel, "standby": standby, "judges": made}
    return _keep(draw, record, by=by, at=at, facts={"sheets": sum(problem.entries.values())})


@transaction.atomic
def draw_seed(draw: Draw, *, witness: str, witness_name: str, by, at: datetime | None = None) -> Draw:
    """Settle the seed of an assignment by fit, and who stands in reserve. Nobody is assigned yet."""
    at = at or timezone.now()
    draw, heat = _undrawn(draw, DrawPurpose.FIT, witness, witness_name)
    names, seats = Names(draw.mask), _ready(heat)
    standby = lots.draw_order(map(names.judge, seats), purpose=STANDBY, secret=draw.secret, witness=draw.witness)
    return _keep(draw, {"standby": standby}, by=by, at=at, facts={"judges": len(seats)})


def set_aside(heat: Heat, standby: dict | None) -> list[str]:
    """The reserve: as many of the drawn order as the stage says, as long as enough judges are left."""
    if standby is None:
        return []
    rules, order = Rules.of(heat.stage), standby["output"]
    return order[: max(0, min(rules.standby, len(order) - max(rules.demand, 1)))]


@transaction.atomic
def draw_order(draw: Draw, *, witness: str, witness_name: str, by, at: datetime | None = None) -> Draw:
    """Draw who presents when: room by room and track by track, numbered through in each room."""
    at = at or timezone.now()
    draw, heat = _undrawn(draw, DrawPurpose.ORDER, witness, witness_name)
    groups: dict[tuple[int | None, str], dict[str, int]] = {}
    rows = competing(heat).order_by("room__number", "track__order", "track", "pk")
    for room, track, number, pk in rows.values_list("room__number", "track__code", "entry__number", "pk"):
        groups.setdefault((room, track), {})[number] = pk
    in_rooms = heat.rooms.exists()
    if in_rooms and any(room is None for room, _track in groups):
        raise Refused(_("The entries are not divided into rooms yet. Divide them first, then draw the order."))
    records = [
        lots.draw_order(numbers, secret=draw.secret, witness=draw.witness,
                        purpose=":".join([lots.ORDER, *([str(room)] if in_rooms else []), track]))
        for (room, track), numbers in groups.items()
    ]  # fmt: skip
    drawn: dict[int | None, list[int]] = {}
    for (room, _track), numbers, one in zip(groups, groups.values(), records, strict=True):
        drawn.setdefault(room, []).extend(numbers[number] for number in one["output"])
    Participation.objects.bulk_update(
        [Participation(pk=pk, order=order) for numbers in drawn.values() for order, pk in enumerate(numbers, start=1)],
        ["order"], batch_size=500,
    )  # fmt: skip
    record = {"orders": records} | ({"rooms": [room for room, _track in groups]} if in_rooms else {})
    return _keep(draw, record, by=by, at=at, facts={"entries": sum(map(len, drawn.values()))})


def drawn_orders(draw: Draw) -> list[tuple[int | None, list[str]]]:
    """(number of the room, entry numbers in drawn order): one line for each room, or one for the heat."""
    found: dict[int | None, list[str]] = {}
    orders = draw.record.get("orders", ())
    for room, one in zip(draw.record.get("rooms") or [None] * len(orders), orders, strict=True):
        found.setdefault(room, []).extend(one["output"])
    return list(found.items())


def _undrawn(draw: Draw, purpose: str, witness: str, witness_name: str) -> tuple[Draw, Heat]:
    """The draw with its heat locked, and the witness's word checked and noted."""
    heat = _locked_in_preparation(draw.heat)
    draw = Draw.objects.select_for_update().get(pk=draw.pk)
    if draw.purpose != purpose:
        raise Refused(_("This check code was published for another draw."))
    if draw.drawn_at is not None:
        raise Refused(_("This draw has been made. It stands on record and is not repeated."))
    for field, text in (("witness", witness), ("witness_name", witness_name)):
        if not text.strip() or len(text.strip()) > 80:
            message = {
                "witness": _("Enter the number or word that the witness calls out, at most 80 characters."),
                "witness_name": _("Enter who witnesses the draw, at most 80 characters."),
            }[field]
            raise Refused(message, field=field)
    draw.witness, draw.witness_name = witness.strip(), witness_name.strip()
    return draw, heat


def _keep(draw: Draw, record: dict, *, by, at: datetime, facts: dict) -> Draw:
    draw.record, draw.digest, draw.drawn_at = record, digest(record), at
    draw.save(update_fields=["witness", "witness_name", "record", "digest", "drawn_at"])
    audit.record(
        draw, "draw.draw", by=by, at=at,
        after={"witness": draw.witness, "witness_name": draw.witness_name, "digest": draw.digest, **facts},
    )  # fmt: skip
    return draw


def _competing(heat: Heat) -> list[tuple[int, str]]:
    """(participation, entry number) of those who compete."""
    return list(competing(heat).order_by("entry__number").values_list("pk", "entry__number"))


def _ready(heat: Heat) -> dict[int, int]:
    """Seat → judge of everybody who accepted and signed; refused while they are too few."""
    seats = ready(heat)
    needed = heat.stage.judges_per_entry
    if len(seats) < max(needed, 1):
        raise Refused(
            ngettext(
                "%(ready)s judge accepted and signed the pledge, %(needed)s are needed for each entry. Invite more, "
                "or remind those who have not answered.",
                "%(ready)s judges accepted and signed the pledge, %(needed)s are needed for each entry. Invite more, "
                "or remind those who have not answered.",
                len(seats),
            )
            % {"ready": len(seats), "needed": needed}
        )
    return seats


def _loads(heat: Heat, names: Names, judges: dict[str, int]) -> dict[str, lots.Load]:
    """How many entries each judge takes: by the stage's rules and by what the judge said."""
    rules = Rules.of(heat.stage)
    found = {}
    for seat, capacity in heat.invitations.values_list("seat", "capacity"):
        if names.judge(seat) in judges:
            most = min((one for one in (capacity, rules.load_max) if one is not None), default=None)
            found[names.judge(seat)] = lots.Load(min(rules.load_min, most or rules.load_min), most)
    return found


def _barred(heat: Heat, names: Names, judges: dict[str, int]) -> frozenset[tuple[str, str]]:
    """(entry, judge) of every hard conflict, by their names on the record."""
    numbers = dict(competing(heat).values_list("entry_id", "entry__number"))
    named = {judge: name for name, judge in judges.items()}
    kept_apart = excluded(reasons(heat, named))
    return frozenset(
        (names.entry(numbers[entry]), named[judge])
        for entry, found in kept_apart.items()
        if entry in numbers
        for judge in found
    )


def _problem(
    heat: Heat,
    entries: list[str],
    loads: dict[str, lots.Load],
    barred: frozenset,
    panel: dict | None,
    told: Mapping[str, object],
) -> lots.Problem:
    needed = heat.stage.judges_per_entry
    if panel is None:
        return lots.Problem(dict.fromkeys(entries, needed), loads, barred)
    chosen = set(panel["output"][:needed])
    least = {judge: sum((entry, judge) not in barred for entry in entries) if judge in chosen else 0 for judge in loads}
    free = {entry: sum((entry, judge) not in barred for judge in loads) for entry in entries}
    enough = Rule.from_data(heat.scoring_rule.data).min_valid_marks
    alone = [entry for entry in entries if free[entry] < min(enough, needed)]
    if alone:
        raise Refused(
            _("Too few judges may judge %(entries)s: %(needed)s valid sheets are needed. Invite other judges.")
            % {"entries": named([told[one] for one in alone]), "needed": enough}
        )
    return lots.Problem(
        {entry: min(needed, free[entry]) for entry in entries},
        {judge: lots.Load(count, None) for judge, count in least.items()},
        barred,
    )


def assign(draw: Draw, pairs: Iterable[tuple[int, int]], *, source: str, reasons: Mapping | None = None) -> None:
    """Assignments (judge, participation) with their empty sheets, so that a first save never races with the making."""
    reasons = reasons or {}
    made = Assignment.objects.bulk_create(
        [
            Assignment(
                judge_id=judge, participation_id=pk, draw=draw, reason=reasons.get((judge, pk), ""),
                source=AssignmentSource.HAND if (judge, pk) in reasons else source,
            )
            for judge, pk in pairs
        ],
        batch_size=1000,
    )  # fmt: skip
    ScoreSheet.objects.bulk_create([ScoreSheet(assignment=one) for one in made], batch_size=1000)


def in_words(infeasible: lots.Infeasible, told: Mapping[str, object]) -> str:
    """Why nothing could be drawn, in a sentence that says what to do; `told` names entries and seats."""
    if infeasible.judges:
        seats = "、".join(str(told[one.judge]) for one in infeasible.judges[:NAMED])
        return _("Judges no. %(seats)s can't be given their entries because of conflicts.") % {"seats": seats}
    apart = [one for one in infeasible.entries if one.code == "conflicts"]
    if apart:
        first = apart[0]
        return _(
            "Nothing was drawn. %(entries)s can't get enough judges: of those ready, %(conflicted)s may not judge "
            "%(first)s, %(allowed)s may, %(needs)s are needed. Invite judges from other cities and employers."
        ) % {
            "entries": named([told[one.entry] for one in apart]), "conflicted": first.conflicted,
            "first": told[first.entry], "allowed": first.allowed, "needs": first.needs,
        }  # fmt: skip
    neck = infeasible.bottleneck
    return _(
        "Nothing was drawn. %(entries)s and others need %(needs)s places, but the %(judges)s judges who may judge them "
        "take %(places)s at most. Raise their limits or invite more judges."
    ) % {
        "entries": named([told[one.entry] for one in infeasible.entries]), "needs": neck.needs,
        "judges": len(neck.judges), "places": neck.places,
    }  # fmt: skip


def named(numbers: list) -> str:
    """The first few of them, and how many more there are."""
    shown = "、".join(map(str, numbers[:NAMED]))
    if len(numbers) <= NAMED:
        return shown
    return _("%(named)s and %(count)s more") % {"named": shown, "count": len(numbers) - NAMED}
