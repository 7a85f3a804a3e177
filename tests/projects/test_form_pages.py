"""The form in the browser: autosave, refusals that lose nothing, two windows, team, documents, submission."""

import json
import re

import pytest
from django.core.files.base import ContentFile

from projects import services
from projects.models import Entry
from projects.states import EntryState, Step
from tests import factories
from tests.factories import credit_code, resident_id
from tests.projects import drafts

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def entry():
    return drafts.draft()


@pytest.fixture
def browser(entry, signed_in):
    return signed_in(entry.project.owner)


def path(entry, step) -> str:
    return f"/entries/{entry.pk}/form/{step}/"


def fields(page) -> dict:
    """What a browser would send back, unchanged."""
    form = page.context["form"]
    data = {"base": form.base}
    for bound in form:
        value = bound.value()
        if value not in (None, False):
            data[bound.html_name] = value.isoformat() if hasattr(value, "isoformat") else value
    return data


def kept(entry) -> Entry:
    return Entry.objects.select_related("project").get(pk=entry.pk)


@pytest.mark.parametrize("step", Step)
def test_every_step_opens_and_hides_numbers(browser, entry, step):
    factories.QuestionFactory(season=entry.season)
    page = browser.get(path(entry, step))

    assert page.status_code == 200
    assert kept(entry).leader.id_number not in page.content.decode()
    assert "13800138000" not in page.content.decode()


def test_next_saves_and_goes_on(browser, entry):
    data = {**fields(browser.get(path(entry, "finance"))), "insured": "11", "go": "next"}
    answer = browser.post(path(entry, "finance"), data)

    assert answer["Location"] == path(entry, "documents")
    assert kept(entry).project.insured == 11


def test_autosave_says_when_and_brings_the_rail(browser, entry):
    data = {**fields(browser.get(path(entry, "finance"))), "insured": ""}
    answer = browser.post(path(entry, "finance"), data, headers=HTMX)
    text = answer.content.decode()

    assert kept(entry).project.insured is None
    assert re.search(r"已保存 \d\d:\d\d|Saved \d\d:\d\d", text)
    assert [stop.left for stop in answer.context["page"].rail if stop.step == Step.FINANCE] == [1]
    assert json.loads(re.search(r'id="base" value="([^"]*)"', text)[1].replace("&quot;", '"'))["insured"] is None


def test_a_refused_field_keeps_what_was_typed_and_the_others_are_saved(browser, entry):
    wrong = credit_code(55)[:-1] + ("A" if credit_code(55)[-1] != "A" else "B")
    data = {**fields(browser.get(path(entry, "company"))), "credit_code": wrong, "company_name": "新名字公司"}
    answer = browser.post(path(entry, "company"), {**data, "go": "next"})

    assert answer.status_code == 422
    assert answer.context["form"]["credit_code"].value() == wrong
    assert answer.context["form"].errors.keys() == {"credit_code"}
    assert (kept(entry).project.company_name, kept(entry).project.credit_code) == (
        "新名字公司",
        entry.project.credit_code,
    )


def test_a_number_of_somebody_else_is_refused_at_its_field(browser, entry):
    other = drafts.draft(number=2)
    data = {**fields(browser.get(path(entry, "leader"))), "school": "山东大学"}
    answer = browser.post(path(entry, "leader"), {**data, "name": "张三", "id_number": other.leader.id_number})

    assert "id_number" in answer.context["form"].errors
    assert kept(entry).leader.school == "山东大学"


class TestTwoWindows:
    def both(self, browser, entry):
        first, second = (fields(browser.get(path(entry, "company"))) for _ in range(2))
        browser.post(path(entry, "company"), {**first, "legal_representative": "王一"})
        return {**second, "legal_representative": "李二", "registered_capital_wan": "100"}

    def test_the_second_gets_both_values_and_nothing_typed_is_lost(self, browser, entry):
        answer = browser.post(path(entry, "company"), self.both(browser, entry))

        assert answer.status_code == 409
        assert answer.context["theirs"] == {"legal_representative": "王一"}
        assert answer.context["form"]["legal_representative"].value() == "李二"
        assert answer.context["form"]["registered_capital_wan"].value() == "100"
        assert kept(entry).project.legal_representative == "王一"

    @pytest.mark.parametrize(("choice", "name"), [("mine", "李二"), ("theirs", "王一")])
    def test_the_chosen_one_stays(self, browser, entry, choice, name):
        data = self.both(browser, entry)
        page = browser.post(path(entry, "company"), data)
        data |= {"base": page.context["fresh"].base, "conflict": "legal_representative"}
        answer = browser.post(path(entry, "company"), {**data, "keep-legal_representative": choice})

        assert answer.status_code == 302
        assert kept(entry).project.legal_representative == name
        assert kept(entry).project.registered_capital_wan == 100

    def test_an_autosave_meanwhile_decides_nothing(self, browser, entry):
        data = self.both(browser, entry)
        page = browser.post(path(entry, "company"), data, headers=HTMX)
        assert page["HX-Retarget"] == "#step"

        data |= {"base": page.context["fresh"].base, "conflict": "legal_representative"}
        answer = browser.post(path(entry, "company"), {**data, "registered_capital_wan": "120"}, headers=HTMX)
        assert answer.context["theirs"] == {"legal_representative": "王一"}
        assert kept(entry).project.legal_representative == "王一"
        assert kept(entry).project.registered_capital_wan == 120


def test_another_kind_of_track_reloads_the_form(browser, entry):
    persons = factories.TrackFactory(season=entry.season, kind="person")
    data = {**fields(browser.get(path(entry, "project"))), "track": persons.pk}
    answer = browser.post(path(entry, "project"), data, headers=HTMX)

    assert answer["HX-Refresh"] == "true"
    assert browser.get(path(entry, "company"))["Location"] == path(entry, "project")


