"""The score sheet on a bad network: marks stay on the device until the server has confirmed each one."""

import re

import pytest
from playwright.sync_api import expect

from contests.models import Heat
from contests.states import HeatState
from core.models import AuditEntry
from judging.models import Mark, ScoreSheet
from judging.states import SheetState
from tests import factories
from tests.e2e.conftest import zh

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sheet():
    """A draft: innovation up to 60, team up to 40, whole marks."""
    heat = factories.HeatFactory(state=HeatState.OPEN)
    judge = factories.InvitationFactory(heat=heat).judge
    return factories.sheet(factories.ParticipationFactory(heat=heat), judge, state=SheetState.DRAFT)


@pytest.fixture
def open_sheet(live_server, page, sheet, enter):
    """`open_sheet()` signs the judge in and opens the sheet."""

    def open_it():
        enter(sheet.assignment.judge.person.user)
        page.goto(f"{live_server.url}/judging/sheets/{sheet.pk}/")

    return open_it


def mark(page, key):
    return page.locator(f"[name=mark-{key}]")


def state(page):
    return page.locator("[data-state-text]")


SENT = """name => !Object.entries(localStorage).some(
    ([key, kept]) => key.startsWith("sheet:") && JSON.parse(kept).pending[name] !== undefined)"""


def saved(page, key):
    """Wait until the server has confirmed this mark: then it is no longer kept on the device."""
    page.wait_for_function(SENT, arg=f"mark-{key}")


def marks_of(sheet):
    return dict(Mark.objects.filter(sheet=sheet).values_list("criterion__key", "value"))


def kept_here(page) -> int:
    return page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('sheet:')).length")


def test_the_keyboard_alone_fills_a_sheet(page, sheet, open_sheet, complaints):
    open_sheet()

    page.keyboard.type("50")
    page.keyboard.press("Enter")
    page.keyboard.type("30")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")

    expect(page.locator("[data-total]")).to_have_text("81")
    expect(page.locator("[data-submit]")).to_be_focused()
    saved(page, "innovation")
    saved(page, "team")
    assert marks_of(sheet) == {"innovation": 50, "team": 31}
    assert complaints == []


def test_a_double_click_on_submit_makes_one_submission_and_leads_on(page, sheet, open_sheet, complaints):
    open_sheet()
    mark(page, "innovation").fill("50")
    mark(page, "team").fill("30")

    page.locator("[data-submit]").dblclick()

    page.wait_for_url(re.compile(r"/judging/queue/\d+/"))
    expect(page.locator(".ly-note.no, [data-problems]")).to_have_count(0)
    assert AuditEntry.objects.filter(object_id=str(sheet.pk), verb="sheet.submitted").count() == 1
    assert marks_of(sheet) == {"innovation": 50, "team": 30}
    assert complaints == []


def test_a_mark_out_of_range_stays_in_its_field_and_is_not_sent(page, sheet, open_sheet):
    open_sheet()

    mark(page, "innovation").fill("61")
    mark(page, "team").fill("20")

    expect(page.locator("#e-innovation")).to_contain_text("61")
    saved(page, "team")
    assert marks_of(sheet) == {"innovation": None, "team": 20}


def test_marks_typed_offline_are_sent_when_the_network_is_back(page, context, sheet, open_sheet):
    open_sheet()
    context.set_offline(True)

    mark(page, "innovation").fill("50")
    expect(state(page)).to_have_text(
        zh("Not sent yet. Everything is kept on this device and sent as soon as the network is back.")
    )
    assert kept_here(page) == 1
    assert marks_of(sheet)["innovation"] is None

    context.set_offline(False)
    saved(page, "innovation")
    assert marks_of(sheet)["innovation"] == 50
    assert kept_here(page) == 0


def test_ten_minutes_without_network_in_the_middle_of_a_sheet(page, context, sheet, open_sheet):
    page.clock.install()
    open_sheet()
    mark(page, "innovation").fill("41")
    page.clock.run_for(1000)
    expect(state(page)).to_contain_text(zh("Saved {at}").split("{")[0].strip())
    context.set_offline(True)

    mark(page, "team").fill("30")
    page.locator("#note").fill("待与同组评委核对")
    page.clock.run_for(10 * 60 * 1000)
    mark(page, "innovation").fill("44")
    page.clock.run_for(1000)
    assert marks_of(sheet) == {"innovation": 41, "team": None}
    assert kept_here(page) == 1

    page.route("**/save/", lambda route: route.abort())
    context.set_offline(False)
    page.reload()
    expect(mark(page, "innovation")).to_have_value("44")
    page.unroute("**/save/")
    page.clock.run_for(60 * 1000)
    expect(state(page)).to_contain_text(zh("Saved {at}").split("{")[0].strip())
    assert marks_of(sheet) == {"innovation": 44, "team": 30}
    assert kept_here(page) == 0
    sheet.refresh_from_db()
    assert sheet.note == "待与同组评委核对"


