"""Steps 3 and 4: a contestant enters a project over several visits; clerk and city screen it."""

import re
from datetime import timedelta

import pypdfium2
import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import User
from accounts.services import create_account
from accounts.states import Role
from contests.models import Season
from contests.services import grant_role
from core.models import Region
from projects import services
from projects.models import Entry
from projects.sheet import PROJECT_FIELDS
from projects.states import EntryState
from seeds.demo.entering import account_of
from seeds.demo.papers import paper
from seeds.story.decks import deck
from tests.e2e.conftest import SIZES, zh
from tests.e2e.story import drafted, entered, home_unit, open_season, part, told

WRONG_ID, WRONG_CODE = "370212199503020011", "91370212MAYABCDE00"


@pytest.fixture
def form(page):
    return Form(page)


class Form:
    """A contestant's hands on one step of the form."""

    def __init__(self, page):
        self.page = page

    def type(self, name: str, value) -> None:
        box = self.page.locator(f"#step [name={name}]")
        kind = box.first.get_attribute("type")
        if kind == "radio":
            self.page.locator(f"label:has([name={name}][value='{value}'])").first.click()
        elif kind == "checkbox":
            for one in value:
                self.page.locator(f"label:has([name={name}][value='{one}'])").first.click()
        elif box.get_attribute("data-cascade") is not None:
            self._choose(name, str(value))
        elif box.evaluate("box => box.tagName") == "SELECT":
            box.select_option(str(value))
        elif not box.is_disabled():
            box.fill(str(value))
            box.dispatch_event("change")

    def _choose(self, name: str, value: str) -> None:
        """Choose the group, then the place or unit in it, as somebody does who sees two boxes."""
        group = self.page.eval_on_selector(
            f"#id_{name} option[value='{value}']", "option => option.parentElement.label"
        )
        first, second = self.page.locator(f"#id_{name}-1"), self.page.locator(f"#id_{name}-2")
        first.select_option(label=group)
        if second.input_value() != value:
            second.select_option(value)

    def fill(self, **values) -> None:
        for name, value in values.items():
            if value not in (None, "", ()):
                self.type(name, value)

    def saved(self) -> None:
        """Makes sure of one save after the last change, and waits until the page says so."""
        self.page.evaluate("document.getElementById('saved').textContent = ''")
        self.page.evaluate("document.getElementById('step').dispatchEvent(new Event('change', {bubbles: true}))")
        expect(self.page.locator("#saved")).to_have_text(re.compile(r"\d\d:\d\d"))

    def value(self, name: str) -> str:
        return self.page.locator(f"#step [name={name}]").input_value()

    def error(self, name: str) -> str:
        return self.page.locator(f"#slot-{name} .err").inner_text()

    def next(self) -> None:
        before = self.page.url
        self.page.locator(".ly-stepbar .btn-primary").click()
        self.page.wait_for_url(lambda url: url != before)


def facts_of(story) -> dict:
    """What the contestant types into the steps on project, company and money."""
    facts = story.columns()
    return {name: value for name, value in facts.items() if not isinstance(value, bool)}


def of_step(facts: dict, step) -> dict:
    return {name: facts[name] for name in PROJECT_FIELDS[step] if name in facts}


def send(page, row, name: str, data: bytes, mime: str = "application/pdf") -> None:
    """Chosen, sent in pieces, and answered with the new row."""
    with page.expect_response(lambda answer: "/entries/uploads/" in answer.url and answer.request.method == "GET"):
        row.locator("input[type=file]").first.set_input_files({"name": name, "mimeType": mime, "buffer": data})


@pytest.fixture
def contestant(demo, size):
    """The leader of a story that nobody has entered yet; one for each width."""
    story = told(sorted(SIZES).index(size))
    return account_of(story, by=part("administrator")), story


