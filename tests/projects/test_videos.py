"""Films by stretches, downloads without active content, older versions: each asks who reads."""

import pikepdf
import pytest
from django.core.files.base import ContentFile

from projects import services
from tests import factories
from tests.core.media import active_pdf, film
from tests.projects import drafts
from tests.projects.pieces import entry_of

pytestmark = pytest.mark.django_db
FILM = film(data=bytes(range(256)) * 40)


@pytest.fixture
def version():
    entry = entry_of(["mp4"], kind="video", max_mb=200)
    requirement = entry.season.documentrequirements.get()
    return services.upload_document(entry, requirement, ContentFile(FILM), name="a.mp4", by=entry.project.owner)


@pytest.fixture
def watch(version, signed_in):
    browser = signed_in(version.document.entry.project.owner)

    def ask(range_="", **headers):
        headers |= {"Range": range_} if range_ else {}
        return browser.get(f"/entries/files/{version.pk}/video.mp4", headers=headers)

    return ask


def body(answer) -> bytes:
    return b"".join(answer.streaming_content)


def test_whole(watch):
    answer = watch()

    assert (answer.status_code, answer["Content-Length"], body(answer)) == (200, str(len(FILM)), FILM)
    assert (answer["Accept-Ranges"], answer["Content-Type"]) == ("bytes", "video/mp4")
    assert (answer["Cache-Control"], answer["X-Content-Type-Options"]) == ("private, no-cache", "nosniff")
    assert "sandbox" in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("wanted", "start", "end"),
    [
        ("bytes=0-99", 0, 100),
        ("bytes=100-", 100, len(FILM)),
        ("bytes=-50", len(FILM) - 50, len(FILM)),
        ("bytes=10-999999999", 10, len(FILM)),
        ("bytes=-999999999", 0, len(FILM)),
        ("bytes=0-0", 0, 1),
    ],
)
def test_a_stretch(watch, wanted, start, end):
    answer = watch(wanted)

    assert (answer.status_code, body(answer)) == (206, FILM[start:end])
    assert answer["Content-Range"] == f"bytes {start}-{end - 1}/{len(FILM)}"
    assert answer["Content-Length"] == str(end - start)


@pytest.mark.parametrize("wanted", ["bytes=999999999-", "bytes=-0"])
def test_a_stretch_that_is_not_there(watch, wanted):
    answer = watch(wanted)

    assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{len(FILM)}")


@pytest.mark.parametrize("wanted", ["bytes=5-2", "bytes=0-1,5-9", "words=0-1", "bytes=-", "bytes=a-b"])
def test_what_is_no_stretch_is_answered_whole(watch, wanted):
    assert (watch(wanted).status_code, watch(wanted)["Content-Length"]) == (200, str(len(FILM)))


def test_a_stretch_of_another_version_is_answered_whole(watch):
    tag = watch()["ETag"]

    assert watch("bytes=0-9", **{"If-Range": tag}).status_code == 206
    assert watch("bytes=0-9", **{"If-Range": '"older"'}).status_code == 200


def test_each_stretch_asks_who_reads(watch, version, signed_in):
    assert watch("bytes=0-9").status_code == 206
    signed_in(factories.UserFactory())

    assert watch("bytes=10-19").status_code == 404


def test_the_page_plays_it(version, signed_in):
    page = signed_in(version.document.entry.project.owner).get(f"/entries/files/{version.pk}/").content.decode()

    assert f'src="/entries/files/{version.pk}/video.mp4"' in page


class TestDownloads:
    @pytest.fixture
    def entry(self):
        entry = drafts.ready(drafts.open_season())
        requirement = entry.season.documentrequirements.get()
        services.upload_document(
            entry, requirement, ContentFile(active_pdf()), name="active.pdf", by=entry.project.owner
        )
        return services.submit(entry, by=entry.project.owner, at=factories.NOW)

    def path(self, entry) -> str:
        return f"/entries/files/{entry.documents.get().current_id}/download/"

    def test_readers_get_a_pdf_without_scripts(self, entry, signed_in, tmp_path):
        answer = signed_in(factories.clerk(entry.unit)).get(self.path(entry))
        quiet = tmp_path / "quiet.pdf"
        quiet.write_bytes(body(answer))

        with pikepdf.open(quiet) as opened:
            assert "/OpenAction" not in opened.Root
            assert not opened.attachments
        assert answer["Content-Disposition"].startswith("attachment")

    def test_the_owner_gets_back_what_was_sent(self, entry, signed_in):
        assert body(signed_in(entry.project.owner).get(self.path(entry))) == active_pdf_of(entry)

    def test_every_version_is_kept_and_listed(self, entry, signed_in):
        current = entry.documents.get().current
        page = signed_in(entry.project.owner).get(f"/entries/files/{current.pk}/").content.decode()

        for one in entry.documents.get().versions.all():
            assert f"/entries/files/{one.pk}/download/" in page
        assert entry.documents.get().versions.count() == 2


def active_pdf_of(entry) -> bytes:
    with entry.documents.get().current.file.open("rb") as kept:
        return kept.read()
