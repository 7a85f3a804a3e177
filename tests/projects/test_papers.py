"""Receipt and entry form on paper: what they say, what the public check tells, whether a stamped form still fits."""

import hashlib
from datetime import timedelta

import pypdfium2
import pytest

from core.models import AuditEntry
from projects import services
from projects.models import DocumentVersion
from projects.papers import files_digest, form_code, last_printed, receipt_of, receipt_path
from projects.queries.form import FormPage
from projects.services.papers import note_print
from projects.states import MemberKind, Step
from tests import factories
from tests.factories import NOW, resident_id
from tests.projects import drafts

pytestmark = pytest.mark.django_db


def text_of(body: bytes) -> str:
    pages = pypdfium2.PdfDocument(body)
    return "".join(pages[number].get_textpage().get_text_range() for number in range(len(pages)))


@pytest.fixture
def season():
    season = drafts.open_season()
    factories.DocumentRequirementFactory(
        season=season, kind="other", label="报名表盖章扫描件", formats=["pdf"], signed=True
    )
    return season


class TestReceipt:
    def test_names_number_time_to_the_second_and_every_file_with_its_sum(self, season, signed_in):
        entry = drafts.submitted(season)
        answer = signed_in(entry.project.owner).get(f"/entries/{entry.pk}/receipt.pdf")
        text = "".join(text_of(answer.content).split())
        sums = DocumentVersion.objects.values_list("sha256", flat=True)

        assert entry.number in text
        assert "17:00:00" in text
        assert all(one in text for one in sums)
        assert files_digest(entry.snapshot) == hashlib.sha256("\n".join(sums.order_by("pk")).encode()).hexdigest()

    def test_anybody_reads_three_facts_and_nothing_else(self, season, client):
        entry = drafts.submitted(season)
        page = client.get(receipt_path(entry))
        text = page.content.decode()

        assert page.status_code == 200
        for told in (entry.number, "17:00:00", files_digest(entry.snapshot)):
            assert told in text
        for hidden in (entry.title, entry.leader_name, entry.company_name, entry.season.title):
            assert hidden not in text
        assert client.get(receipt_path(entry)[:-3] + "xx/").status_code == 404

    def test_an_older_receipt_is_genuine_but_not_the_latest(self, season):
        entry = drafts.submitted(season)
        by, old = entry.project.owner, receipt_path(entry).split("/")[-2]
        services.withdraw(entry, reason="改", by=by, at=NOW)
        services.reopen(entry, by=by, at=NOW)
        services.submit(entry, by=by, at=NOW + timedelta(minutes=1))

        assert receipt_of(old).current is False
        assert receipt_of(receipt_path(entry).split("/")[-2]).current is True


class TestEntryForm:
    def test_holds_every_part_and_its_code_with_long_and_rare_characters(self, season, signed_in):
        entry = drafts.ready(season)
        by = entry.project.owner
        services.save_step(entry, Step.PROJECT, {"name": "䶮㙦𬭎新材料" + "很长的名称" * 14}, by=by)
        services.add_member(
            entry, kind=MemberKind.MEMBER, name="Maximiliana-Theodora von und zu Hohenlohe-Waldenburg",
            id_kind="passport", id_number="C01X00T47", by=by,
        )  # fmt: skip
        answer = signed_in(by).get(f"/entries/{entry.pk}/form.pdf")
        text = text_of(answer.content)
        code = AuditEntry.objects.get(verb="entry.form.print").after["code"]

        for told in (code, "Hohenlohe", entry.season.title, entry.season.declarations.get().title):
            assert told in text
        assert "C01X00T47" not in text
        assert entry.leader.id_number not in text

    def test_the_code_follows_the_facts_and_not_the_files(self, season):
        entry = drafts.ready(season)
        by = entry.project.owner
        assert FormPage(entry, Step.DOCUMENTS).stamped is None
        note_print(entry, code=_code(entry), by=by, at=NOW)
        requirement = season.documentrequirements.get(signed=True)
        services.upload_document(entry, requirement, drafts.pdf(3), name="盖章.pdf", by=by)
        assert FormPage(entry, Step.DOCUMENTS).stamped.fits

        services.save_step(entry, Step.FINANCE, {"insured": 11}, by=by)
        assert not FormPage(entry, Step.DOCUMENTS).stamped.fits

    def test_the_desk_tells_whether_the_stamped_form_fits(self, season, signed_in):
        entry = drafts.ready(season)
        by = entry.project.owner
        note_print(entry, code=_code(entry), by=by, at=NOW - timedelta(hours=1))
        services.submit(entry, by=by, at=NOW)
        assert last_printed(entry, entry.snapshot).fits
        assert form_code(entry.snapshot) == _code(entry)

        held = entry.documents.get(requirement__signed=True)
        page = signed_in(factories.clerk(entry.unit)).get(f"/entries/desk/{entry.pk}/?doc={held.pk}").content.decode()
        assert form_code(entry.snapshot) in page

    def test_only_who_may_see_the_entry_prints_it(self, season, signed_in):
        entry = drafts.draft(season)
        assert signed_in(factories.clerk(entry.unit)).get(f"/entries/{entry.pk}/form.pdf").status_code == 404
        assert signed_in(factories.UserFactory()).get(f"/entries/{entry.pk}/form.pdf").status_code == 404


def _code(entry) -> str:
    from projects.dossier import Dossier
    from projects.snapshot import snapshot_of

    return form_code(snapshot_of(entry, Dossier(entry)))


def test_members_numbers_stay_masked_on_paper(season, signed_in):
    entry = drafts.draft(season)
    number = resident_id(601)
    by = entry.project.owner
    services.add_member(entry, kind=MemberKind.MEMBER, name="甲", id_kind="resident", id_number=number, by=by)
    assert number not in text_of(signed_in(by).get(f"/entries/{entry.pk}/form.pdf").content)
