"""Uploads: versions kept, stored once under their digest, shown as pictures of pages, closed to strangers."""

from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from core.models import AuditEntry
from core.problems import Refused
from projects import pages, services
from projects.models import DocumentVersion
from tests import factories
from tests.projects import drafts

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry():
    return drafts.draft()


def upload(entry, file=None, *, name="商业计划书.pdf", requirement=None):
    wanted = requirement or entry.season.documentrequirements.get()
    return services.upload_document(entry, wanted, file or drafts.pdf(), name=name, by=entry.project.owner)


def picture(size=(40, 30)) -> ContentFile:
    body = BytesIO()
    Image.new("RGB", size, "white").save(body, "PNG")
    return ContentFile(body.getvalue())


def test_a_version_says_what_was_found_in_the_file(entry):
    version = upload(entry, drafts.pdf(3))

    assert (version.extension, version.pages, version.name) == ("pdf", 3, "商业计划书.pdf")
    assert version.size == len(drafts.pdf_bytes(3))
    assert version.sha256 in version.file.name
    assert "商业" not in version.file.name
    assert AuditEntry.objects.get(verb="entry.document.upload").after[0]["sha256"] == version.sha256


def test_replacing_keeps_the_version_before(entry):
    first, second = upload(entry, drafts.pdf(2)), upload(entry, drafts.pdf(4))

    document = entry.documents.get()
    assert (document.current, document.versions.count()) == (second, 2)
    assert default_storage.exists(first.file.name)


def test_the_same_file_lies_on_the_disk_once(entry):
    first, second = upload(entry), upload(drafts.draft(number=2))

    assert first.file.name == second.file.name


def test_what_is_refused_leaves_everything_as_it_was(entry):
    kept = upload(entry)
    for file in (ContentFile(b"not a document"), picture(), ContentFile(b"")):
        with pytest.raises(Refused):
            upload(entry, file)

    assert entry.documents.get().current == kept
    assert DocumentVersion.objects.count() == 1


def test_a_requirement_of_another_track_or_season_is_none_of_ours(entry):
    foreign = factories.DocumentRequirementFactory()
    other_track = factories.DocumentRequirementFactory(
        season=entry.season, track=factories.TrackFactory(season=entry.season)
    )

    for requirement in (foreign, other_track):
        with pytest.raises(Refused) as refusal:
            upload(entry, requirement=requirement)
        assert refusal.value.code == "requirement"


def test_taken_out_it_is_missing_again_and_its_version_is_kept(entry):
    upload(entry)
    document = entry.documents.get()
    services.remove_document(entry, document=document, by=entry.project.owner)
    document.refresh_from_db()

    assert (document.current, document.versions.count()) == (None, 1)


def test_pages_are_drawn_once_and_kept(entry):
    version = upload(entry, drafts.pdf(5))
    drawn = pages.page_image(version, 2, width=pages.SMALL)
    default_storage.delete(version.file.name)

    assert Image.open(BytesIO(drawn)).format == "WEBP"
    assert pages.page_image(version, 2, width=pages.SMALL) == drawn


def test_a_page_that_is_not_there(entry):
    version = upload(entry, drafts.pdf(2))

    for number in (0, 3):
        with pytest.raises(pages.PageMissingError):
            pages.page_image(version, number)


def test_a_picture_is_its_own_only_page_without_what_the_camera_noted(entry):
    requirement = factories.DocumentRequirementFactory(
        season=entry.season, kind="identity", label="身份证件", formats=["jpg", "png"]
    )
    body, exif = BytesIO(), Image.Exif()
    exif[0x010E] = "a secret place"
    Image.new("RGB", (3000, 1500), "white").save(body, "JPEG", exif=exif)
    version = upload(entry, ContentFile(body.getvalue()), requirement=requirement, name="IMG.jpg")
    drawn = pages.page_image(version, 1)

    assert Image.open(BytesIO(drawn)).size == (pages.LARGE, pages.LARGE // 2)
    assert b"secret" not in drawn
    with pytest.raises(pages.PageMissingError):
        pages.page_image(version, 2)


class TestReading:
    def test_strangers_learn_nothing(self, client, entry, signed_in):
        version = upload(entry)
        other = signed_in(factories.UserFactory())

        for path in (f"/entries/files/{version.pk}/", f"/entries/files/{version.pk}/download/",
                     f"/entries/files/{version.pk}/1.webp"):  # fmt: skip
            assert other.get(path).status_code == 404
        assert other.get("/entries/files/999999/1.webp").status_code == 404

    def test_offices_read_it_after_submission_only(self, signed_in):
        season = drafts.open_season()
        entry = drafts.ready(season)
        version = DocumentVersion.objects.get()
        clerk = factories.clerk(season.units.get())
        path = f"/entries/files/{version.pk}/1.webp"
        assert signed_in(clerk).get(path).status_code == 404

        services.submit(entry, by=entry.project.owner, at=factories.NOW)
        assert signed_in(clerk).get(path).status_code == 200

    def test_the_file_is_a_download_that_no_browser_runs(self, entry, signed_in):
        version = upload(entry, name="<script>.pdf")
        answer = signed_in(entry.project.owner).get(f"/entries/files/{version.pk}/download/")

        assert b"".join(answer.streaming_content) == drafts.pdf_bytes(2)
        assert answer["Content-Type"] == "application/octet-stream"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Disposition"].startswith("attachment")
        assert "script" not in answer["Content-Disposition"]

    def test_a_page_is_asked_for_once(self, entry, signed_in):
        version = upload(entry)
        client = signed_in(entry.project.owner)
        first = client.get(f"/entries/files/{version.pk}/1.webp?size=small")
        again = client.get(f"/entries/files/{version.pk}/1.webp?size=small", headers={"If-None-Match": first["ETag"]})

        assert (first.status_code, first["Content-Type"]) == (200, "image/webp")
        assert "private" in first["Cache-Control"]
        assert (again.status_code, again.content) == (304, b"")

    def test_the_viewer_shows_every_page(self, entry, signed_in):
        version = upload(entry, drafts.pdf(3))
        page = signed_in(entry.project.owner).get(f"/entries/files/{version.pk}/").content.decode()

        assert [f"/entries/files/{version.pk}/{n}.webp" in page for n in (1, 2, 3, 4)] == [True, True, True, False]
