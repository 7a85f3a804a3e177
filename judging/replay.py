"""Draws and rankings computed again from their records, and every difference named. Nothing here writes.

A record that was changed by hand no longer fits its check code; a ranking whose marks were changed behind the
product's back no longer fits the tables. Both are named, so that a supervisor can see where to look.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from judging import draw as lots
from judging import outcomes, planning, ranking, rooms
from judging.masking import Names, secret_of
from judging.models import Assignment, Draw, Place, Ranking
from judging.queries.marks import mark_sets, seats_of
from judging.services.draws import drawn_orders
from judging.services.plans import pairs_of, plan_digest
from judging.states import AssignmentSource, DrawPurpose, PlanState


def differences_of_draw(draw: Draw) -> list[str]:
    """Everything of a draw that doesn't come out again; empty when all does."""
    if draw.drawn_at is None:
        return []
    found = [] if draw.commitment == lots.commitment(draw.secret) else ["commitment"]
    if draw.mask and secret_of(draw.mask) != draw.secret:
        found.append("names")
    if ranking.digest(draw.record) != draw.digest:
        found.append("digest")
    if draw.purpose == DrawPurpose.ORDER:
        records = {f"order {place}": one for place, one in enumerate(draw.record["orders"], start=1)}
    else:
        records = {name: one for name, one in draw.record.items() if one}
    for name, record in records.items():
        if record.get("secret") != draw.secret or record.get("witness") != draw.witness:
            found.append(f"{name}: witness")
        found += [f"{name}: {part}" for part in lots.verify(record)]
    tables = {
        DrawPurpose.JUDGES: _panels_apart, DrawPurpose.ORDER: _orders_apart, DrawPurpose.FIT: _plan_apart,
        DrawPurpose.ROOMS: _rooms_apart,
    }  # fmt: skip
    return found + tables[draw.purpose](draw)


def _panels_apart(draw: Draw) -> list[str]:
    """Entries whose drawn assignments are not those of the record. A replacement carries a reason, a drawn one none."""
    stored: dict[str, set[str]] = {}
    for entry, judge in _stored(draw, Assignment.objects.filter(source=AssignmentSource.DRAW, reason="")):
        stored.setdefault(entry, set()).add(judge)
    told = Names(draw.mask).entries(_numbers(draw))
    panels = draw.record["judges"]["output"]["panels"]
    return [
        f"assignments: {told.get(entry, entry)}"
        for entry in sorted(panels)
        if set(panels[entry]) != stored.get(entry, set())
    ]


def _stored(draw: Draw, assignments) -> set[tuple[str, str]]:
    """The pairs in the tables, by their names on the record."""
    seats, names = seats_of(draw.heat, set()), Names(draw.mask)
    rows = assignments.filter(draw=draw).values_list("judge_id", "participation__entry__number")
    return {(names.entry(number), names.judge(seats.get(judge, "?"))) for judge, number in rows}


def _numbers(draw: Draw) -> list[str]:
    return list(draw.heat.participations.values_list("entry__number", flat=True))


def _plan_apart(draw: Draw) -> list[str]:
    """What of the accepted plan doesn't fit: its digests, its rules, or assignments that are not in the tables."""
    plan = draw.plans.filter(state=PlanState.ACCEPTED).first()
    if plan is None:
        return []
    data = planning.unpacked(plan.problem)
    found = [] if ranking.digest(data) == plan.problem_digest else ["plan: problem"]
    if plan_digest(plan, plan.answer, plan.problem_digest, plan.versions) != plan.digest:
        found.append("plan: digest")
    pairs = pairs_of(plan)
    found += [f"plan: {one.rule} {one.who}" for one in planning.Keeper(data).breaks(pairs)]
    missing = set(pairs) - _stored(draw, Assignment.objects.all())
    return found + [f"assignments: {entry} {judge}" for entry, judge in sorted(missing)]


def _rooms_apart(draw: Draw) -> list[str]:
    """What of the accepted division doesn't fit: its digests, its rules, or rooms that are not in the tables."""
    plan = draw.plans.filter(state=PlanState.ACCEPTED).first()
    if plan is None:
        return []
    data, placed = planning.unpacked(plan.problem), dict(pairs_of(plan))
    found = [] if ranking.digest(rooms.sealed(data, draw.mask)) == plan.problem_digest else ["plan: problem"]
    if plan_digest(plan, plan.answer, plan.problem_digest, plan.versions) != plan.digest:
        found.append("plan: digest")
    found += [f"plan: {one.rule} {one.who}" for one in rooms.broken(data, placed)]
    names = Names(draw.mask)
    stored = {names.entry(number): str(room) for number, room in draw.heat.participations.values_list(
        "entry__number", "room__number")}  # fmt: skip
    stored |= {names.judge(seat): str(room) for seat, room in draw.heat.invitations.values_list("seat", "room__number")}
    return found + [f"rooms: {name}" for name, room in sorted(placed.items()) if stored.get(name) != room]


