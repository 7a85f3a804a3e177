"""A live final in two rooms: named, drawn, divided, moved by hand, accepted, ordered, judged, printed, and recorded."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils.translation import override

from core.problems import Refused
from judging import exports, planning, replay, services
from judging.models import Draw, Plan, ScoreSheet
from judging.queries.changes import changes_since
from judging.queries.rooms import Told, division_of, presiding
from judging.services.plans import pairs_of
from judging.services.rooms import RoomLine
from judging.states import ConflictKind, JudgeKind, PlanState
from projects.queries.timeline import timeline
from tests.factories import NOW
from tests.judging.heats import prepared

pytestmark = pytest.mark.django_db
SCRIPT = Path(__file__).resolve().parents[2] / "static" / "verify" / "redraw.py"
RULES = {
    "by": "lots", "load_min": 0, "load_max": None, "standby": 0, "outside": 0, "home": "city", "employer_max": 2,
    "types": [{"type": "investor", "least": 1}, {"type": "technical", "least": 1}],
}  # fmt: skip
HALLS = [RoomLine("一号厅", "会展中心三楼", NOW), RoomLine("二号厅")]


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


def final(entries=5, judges=7, **rule):
    made = prepared(entries, judges, rule={"min_valid_marks": 1, **rule}, kind="live", assignment=RULES)
    for place, judge in enumerate(made.judges):
        judge.kind = JudgeKind.INVESTOR if place % 2 else JudgeKind.TECHNICAL
        judge.save()
    services.set_rooms(made.heat, HALLS, by=made.by, at=NOW)
    return made


def seeded(made) -> Draw:
    committed = services.commit_draw(made.heat, purpose="rooms", by=made.by, at=NOW)
    return services.draw_rooms(committed, witness="20260618", witness_name="王公证", by=made.by, at=NOW)


def divided(made) -> Plan:
    seeded(made)
    return services.divide(made.heat, by=made.by, at=NOW)


def opened(made):
    services.accept_division(divided(made), by=made.by, at=NOW)
    order = services.commit_draw(made.heat, purpose="order", by=made.by, at=NOW)
    services.draw_order(order, witness="7", witness_name="王公证", by=made.by, at=NOW)
    made.heat = services.open_heat(made.heat, by=made.by, at=NOW)
    return made


def test_every_judge_of_a_room_marks_every_entry_of_it_and_the_record_repeats():
    made = final()
    services.declare_conflict(
        made.judges[0], entry=made.entries[0], kind=ConflictKind.KIN, source="本人申报", by=made.by, at=NOW
    )
    plan = divided(made)
    assert plan.state == PlanState.READY
    assert not ScoreSheet.objects.exists()
    services.accept_division(plan, by=made.by, at=NOW)

    held = {}
    for one in made.heat.participations.select_related("room"):
        held.setdefault(one.room, set()).add(one.pk)
    assert sorted(map(len, held.values())) == [2, 3]
    for room, entries in held.items():
        seats = set(made.heat.invitations.filter(room=room).values_list("judge", flat=True))
        pairs = set(ScoreSheet.objects.filter(assignment__participation__in=entries).values_list(
            "assignment__judge", "assignment__participation"))  # fmt: skip
        assert len(seats) == 3
        assert pairs == {(judge, entry) for judge in seats for entry in entries}
    order = services.commit_draw(made.heat, purpose="order", by=made.by, at=NOW)
    services.draw_order(order, witness="7", witness_name="王公证", by=made.by, at=NOW)
    for entries in held.values():
        orders = made.heat.participations.filter(pk__in=entries).values_list("order", flat=True)
        assert sorted(orders) == list(range(1, len(entries) + 1))
    assert [replay.differences_of_draw(one) for one in made.heat.draws.all()] == [[], []]
    one = made.heat.participations.first()
    made.heat.participations.filter(pk=one.pk).update(room=next(room for room in held if room != one.room), order=9)
    assert all(replay.differences_of_draw(one) for one in made.heat.draws.all())


def test_the_script_outside_repeats_the_seed_and_every_rule(tmp_path):
    made = opened(final())
    made.fill()
    made.lock()
    draw = made.heat.draws.get(purpose="rooms")
    draw.heat.refresh_from_db()
    told = exports.draw_bundle(draw)
    assert not isinstance(told["plans"][0]["problem"]["balance"], dict)

    def script(record):
        path = tmp_path / "record.json"
        path.write_text(json.dumps(record), encoding="utf-8")
        return subprocess.run([sys.executable, SCRIPT, path], capture_output=True, text=True, check=False).stdout

    assert script(told) == "equal\n"
    told["plans"][0]["changes"] = [{"out": told["plans"][0]["answer"]["pairs"][:1], "in": []}]
    assert "plan 1:" in script(told)
    assert exports.draw_pdf(draw).startswith(b"%PDF")


def test_a_move_by_hand_keeps_the_rules_and_stands_on_record():
    made = final(4, 7)
    plan = divided(made)
    placed = dict(pairs_of(plan))
    problem = planning.unpacked(plan.problem)
    one = problem["entries"][0]
    other = next(name for name in problem["entries"] if placed[name] != placed[one])
    move = {"by": made.by, "at": NOW}

    with pytest.raises(Refused, match="same size"):
        services.move_in_rooms(plan, name=one, room=placed[other], reason="交通", **move)
    with pytest.raises(Refused, match="Say why"):
        services.move_in_rooms(plan, name=one, other=other, reason=" ", **move)
    judge = next(name for name in problem["judges"] if name in placed)
    with pytest.raises(Refused, match="Choose where"):
        services.move_in_rooms(plan, name=one, other=judge, reason="交通", **move)
    plan = services.move_in_rooms(plan, name=one, other=other, reason="交通", **move)
    assert dict(pairs_of(plan)) == {**placed, one: placed[other], other: placed[one]}
    services.accept_division(plan, by=made.by, at=NOW)
    assert replay.differences_of_draw(plan.draw) == []
    with pytest.raises(Refused, match="up for review"):
        services.move_in_rooms(plan, name=one, other=other, reason="交通", **move)


def test_what_changed_since_is_found_before_a_division_is_accepted():
    made = final()
    plan = divided(made)
    services.declare_conflict(
        made.judges[0], entry=made.entries[0], kind=ConflictKind.KIN, source="本人申报", by=made.by, at=NOW
    )
    with pytest.raises(Refused, match="changed since"):
        services.accept_division(plan, by=made.by, at=NOW)
    again = services.divide(made.heat, by=made.by, at=NOW)
    services.accept_division(again, by=made.by, at=NOW)
    plan.refresh_from_db()
    assert plan.state == PlanState.DROPPED


def test_rooms_are_settled_with_the_check_code_and_need_a_live_heat():
    made = final()
    with pytest.raises(Refused, match="same name"):
        services.set_rooms(made.heat, [RoomLine("厅"), RoomLine("厅")], by=made.by, at=NOW)
    with pytest.raises(Refused, match="more rooms than entries"):
        services.set_rooms(made.heat, [RoomLine(str(n)) for n in range(6)], by=made.by, at=NOW)
    order = services.commit_draw(made.heat, purpose="order", by=made.by, at=NOW)
    with pytest.raises(Refused, match="not divided"):
        services.draw_order(order, witness="7", witness_name="王公证", by=made.by, at=NOW)
    seeded(made)
    with pytest.raises(Refused, match="settled"):
        services.set_rooms(made.heat, [], by=made.by, at=NOW)
    halls = services.set_rooms(made.heat, [RoomLine("二号厅", "A"), RoomLine("一号厅")], by=made.by, at=NOW)
    assert [(one.number, one.name, one.place) for one in halls] == [(1, "二号厅", "A"), (2, "一号厅", "")]
    made.stage.kind = "online"
    made.stage.save()
    with pytest.raises(Refused, match="Only a live heat"):
        services.set_rooms(made.heat, HALLS, by=made.by, at=NOW)


def test_a_judge_who_drops_out_is_replaced_by_the_next_without_a_room():
    made = opened(final())
    waiting = made.heat.invitations.get(room=None).judge
    of_its_type = made.sheets().filter(assignment__judge__kind=waiting.kind)
    sheet = of_its_type.select_related("assignment__participation__room").first()

    services.mark_absent(sheet, reason="航班取消", by=made.by, at=NOW)
    assignment = services.replace_judge(sheet, reason="航班取消", by=made.by, at=NOW)
    assert assignment.judge == waiting
    assert made.heat.invitations.get(judge=waiting).room == sheet.assignment.participation.room
    there = made.sheets().exclude(assignment__participation__room=sheet.assignment.participation.room).first()
    services.mark_absent(there, reason="航班取消", by=made.by, at=NOW)
    with pytest.raises(Refused, match="No other judge is ready"):
        services.replace_judge(there, reason="航班取消", by=made.by, at=NOW)


def test_a_factor_between_rooms_is_computed_from_the_rooms():
    made = opened(final(4, 6, room_correction="factor"))
    made.fill(lambda entry, seat: (40 - entry, 30))
    (ranking,) = made.lock()
    rooms = {place["score"]["room"]["room"] for place in ranking.result["ranking"]["places"]}
    assert rooms == {"一号厅", "二号厅"}


def test_teams_and_judges_read_room_place_and_turn_once_the_order_is_drawn(client):
    made = final()
    one = made.heat.participations.select_related("entry").first()
    said = [line for step in timeline(one.entry, NOW) for line in step.hold]
    assert not any("厅" in line for line in said)
    opened(made)
    one.refresh_from_db()
    said = [line for step in timeline(one.entry, NOW) for line in step.hold]
    assert f"You present as no. {one.order}" in said
    assert any(line.startswith(one.room.name) for line in said)
    seated = made.heat.invitations.filter(room__isnull=False).select_related("room", "judge__person").first()
    client.force_login(seated.judge.person.user)
    shown = client.get(reverse("judging:queue")).context["open"]
    assert [own.room for own, _left in shown] == [seated.room]


def test_the_page_goes_from_names_to_accepted_rooms(client):
    made = final(4, 7)
    services.set_rooms(made.heat, [], by=made.by, at=NOW)
    page = reverse("judging:rooms", args=[made.heat.pk])
    client.force_login(made.by)
    rows = {"form-TOTAL_FORMS": 3, "form-INITIAL_FORMS": 0, "form-0-name": "东厅", "form-1-place": "三楼"}
    wrong = client.post(page, {"act": "set", **rows})
    assert wrong.status_code == 422
    assert wrong.context["rows"][1].errors["name"]
    assert wrong.context["rows"][0]["name"].value() == "东厅"
    assert client.post(page, {"act": "set", **rows, "form-1-name": "西厅"}).status_code == 302
    assert client.post(page, {"act": "divide"}).status_code == 422
    draw = reverse("judging:draw", args=[made.heat.pk])
    client.post(draw, {"purpose": "rooms"})
    drawn = client.post(draw, {"purpose": "rooms", "witness": "7", "witness_name": "王公证"})
    assert drawn.url == page
    assert client.get(draw).context["row"].next.code == "divide"
    client.post(page, {"act": "divide"})
    shown = client.get(page).context["division"]
    assert [len(row.entries) for row in shown.rows] == [2, 2]
    assert len(shown.bench) == 1
    name = shown.rows[0].entries[0].record
    asked = client.get(page, {"move": name}).context
    assert len(asked["moves"]) == 2
    to = asked["moves"][0][0]
    assert client.post(page, {"act": "move", "name": name, "to": to}).status_code == 422
    assert client.post(page, {"act": "move", "name": name, "to": to, "reason": "交通"}).status_code == 302
    assert len(division_of(made.heat).changes) == 1
    assert client.post(page, {"act": "accept"}).status_code == 302
    assert client.get(page).context["plan"].state == PlanState.ACCEPTED
    for what in ("rooms", "sign-in"):
        assert client.get(reverse("judging:print", args=[made.heat.pk, what])).status_code == 200
    assert client.get(reverse("judging:draw_record", args=[made.heat.draws.get().pk])).status_code == 200


def test_too_few_judges_of_a_type_are_named_on_the_page(client):
    made = final(4, 6)
    for judge in made.judges:
        judge.kind = JudgeKind.FINANCE
        judge.save()
    plan = divided(made)
    assert plan.state == PlanState.IMPOSSIBLE
    client.force_login(made.by)
    shown = client.get(reverse("judging:rooms", args=[made.heat.pk])).context
    assert len(shown["reasons"]) == 2
    assert len(shown["ways"]) == 4


def test_everybody_reads_rooms_and_order_once_they_are_drawn_and_never_a_judge_or_score(client, signed_in):
    made = final()
    page = reverse("judging:halls", args=[made.heat.stage_id])
    (waiting,) = client.get(page).context["orders"]
    assert (waiting.draw, waiting.rooms) == (None, [])
    opened(made)

    answer = client.get(page)
    (order,) = answer.context["orders"]
    assert [room.name for room, _presenting in order.rooms] == ["一号厅", "二号厅"]
    assert {one.entry for _room, presenting in order.rooms for one in presenting} == set(made.entries)
    for _room, presenting in order.rooms:
        assert [one.order for one in presenting] == list(range(1, len(presenting) + 1))
    text = answer.content.decode()
    assert not [one.person.name for one in made.judges if one.person.name in text]
    made.season.state = "setup"
    made.season.save()
    assert client.get(page).status_code == 404


def test_who_presides_stands_on_paper_and_the_next_of_the_drawn_order_follows_who_drops_out():
    made = opened(final())
    room = made.heat.rooms.first()
    draw = made.heat.draws.get(purpose="rooms")
    halls = dict(exports._halls(draw, draw.plans.get(state=PlanState.ACCEPTED), Told(draw)))
    first, second = halls[room.name][:2]
    assert presiding(made.heat)[room.pk] == first.judge

    services.mark_judge_absent(made.heat.invitations.get(judge=first.judge), reason="突发疾病", by=made.by, at=NOW)
    assert presiding(made.heat)[room.pk] == second.judge
    told = Told(draw)
    drawn = [(entry, one) for entry, judges in exports._panels(draw, draw.plans.get()).items() for one in judges]
    fell = changes_since(told, drawn)
    assert {one.entry.participation for one in fell} == set(room.participations.values_list("pk", flat=True))
    assert all(one.left[0][0] == first and one.left[0][2] == "突发疾病" and not one.came for one in fell)
