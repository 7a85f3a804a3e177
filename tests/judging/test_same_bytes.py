"""The same secret gives the same bytes: on each database, in another process, and in the script for outsiders."""

import copy
import json
import os
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from contests.states import HeatState
from core.secret import rehearsal
from judging import exports, planning, services
from judging.ranking import digest
from judging.states import ConflictKind, JudgeKind
from tests import factories
from tests.factories import NOW
from tests.judging.heats import Round, draw, prepared

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "static" / "verify" / "redraw.py"
FIT = {
    "by": "fit", "load_min": 1, "load_max": 4, "standby": 1, "types": [{"type": "investor", "least": 1}], "outside": 1,
    "home": "city", "employer_max": 1,
}  # fmt: skip
LOTS = {**FIT, "by": "lots", "types": [], "outside": 0, "employer_max": None}
TEXTS = ("海洋牧场智能投喂", "工业机器人视觉检测", "中药材溯源平台", "社区养老服务", "氢燃料电池电堆", "跨境电商选品")
FIELDS = ("info", "equipment", "marine", "energy")
GOLDEN = {
    "judges": "2d3fd2e4503ce6584bf1c1861e3c28067ece711991e0ee45ff57b29fd59148f2",
    "order": "1fab41a4bfa8826784cf13c855187578226a5838586f031985344c1fd13cf460",
    "fit": "a84fe1bdca6ee286713e04f8988d370119764daaffa20ad79c6f5d06c5596144",
    "problem": "5a0e1d82420ca9a09c5f5ffc4346875690aa6fe0896ba5015e30b2f4cfb8e847",
    "answer": "9cdb43bc04812f721676638a01193b49e67b41b235c932df81fca108ccc19f8b",
}


def golden_heat(**stage) -> Round:
    """Seven entries of two cities and nine judges, everything that is hashed with a fixed value."""
    made = prepared(7, 9, per_entry=3, **stage)
    bodies = [factories.OrganisationFactory(pk=900_001 + place, name=f"示例{place}研究院") for place in range(5)]
    cities = [factories.RegionFactory(code="370100", name="济南市", short_name="济南"), factories.qingdao()]
    for place, entry in enumerate(made.entries):
        entry.title, entry.industry, entry.region = f"{TEXTS[place % 6]}{place}", FIELDS[place % 4], cities[place % 2]
        entry.save()
        entry.track.code = "golden"
        entry.track.save()
    for place, judge in enumerate(made.judges):
        judge.employer = bodies[place // 2]
        judge.title, judge.profile = "研究员", f"{TEXTS[-1 - place % 6]}，从业{place}年"
        judge.fields = {FIELDS[place % 4]: 1 + place % 3, FIELDS[(place + 1) % 4]: 3 - place % 3}
        judge.kind, judge.region = (
            JudgeKind.INVESTOR if place % 2 else JudgeKind.TECHNICAL,
            cities[0] if place == 4 else None,
        )
        judge.save()
    for place in range(3):
        services.declare_conflict(
            made.judges[place], entry=made.entries[2 * place], kind=ConflictKind.KIN, source="亲属", by=made.by, at=NOW
        )
    return made


def drawn(purpose: str):
    with rehearsal("golden"):
        if purpose == "fit":
            made = golden_heat(assignment=FIT)
            found = services.commit_draw(made.heat, purpose="fit", by=made.by, at=NOW)
            found = services.draw_seed(found, witness="20260618", witness_name="王公证", by=made.by, at=NOW)
            services.accept_plan(services.make_plan(made.heat, by=made.by, at=NOW), by=made.by, at=NOW)
        elif purpose == "judges":
            made = golden_heat(assignment=LOTS)
            found = draw(made, "judges")
        else:
            found = draw(golden_heat(kind="live"), "order")
    found.heat.state = HeatState.LOCKED
    return found


@pytest.mark.parametrize("purpose", ["judges", "order", "fit"])
def test_a_draw_has_the_same_bytes_on_each_database_and_in_another_process(purpose, tmp_path):
    found = drawn(purpose)
    assert found.digest == GOLDEN[purpose]
    record = tmp_path / "record.json"
    record.write_text(json.dumps(exports.draw_bundle(found), ensure_ascii=False), encoding="utf-8")
    assert elsewhere("-I", SCRIPT, record) == "equal\n"
    if purpose != "fit":
        return
    plan = found.plans.get()
    assert (plan.problem_digest, digest(plan.answer)) == (GOLDEN["problem"], GOLDEN["answer"])
    data = planning.unpacked(plan.problem)
    rows = [[None if one is None else one / 1_000_000 for one in row] for row in data.pop("fit")]
    file = tmp_path / "problem.json"
    del data["format"]
    file.write_text(json.dumps({**data, "similarity": rows, "seed": f"{found.secret}:{found.witness}"}))
    assert json.loads(elsewhere("-m", "judging.assignment", file))["pairs"] == plan.answer["pairs"]


def elsewhere(*arguments) -> str:
    """What a process says in which sets and dictionaries are hashed otherwise."""
    done = subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, check=True, cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "20261124"},
    )  # fmt: skip
    return done.stdout


