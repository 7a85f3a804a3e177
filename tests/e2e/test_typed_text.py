"""The entry form on a bad network: what was typed stays on the device until the server has confirmed it."""

import re

import pytest
from playwright.sync_api import expect

from projects.dossier import Dossier
from projects.models import Entry
from tests.projects import asking, drafts

pytestmark = pytest.mark.django_db(transaction=True)
KEPT_HERE = "Object.keys(localStorage).filter(key => key.startsWith('entry:')).length"
ALL_SENT = "() => !Object.keys(localStorage).some(key => key.startsWith('entry:'))"


@pytest.fixture
def entry():
    return drafts.draft(asking.asking_season())


@pytest.fixture
def address(live_server, entry, enter):
    enter(entry.project.owner)
    return f"{live_server.url}/entries/{entry.pk}/form/questions/"


def pitch(page):
    return page.locator("[name=q-pitch]")


def leave(page):
    """Wait until the attempt to save has failed, then close the window."""
    expect(page.locator("#saved.bad")).to_be_visible()
    page.close()


def values(entry) -> dict:
    return Dossier(Entry.objects.get(pk=entry.pk)).values


def test_typed_offline_and_back_after_a_reload(page, address, entry):
    page.goto(address)
    page.context.set_offline(True)
    pitch(page).fill("离线时写的")
    pitch(page).blur()
    context = page.context
    leave(page)
    context.set_offline(False)

    page = context.new_page()
    page.goto(address)
    expect(pitch(page)).to_have_value("离线时写的")
    expect(page.get_by_role("status").filter(has_text="没有保存成功")).to_be_visible()
    page.wait_for_function(ALL_SENT)
    assert values(entry) == {"pitch": "离线时写的"}


def test_what_is_refused_stays_on_the_device(page, address, entry):
    page.goto(address)
    page.locator("[name=q-exports][value=yes]").check()
    page.locator("[name=q-markets][value=europe]").check()
    page.locator("[name=q-volume]").fill("很多")
    page.locator("[name=q-volume]").blur()
    expect(page.locator("#slot-volume .err")).to_be_visible()
    assert page.evaluate(KEPT_HERE) == 1

    page.reload()
    expect(page.locator("[name=q-volume]")).to_have_value("很多")
    expect(page.locator("#slot-volume .err")).to_be_visible()
    assert values(entry) == {"exports": "yes", "markets": ["europe"]}


def test_changed_elsewhere_while_offline_both_values_stand(page, address, entry):
    page.goto(address)
    context = page.context
    context.set_offline(True)
    pitch(page).fill("这里写的")
    pitch(page).blur()
    leave(page)
    context.set_offline(False)
    other = context.browser.new_context()
    other.add_cookies(context.cookies())
    elsewhere = other.new_page()
    elsewhere.goto(address)
    pitch(elsewhere).fill("那里写的")
    pitch(elsewhere).blur()
    expect(elsewhere.locator("#saved")).to_have_text(re.compile(r"已保存"))
    other.close()

    page = context.new_page()
    page.goto(address)
    expect(page.locator(".ly-choice2")).to_contain_text("那里写的")
    expect(pitch(page)).to_have_value("这里写的")
    assert values(entry) == {"pitch": "那里写的"}
    page.locator("[name=keep-pitch][value=mine]").check()
    page.wait_for_function(ALL_SENT)
    assert values(entry) == {"pitch": "这里写的"}


def test_questions_come_and_go_with_their_condition(page, address):
    page.goto(address)
    expect(page.locator("#f-markets")).to_be_hidden()
    page.locator("[name=q-exports][value=yes]").check()
    expect(page.locator("#f-markets")).to_be_visible()
    page.locator("[name=q-markets][value=europe]").check()
    expect(page.locator("#f-volume")).to_be_visible()
    page.locator("[name=q-exports][value=no]").check()
    expect(page.locator("#f-volume")).to_be_hidden()


def test_rows_are_added_by_the_keyboard_and_numbers_of_people_are_not_kept(page, address, live_server, entry):
    page.goto(address)
    page.locator("[name=q-holders-0-name]").fill("李示例")
    page.locator("button[value='add:holders']").press("Enter")
    expect(page.locator("[name=q-holders-1-name]")).to_be_focused()
    page.keyboard.type("王示例")
    page.locator("[name=q-holders-1-name]").blur()
    page.wait_for_function(ALL_SENT)
    assert [row["name"] for row in values(entry)["holders"]] == ["李示例", "王示例"]

    page.goto(f"{live_server.url}/entries/{entry.pk}/form/leader/")
    page.locator("[name=id_number]").fill("37010219950302")
    assert page.evaluate(KEPT_HERE) == 0
