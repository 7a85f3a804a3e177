"""The draw of a heat: a check code first, then the witness's number, then judges or presenting order, on record.

1. Only judges who accepted and signed the pledge are drawn.
2. Paper and online heats: every entry gets its number of judges, loads as equal as they can be.
3. A live heat has one panel for all its entries, drawn from those ready. Where a panel member may not judge an entry,
   one of the others ready sits in for it; where nobody is left, the entry goes on with fewer, but never with
   fewer than the scoring rule needs.
4. Entries are known by number and judges by seat, so the record names no person and anybody can repeat it.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contests.models import Heat
from contests.states import StageKind
from core import audit
from core.problems import Refused
from core.secret import secret_hex
from judging import draw as lots
from judging.conflicts import excluded
from judging.models import Assignment, Draw, ScoreSheet
from judging.queries.facts import reasons
from judging.ranking import digest
from judging.scoring import Rule
from judging.services.heats import _locked_in_preparation
from judging.states import AssignmentSource, DrawPurpose, InvitationState
from projects.models import Participation
from projects.states import EntryState, Outcome

PANEL = "panel"
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
    if purpose == DrawPurpose.JUDGES:
        _ready(heat)
    secret = secret_hex()
    draw = Draw.objects.create(
        heat=heat, purpose=purpose, secret=secret, commitment=lots.commitment(secret), committed_at=at, by=by
    )
    audit.record(draw, "draw.commit", by=by, after={"purpose": purpose, "commitment": draw.commitment}, at=at)
    return draw


@transaction.atomic
def draw_judges(draw: Draw, *, witness: str, witness_name: str, by, at: datetime | None = None) -> Draw:
    """Draw the judges of every entry; assignments and empty score sheets are made in the same act."""
    at = at or timezone.now()
    draw, heat = _undrawn(draw, DrawPurpose.JUDGES, witness, witness_name)
    entries = dict(_competing(heat))
    seats = _ready(heat)
    barred = _barred(heat, entries, seats)
    lot = {"secret": draw.secret, "witness": draw.witness}
    panel = lots.draw_order(seats.values(), purpose=PANEL, **lot) if heat.stage.kind == StageKind.LIVE else None
    problem = _problem(heat, list(entries.values()), _capacities(heat, seats), barred, panel)
    try:
        made = lots.draw_judges(problem, **lot)
    except lots.Infeasible as infeasible:
        raise Refused(in_words(infeasible), code="infeasible") from infeasible
    _assign(draw, entries, seats, made["output"]["panels"])
    return _keep(draw, {"panel": panel, "judges": made}, by=by, at=at, facts={"sheets": sum(problem.entries.values())})


@transaction.atomic
def draw_order(draw: Draw, *, witness: str, witness_name: str, by, at: datetime | None = None) -> Draw:
    """Draw who presents when: track by track, numbered through."""
    at = at or timezone.now()
    draw, heat = _undrawn(draw, DrawPurpose.ORDER, witness, witness_name)
    by_track: dict[str, dict[str, int]] = {}
    rows = _present(heat).order_by("track__order", "track", "pk").values_list("track__code", "entry__number", "pk")
    for track, number, pk in rows:
        by_track.setdefault(track, {})[number] = pk
    records = [
        lots.draw_order(numbers, secret=draw.secret, witness=draw.witness, purpose=f"{lots.ORDER}:{track}")
        for track, numbers in by_track.items()
    ]
    drawn = [by_track[track][number] for track, one in zip(by_track, records, strict=True) for number in one["output"]]
    Participation.objects.bulk_update(
        [Participation(pk=pk, order=order) for order, pk in enumerate(drawn, start=1)], ["order"], batch_size=500
    )
    return _keep(draw, {"orders": records}, by=by, at=at, facts={"entries": len(drawn)})


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


def _present(heat: Heat):
    """Participations of entries that still compete."""
    return heat.participations.filter(entry__state=EntryState.QUALIFIED).exclude(outcome=Outcome.WITHDRAWN)


def _competing(heat: Heat) -> list[tuple[int, str]]:
    """(participation, entry number) of those who compete."""
    return list(_present(heat).order_by("entry__number").values_list("pk", "entry__number"))


def _ready(heat: Heat) -> dict[int, str]:
    """Judge → seat of everybody who accepted and signed; refused while they are too few."""
    ready = heat.invitations.filter(state=InvitationState.ACCEPTED, pledged_at__isnull=False)
    seats = {judge: str(seat) for judge, seat in ready.values_list("judge_id", "seat")}
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


def _capacities(heat: Heat, seats: dict[int, str]) -> dict[str, int | None]:
    rows = heat.invitations.filter(judge__in=seats).values_list("judge_id", "capacity")
    return {seats[judge]: capacity for judge, capacity in rows}


def _barred(heat: Heat, entries: dict[int, str], seats: dict[int, str]) -> frozenset[tuple[str, str]]:
    """(entry number, seat) of every hard conflict."""
    numbers = dict(heat.participations.filter(pk__in=entries).values_list("entry_id", "entry__number"))
    kept_apart = excluded(reasons(heat, seats))
    return frozenset(
        (numbers[entry], seats[judge]) for entry, judges in kept_apart.items() if entry in numbers for judge in judges
    )


def _problem(
    heat: Heat, entries: list[str], capacities: dict[str, int | None], barred: frozenset, panel: dict | None
) -> lots.Problem:
    needed = heat.stage.judges_per_entry
    if panel is None:
        return lots.Problem(
            dict.fromkeys(entries, needed),
            {seat: lots.Load(0, capacity) for seat, capacity in capacities.items()},
            barred,
        )
    chosen = set(panel["output"][:needed])
    least = {
        seat: sum((entry, seat) not in barred for entry in entries) if seat in chosen else 0 for seat in capacities
    }
    free = {entry: sum((entry, seat) not in barred for seat in capacities) for entry in entries}
    enough = Rule.from_data(heat.scoring_rule.data).min_valid_marks
    alone = [entry for entry in entries if free[entry] < min(enough, needed)]
    if alone:
        raise Refused(
            _("Too few judges may judge %(entries)s: %(needed)s valid sheets are needed. Invite other judges.")
            % {"entries": _named(alone), "needed": enough}
        )
    return lots.Problem(
        {entry: min(needed, free[entry]) for entry in entries},
        {seat: lots.Load(count, None) for seat, count in least.items()},
        barred,
    )


def _assign(draw: Draw, entries: dict[int, str], seats: dict[int, str], panels: dict[str, list[str]]) -> None:
    """Assignments with their empty sheets, so that a judge's first save never races with the making of the sheet."""
    judges = {seat: judge for judge, seat in seats.items()}
    made = Assignment.objects.bulk_create(
        [
            Assignment(judge_id=judges[seat], participation_id=pk, draw=draw, source=AssignmentSource.DRAW)
            for pk, number in entries.items()
            for seat in panels[number]
        ],
        batch_size=1000,
    )
    ScoreSheet.objects.bulk_create([ScoreSheet(assignment=one) for one in made], batch_size=1000)


