"""The step of questions in the browser: conditions, tables by plain posts and by htmx, conflicts, counts of queries."""

import pytest

from contests.states import QuestionKind
from projects.dossier import Dossier
from projects.models import Entry
from projects.states import Step
from tests import factories
from tests.projects import asking, drafts
from tests.projects.asking import ANSWERS

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def entry():
    return drafts.draft(asking.asking_season())


@pytest.fixture
def browser(entry, signed_in):
    return signed_in(entry.project.owner)


@pytest.fixture
def path(entry):
    return f"/entries/{entry.pk}/form/questions/"


def values(entry) -> dict:
    return Dossier(Entry.objects.get(pk=entry.pk)).values


def table(*rows) -> dict:
    sent = {f"q-holders-{place}-{code}": text for place, row in enumerate(rows) for code, text in row.items()}
    return {"q-holders-rows": str(len(rows)), **sent}


def test_the_step_is_there_once_the_track_is_known(browser, entry, path):
    assert browser.get(path).status_code == 200
    Entry.objects.filter(pk=entry.pk).update(track=None)
    assert browser.get(path)["Location"] == f"/entries/{entry.pk}/form/project/"


def test_a_season_without_questions_has_no_such_step(signed_in):
    entry = drafts.draft()
    page = signed_in(entry.project.owner).get(f"/entries/{entry.pk}/form/project/")

    assert Step.QUESTIONS not in page.context["page"].steps


def test_questions_stand_in_order_and_in_the_language_of_the_reader(browser, entry, path):
    text = browser.get(path).content.decode()
    places = [text.index(word) for word in ("是否出口", "出口地区", "出口额（万元）", "股权结构", "一句话")]
    assert places == sorted(places)

    entry.season.questions.filter(code="pitch").update(label_en="In a sentence", help_text_en="For judges")
    english = browser.get(path, headers={"Accept-Language": "en"}).content.decode()
    browser.cookies["django_language"] = "en"
    english = browser.get(path).content.decode()
    assert "In a sentence" in english
    assert "For judges" in english


def test_only_what_is_asked_is_shown(browser, path):
    text = browser.get(path).content.decode()

    assert text.count("data-asked-by") == 2
    assert 'data-question="markets" data-asked-by="exports" data-asked-is="yes" hidden' in text
    browser.post(path, {"q-exports": "yes"}, headers=HTMX)
    assert 'data-question="markets" data-asked-by="exports" data-asked-is="yes">' in browser.get(path).content.decode()


def test_without_a_script_new_questions_are_shown_before_going_on(browser, entry, path):
    assert browser.post(path, {"q-exports": "yes", "go": "next"})["Location"] == path
    assert browser.post(path, {"q-exports": "yes", "go": "next"})["Location"].endswith("/form/documents/")


def test_what_fits_is_saved_and_what_does_not_stays_in_its_field(browser, entry, path):
    sent = {"q-exports": "yes", "q-volume": "很多", "q-pitch": "用海藻做地膜", "go": "next"}
    answer = browser.post(path, sent)

    assert answer.status_code == 422
    assert answer.context["form"]["volume"].value() == "很多"
    assert answer.context["form"].errors.keys() == {"volume"}
    assert values(entry) == {"exports": "yes", "pitch": "用海藻做地膜"}


class TestTable:
    rows = ({"name": "甲", "share": "60"}, {"name": "乙", "share": "约四成"})

    def test_rows_are_added_without_a_script_and_nothing_typed_is_lost(self, browser, entry, path):
        answer = browser.post(path, {**table(*self.rows), "q-pitch": "长" * 30, "do": "add:holders"})
        form = answer.context["form"]

        assert [[cell.value for cell in row[:2]] for row in form.rows["holders"]] == [
            ["甲", "60"], ["乙", "约四成"], ["", ""],
        ]  # fmt: skip
        assert form["pitch"].value() == "长" * 30
        assert "第2行" in str(form.errors["holders"])

    def test_a_row_is_taken_out_and_the_rest_saved(self, browser, entry, path):
        answer = browser.post(path, {**table(*self.rows), "do": "remove:holders:1"})

        assert answer.status_code == 200
        assert values(entry)["holders"] == [{"name": "甲", "share": "60"}]

    def test_with_htmx_the_table_comes_back_with_what_was_saved(self, browser, entry, path):
        answer = browser.post(path, {**table(self.rows[0]), "do": "add:holders"}, headers=HTMX)
        text = answer.content.decode()

        assert text.lstrip().startswith("<fieldset")
        assert 'name="q-holders-1-name"' in text
        assert 'id="base"' in text
        assert values(entry)["holders"] == [{"name": "甲", "share": "60"}]

    def test_no_more_rows_than_fit(self, browser, entry, path):
        rows = [{"name": name} for name in "甲乙丙"]
        answer = browser.post(path, {**table(*rows), "do": "add:holders"})

        assert len(answer.context["form"].rows["holders"]) == 3
        assert b'value="add:holders"' not in answer.content

    def test_a_mad_number_of_rows_is_no_harm(self, browser, path):
        assert browser.post(path, {"q-holders-rows": "999999999"}).status_code == 302
        assert browser.post(path, {"q-holders-rows": "-1"}).status_code == 302