def test_contestant_enters_over_several_visits(page, demo, size, contestant, become, form, look, press, follow):
    user, story = contestant
    season, facts = open_season(), facts_of(story)
    become(user)
    begin(page, demo, season, story, look, follow, press)
    number = int(re.search(r"/entries/(\d+)/", page.url).group(1))

    fill_project(page, form, season, story, facts, look)
    fill_leader(form, story, look)
    fill_company(form, facts, look)
    add_team(page, form, story, press, look)
    form.fill(**of_step(facts, "finance"))
    form.saved()
    form.next()
    if "/form/questions/" in page.url:
        form.next()
    upload_papers(page, form, story, look)
    page.locator("#step [name=agree]").first.wait_for()
    for box in page.locator("#step [name=agree]").all():
        box.check()
        form.saved()
    form.next()

    look("form-check")
    press("Submit the entry")
    page.wait_for_url(f"{demo}/entries/{number}/")
    entry = Entry.objects.get(pk=number)
    assert entry.state == EntryState.SUBMITTED
    expect(page.get_by_text(entry.number).first).to_be_attached()
    expect(page.locator(".ly-line .now .hold").get_by_text(str(entry.holder)).first).to_be_attached()
    look("entry-submitted")
    receipt = page.request.get(f"{demo}/entries/{number}/receipt.pdf").body()
    text = pypdfium2.PdfDocument(receipt)[0].get_textpage().get_text_bounded()
    assert entry.number in text
    assert story.name[:6] in text.replace("\n", "")


def begin(page, demo, season, story, look, follow, press):
    """From the list of contests, over the conditions with their dates, to an entry of one's own."""
    page.goto(f"{demo}/contests/")
    page.get_by_role("link", name=season.title).first.click()
    expect(page.get_by_text(season.eligibilityrules.exclude(date=None).first().phrase).first).to_be_attached()
    look("season")
    follow("Start an entry")
    page.wait_for_selector("#verdict")
    look("may-i-enter")
    page.locator("main form [name=name]").fill(story.name)
    press("Start the entry")
    page.wait_for_url(re.compile(r"/entries/\d+/form/project/"))


def fill_project(page, form, season, story, facts, look):
    track = season.tracks.get(code=story.track)
    form.fill(track=track.pk, unit=home_unit(season).pk)
    form.fill(**of_step(facts, "project"))
    form.saved()
    page.reload()
    page.wait_for_selector("#id_unit-1")
    assert form.value("summary") == facts["summary"].replace("\r\n", "\n")
    expect(page.locator(f"[name=track][value='{track.pk}']")).to_be_checked()
    assert page.locator("#id_unit-2").input_value() == str(home_unit(season).pk)
    look("form-project")
    form.next()


def fill_leader(form, story, look):
    person = story.leader.person
    form.fill(name=person.name, id_number=WRONG_ID, phone=person.phone, email=person.email, statuses=person.statuses)
    form.saved()
    assert form.error("id_number")
    assert (form.value("id_number"), form.value("name"), form.value("email")) == (WRONG_ID, person.name, person.email)
    look("form-leader-refused")
    form.fill(id_number=person.id_number, birth_date=person.birth_date)
    form.saved()
    form.next()


def fill_company(form, facts, look):
    form.type("has_company", "True")
    form.fill(**{**of_step(facts, "company"), "credit_code": WRONG_CODE})
    form.saved()
    assert form.error("credit_code")
    assert form.value("company_name") == facts["company_name"]
    look("form-company-refused")
    form.fill(credit_code=facts["credit_code"])
    form.saved()
    form.next()


def add_team(page, form, story, press, look):
    members = [one for one in story.members[1:] if one.kind == "member"][:2]
    for one in members:
        page.locator("details.ly-new > summary").first.click()
        box = page.locator("details.ly-new[open] form").first
        box.locator("[name=member-name]").fill(one.person.name)
        box.locator("[name=member-id_kind]").select_option(one.person.id_kind)
        box.locator("[name=member-id_number]").fill(one.person.id_number)
        if one.person.id_kind != "resident":
            box.locator("details summary").click()
            box.locator("[name=member-birth_date]").fill(str(one.person.birth_date))
        press("Add to the team")
        page.locator(".ly-people").get_by_text(one.person.name).first.wait_for()
    copy_an_invitation(page, press)
    look("form-team")
    form.next()


