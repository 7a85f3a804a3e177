"""The assignment by fit in the product: seed, plan, moves by hand, acceptance, drop-outs, and the record outside."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils.translation import override

from core.models import Job
from core.problems import Refused
from judging import assignment, exports, planning, replay, services, tasks
from judging.models import Assignment, Plan, ScoreSheet
from judging.queries.plan import Told, reasons_of, ways_out
from judging.services import plans, repairs
from judging.services.plans import pairs_of
from judging.states import AssignmentSource, ConflictKind, JudgeKind, PlanState, SheetState
from tests.factories import NOW
from tests.judging.heats import draw, opened, prepared

pytestmark = pytest.mark.django_db
SCRIPT = Path(__file__).resolve().parents[2] / "static" / "verify" / "redraw.py"
RULES = {
    "by": "fit", "load_min": 0, "load_max": None, "standby": 0, "types": [], "outside": 0, "home": "city",
    "employer_max": None,
}  # fmt: skip


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


def round_of(entries=4, judges=6, *, per_entry=2, **rules):
    made = prepared(entries, judges, per_entry=per_entry, rule={"min_valid_marks": 1}, assignment={**RULES, **rules})
    for place, judge in enumerate(made.judges):
        judge.kind = JudgeKind.INVESTOR if place % 2 else JudgeKind.TECHNICAL
        judge.fields = {"info": 1 + place % 3}
        judge.save()
    return made


def seeded(made, witness="20260618"):
    committed = services.commit_draw(made.heat, purpose="fit", by=made.by, at=NOW)
    return services.draw_seed(committed, witness=witness, witness_name="王公证", by=made.by, at=NOW)


def planned(made) -> Plan:
    seeded(made)
    return services.make_plan(made.heat, by=made.by, at=NOW)


def accepted(made) -> Plan:
    return services.accept_plan(planned(made), by=made.by, at=NOW)


def loads(heat):
    active = ScoreSheet.objects.filter(assignment__participation__heat=heat, state__in=["draft", "submitted"])
    found: dict[int, int] = {}
    for judge in active.values_list("assignment__judge", flat=True):
        found[judge] = found.get(judge, 0) + 1
    return found


def test_a_plan_keeps_every_rule_counts_for_nobody_until_accepted_and_comes_out_again():
    made = round_of(types=[{"type": "investor", "least": 1}, {"type": "technical", "least": 1}], load_max=2, standby=1)
    services.declare_conflict(
        made.judges[0], entry=made.entries[0], kind=ConflictKind.KIN, source="亲属", by=made.by, at=NOW
    )
    plan = planned(made)

    assert plan.state == PlanState.READY
    assert plan.answer["proven"]
    assert not Assignment.objects.exists()

    services.accept_plan(plan, by=made.by, at=NOW)

    rows = Assignment.objects.values_list("participation__entry__number", "judge__kind", "judge", "source")
    assert len(rows) == 8
    for entry in made.entries:
        assert {kind for number, kind, *_rest in rows if number == entry.number} == {"investor", "technical"}
    assert (made.entries[0].number, made.judges[0].pk) not in {(number, judge) for number, _kind, judge, _ in rows}
    assert max(loads(made.heat).values()) <= 2
    assert len(loads(made.heat)) <= 5
    assert {source for *_rest, source in rows} == {AssignmentSource.SOLVER}
    assert replay.differences_of_draw(plan.draw) == []
    call_command("verify_draw", made.heat.pk)
    Assignment.objects.first().sheet.delete()
    Assignment.objects.first().delete()
    assert any(one.startswith("assignments") for one in replay.differences_of_draw(plan.draw))


def test_the_stage_says_which_way_and_a_live_panel_is_drawn_by_lot():
    made = round_of()
    with pytest.raises(Refused, match="otherwise"):
        services.commit_draw(made.heat, purpose="judges", by=made.by, at=NOW)
    made.stage.assignment = {}
    made.stage.save()
    with pytest.raises(Refused, match="otherwise"):
        services.commit_draw(made.heat, purpose="fit", by=made.by, at=NOW)
    made.stage.kind, made.stage.assignment = "live", RULES
    made.heat.stage = made.stage
    assert services.way_of(made.heat) == "judges"


def test_what_cannot_be_is_told_by_names_and_numbers_with_the_cheapest_way_out():
    made = round_of(types=[{"type": "finance", "least": 1}])
    plan = planned(made)

    assert plan.state == PlanState.IMPOSSIBLE
    with override("en"):
        told = Told(plan.draw)
        assert "“Finance” are asked, only 0" in reasons_of(plan, told)[0]
        ways = ways_out(plan.answer, told, stage_url="/stage/")
    assert [(way.rule, way.by, way.url) for way in ways] == [("type_min", 4, "/stage/")]
    with pytest.raises(Refused):
        services.accept_plan(plan, by=made.by, at=NOW)

    made.stage.assignment = RULES
    made.stage.save()
    again = services.make_plan(made.heat, by=made.by, at=NOW)
    assert (again.number, again.state) == (2, PlanState.READY)
    assert Plan.objects.get(number=1).state == PlanState.DROPPED


def test_a_price_out_of_time_is_no_proof_and_is_asked_again_with_more_time(client, monkeypatch):
    made = round_of(types=[{"type": "investor", "least": 1}], employer_max=1)
    client.force_login(made.by)
    client.cookies["django_language"] = "en"
    url = reverse("judging:plan", args=[made.heat.pk])
    plan = planned(made)
    given = []

    def out_of_time(problem, *, seconds):
        given.append(seconds)
        return assignment.Answer(problem, assignment.UNKNOWN if problem.types else "infeasible")

    monkeypatch.setattr(assignment, "solve", out_of_time)
    services.price_rules(plan, by=made.by)
    answer = client.get(url)
    prices = {one.rule: (one.possible, one.unsettled, one.proven) for one in answer.context["review"].prices}
    assert prices["types"] == (False, False, True)
    assert prices["employer_max"] == (False, True, False)
    assert "not proven within the time" in answer.content.decode()
    assert "Ask again with more time" in answer.content.decode()

    monkeypatch.undo()
    plan.refresh_from_db()
    services.price_rules(plan, by=made.by)
    plan.refresh_from_db()
    assert [one["seconds"] for one in plan.prices if one["rule"] != "types"] == [4 * given[0]] * (len(plan.prices) - 1)
    answer = client.get(url)
    assert "Ask again with more time" not in answer.content.decode()
    assert "not possible either" in answer.content.decode()


def test_why_not_that_one_is_answered_over_the_whole_plan(client, monkeypatch):
    made = round_of(types=[{"type": "investor", "least": 2}], load_max=2, judges=10)
    client.force_login(made.by)
    client.cookies["django_language"] = "en"
    plan = planned(made)
    told, entry = Told(plan.draw), pairs_of(plan)[0][0]
    held = {judge for one, judge in pairs_of(plan) if one == entry}
    kinds = {name: one.kinds for name, one in told.judges.items()}
    investor = next(one for one, kind in sorted(kinds.items()) if kind == ("investor",) and one not in held)
    technical = next(one for one, kind in sorted(kinds.items()) if kind == ("technical",))

    answer = services.best_with(plan, entry=entry, judge=investor)
    assert [entry, investor] in answer["pairs"]
    assert (answer["minimum"], answer["sum"]) <= (plan.answer["minimum"], plan.answer["sum"])
    page = reverse("judging:plan_entry", args=[made.heat.pk, told.entries[entry].participation])
    shown = client.get(page, {"judge": investor}).context["exact"]
    assert "just as good" in shown or "Proven: none with this pair" in shown
    shown = client.get(page, {"judge": technical}).context["exact"]
    assert "Proven: no plan" in shown
    assert "Do without “Investor”" in shown or told.judges[technical].name in shown

    monkeypatch.setattr(plans, "LARGE", 0)
    assert client.get(page, {"judge": investor}).context["exact"] == ""
    assert client.post(page, {"exact": "nobody"}).status_code == 422
    assert client.post(page, {"exact": investor}).status_code == 302
    (job,) = Job.objects.filter(kind="judging.plan_pair")
    result = tasks.compute_pair(job)
    assert told.entries[entry].title in result.message


def test_a_move_by_hand_is_held_against_the_same_rules_and_names_the_one_it_breaks():
    made = round_of(load_max=2, judges=4)
    plan = planned(made)
    keeper = planning.Keeper(planning.unpacked(plan.problem))
    entry, out = pairs_of(plan)[0]
    held = {judge for one, judge in pairs_of(plan) if one == entry}
    other = next(judge for judge in keeper.column if judge not in held)

    with pytest.raises(Refused, match=r"Most entries of a judge: no\. "):
        services.move_pair(plan, entry=entry, out=out, judge=other, reason="本人要求", by=made.by, at=NOW)
    with pytest.raises(Refused, match="why"):
        services.move_pair(plan, entry=entry, out=out, judge=other, reason=" ", by=made.by, at=NOW)

    floor = plan.answer["minimum"]
    way = planning.exchange(keeper, pairs_of(plan), entry, other, floor=floor)
    assert way.because in {"exchange", "load"}
    if way.because == "exchange":
        plan = services.move_pair(
            plan, entry=entry, out=way.out, judge=other, other=way.other or "", reason="本人要求", by=made.by, at=NOW
        )
        assert (entry, other) in pairs_of(plan)
        assert keeper.breaks(pairs_of(plan)) == []
        services.accept_plan(plan, by=made.by, at=NOW)
        assert Assignment.objects.filter(source=AssignmentSource.HAND, reason="本人要求").exists()


def test_a_conflict_noted_after_the_plan_keeps_it_from_being_accepted():
    made = round_of()
    plan = planned(made)
    told, (entry, judge) = Told(plan.draw), pairs_of(plan)[0]
    found = next(one for one in made.entries if one.number == told.entries[entry].number)
    person = next(one for one in made.judges if one.pk == told.judges[judge].judge)
    services.declare_conflict(person, entry=found, kind=ConflictKind.KIN, source="亲属", by=made.by, at=NOW)

    with pytest.raises(Refused, match="new plan"):
        services.accept_plan(plan, by=made.by, at=NOW)


def test_when_a_judge_drops_out_only_the_free_seats_change_and_begun_work_never_moves():
    made = round_of(entries=6, judges=5, load_max=4, standby=1)
    accepted(made)
    services.open_heat(made.heat, by=made.by, at=NOW)
    sheets = {one.pk: one.assignment.judge_id for one in ScoreSheet.objects.select_related("assignment")}
    begun = ScoreSheet.objects.order_by("pk").first()
    ScoreSheet.objects.filter(pk=begun.pk).update(saved_at=NOW)
    gone = next(judge for judge in sheets.values() if judge != begun.assignment.judge_id)
    invitation = made.heat.invitations.get(judge=gone)
    services.mark_judge_absent(invitation, reason="突发疾病", by=made.by, at=NOW)

    made.heat.refresh_from_db()
    change = services.propose(made.heat, kind="fill")
    assert change.moved == 0
    assert sum(len(one.comes) for one in change.changes) == sum(judge == gone for judge in sheets.values())
    with pytest.raises(Refused, match="Look at the change"):
        services.carry_out(made.heat, kind="fill", code="other", reason="补位", by=made.by, at=NOW)
    services.carry_out(made.heat, kind="fill", code=change.code, reason="突发疾病补位", by=made.by, at=NOW)

    for pk, judge in sheets.items():
        sheet = ScoreSheet.objects.get(pk=pk)
        assert sheet.state == (SheetState.ABSENT if judge == gone else SheetState.DRAFT)
    assert sum(loads(made.heat).values()) == 12
    assert gone not in loads(made.heat)
    assert services.propose(made.heat, kind="fill").changes == ()


def test_a_change_in_a_large_heat_is_found_and_carried_out_by_jobs_and_only_while_it_holds(client, monkeypatch):
    monkeypatch.setattr(repairs, "LARGE", 1)
    made = round_of(entries=4, judges=5)
    accepted(made)
    services.open_heat(made.heat, by=made.by, at=NOW)
    gone = made.heat.invitations.get(judge=max(loads(made.heat), key=loads(made.heat).get))
    services.mark_judge_absent(gone, reason="突发疾病", by=made.by, at=NOW)
    client.force_login(made.by)
    page = reverse("judging:repair", args=[made.heat.pk])
    assert client.get(page).context["proposal"] is None

    assert client.post(page, {"find": "1"}).status_code == 302
    job = Job.objects.get(kind=repairs.FIND)
    assert client.get(page).context["job"] == job
    tasks.find_change(job)
    job.state = Job.State.DONE
    job.save()
    proposal = client.get(page).context["proposal"]
    assert proposal.changes == services.propose(made.heat, kind="fill").changes != ()
    assert client.post(page, {"code": proposal.code, "reason": ""}).context["form"].errors
    sent = client.post(page, {"code": proposal.code, "reason": "补位"})
    carry = Job.objects.get(kind=repairs.CARRY)
    assert sent.url == reverse("core:job", args=[carry.pk])

    tasks.carry_change(carry)
    assert not ScoreSheet.objects.filter(state=SheetState.DRAFT, assignment__judge=gone.judge).exists()
    assert ScoreSheet.objects.filter(state=SheetState.DRAFT).count() == 8
    assert client.get(page).context["proposal"] is None
    with pytest.raises(Refused):
        tasks.carry_change(carry)


def test_unread_work_is_levelled_and_what_is_handed_in_stays():
    made = round_of(entries=6, judges=3, per_entry=1)
    accepted(made)
    services.open_heat(made.heat, by=made.by, at=NOW)
    sheets = ScoreSheet.objects.select_related("assignment").order_by("pk")
    busy = max(loads(made.heat), key=loads(made.heat).get)
    Assignment.objects.update(judge=busy)
    ScoreSheet.objects.filter(pk=sheets[0].pk).update(state=SheetState.SUBMITTED, saved_at=NOW, submitted_at=NOW)

    change = services.propose(made.heat, kind="even")
    services.carry_out(made.heat, kind="even", code=change.code, reason="均衡工作量", by=made.by, at=NOW)

    drafts = ScoreSheet.objects.filter(state=SheetState.DRAFT).values_list("assignment__judge", flat=True)
    assert sorted(list(drafts).count(judge) for judge in set(drafts)) == [1, 2, 2]
    assert ScoreSheet.objects.get(pk=sheets[0].pk).state == SheetState.SUBMITTED


def test_a_replacement_comes_from_the_reserve_in_drawn_order_and_keeps_the_cover():
    made = round_of(judges=7, standby=2, types=[{"type": "investor", "least": 1}])
    plan = accepted(made)
    services.open_heat(made.heat, by=made.by, at=NOW)
    told = Told(plan.draw)
    reserve = [told.judges[one] for one in plan.draw.record["standby"]["output"][:2]]
    sheet = ScoreSheet.objects.filter(assignment__judge__kind="investor").first()
    services.mark_absent(sheet, reason="请假", by=made.by, at=NOW)

    new = services.replace_judge(sheet, reason="请假", by=made.by, at=NOW)

    kinds = set(new.participation.assignments.exclude(pk=sheet.assignment_id).values_list("judge__kind", flat=True))
    assert "investor" in kinds
    fitting = [one for one in reserve if "investor" in one.kinds or "investor" in kinds - {new.judge.kind}]
    assert not fitting or new.judge_id == fitting[0].judge


@pytest.mark.parametrize("kind", ["lots", "live", "fit"])
def test_an_outsider_repeats_a_draw_from_its_public_record_which_names_nobody(tmp_path, kind):
    if kind == "fit":
        made = round_of(types=[{"type": "investor", "least": 1}], outside=1, employer_max=2, load_max=2)
        accepted(made)
    elif kind == "lots":
        made = prepared(7, 8, per_entry=3, assignment={**RULES, "by": "lots", "load_max": 4, "standby": 1})
        for place, judge in enumerate(made.judges[:6]):
            services.declare_conflict(
                judge, entry=made.entries[place // 2], kind=ConflictKind.KIN, source="亲属", by=made.by, at=NOW
            )
        draw(made, "judges")
    else:
        made = opened(kind="live", entries=4, judges=5, per_entry=3)
    draws = list(made.heat.draws.all())
    assert not any("secret" in exports.draw_bundle(one) for one in draws)
    made.heat.state = "locked"
    for one in draws:
        text = json.dumps(exports.draw_bundle(one), ensure_ascii=False)
        assert one.purpose == "order" or made.entries[0].number not in text
        assert repeated(tmp_path, text) == (0, "equal\n")
        code, said = repeated(tmp_path, text.replace(one.witness, "20260619"))
        assert code == 1
        assert said.endswith("differences\n")
        assert replay.differences_of_draw(one) == []


def repeated(folder, text):
    record = folder / "record.json"
    record.write_text(text, encoding="utf-8")
    done = subprocess.run([sys.executable, "-I", SCRIPT, record], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_the_pages_show_plan_reasons_and_changes(client, django_assert_max_num_queries):
    made = round_of(types=[{"type": "investor", "least": 1}])
    client.force_login(made.by)
    client.cookies["django_language"] = "en"
    url = reverse("judging:plan", args=[made.heat.pk])
    assert "The seed is not drawn yet" in client.get(url).content.decode()
    seeded(made)
    assert client.post(url, {"act": "make"}, follow=True).status_code == 200
    plan = Plan.objects.get()
    services.price_rules(plan, by=made.by)
    for show in ("entries", "judges"):
        assert "Proven: none is better" in client.get(url, {"show": show}).content.decode()
    with django_assert_max_num_queries(16):
        client.get(url)
    told, (entry, _judge) = Told(plan.draw), pairs_of(plan)[0]
    page = reverse("judging:plan_entry", args=[made.heat.pk, told.entries[entry].participation])
    for name in planning.unpacked(plan.problem)["judges"]:
        assert client.get(page, {"judge": name}).status_code == 200
    refused = client.post(page, {"out": "x", "judge": "y", "other": "", "reason": "因故"})
    assert refused.status_code == 422
    assert "因故" in refused.content.decode()
    assert client.post(url, {"act": "accept"}).status_code == 302
    assert client.post(url, {"act": "accept"}).status_code == 422
    assert client.get(reverse("judging:repair", args=[made.heat.pk])).status_code == 200
    assert client.get(reverse("judging:draw", args=[made.heat.pk])).status_code == 200
    pdf = client.get(reverse("judging:draw_pdf", args=[plan.draw_id]))
    assert pdf.content.startswith(b"%PDF")
    client.logout()
    assert client.get(reverse("judging:draw_bundle", args=[plan.draw_id])).json()["purpose"] == "fit"
