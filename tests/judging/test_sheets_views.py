"""A judge's pages: the sheet and every way of saving it, and that nobody sees what is another's."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contests.models import Heat
from contests.states import HeatState
from core.models import AuditEntry
from judging.models import Conflict, Mark, ScoreSheet
from judging.states import SheetState
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"judging:{name}", args=args)


def autosave(web, sheet, version=0, **facts):
    return web.post(
        url("save_sheet", sheet.pk), json.dumps({"version": version, **facts}), content_type="application/json"
    )


def marks_of(sheet):
    return dict(Mark.objects.filter(sheet=sheet).values_list("criterion__key", "value"))


def form(version=0, innovation="", team="", **more):
    return {"version": version, "mark-innovation": innovation, "mark-team": team, "comment": "", **more}


# ---------------------------------------------------------------- the page


def test_the_sheet_shows_its_lines_and_where_it_stands(web, sheet, heat, judge):
    factories.sheet(factories.ParticipationFactory(heat=heat), judge, 50, 30)

    page = web.get(url("sheet", sheet.pk)).content.decode()

    assert page.count('data-crit="') == 2
    assert "1 / 2" in page
    assert sheet.assignment.participation.entry.title in page


@pytest.mark.parametrize("name", ["sheet", "save_sheet", "submit_sheet", "recuse"])
def test_anothers_sheet_is_not_there(signed_in, sheet, heat, name):
    other = factories.InvitationFactory(heat=heat).judge
    web = signed_in(other.person.user)

    answer = web.get(url(name, sheet.pk)) if name == "sheet" else web.post(url(name, sheet.pk), form())

    assert answer.status_code == 404
    assert marks_of(sheet) == {"innovation": None, "team": None}


def test_nobody_elses_marks_counts_or_names_reach_the_judge(web, sheet, heat):
    """The leak case: whatever another judge did in the heat, this judge's pages stay the same, byte for byte."""
    pages = [url("sheet", sheet.pk), url("queue"), url("own_marks", heat.pk)]
    before = [_body(web, page) for page in pages]

    other = factories.InvitationFactory(heat=heat).judge
    factories.sheet(sheet.assignment.participation, other, 59, 39)
    factories.sheet(factories.ParticipationFactory(heat=heat), other, 12, 13)

    assert [_body(web, page) for page in pages] == before


def _body(web, page):
    """The page without the token that differs each time."""
    lines = web.get(page).content.decode().splitlines()
    return [line for line in lines if "csrfmiddlewaretoken" not in line]


def test_before_the_pledge_a_sheet_leads_to_the_invitation(web, sheet, heat, judge):
    invitation = heat.invitations.get(judge=judge)
    heat.invitations.update(pledged_at=None, pledged_name="")

    answer = web.get(url("sheet", sheet.pk))

    assert answer.status_code == 302
    assert answer["Location"] == url("invitation", invitation.pk)
    assert autosave(web, sheet, marks={"team": "1"}).status_code == 404


def test_before_the_heat_opens_there_is_no_sheet(web, sheet, heat):
    Heat.objects.update(state=HeatState.PREPARING)

    assert web.get(url("sheet", sheet.pk)).status_code == 404


@pytest.mark.parametrize("state", HeatState.values)
@pytest.mark.parametrize("pledged", [NOW, None])
@pytest.mark.parametrize("whose", ["own", "other", "organiser", "nobody"])
def test_the_list_and_the_rule_agree(sheet, heat, judge, state, pledged, whose):
    Heat.objects.update(state=state)
    heat.invitations.update(pledged_at=pledged)
    users = {
        "own": lambda: judge.person.user,
        "other": lambda: factories.InvitationFactory(heat=heat).judge.person.user,
        "organiser": lambda: factories.province(heat.stage.season),
        "nobody": factories.UserFactory,
    }
    user = users[whose]()
    fresh = ScoreSheet.objects.get(pk=sheet.pk)

    visible = ScoreSheet.objects.visible_to(user).filter(pk=sheet.pk).exists()

    assert visible == user.has_perm("judging.judge_sheet", fresh)
    assert visible == (whose == "own" and bool(pledged) and state != HeatState.PREPARING)


