"""Rules, questions, documents and declarations that the organiser renewed while entries were being filled in."""

import pytest

from contests.states import QuestionKind, RuleKind
from core.models import AuditEntry
from core.problems import Refused
from projects import checks, services
from projects.dossier import Dossier
from projects.models import Answer, Document, Entry
from projects.states import Step
from tests import factories
from tests.factories import NOW
from tests.projects import asking, drafts

pytestmark = pytest.mark.django_db


def fresh(entry) -> Entry:
    return Entry.objects.get(pk=entry.pk)


def renewed(part, factory, **facts):
    """A newer version in the place of a part, as season set-up makes it."""
    type(part).objects.filter(pk=part.pk).update(retired_at=NOW)
    kept = {name: getattr(part, name) for name in ("season", "track", "order", *facts.pop("same", ()))}
    return factory(**{**kept, **facts}, replaces=part)


def fields(entry) -> list[str]:
    return [one.field for one in checks.completeness(fresh(entry))]


class TestDocuments:
    @pytest.fixture
    def entry(self):
        return drafts.ready()

    def renew(self, entry, **facts):
        old = entry.season.documentrequirements.get(retired_at=None)
        return renewed(old, factories.DocumentRequirementFactory, **{"kind": old.kind, "label": "新版文稿", **facts})

    def test_the_file_stands_for_the_new_version_and_asks_to_be_looked_at(self, entry, signed_in):
        new = self.renew(entry)
        dossier = Dossier(fresh(entry))

        assert dossier.requirements == [new]
        assert dossier.documents[new.pk].current.name == "路演.pdf"
        assert dossier.changed_requirements == {new.pk}
        assert fields(entry) == []
        page = signed_in(entry.project.owner).get(f"/entries/{entry.pk}/form/documents/").content.decode()
        assert "路演.pdf" in page
        assert "请再核对一遍" in page

    def test_a_chain_of_versions_is_followed(self, entry):
        self.renew(entry)
        newest = self.renew(entry, label="第三版")

        assert list(Dossier(fresh(entry)).documents) == [newest.pk]

    def test_another_kind_is_asked_for_anew_and_the_file_is_kept(self, entry):
        new = self.renew(entry, kind="plan", label="计划书")

        assert fields(entry) == [f"document.{new.pk}"]
        assert Document.objects.get().current.name == "路演.pdf"

    def test_a_format_no_longer_taken_is_asked_for_again(self, entry):
        new = self.renew(entry, formats=["pptx"])

        assert fields(entry) == [f"document.{new.pk}"]

    def test_a_new_file_wins_and_the_old_one_stays_on_record(self, entry):
        new = self.renew(entry)
        version = services.upload_document(
            fresh(entry), new, drafts.pdf(3), name="新版.pdf", by=entry.project.owner, at=NOW
        )
        dossier = Dossier(fresh(entry))

        assert dossier.documents[new.pk].current == version
        assert dossier.changed_requirements == set()
        assert Document.objects.count() == 2

    def test_taken_out_is_out(self, entry, signed_in):
        new = self.renew(entry)
        signed_in(entry.project.owner).post(f"/entries/{entry.pk}/documents/{new.pk}/remove/")

        assert fields(entry) == [f"document.{new.pk}"]

    def test_submission_hangs_it_on_the_new_version(self, entry):
        new = self.renew(entry)
        services.submit(fresh(entry), by=entry.project.owner, at=NOW)

        assert Document.objects.get().requirement == new
        assert [one["requirement"] for one in fresh(entry).snapshot["documents"]] == [new.pk]
        assert AuditEntry.objects.filter(verb="entry.carry").exists()

    def test_a_submitted_entry_keeps_what_it_was_asked(self, entry):
        old = entry.season.documentrequirements.get()
        services.submit(entry, by=entry.project.owner, at=NOW)
        self.renew(entry)

        assert [one["requirement"] for one in fresh(entry).snapshot["documents"]] == [old.pk]