def test_marks_of_the_office_stand_at_their_fields(signed_in):
    entry = drafts.submitted()
    clerk = factories.clerk(entry.unit)
    requirement = entry.season.documentrequirements.get()
    for field, reason in (("insured", "请改为29人"), (f"document.{requirement.pk}", "请重拍整页")):
        services.mark_field(entry, field=field, label=field, reason=reason, by=clerk, at=factories.NOW)
    later = entry.season.entry_closes
    services.send_back(entry, reason="", fix_by=later, by=clerk, at=factories.NOW)
    browser = signed_in(entry.project.owner)
    home = browser.get(f"/entries/{entry.pk}/").content.decode()

    assert "请改为29人" in browser.get(path(entry, "finance")).content.decode()
    assert "请重拍整页" in browser.get(path(entry, "documents")).content.decode()
    assert f"{path(entry, 'finance')}#f-insured" in home
    assert f"{path(entry, 'documents')}#document-{requirement.pk}" in home


class TestTeam:
    def newcomer(self, number=300, **more):
        facts = {"member-name": "王一", "member-id_kind": "resident", "member-id_number": resident_id(number)}
        return {"kind": "member", **facts, **more}

    def test_added(self, browser, entry):
        answer = browser.post(f"/entries/{entry.pk}/team/add/", self.newcomer())

        assert answer["Location"] == f"{path(entry, 'team')}#team"
        assert "王一" in browser.get(path(entry, "team")).content.decode()

    def test_a_refusal_keeps_what_was_typed(self, browser, entry):
        answer = browser.post(f"/entries/{entry.pk}/team/add/", self.newcomer(**{"member-id_number": "123456"}))

        form = answer.context["parts"][0]["form"]
        assert answer.status_code == 422
        assert (form["name"].value(), form["id_number"].value()) == ("王一", "123456")
        assert "id_number" in form.errors

    def test_members_of_other_projects_are_out_of_reach(self, browser, entry):
        other = drafts.draft(number=2).project.members.get()

        assert browser.post(f"/entries/{entry.pk}/team/{other.pk}/", {"do": "remove"}).status_code == 404


class TestDocuments:
    def send(self, browser, entry, file, **more):
        requirement = entry.season.documentrequirements.get()
        return browser.post(f"/entries/{entry.pk}/documents/{requirement.pk}/", {"file": file}, **more)

    def test_uploaded_as_a_plain_form(self, browser, entry):
        answer = self.send(browser, entry, drafts.pdf(), follow=True)

        assert answer.redirect_chain[0][0].endswith(f"#document-{entry.season.documentrequirements.get().pk}")
        assert "deck.pdf" in answer.content.decode()

    def test_uploaded_by_the_script_answers_the_row_and_the_count(self, browser, entry):
        answer = self.send(browser, entry, drafts.pdf(), headers=HTMX)

        assert answer.status_code == 200
        assert answer.context["page"].documents_done == 1
        assert b'id="document-count"' in answer.content

    def test_a_refusal_stands_in_its_row_and_the_file_before_is_kept(self, browser, entry):
        self.send(browser, entry, drafts.pdf())
        for headers in ({}, HTMX):
            answer = self.send(browser, entry, plain_words(), headers=headers)
            assert answer.status_code == 422
            assert answer.context["refusal"].code == "wrong-type"
            assert "deck.pdf" in answer.content.decode()

    def test_without_a_file(self, browser, entry):
        requirement = entry.season.documentrequirements.get()

        assert browser.post(f"/entries/{entry.pk}/documents/{requirement.pk}/").status_code == 422


def plain_words() -> ContentFile:
    return ContentFile(b"plain words", name="notes.pdf")


class TestSubmission:
    def test_declarations_are_agreed_to_one_by_one(self, browser, entry):
        one = entry.season.declarations.get()
        browser.post(path(entry, "declarations"), {"agree": [one.pk]}, headers=HTMX)
        assert [made.declaration for made in entry.agreements.all()] == [one]

        browser.post(path(entry, "declarations"), {}, headers=HTMX)
        assert not entry.agreements.exists()

    def test_incomplete_lists_what_is_missing_with_the_way_there(self, browser, entry):
        answer = browser.post(f"/entries/{entry.pk}/submit/")
        requirement = entry.season.documentrequirements.get()

        assert answer.status_code == 422
        assert f"{path(entry, 'documents')}#document-{requirement.pk}" in answer.content.decode()
        assert kept(entry).state == EntryState.DRAFT

    def test_complete_is_submitted_and_shown(self, signed_in):
        entry = drafts.ready()
        browser = signed_in(entry.project.owner)
        answer = browser.post(f"/entries/{entry.pk}/submit/", follow=True)

        entry = kept(entry)
        assert entry.state == EntryState.SUBMITTED
        assert entry.number in answer.content.decode()
        assert browser.get(path(entry, "project"))["Location"] == f"/entries/{entry.pk}/"

    def test_twice_is_answered_with_where_it_stands(self, signed_in):
        entry = drafts.submitted()
        answer = signed_in(entry.project.owner).post(f"/entries/{entry.pk}/submit/", follow=True)

        assert answer.redirect_chain[-1][0] == f"/entries/{entry.pk}/"
        assert entry.number in answer.content.decode()


def test_entries_of_others_do_not_exist(signed_in, entry):
    stranger = signed_in(factories.UserFactory())
    addresses = [path(entry, "project"), f"/entries/{entry.pk}/", f"/entries/{entry.pk}/withdraw/"]

    assert {stranger.get(address).status_code for address in addresses} == {404}
    assert stranger.post(f"/entries/{entry.pk}/submit/").status_code == 404
