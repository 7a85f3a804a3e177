"""What a ranking is computed from, read out of the tables: marks by entry number and seat number.

Entries are known by their number and judges by their seat, so that a stored ranking names no person and can be
counted again from the printed sheets.
"""

from collections import defaultdict
from decimal import Decimal

from contests.models import Heat, Rubric, Stage
from contests.states import StageKind
from judging.models import Mark, Place, ScoreSheet
from judging.scoring import Criterion, Decision, Entry, MarkSet, Rule, Sheet
from judging.states import SheetState
from projects.models import Participation
from projects.states import EntryState, Outcome


def mark_sets(heat: Heat, *, jury: tuple[Decision, ...] = ()) -> dict[int, MarkSet]:
    """Track → everything its ranking is computed from. Six queries for a heat of any size, one more for rooms."""
    criteria = tuple(criteria_of(heat))
    rule = Rule.from_data(heat.scoring_rule.data)
    sheets = _sheets(heat)
    nearest, *further = earlier_totals(heat, rounds=1 + len(rule.further_weights))
    rooms = _rooms(heat) if rule.room_correction != "off" else {}
    by_track: dict[int, list[Entry]] = defaultdict(list)
    for pk, track, outcome, reason, entry, number, state in participants(heat):
        by_track[track].append(
            Entry(
                number, number, tuple(sheets[pk]), nearest.get(entry), _withdrawn(outcome, state, reason),
                tuple(totals.get(entry) for totals in further), rooms.get(pk, ""),
            )
        )  # fmt: skip
    return {
        track: MarkSet(criteria, tuple(entries), _about(jury, {one.key for one in entries}))
        for track, entries in by_track.items()
    }


def _rooms(heat: Heat) -> dict[int, str]:
    """Participation → the name of its room."""
    return dict(Participation.objects.filter(heat=heat, room__isnull=False).values_list("pk", "room__name"))


def criteria_of(heat: Heat) -> list[Criterion]:
    """The heat's rubric as the arithmetic reads it."""
    return lines_of_rubric(heat.rubric)


def lines_of_rubric(rubric: Rubric) -> list[Criterion]:
    rows = rubric.criteria.all()
    return [Criterion(one.key, one.maximum, one.weight, one.step, one.local_name) for one in rows]


def participants(heat: Heat):
    return (
        Participation.objects.filter(heat=heat)
        .order_by("track__order", "track", "entry__number")
        .values_list("pk", "track_id", "outcome", "reason", "entry_id", "entry__number", "entry__state")
    )


def _withdrawn(outcome: str, state: str, reason: str) -> str:
    """Why an entry no longer competes: its own state first, then what was noted on its participation."""
    if state != EntryState.QUALIFIED:
        return state
    return (reason or Outcome.WITHDRAWN.value) if outcome == Outcome.WITHDRAWN else ""


def _sheets(heat: Heat) -> dict[int, list[Sheet]]:
    """Participation → sheets. Only a submitted sheet shows its marks; of the others the state is all that matters."""
    marks: dict[int, dict[str, Decimal]] = defaultdict(dict)
    given = Mark.objects.filter(
        sheet__assignment__participation__heat=heat, sheet__state=SheetState.SUBMITTED, value__isnull=False
    )
    keys = dict(heat.rubric.criteria.values_list("pk", "key"))
    for sheet, criterion, value in given.values_list("sheet_id", "criterion_id", "value").iterator(5000):
        marks[sheet][keys[criterion]] = value
    found: dict[int, list[Sheet]] = defaultdict(list)
    rows = ScoreSheet.objects.filter(assignment__participation__heat=heat).values_list(
        "pk", "state", "assignment__participation_id", "assignment__judge_id"
    )
    rows = list(rows)
    seats = seats_of(heat, {row[3] for row in rows})
    for pk, state, participation, judge in rows:
        found[participation].append(Sheet(str(seats[judge]), marks.get(pk, {}), state))
    return found


def seats_of(heat: Heat, judges: set[int]) -> dict[int, int]:
    """Judge → seat number in this heat. A judge who was put in without an invitation sits behind the others."""
    seats = dict(heat.invitations.values_list("judge_id", "seat"))
    for judge in sorted(judges - seats.keys()):
        seats[judge] = max(seats.values(), default=0) + 1
    return seats


def earlier_totals(heat: Heat, *, rounds: int = 1) -> list[dict[int, Decimal]]:
    """Entry → its total in each of so many judged stages before, nearest first, by the newest version of a ranking."""
    found, stage = [], heat.stage
    for _number in range(rounds):
        stage = stage and judged_stage_before(stage)
        places = Place.objects.filter(ranking__heat__stage=stage, total__isnull=False).order_by("ranking__version")
        found.append(dict(places.values_list("participation__entry_id", "total")) if stage else {})
    return found


def judged_stage_before(stage: Stage) -> Stage | None:
    earlier = Stage.objects.filter(season=stage.season_id, order__lt=stage.order, kind__in=StageKind.judged())
    return earlier.order_by("-order").first()


def _about(jury: tuple[Decision, ...], keys: set[str]) -> tuple[Decision, ...]:
    """The decisions on entries of this ranking."""
    return tuple(one for one in jury if set(one.order) <= keys)