# ---------------------------------------------------------------- autosave


def test_an_autosave_answers_version_and_time(web, sheet):
    answer = autosave(web, sheet, marks={"innovation": "５０"}, comments={"team": " 好 "}, comment="整体")

    assert answer.status_code == 200
    assert answer.json()["version"] == 1
    assert len(answer.json()["at"]) == 5
    assert marks_of(sheet) == {"innovation": 50, "team": None}
    assert Mark.objects.get(sheet=sheet, criterion__key="team").comment == "好"


def test_a_second_window_gets_what_is_stored(web, sheet):
    autosave(web, sheet, marks={"innovation": "50"}, comments={"team": "甲"})

    answer = autosave(web, sheet, marks={"innovation": "40"})

    assert answer.status_code == 409
    stored = answer.json()["stored"]
    assert stored["version"] == 1
    assert stored["marks"] == {"innovation": "50", "team": ""}
    assert stored["comments"]["team"] == "甲"
    assert marks_of(sheet)["innovation"] == 50


@pytest.mark.parametrize("text", ["61", "-1", "30.5", "many", "1e9", "0x10", "9" * 30])
def test_a_wrong_mark_is_named_at_its_criterion(web, sheet, text):
    answer = autosave(web, sheet, marks={"innovation": text})

    assert answer.status_code == 422
    assert set(answer.json()["errors"]) == {"innovation"}
    assert marks_of(sheet)["innovation"] is None


@pytest.mark.parametrize("body", ["[]", "{", '{"marks": [1]}', '{"marks": {"team": 3}}', '{"comment": 5}'])
def test_what_is_no_autosave_is_refused(web, sheet, body):
    answer = web.post(url("save_sheet", sheet.pk), body, content_type="application/json")

    assert answer.status_code == 400


def test_a_locked_heat_says_what_to_do(web, sheet):
    Heat.objects.update(state=HeatState.LOCKED)

    answer = autosave(web, sheet, marks={"innovation": "50"})

    assert answer.status_code == 423
    assert answer.json()["code"] == "locked"
    assert marks_of(sheet)["innovation"] is None


def test_an_expired_session_leads_to_sign_in(web, sheet):
    web.logout()

    answer = autosave(web, sheet, marks={"innovation": "50"})

    assert answer.status_code == 302
    assert reverse("account_login") in answer["Location"]


# ---------------------------------------------------------------- the plain form


def test_the_form_saves_without_a_script(web, sheet):
    answer = web.post(url("save_sheet", sheet.pk), form(innovation="50", **{"comment-innovation": "新"}))

    assert answer["Location"] == url("sheet", sheet.pk)
    assert marks_of(sheet) == {"innovation": 50, "team": None}


def test_a_refused_form_keeps_everything_typed(web, sheet):
    answer = web.post(url("save_sheet", sheet.pk), form(innovation="61", team="3o", comment="写了很久"))

    assert answer.status_code == 422
    page = answer.content.decode()
    for typed in ('value="61"', 'value="3o"', "写了很久"):
        assert typed in page


def test_a_stale_form_shows_both_values_and_then_saves_the_chosen_one(web, sheet):
    autosave(web, sheet, marks={"innovation": "50"})

    answer = web.post(url("save_sheet", sheet.pk), form(innovation="40"))

    page = answer.content.decode()
    assert answer.status_code == 409
    assert 'value="40"' in page
    assert "50" in page
    assert 'name="version" value="1"' in page
    web.post(url("save_sheet", sheet.pk), form(version=1, innovation="40"))
    assert marks_of(sheet)["innovation"] == 40


def test_submitting_saves_first_and_goes_on_to_the_next_sheet(web, sheet, heat, judge):
    following = factories.sheet(factories.ParticipationFactory(heat=heat), judge, state=SheetState.DRAFT)

    answer = web.post(url("submit_sheet", sheet.pk), form(innovation="50", team="30"))

    assert answer["Location"] == url("sheet", following.pk)
    sheet.refresh_from_db()
    assert sheet.state == SheetState.SUBMITTED
    assert marks_of(sheet) == {"innovation": 50, "team": 30}
    last = web.post(url("submit_sheet", following.pk), form(innovation="1", team="2"))
    assert last["Location"] == url("own_marks", heat.pk)