class TestQuestions:
    @pytest.fixture
    def entry(self):
        entry = drafts.ready()
        asking.ask(entry.season, code="plan", label="计划")
        services.save_step(fresh(entry), Step.QUESTIONS, {"plan": "三年内出口"}, by=entry.project.owner, at=NOW)
        return fresh(entry)

    def renew(self, entry, **facts):
        old = entry.season.questions.get(retired_at=None)
        return renewed(old, factories.QuestionFactory, same=("code", "kind"), label="新问法", **facts)

    def test_the_answer_stands_until_another_is_given(self, entry, signed_in):
        new = self.renew(entry)
        dossier, path = Dossier(fresh(entry)), f"/entries/{entry.pk}/form/questions/"
        assert (dossier.values, dossier.changed_questions) == ({"plan": "三年内出口"}, {"plan"})

        browser = signed_in(entry.project.owner)
        assert "主办方修改了这个问题" in browser.get(path).content.decode()
        browser.post(path, {"q-plan": "五年内出口"})
        dossier = Dossier(fresh(entry))
        assert (dossier.values, dossier.changed_questions) == ({"plan": "五年内出口"}, set())
        assert dossier.answers[new.pk].question == new
        assert Answer.objects.count() == 2

    def test_emptied_is_empty(self, entry, signed_in):
        self.renew(entry)
        signed_in(entry.project.owner).post(f"/entries/{entry.pk}/form/questions/", {"q-plan": ""})

        assert fields(entry) == ["answer.plan"]

    def test_an_answer_that_the_new_question_refuses_is_asked_for_again(self, entry):
        self.renew(entry, max_length=2)

        assert fields(entry) == ["answer.plan"]
        with pytest.raises(Refused):
            services.submit(fresh(entry), by=entry.project.owner, at=NOW)

    def test_another_kind_of_question_is_asked_anew(self, entry):
        self.renew(entry, kind=QuestionKind.NUMBER)

        assert fields(entry) == ["answer.plan"]
        assert Answer.objects.get().value == "三年内出口"

    def test_submission_hangs_the_answer_on_the_new_question(self, entry):
        new = self.renew(entry)
        services.submit(fresh(entry), by=entry.project.owner, at=NOW)

        assert Answer.objects.get().question == new
        assert fresh(entry).snapshot["answers"][0]["label"] == "新问法"


def test_a_renewed_declaration_is_agreed_to_anew():
    entry = drafts.ready()
    old = entry.season.declarations.get()
    new = renewed(old, factories.DeclarationFactory, same=("code",), text="新的承诺")

    assert fields(entry) == [f"declaration.{new.code}"]
    services.agree(fresh(entry), new, by=entry.project.owner, at=NOW)
    assert fields(entry) == []
    assert {one.declaration_id for one in entry.agreements.all()} == {old.pk, new.pk}


class TestRules:
    def test_drafts_are_held_against_the_current_rule_alone(self):
        entry = drafts.ready()
        old = factories.EligibilityRuleFactory(
            season=entry.season, kind=RuleKind.REGISTERED_ON_OR_AFTER, date=NOW.date()
        )
        assert [one.rule_id for one in checks.eligibility(fresh(entry))] == [old.pk]

        type(old).objects.filter(pk=old.pk).update(retired_at=NOW)
        assert checks.eligibility(fresh(entry)) == []

    def test_a_waiver_holds_for_the_rule_that_took_its_place(self):
        entry = drafts.ready()
        old = factories.EligibilityRuleFactory(
            season=entry.season, kind=RuleKind.REGISTERED_ON_OR_AFTER, date=NOW.date()
        )
        services.waive(entry, old, reason="急需紧缺", by=factories.UserFactory(), at=NOW)
        renewed(old, factories.EligibilityRuleFactory, same=("kind", "date"))
        assert checks.eligibility(fresh(entry)) == []

    def test_the_page_before_the_form_asks_by_the_current_rules(self, client):
        season = drafts.open_season()
        old = factories.EligibilityRuleFactory(season=season, kind=RuleKind.BORN_ON_OR_AFTER, date=NOW.date())
        renewed(old, factories.EligibilityRuleFactory, kind=RuleKind.TEAM_MIN, number=3)
        page = client.get(f"/entries/start/{season.pk}/")

        assert {"people"} <= set(page.context["precheck"].fields)
        assert "born" not in page.context["precheck"].fields
