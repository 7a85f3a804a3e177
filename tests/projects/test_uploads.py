"""Uploads in pieces by tus 1.0.0: every status of the protocol, and nothing acknowledged that is not on the disk."""

import hashlib
import uuid
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from core.files import parts
from core.models import AuditEntry
from projects import services
from projects.models import DocumentVersion, Upload
from projects.services import uploads
from tests import factories
from tests.core.media import film, pdf
from tests.projects import drafts
from tests.projects.pieces import LIST, PIECE, Tus, b64, entry_of

pytestmark = pytest.mark.django_db
BODY = pdf(3) + b"\0" * 5000


@pytest.fixture
def tus(client):
    return Tus(client, entry_of())


def test_what_the_server_can_do(tus):
    answer = tus.client.options(LIST)

    assert (answer.status_code, answer["Tus-Version"], answer["Tus-Resumable"]) == (204, "1.0.0", "1.0.0")
    assert answer["Tus-Extension"] == "creation,creation-with-upload,expiration,termination,checksum"
    assert answer["Tus-Checksum-Algorithm"] == "sha1,sha256,md5"


def test_from_creation_to_a_version(tus):
    path = tus.begun(len(BODY))
    head = tus.head(path)
    assert (head.status_code, head["Upload-Offset"], head["Upload-Length"]) == (200, "0", str(len(BODY)))
    assert head["Cache-Control"] == "no-store"

    answer = tus.patch(path, BODY[:1000], 0)
    assert (answer.status_code, answer["Upload-Offset"]) == (204, "1000")
    assert parts.place(tus.upload(path).key).read_bytes() == BODY[:1000]
    assert tus.patch(path, BODY[1000:], 1000)["Upload-Offset"] == str(len(BODY))

    version = tus.entry.documents.get().current
    assert (version.sha256, version.pages, version.name) == (hashlib.sha256(BODY).hexdigest(), 3, "路演.pdf")
    with default_storage.open(version.file.name) as kept:
        assert kept.read() == BODY
    assert (tus.upload(path).version, parts.place(tus.upload(path).key).exists()) == (version, False)
    assert {*AuditEntry.objects.values_list("verb", flat=True)} >= {"upload.begin", "entry.document.upload"}


def test_the_row_of_the_page_shows_what_came(tus):
    path = tus.begun(len(BODY), body=BODY)
    page = tus.client.get(path).content.decode()

    assert hashlib.sha256(BODY).hexdigest() in page
    assert f'id="document-{tus.requirement.pk}"' in page


def test_the_first_piece_may_come_with_the_creation(tus):
    answer = tus.create(len(BODY), body=BODY[:700])

    assert (answer.status_code, answer["Upload-Offset"]) == (201, "700")


def test_a_piece_in_the_wrong_place_is_refused_and_nothing_moves(tus):
    path = tus.begun(len(BODY))
    tus.patch(path, BODY[:1000], 0)
    for offset in (0, 999, 1001, len(BODY)):
        assert tus.patch(path, b"x", offset).status_code == 409

    assert tus.head(path)["Upload-Offset"] == "1000"
    assert parts.place(tus.upload(path).key).read_bytes() == BODY[:1000]


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "md5"])
def test_a_piece_that_arrives_changed_is_taken_back_whole(tus, algorithm):
    path = tus.begun(len(BODY))
    right = hashlib.new(algorithm, BODY[:1000], usedforsecurity=False).digest()
    answer = tus.patch(path, BODY[1:1001], 0, Upload_Checksum=f"{algorithm} {b64(right)}")
    assert (answer.status_code, answer.reason_phrase) == (460, "Checksum Mismatch")
    assert tus.head(path)["Upload-Offset"] == "0"
    assert parts.place(tus.upload(path).key).stat().st_size == 0

    assert tus.patch(path, BODY[:1000], 0, Upload_Checksum=f"{algorithm} {b64(right)}").status_code == 204


@pytest.mark.parametrize("header", ["crc32 AAAA", "sha1", "sha1 not-base64!", ""])
def test_a_checksum_that_can_not_be_read(tus, header):
    path = tus.begun(len(BODY))

    assert tus.patch(path, BODY[:10], 0, Upload_Checksum=header).status_code == 400


