"""A question that is answered by a file: its slot, the step it stands in, and where its answer is read."""

from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from contests import exports, services
from contests.models import DocumentRequirement, Question
from contests.sections import BY_KEY
from contests.states import QuestionKind
from core.problems import Refused
from projects import checks, questions
from projects.dossier import Dossier
from projects.exports import entries_workbook
from projects.models import Entry
from projects.queries.offline import SeasonForm
from projects.services import save_step, upload_document
from projects.sheet import sections_of
from projects.snapshot import snapshot_of
from projects.states import Step
from tests import factories
from tests.factories import NOW
from tests.projects import asking, drafts

pytestmark = pytest.mark.django_db
PROOF = {
    "kind": QuestionKind.FILE, "label": "出口证明", "label_en": "Proof of exports", "help_text": "海关单据",
    "formats": ["pdf"], "max_mb": 2, "condition": asking.EXPORTS, "judged": True,
}  # fmt: skip


@pytest.fixture
def organiser():
    return factories.UserFactory()


@pytest.fixture
def season(organiser):
    season = asking.asking_season()
    section = BY_KEY["questions"]
    services.save_part(season, section, data={**_blank(), "code": "proof", **PROOF}, by=organiser, at=NOW)
    return season


def _blank() -> dict:
    names = set(BY_KEY["questions"].fields) - {"track"}
    return {name: Question._meta.get_field(name).get_default() for name in names} | {"track": None}


@pytest.fixture
def entry(season):
    entry = drafts.draft(season)
    save_step(entry, Step.QUESTIONS, {"exports": "yes"}, by=entry.project.owner, at=NOW)
    return entry


def fresh(entry) -> Dossier:
    return Dossier(Entry.objects.select_related("season", "track").get(pk=entry.pk))


def pdf(name="海关.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, drafts.pdf_bytes(), content_type="application/pdf")


def test_its_slot_follows_the_question_and_is_no_row_of_the_papers(season):
    slot = DocumentRequirement.objects.get(question__code="proof")
    told = (slot.label, slot.note, slot.formats, slot.max_mb, slot.required, slot.judged, slot.condition)
    assert told == ("出口证明", "海关单据", ["pdf"], 2, True, True, asking.EXPORTS)
    assert slot not in BY_KEY["documents"].rows(season)
    data = exports.season_data(season)
    assert "出口证明" not in {row["label"] for row in data["documents"]}
    (row,) = [row for row in data["questions"] if row["code"] == "proof"]
    assert (row["kind"], row["formats"], row["max_mb"]) == ("file", ["pdf"], 2)


def test_without_a_format_it_is_refused_at_that_field(season, organiser):
    with pytest.raises(Refused) as refused:
        services.save_part(season, BY_KEY["questions"], data={**_blank(), **PROOF, "formats": []}, by=organiser, at=NOW)
    assert refused.value.field == "formats"


def test_it_is_missing_in_its_own_step_until_the_file_is_there(entry):
    def missing():
        return [
            (one.message, one.field) for one in checks.completeness(entry, fresh(entry)) if "出口证明" in one.message
        ]

    assert missing() == [("请上传：出口证明", "answer.proof")]
    assert "出口证明" not in {one.label for one in fresh(entry).papers}
    upload_document(entry, fresh(entry).slots[_proof().pk], pdf(), name="海关.pdf", by=entry.project.owner, at=NOW)
    assert missing() == []
    save_step(entry, Step.QUESTIONS, {"exports": "no"}, by=entry.project.owner, at=NOW)
    assert "proof" not in fresh(entry).told


def _proof() -> Question:
    return Question.objects.current().get(code="proof")


def test_the_answer_is_the_name_of_the_file_in_snapshot_form_and_export(entry, season):
    upload_document(entry, fresh(entry).slots[_proof().pk], pdf(), name="海关.pdf", by=entry.project.owner, at=NOW)
    frozen = snapshot_of(entry, fresh(entry))
    (answer,) = [one for one in frozen["answers"] if one["code"] == "proof"]
    assert (questions.in_words(answer), answer["judged"]) == ("海关.pdf", False)
    (document,) = [one for one in frozen["documents"] if one.get("question") == "proof"]
    assert (document["judged"], document["name"]) == (True, "海关.pdf")
    keys = [row.key for section in sections_of(frozen) for row in section.rows if row.label == "出口证明"]
    assert keys == ["answer.proof"]
    entry.snapshot = frozen
    sheet = openpyxl.load_workbook(BytesIO(entries_workbook([entry], questions=season.questions.all()))).active
    heads = [cell.value for cell in sheet[1]]
    assert sheet.cell(2, heads.index("出口证明") + 1).value == "海关.pdf"


def test_it_is_sent_in_the_step_of_questions_and_refused_there(entry, signed_in):
    browser = signed_in(entry.project.owner)
    slot = fresh(entry).slots[_proof().pk]
    page = browser.get(f"/entries/{entry.pk}/form/questions/")
    assert page.context["form"].slots == {"proof": slot}
    sent = browser.post(f"/entries/{entry.pk}/documents/{slot.pk}/", {"file": pdf()})
    assert sent["Location"] == f"/entries/{entry.pk}/form/questions/#document-{slot.pk}"
    wrong = browser.post(
        f"/entries/{entry.pk}/documents/{slot.pk}/",
        {"file": SimpleUploadedFile("a.pdf", b"<html></html>")}, headers={"HX-Request": "true"},
    )  # fmt: skip
    assert wrong.status_code == 422
    assert wrong.context["page"].step == Step.QUESTIONS
    # What is typed beside it is saved as ever, and never touches the file.
    typed = {"q-exports": "yes", "q-proof": "other.pdf", "base": "{}"}
    assert browser.post(f"/entries/{entry.pk}/form/questions/", typed).status_code == 302
    assert fresh(entry).values["proof"] == "海关.pdf"
    with pytest.raises(TypeError):
        save_step(entry, Step.QUESTIONS, {"proof": "other.pdf"}, by=entry.project.owner, at=NOW)


def test_a_new_version_takes_the_file_over_and_says_whom_it_touches(entry, season, organiser):
    section, before = BY_KEY["questions"], _proof()
    upload_document(entry, fresh(entry).slots[before.pk], pdf(), name="海关.pdf", by=entry.project.owner, at=NOW)
    with pytest.raises(services.Asks) as asks:
        services.save_part(season, section, row=before, data={"max_mb": 5}, by=organiser, at=NOW)
    assert (asks.value.impact.bound, asks.value.versions) == (1, True)
    made = services.save_part(season, section, row=before, data={"max_mb": 5}, reason="放宽", by=organiser, at=NOW)
    held = DocumentRequirement.objects.filter(question__code="proof").order_by("pk")
    assert [(one.max_mb, one.retired_at is None) for one in held] == [(2, False), (5, True)]
    assert fresh(entry).values["proof"] == "海关.pdf"
    services.remove_part(season, section, row=made, reason="不再需要", by=organiser, at=NOW)
    assert "proof" not in fresh(entry).values
    assert not DocumentRequirement.objects.current().filter(question__code="proof").exists()


def test_offline_it_comes_with_the_papers(season, organiser):
    form = SeasonForm(season, organiser)
    assert "出口证明" in {one.label for one in form.requirements}
    assert "answer.proof" not in {one.key for one in form.columns}