def _orders_apart(draw: Draw) -> list[str]:
    stored = {number: rest for number, *rest in draw.heat.participations.values_list(
        "entry__number", "room__number", "order")}  # fmt: skip
    return [
        f"order: {number}"
        for room, numbers in drawn_orders(draw)
        for place, number in enumerate(numbers, start=1)
        if stored.get(number) != [room, place]
    ]


def differences_of_ranking(one: Ranking) -> list[str]:
    """Everything of a ranking that doesn't come out again from its rule and marks, or no longer fits the tables."""
    again = outcome_again(one)
    found = ranking.differences(one.result["ranking"], again["ranking"])
    found += [
        part
        for part in ("quota", "awards")
        if ranking.canonical_json(one.result[part]) != ranking.canonical_json(again[part])
    ]
    if digest_of(one.rule, one.inputs, one.result, before=digest_before(one)) != one.digest:
        found.append("digest")
    found += _places_apart(one)
    newest = not Ranking.objects.filter(heat=one.heat_id, track=one.track_id, version__gt=one.version).exists()
    return found + (_marks_apart(one) if newest else [])


def outcome_again(one: Ranking) -> dict[str, Any]:
    """The result computed from the stored rule and marks alone."""
    ranked = ranking.replay(one.rule["scoring"], one.inputs)
    return {"ranking": ranked, **outcomes.apply(one.rule, ranked)}


def digest_of(rule: Any, inputs: Any, result: Any, *, before: str = "") -> str:
    """One check code over everything that decides: rule, marks, result, and the check code of the version before.

    So the codes are a chain: an earlier version can't be changed without the code of every later one.
    """
    return ranking.digest({"rule": rule, "inputs": inputs, "result": result} | ({"before": before} if before else {}))


def digest_before(one: Ranking) -> str:
    """The check code of the version before; empty for the first."""
    earlier = Ranking.objects.filter(heat=one.heat_id, track=one.track_id, version__lt=one.version)
    return earlier.order_by("-version").values_list("digest", flat=True).first() or ""


def _places_apart(one: Ranking) -> list[str]:
    """Entries whose row differs from the result: rank, total, tie or outcome."""
    rows = Place.objects.filter(ranking=one)
    stored = {
        number: rest
        for number, *rest in rows.values_list("participation__entry__number", "rank", "total", "tied", "outcome")
    }
    came_to = outcomes.by_entry(one.rule, one.result)
    wanted = {
        place["number"]: [place["rank"], Decimal(place["total"]), place["tied"], came_to[place["entry"]]["outcome"]]
        for place in one.result["ranking"]["places"]
    } | {
        apart["number"]: [None, None, False, came_to[apart["entry"]]["outcome"]]
        for apart in one.result["ranking"]["apart"]
    }
    return [f"places: {key}" for key in sorted(stored.keys() | wanted.keys()) if stored.get(key) != wanted.get(key)]


def _marks_apart(one: Ranking) -> list[str]:
    """Marks and sheets in the tables that are no longer those that were ranked: entry, judge's seat, criterion, both
    values."""
    marks = mark_sets(one.heat).get(one.track_id)
    if marks is None:
        return [_("no marks any more")]
    before, now = _by_sheet(one.inputs), _by_sheet(marks.to_data())
    return [
        _("marks of %(entry)s, judge no. %(seat)s, %(what)s: %(before)s ranked, %(now)s in the tables") % {
            "entry": entry, "seat": seat, "what": what, "before": before.get((entry, seat, what), _("nothing")),
            "now": now.get((entry, seat, what), _("nothing")),
        }
        for entry, seat, what in sorted(before.keys() | now.keys())
        if before.get((entry, seat, what)) != now.get((entry, seat, what))
    ]  # fmt: skip


def _by_sheet(data: Mapping[str, Any]) -> dict[tuple[str, str, str], str]:
    """(entry, seat, criterion) → mark, and under the word for the sheet its state."""
    found = {}
    for entry in data["entries"]:
        for sheet in entry["sheets"]:
            found[entry["key"], sheet["key"], _("state of the sheet")] = sheet["state"]
            found |= {(entry["key"], sheet["key"], name): mark for name, mark in sheet["marks"].items()}
    return found