def test_requests_that_do_not_speak_the_protocol(tus):
    path = tus.begun(len(BODY))
    old = tus.ask("PATCH", path, b"x", Upload_Offset=0, Tus_Resumable="0.2.2")

    assert (old.status_code, old["Tus-Version"]) == (412, "1.0.0")
    assert tus.ask("PATCH", path, b"x", "text/plain", Upload_Offset=0).status_code == 415
    assert tus.ask("PATCH", path, b"x", Upload_Offset="-1").status_code == 400
    assert tus.ask("PATCH", path, b"x").status_code == 400
    assert tus.ask("POST", path, b"x", Upload_Offset=0).status_code == 400
    assert tus.ask("POST", LIST, kind="", Upload_Length="many").status_code == 400
    assert tus.ask("POST", LIST, kind="", Upload_Length=9, Upload_Metadata="entry !!").status_code == 400
    assert tus.ask("PUT", path).status_code == 405
    assert tus.head(path)["Upload-Offset"] == "0"


def test_a_client_that_knows_only_post_may_say_patch(tus):
    path = tus.begun(len(BODY))
    answer = tus.ask("POST", path, BODY[:5], Upload_Offset=0, X_HTTP_Method_Override="PATCH")

    assert (answer.status_code, answer["Upload-Offset"]) == (204, "5")


def test_more_bytes_than_were_announced(tus):
    path = tus.begun(10)

    assert tus.patch(path, b"x" * 11, 0).status_code == 413
    assert tus.head(path)["Upload-Offset"] == "0"


def test_sizes_are_refused_before_a_byte_is_sent(tus):
    for size, status in ((0, 422), (tus.requirement.max_mb * 1024 * 1024 + 1, 413)):
        answer = tus.create(size)
        assert answer.status_code == status
        assert "路演.pdf" in answer.content.decode()
    assert Upload.objects.count() == 0


def test_another_piece_of_the_same_file_is_locked_out_meanwhile(tus):
    path = tus.begun(len(BODY))
    with parts.held(tus.upload(path).key):
        assert tus.patch(path, BODY[:5], 0).status_code == 423
        assert tus.ask("DELETE", path, kind="").status_code == 423
        assert tus.head(path).status_code == 200
    assert tus.patch(path, BODY[:5], 0).status_code == 204


def test_cancelled_its_bytes_and_its_row_are_gone(tus):
    path = tus.begun(len(BODY))
    key = tus.upload(path).key
    tus.patch(path, BODY[:5], 0)

    assert tus.ask("DELETE", path, kind="").status_code == 204
    assert tus.head(path).status_code == 404
    assert not parts.place(key).exists()


def test_a_finished_upload_takes_nothing_more_and_cancelling_it_takes_nothing_away(tus):
    path = tus.begun(len(BODY), body=BODY)

    assert tus.head(path)["Upload-Offset"] == str(len(BODY))
    assert tus.patch(path, b"x", len(BODY)).status_code == 410
    assert tus.ask("DELETE", path, kind="").status_code == 204
    assert DocumentVersion.objects.count() == 1


def test_an_upload_that_waited_too_long_is_gone_and_swept(tus):
    path = tus.begun(len(BODY))
    answer = tus.patch(path, BODY[:5], 0)
    assert "GMT" in answer["Upload-Expires"]
    upload = tus.upload(path)
    late = timezone.now() + uploads.LIFETIME
    assert services.sweep_uploads(at=late - timedelta(minutes=1)) == 0

    Upload.objects.filter(pk=upload.pk).update(expires_at=timezone.now())
    assert tus.head(path).status_code == 410
    assert tus.patch(path, BODY[5:9], 5).status_code == 410
    assert services.sweep_uploads() == 1
    upload.refresh_from_db()
    assert upload.offset == 0
    services.sweep_uploads(at=timezone.now() + uploads.KEPT + timedelta(days=1))
    assert tus.head(path).status_code == 404