def script():
    spec = spec_from_file_location("redraw", SCRIPT)
    found = module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


@pytest.fixture
def said():
    """What the script says of a record that was changed."""
    redraw = script()

    def run(record, change=lambda one: None) -> list[str]:
        record = copy.deepcopy(record)
        change(record)
        return [what for what, differs in redraw.differences(record) if differs]

    return run


def bundle(purpose: str) -> dict:
    return json.loads(json.dumps(exports.draw_bundle(drawn(purpose))))


def test_the_script_sees_what_was_changed_in_a_draw_by_lot(said):
    record = bundle("judges")
    first = next(iter(record["record"]["judges"]["output"]["panels"]))
    assert said(record) == []
    assert "commitment" in said(record, lambda one: one.update(commitment="0" * 64))
    assert said(record, lambda one: one.update(digest="0" * 64)) == ["digest"]
    assert "judges: lots" in said(record, lambda one: one["record"]["judges"].update(witness="7"))
    assert "judges: inputs" in said(record, lambda one: one["record"]["judges"].update(inputs_digest=""))
    assert "judges: digest" in said(record, lambda one: one["record"]["judges"].update(digest=""))
    again = "judges: does not come out again"
    assert again in said(record, lambda one: one["record"]["judges"]["output"]["panels"][first].reverse())
    assert again in said(record, lambda one: one["record"]["judges"]["inputs"]["entries"].update({first: 9}))
    assert "standby: does not come out again" in said(record, lambda one: one["record"]["standby"]["output"].reverse())


def test_the_script_sees_what_was_changed_in_a_plan(said):
    record = bundle("fit")
    assert said(record) == []
    pair = record["plans"][0]["answer"]["pairs"][0]
    for rule, part, change in (
        ("conflict", "problem", lambda one: one.update(fit=[[None] * 8] * 7)),
        ("number", "problem", lambda one: one.update(demand=4)),
        ("outside", "problem", lambda one: one.update(outside_min=4)),
        ("employer", "problem", lambda one: one.update(groups=["one"] * 8)),
        ("investor", "problem", lambda one: one["type_min"].update(investor=4)),
        ("load", "problem", lambda one: one.update(load_max=[0] * 8)),
        ("load", "problem", lambda one: one.update(load_min=[8] * 8)),
        ("sum or minimum", "answer", lambda one: one.update(sum=1)),
        ("sum or minimum", "answer", lambda one: one.update(minimum=1)),
        ("digest", "rules", lambda one: one.update(outside=0)),
        ("number", "changes", lambda one: one.append({"in": [], "out": [pair]})),
    ):
        found = said(record, lambda one, part=part, change=change: change(one["plans"][0][part]))
        assert any(rule in one for one in found), (rule, found)
