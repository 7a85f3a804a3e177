"""Conditions on facts of the entry: asked in the form, demanded, frozen and filed alike."""

import pytest
from django.urls import reverse

from contests import consistency, exports
from contests.forms import OF_SECTION
from contests.imports import plan_of
from contests.models import Question
from contests.sections import BY_KEY
from projects import services
from projects.dossier import Dossier
from projects.models import Entry
from projects.states import Step
from tests import factories
from tests.projects import drafts

pytestmark = pytest.mark.django_db
COMPANY = {"fact": "company", "is": ["yes"]}


@pytest.fixture
def season():
    made = drafts.open_season()
    factories.TrackFactory(season=made, code="mentor")
    factories.QuestionFactory(season=made, code="export", condition=COMPANY)
    factories.QuestionFactory(season=made, code="seed", condition={"fact": "round", "is": ["seed", "angel"]})
    factories.QuestionFactory(season=made, code="served", condition={"fact": "status", "is": ["veteran"]})
    factories.QuestionFactory(season=made, code="group", condition={"fact": "track", "is": ["mentor"]})
    factories.DocumentRequirementFactory(season=made, kind="share", label="股权", condition=COMPANY)
    return made


@pytest.fixture
def entry(season):
    user = factories.UserFactory()
    made = services.start_entry(season, by=user, name="海藻地膜")
    services.save_step(made, Step.LEADER, drafts.leader_facts(statuses=["veteran", "returnee"]), by=user)
    services.save_step(made, Step.PROJECT, drafts.project_facts(season), by=user)
    return made


def read(entry) -> tuple[set[str], set[str]]:
    dossier = Dossier(Entry.objects.get(pk=entry.pk))
    return {one.code for one in dossier.asked}, {one.label for one in dossier.requirements}


def test_what_is_asked_follows_the_facts(entry):
    by = entry.project.owner
    assert read(entry) == ({"served"}, {"路演文稿"})
    services.save_step(entry, Step.COMPANY, drafts.company_facts(), by=by)
    services.save_step(entry, Step.FINANCE, drafts.finance_facts(financed_round="angel"), by=by)
    assert read(entry) == ({"served", "export", "seed"}, {"路演文稿", "股权"})
    mentor = entry.season.tracks.get(code="mentor")
    services.save_step(entry, Step.PROJECT, drafts.project_facts(entry.season, track=mentor), by=by)
    assert "group" in read(entry)[0]


def test_the_form_hides_what_a_fact_does_not_ask_for(signed_in, entry):
    page = signed_in(entry.project.owner).get(reverse("projects:form", args=[entry.pk, Step.QUESTIONS]))
    text = page.content.decode()
    assert 'data-question="export" data-fact="no" hidden' in text
    assert 'data-question="served" data-fact="yes">' in text


def test_without_a_question_that_is_asked_the_step_is_left_out(season, entry):
    Question.objects.filter(code="served").delete()
    assert Step.QUESTIONS not in Dossier(Entry.objects.get(pk=entry.pk)).steps


def test_the_file_holds_facts_and_says_what_is_wrong_with_one(season):
    text = exports.season_file(season)
    assert 'condition: {fact: company, is: ["yes"]}' in text.replace("'", '"')
    assert not list(consistency.problems(exports.season_data(season)))
    for wrong in ("fact: compani", "question: seed, fact: company"):
        assert plan_of(text.replace("fact: company", wrong, 1)).mistakes
    assert plan_of(text.replace("[mentor]", "[nobody]", 1)).mistakes


def test_the_set_up_offers_facts_with_their_values(season):
    form = OF_SECTION["questions"](None, section=BY_KEY["questions"], season=season)
    offered = {value for _title, values in form.fields["only_if"].choices for value, _words in values}
    assert {"@company\x1fyes", "@track\x1fmentor", "@status\x1fveteran", "@stage\x1fidea"} <= offered
    row = Question.objects.get(code="seed")
    held = OF_SECTION["questions"](None, section=BY_KEY["questions"], season=season, row=row)
    assert held["only_if"].value() == ["@round\x1fseed", "@round\x1fangel"]