def test_a_file_of_the_wrong_kind_is_refused_in_the_end_and_the_reason_stays(tus):
    body = b"<html>" + b"x" * 500
    path = tus.begun(len(body))
    answer = tus.patch(path, body, 0)

    assert answer.status_code == 422
    assert "路演.pdf" in answer.content.decode()
    assert tus.entry.documents.count() == 0
    assert not parts.place(tus.upload(path).key).exists()
    assert tus.head(path)["Upload-Offset"] == str(len(body))
    page = tus.client.get(path)
    assert page.status_code == 422
    assert tus.upload(path).refusal in page.content.decode()


def test_a_video_comes_the_same_way(client):
    tus = Tus(client, entry_of(["mp4"], kind="video", max_mb=200))
    tus.begun(len(film()), body=film(), name="介绍.mp4")

    assert tus.entry.documents.get().current.extension == "mp4"


class TestWho:
    def test_strangers_learn_nothing(self, tus):
        path = tus.begun(len(BODY))
        tus.client.force_login(factories.UserFactory(), backend="django.contrib.auth.backends.ModelBackend")

        for method in ("HEAD", "PATCH", "DELETE", "GET"):
            assert tus.ask(method, path, Upload_Offset=0).status_code == 404
        assert tus.create(10).status_code == 404
        assert tus.ask("HEAD", f"{LIST}{uuid.uuid4()}/").status_code == 404

    def test_nobody_without_an_account(self, tus):
        path = tus.begun(len(BODY))
        tus.client.logout()

        assert tus.ask("PATCH", path, b"x", Upload_Offset=0).status_code == 302
        assert tus.create(10).status_code == 302
        assert tus.upload(path).offset == 0

    def test_a_write_carries_its_token(self, tus):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(tus.entry.project.owner, backend="django.contrib.auth.backends.ModelBackend")
        headers = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0"}
        path = tus.begun(len(BODY))
        for method in ("POST", "PATCH", "DELETE"):
            assert strict.generic(method, path, b"x", content_type=PIECE, headers=headers).status_code == 403

        strict.get(f"/entries/{tus.entry.pk}/documents/", follow=True)
        headers["X-CSRFToken"] = strict.cookies["csrftoken"].value
        assert strict.generic("PATCH", path, b"x", content_type=PIECE, headers=headers).status_code == 204

    def test_an_entry_that_was_handed_in_takes_no_file(self, tus):
        path = tus.begun(len(BODY))
        entry = tus.entry
        services.upload_document(entry, tus.requirement, drafts.pdf(), name="a.pdf", by=entry.project.owner)
        services.agree_to(entry, declarations=entry.season.declarations.all(), by=entry.project.owner)
        services.submit(entry, by=entry.project.owner)

        assert tus.patch(path, BODY, 0).status_code == 403
        assert tus.create(10).status_code == 403
        assert entry.documents.get().versions.count() == 1

    def test_a_document_of_another_track_is_not_asked_for(self, tus):
        other = factories.TrackFactory(season=tus.entry.season)
        tus.requirement = factories.DocumentRequirementFactory(season=tus.entry.season, track=other)

        assert tus.create(10).status_code == 403


class TestQuota:
    def test_a_person_begins_only_so_many(self, tus, monkeypatch):
        monkeypatch.setattr(uploads, "MOST_OPEN", 2)
        first = tus.begun(10)
        tus.begun(10)
        assert tus.create(10).status_code == 413

        tus.ask("DELETE", first, kind="")
        assert tus.create(10).status_code == 201

    def test_a_person_begins_only_so_much(self, tus, monkeypatch):
        monkeypatch.setattr(uploads, "MOST_OPEN_BYTES", 25)
        tus.begun(20)

        assert tus.create(6).status_code == 413
        assert tus.create(5).status_code == 201

    def test_an_entry_holds_only_so_much_with_all_versions(self, tus, monkeypatch):
        tus.begun(len(BODY), body=BODY)
        monkeypatch.setattr("projects.services.documents.MOST_OF_ENTRY", 2 * len(BODY) - 1)

        assert tus.create(len(BODY)).status_code == 413
        assert tus.create(len(BODY) - 1).status_code == 201