def test_an_expired_session_keeps_the_marks_until_the_next_sign_in(page, context, sheet, open_sheet):
    open_sheet()
    context.clear_cookies(name="sessionid")

    mark(page, "innovation").fill("50")
    expect(page.locator("[data-notices] a")).to_have_attribute("href", re.compile(rf"next=/judging/sheets/{sheet.pk}/"))
    assert marks_of(sheet)["innovation"] is None

    open_sheet()
    expect(mark(page, "innovation")).to_have_value("50")
    saved(page, "innovation")
    assert marks_of(sheet)["innovation"] == 50
    assert kept_here(page) == 0


def test_a_heat_locked_meanwhile_says_so_and_keeps_what_was_typed(page, sheet, open_sheet):
    open_sheet()
    Heat.objects.update(state=HeatState.LOCKED)

    mark(page, "innovation").fill("50")

    expect(page.locator("[data-notices]")).to_contain_text(
        zh("Scoring is locked, so this was not saved. Your marks stay on this device; please call the organiser.")
    )
    expect(mark(page, "innovation")).to_have_value("50")
    assert kept_here(page) == 1
    assert marks_of(sheet)["innovation"] is None


def test_the_other_windows_marks_are_taken_over_where_nothing_differs(page, context, live_server, sheet, open_sheet):
    open_sheet()
    other = context.new_page()
    other.goto(page.url)
    mark(other, "innovation").fill("50")
    saved(other, "innovation")

    mark(page, "team").fill("30")

    expect(mark(page, "innovation")).to_have_value("50")
    saved(page, "team")
    assert marks_of(sheet) == {"innovation": 50, "team": 30}


def test_without_a_script_the_form_does_it(browser, live_server, sheet, enter, context):
    enter(sheet.assignment.judge.person.user)
    plain = browser.new_context(java_script_enabled=False, locale="zh-CN")
    plain.add_cookies(context.cookies())
    page = plain.new_page()
    page.goto(f"{live_server.url}/judging/sheets/{sheet.pk}/")

    mark(page, "innovation").fill("50")
    page.locator("[data-plain]").click()
    expect(mark(page, "innovation")).to_have_value("50")
    mark(page, "team").fill("30")
    page.locator("[data-submit]").click()

    page.wait_for_url(re.compile(r"/judging/queue/\d+/"))
    sheet.refresh_from_db()
    assert sheet.state == SheetState.SUBMITTED
    assert marks_of(sheet) == {"innovation": 50, "team": 30}
    plain.close()


@pytest.fixture
def open_table(live_server, page, sheet, open_sheet):
    """A second sheet of the judge beside the first, in the table of own marks."""
    judge, heat = sheet.assignment.judge, sheet.assignment.participation.heat
    other = factories.sheet(factories.ParticipationFactory(heat=heat), judge, 40, 20, state=SheetState.DRAFT)
    open_sheet()
    page.goto(f"{live_server.url}/judging/queue/{heat.pk}/")
    return other


def cell(page, sheet, key):
    return page.locator(f"[form=sheet-{sheet.pk}][name=mark-{key}]")


def test_the_table_of_own_marks_is_filled_by_keyboard_and_handed_in(page, sheet, open_table, complaints):
    cell(page, sheet, "innovation").focus()
    page.keyboard.type("50")
    page.keyboard.press("Enter")
    expect(cell(page, open_table, "innovation")).to_be_focused()
    page.keyboard.type("45")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Tab")
    page.keyboard.type("30")

    expect(page.locator("tr", has=cell(page, sheet, "team")).locator("[data-total]")).to_have_text("80")
    expect(page.locator("[data-ready]")).to_have_text("2")
    page.locator("[data-submit-all] button").click()
    expect(page.locator("[data-sheet]")).to_have_count(0)

    assert marks_of(sheet) == {"innovation": 50, "team": 30}
    assert marks_of(open_table) == {"innovation": 45, "team": 20}
    assert set(ScoreSheet.objects.values_list("state", flat=True)) == {SheetState.SUBMITTED}
    assert complaints == []


def test_a_cell_of_the_table_asks_where_another_window_saved_and_keeps_what_it_refuses(
    page, context, live_server, sheet, open_table
):
    other = context.new_page()
    other.goto(f"{live_server.url}/judging/sheets/{sheet.pk}/")
    mark(other, "innovation").fill("50")
    saved(other, "innovation")
    other.locator("#note").fill("只在评分表上")
    saved(other, "note")

    cell(page, sheet, "innovation").fill("55")
    both = page.locator("tr", has=cell(page, sheet, "team")).locator("[data-both-for=innovation]")
    both.locator("button").nth(1).click()
    saved(page, "innovation")
    assert marks_of(sheet)["innovation"] == 55
    cell(page, sheet, "team").fill("41")
    page.locator("[data-submit-all] button").click()
    expect(cell(page, sheet, "team")).to_be_focused()
    expect(page.locator(f"#e-{sheet.pk}-team")).to_contain_text("41")
    sheet.refresh_from_db()
    assert (sheet.state, sheet.note, marks_of(sheet)["team"]) == (SheetState.DRAFT, "只在评分表上", None)