class TestTwoWindows:
    def sent(self, browser, path) -> dict:
        return {"base": browser.get(path).context["form"].base, **table({"name": "甲"}), "q-pitch": "甲的话"}

    def test_the_second_chooses(self, browser, entry, path):
        second = self.sent(browser, path)
        browser.post(path, {**second, **table({"name": "乙"}), "q-pitch": "乙的话"})
        answer = browser.post(path, second)

        assert answer.status_code == 409
        assert answer.context["theirs"] == {"holders": "1. 股东：乙", "pitch": "乙的话"}
        choice = {"base": answer.context["fresh"].base, "conflict": ["holders", "pitch"]}
        choice |= {"keep-holders": "theirs", "keep-pitch": "mine"}
        browser.post(path, {**second, **choice})
        assert values(entry) == {"holders": [{"name": "乙"}], "pitch": "甲的话"}

    def test_the_other_table_stands_in_the_form_once_chosen(self, browser, entry, path):
        second = self.sent(browser, path)
        browser.post(path, {**second, **table({"name": "乙"}, {"name": "丙"})})
        page = browser.post(path, second, headers=HTMX)
        choice = {"base": page.context["fresh"].base, "conflict": "holders", "keep-holders": "theirs"}
        answer = browser.post(path, {**second, **choice}, headers=HTMX)

        names = [row[0].value for row in answer.context["form"].rows["holders"]]
        assert names == ["乙", "丙"]


def test_another_track_with_questions_of_its_own_reloads_the_form(signed_in):
    entry = drafts.draft()
    other = factories.TrackFactory(season=entry.season)
    asking.ask(entry.season, track=other)
    browser = signed_in(entry.project.owner)
    answer = browser.post(f"/entries/{entry.pk}/form/project/", {"track": other.pk}, headers=HTMX)

    assert answer["HX-Refresh"] == "true"


class TestCost:
    def counted(self, browser, address, django_assert_max_num_queries) -> int:
        browser.get(address)
        with django_assert_max_num_queries(40) as seen:
            assert browser.get(address).status_code == 200
        return len(seen.captured_queries)

    def test_questions_and_answers_cost_the_same_however_many(self, signed_in, django_assert_max_num_queries):
        entry = drafts.draft()
        browser, season = signed_in(entry.project.owner), entry.season
        asking.ask(season, code="one", kind=QuestionKind.TABLE, columns=asking.HOLDERS)
        browser.post(f"/entries/{entry.pk}/form/questions/", {"q-one-rows": "1", "q-one-0-name": "甲"})
        pages = [f"/entries/{entry.pk}/form/questions/", f"/entries/{entry.pk}/form/check/", f"/entries/{entry.pk}/"]
        first = [self.counted(browser, page, django_assert_max_num_queries) for page in pages]
        for number in range(2):
            asking.ask(season, code=f"more-{number}")
            browser.post(f"/entries/{entry.pk}/form/questions/", {f"q-more-{number}": "答复"})

        assert entry.answers.count() == 3
        assert [self.counted(browser, page, django_assert_max_num_queries) for page in pages] == first


def test_the_whole_step_can_be_sent_and_handed_in(signed_in):
    entry = drafts.ready(asking.asking_season())
    browser, path = signed_in(entry.project.owner), f"/entries/{entry.pk}/form/questions/"
    sent = {f"q-{code}": value for code, value in ANSWERS.items() if code != "holders"}
    browser.post(path, {**sent, **table(*ANSWERS["holders"]), "go": "next"})
    answer = browser.post(f"/entries/{entry.pk}/submit/", follow=True)

    assert Entry.objects.get(pk=entry.pk).number in answer.content.decode()
    assert "王示例" in answer.content.decode()