def copy_an_invitation(page, press):
    """The link to pass on goes to the clipboard by its button, which says so; then the invitation is taken back."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("#invited details.ly-new > summary").click()
    page.locator("#invited [name=invite-name]").fill("钱示例")
    press("Send the invitation")
    box = page.locator("#invited li[id^=invitation-]")
    copy = box.locator("[data-copy]")
    copy.click()
    expect(copy).to_have_text(zh("Copied"))
    assert page.evaluate("navigator.clipboard.readText()") == box.locator("input[readonly]").input_value()
    press("Take back")
    expect(box).to_have_count(0)


def upload_papers(page, form, story, look):
    rows = page.locator(".ly-up.miss")
    while rows.count():
        row = page.locator(f"[id='{rows.first.get_attribute('id')}']")
        label = row.locator("h3").inner_text()
        if label == "路演文稿" or row.get_by_text("PPTX").count():
            send(page, row, "计划.pdf", b"only words, no document")
            row.locator(".ly-note.no").wait_for()
            look("upload-refused")
            send(page, row, "路演文稿.pdf", deck(story))
        else:
            send(page, row, f"{label}.pdf", paper("licence"))
        row.locator(".ly-pill.is-done").wait_for()
    look("form-documents")
    form.next()


# ---------------------------------------------------------------- screening


def test_marked_fields_come_back_and_the_entry_goes_on_to_qualified(page, demo, become, look, press, follow):
    entry = entered(10, at=timezone.now())
    become(part("unit"))
    page.goto(f"{demo}/entries/desk/{entry.pk}/")
    look("desk")
    for field, reason in {"insured": "与社保证明不一致，请改为证明上的人数。", "market": "请写明主要客户。"}.items():
        row = page.locator(f"#f-{field}")
        row.locator("summary.ly-mark").click()
        row.locator("[name=reason]").fill(reason)
        row.locator("[name=reason]").press("Enter")
        page.locator(f"#f-{field}.bad").wait_for()
    page.locator("[data-dialog=return]").click()
    look("desk-return")
    page.locator("dialog#return button.btn-primary").click()
    page.wait_for_url(re.compile(r"/entries/desk/"))
    entry.refresh_from_db()
    assert entry.state == EntryState.RETURNED

    become(entry.project.owner)
    page.goto(demo)
    look("home-returned")
    page.goto(f"{demo}/entries/{entry.pk}/")
    expect(page.locator(".ly-fix")).to_have_count(2)
    look("entry-returned")
    page.locator(".ly-fix").first.click()
    page.wait_for_url(re.compile("#f-"))
    page.goto(f"{demo}/entries/{entry.pk}/form/finance/")
    page.locator("[name=insured]").fill("7")
    page.locator(".ly-stepbar .btn-primary").click()
    page.goto(f"{demo}/entries/{entry.pk}/form/check/")
    press("Submit the entry")
    page.wait_for_url(f"{demo}/entries/{entry.pk}/")

    for role in ("unit", "city"):
        become(part(role))
        page.goto(f"{demo}/entries/desk/{entry.pk}/")
        page.locator("button[name=decision][value=accept]").click()
        page.wait_for_url(re.compile(r"/entries/desk/"))
    entry.refresh_from_db()
    assert (entry.state, entry.snapshot is None) == (EntryState.QUALIFIED, False)
    assert entry.project.insured == 7


def test_another_city_does_not_see_the_entry(page, demo, become):
    entry = entered(11, at=timezone.now())
    admin = part("administrator")
    elsewhere = create_account(username="demo-jinan", display_name="济南市组织者", by=admin)
    grant_role(elsewhere, role=Role.CITY, region=Region.objects.get(pk="370100"), by=admin)
    become(elsewhere)
    for address in (f"/entries/desk/{entry.pk}/", f"/entries/all/{entry.pk}/", f"/entries/{entry.pk}/receipt.pdf"):
        assert page.request.get(demo + address).status == 404
    page.goto(f"{demo}/entries/all/?q={entry.number}")
    expect(page.get_by_text(entry.title)).to_have_count(0)


def test_two_clerks_at_once(page, demo, become, look):
    entry = entered(12, at=timezone.now())
    become(part("unit"))
    page.goto(f"{demo}/entries/desk/{entry.pk}/")
    services.accept(entry, by=User.objects.get(username="demo-unit"))
    page.locator("button[name=decision][value=accept]").click()
    refusal = page.locator("[data-problems]")
    refusal.wait_for()
    assert "已由他人办理" in refusal.inner_text()
    look("desk-overtaken")
    assert Entry.objects.get(pk=entry.pk).screening_steps.count() == 1


def test_passed_deadline_is_said_and_nothing_is_lost(page, demo, become, press, look):
    entry = drafted(13, at=timezone.now())
    become(entry.project.owner)
    page.goto(f"{demo}/entries/{entry.pk}/form/check/")
    closes = entry.season.entry_closes
    # The closing second itself still counts, so it has to lie before this one.
    Season.objects.filter(pk=entry.season_id).update(entry_closes=timezone.now() - timedelta(seconds=2))
    try:
        press("Submit the entry")
        page.locator("[data-problems]").wait_for()
        expect(page.get_by_text("截止").first).to_be_attached()
        look("deadline-passed")
    finally:
        Season.objects.filter(pk=entry.season_id).update(entry_closes=closes)
    assert Entry.objects.get(pk=entry.pk).state == EntryState.DRAFT