def test_an_incomplete_sheet_is_kept_but_not_submitted(web, sheet):
    answer = web.post(url("submit_sheet", sheet.pk), form(innovation="50"))

    assert answer.status_code == 422
    sheet.refresh_from_db()
    assert (sheet.state, marks_of(sheet)["innovation"]) == (SheetState.DRAFT, 50)
    assert 'name="version" value="1"' in answer.content.decode()


@pytest.mark.parametrize(
    ("state", "heat_state"),
    [
        (SheetState.SUBMITTED, HeatState.OPEN),
        (SheetState.DRAFT, HeatState.LOCKED),
        (SheetState.RECUSED, HeatState.OPEN),
        (SheetState.ABSENT, HeatState.PUBLISHED),
    ],
)
def test_a_settled_sheet_is_read_only(web, sheet, state, heat_state):
    ScoreSheet.objects.update(state=state, submitted_at=NOW if state == SheetState.SUBMITTED else None)
    Heat.objects.update(state=heat_state)

    page = web.get(url("sheet", sheet.pk)).content.decode()
    answer = web.post(url("submit_sheet", sheet.pk), form(innovation="1", team="1"))

    assert "mark-innovation" not in page
    assert answer.status_code == 423
    assert marks_of(sheet)["innovation"] is None


# ---------------------------------------------------------------- stepping back


def test_stepping_back_for_a_tie(web, sheet):
    web.post(url("recuse", sheet.pk), {"tie": "yes", "reason": "曾任其顾问"})

    sheet.refresh_from_db()
    assert (sheet.state, sheet.reason) == (SheetState.RECUSED, "曾任其顾问")
    assert Conflict.objects.filter(entry=sheet.assignment.participation.entry).exists()


def test_abstaining_for_another_reason(web, sheet):
    web.post(url("recuse", sheet.pk), {"tie": "no", "reason": "文件打不开"})

    sheet.refresh_from_db()
    assert sheet.state == SheetState.ABSTAINED


@pytest.mark.parametrize("data", [{"tie": "yes", "reason": ""}, {"reason": "为什么"}, {"tie": "maybe", "reason": "x"}])
def test_stepping_back_needs_kind_and_reason(web, sheet, data):
    answer = web.post(url("recuse", sheet.pk), data)

    assert answer.status_code == 422
    sheet.refresh_from_db()
    assert sheet.state == SheetState.DRAFT


# ---------------------------------------------------------------- cost


def sql_of(queries) -> int:
    """Statements that read or write, without the marks of a transaction around them."""
    return sum(not one["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")) for one in queries)


def cost_of(call) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert call().status_code == 200
    return sql_of(queries.captured_queries)


@pytest.mark.parametrize("others", [1, 3])
def test_what_a_sheet_and_a_save_cost(web, sheet, heat, judge, others):
    for _ in range(others):
        factories.sheet(factories.ParticipationFactory(heat=heat), judge)

    assert cost_of(lambda: web.get(url("sheet", sheet.pk))) == 5
    assert cost_of(lambda: autosave(web, sheet, marks={"team": "30"})) == 8


def test_pressing_submit_twice_is_one_submission_and_leads_on(web, sheet, heat, judge):
    following = factories.sheet(factories.ParticipationFactory(heat=heat), judge, state=SheetState.DRAFT)

    twice = [web.post(url("submit_sheet", sheet.pk), form(0, "50", "30")) for _ in range(2)]

    assert [answer["Location"] for answer in twice] == [url("sheet", following.pk)] * 2
    assert AuditEntry.objects.filter(object_id=str(sheet.pk), verb="sheet.submitted").count() == 1


def test_submitting_again_with_another_mark_is_refused_and_keeps_what_was_typed(web, sheet):
    web.post(url("submit_sheet", sheet.pk), form(0, "50", "30"))

    answer = web.post(url("submit_sheet", sheet.pk), form(0, "51", "30"))

    assert (answer.status_code, answer.context["refusal"].code) == (423, "settled")
    assert marks_of(sheet) == {"innovation": 50, "team": 30}