def in_words(infeasible: lots.Infeasible) -> str:
    """Why nothing could be drawn, in a sentence that says what to do."""
    if infeasible.judges:
        seats = "、".join(one.judge for one in infeasible.judges[:NAMED])
        return _("Judges no. %(seats)s can't be given their entries because of conflicts.") % {"seats": seats}
    apart = [one for one in infeasible.entries if one.code == "conflicts"]
    if apart:
        first = apart[0]
        return _(
            "Nothing was drawn. %(entries)s can't get enough judges: of those ready, %(conflicted)s may not judge "
            "%(first)s, %(allowed)s may, %(needs)s are needed. Invite judges from other cities and employers."
        ) % {
            "entries": _named([one.entry for one in apart]), "conflicted": first.conflicted, "first": first.entry,
            "allowed": first.allowed, "needs": first.needs,
        }  # fmt: skip
    neck = infeasible.bottleneck
    return _(
        "Nothing was drawn. %(entries)s and others need %(needs)s places, but the %(judges)s judges who may judge them "
        "take %(places)s at most. Raise their limits or invite more judges."
    ) % {
        "entries": _named([one.entry for one in infeasible.entries]), "needs": neck.needs,
        "judges": len(neck.judges), "places": neck.places,
    }  # fmt: skip


def _named(numbers: list[str]) -> str:
    shown = "、".join(numbers[:NAMED])
    if len(numbers) <= NAMED:
        return shown
    return _("%(named)s and %(count)s more") % {"named": shown, "count": len(numbers) - NAMED}
