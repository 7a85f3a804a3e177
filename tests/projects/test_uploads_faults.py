"""Uploads when things break: a full disk, a broken line, a crash in between, and the rule around the deadline."""

import errno
import secrets
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import OperationalError
from django.http import UnreadablePostError
from django.utils import timezone

from core.files import parts
from core.problems import Refused
from projects import services
from projects.lateness import GRACE, may_still_submit
from projects.models import DocumentVersion, Upload
from projects.models.document import stored_name
from projects.services import Piece, uploads
from projects.states import EntryState
from tests.core.media import pdf
from tests.projects import drafts
from tests.projects.pieces import Tus, close, entry_of

pytestmark = pytest.mark.django_db
BODY = pdf(2) + b"\n%" + secrets.token_bytes(3000)


@pytest.fixture
def tus(client):
    return Tus(client, entry_of())


def full(*_args, **_more):
    raise OSError(errno.ENOSPC, "No space left on device")


def length(upload: Upload) -> int:
    return parts.place(upload.key).stat().st_size


class TestFullDisk:
    def test_a_piece_that_finds_no_room_leaves_the_acknowledged_bytes(self, tus, monkeypatch):
        path = tus.begun(len(BODY))
        tus.patch(path, BODY[:100], 0)
        with monkeypatch.context() as patch:
            patch.setattr("os.pwrite", full)
            answer = tus.patch(path, BODY[100:], 100)

        assert answer.status_code == 507
        assert "recorded" in answer.content.decode() or "服务器" in answer.content.decode()
        assert (tus.head(path)["Upload-Offset"], length(tus.upload(path))) == ("100", 100)
        assert tus.patch(path, BODY[100:], 100).status_code == 204

    def test_a_file_that_can_not_be_stored_is_no_version_and_can_be_ended_later(self, tus, monkeypatch):
        body = BODY + b"never stored before"
        path = tus.begun(len(body))
        tus.patch(path, body[:100], 0)
        with monkeypatch.context() as patch:
            patch.setattr("django.core.files.storage.FileSystemStorage._save", full)
            assert tus.patch(path, body[100:], 100).status_code == 507

        assert DocumentVersion.objects.count() == 0
        assert tus.head(path)["Upload-Offset"] == "100"
        assert tus.patch(path, body[100:], 100).status_code == 204
        assert tus.entry.documents.get().current.size == len(body)

    def test_no_beginning_without_room_for_the_end(self, tus, monkeypatch):
        monkeypatch.setattr(parts, "free_bytes", lambda: uploads.ROOM_FOR_THE_REST + 99)

        assert tus.create(100).status_code == 507
        assert Upload.objects.count() == 0
        assert tus.create(99).status_code == 201

    def test_a_database_without_room_says_so_too(self, tus, monkeypatch):
        def database_full(*_args, **_more):
            raise OperationalError("database or disk is full")

        path = tus.begun(len(BODY))
        monkeypatch.setattr(uploads, "_acknowledge", database_full)
        assert tus.patch(path, BODY[:100], 0).status_code == 507

    def test_a_plain_form_leaves_no_half_file_either(self, tus, monkeypatch):
        with monkeypatch.context() as patch:
            patch.setattr("django.core.files.storage.FileSystemStorage._save", full)
            with pytest.raises(Refused) as refusal:
                services.upload_document(
                    tus.entry, tus.requirement, drafts.pdf(9), name="a.pdf", by=tus.entry.project.owner
                )
        assert refusal.value.code == "disk-full"
        assert DocumentVersion.objects.count() == 0

    def test_half_a_file_left_by_a_crash_is_replaced_by_the_whole(self, tus):
        facts = {"name": "a.pdf", "by": tus.entry.project.owner}
        version = services.upload_document(tus.entry, tus.requirement, drafts.pdf(7), **facts)
        with open(default_storage.path(version.file.name), "r+b") as stored:  # noqa: PTH123
            stored.truncate(100)

        again = services.upload_document(tus.entry, tus.requirement, drafts.pdf(7), **facts)
        assert again.file.name == stored_name(version, "")
        assert default_storage.size(again.file.name) == again.size


class TestBrokenLine:
    def broken(self, *blocks):
        yield from blocks

    def test_what_came_before_the_line_broke_counts(self, tus):
        upload = tus.upload(tus.begun(len(BODY)))
        services.append(upload, Piece(0, len(BODY), self.broken(BODY[:70], BODY[70:90])), by=upload.by)

        upload.refresh_from_db()
        assert (upload.offset, length(upload)) == (90, 90)

    def test_django_s_own_word_for_a_broken_line_ends_the_piece(self, tus, monkeypatch):
        path = tus.begun(len(BODY))

        def unreadable(*_args):
            raise UnreadablePostError

        monkeypatch.setattr("django.http.request.HttpRequest.read", unreadable)
        answer = tus.patch(path, BODY, 0)
        assert (answer.status_code, answer["Upload-Offset"]) == (204, "0")

    def test_long_pieces_are_acknowledged_on_the_way(self, tus, monkeypatch):
        monkeypatch.setattr(uploads, "CHECKPOINT", 100)
        upload = tus.upload(tus.begun(len(BODY)))
        seen = []

        def blocks():
            for place in range(0, 1000, 100):
                seen.append(Upload.objects.get(pk=upload.pk).offset)
                yield BODY[place : place + 100]
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            services.append(upload, Piece(0, len(BODY), blocks()), by=upload.by)
        assert seen == [0, 100, 200, 300, 400, 500, 600, 700, 800, 900]
        assert Upload.objects.get(pk=upload.pk).offset == 1000

    def test_bytes_that_were_never_acknowledged_do_not_count(self, tus):
        path = tus.begun(len(BODY))
        tus.patch(path, BODY[:100], 0)
        with parts.place(tus.upload(path).key).open("ab") as crashed:
            crashed.write(b"wrong")

        assert tus.head(path)["Upload-Offset"] == "100"
        assert tus.patch(path, BODY[100:], 100).status_code == 204
        assert tus.entry.documents.get().current.size == len(BODY)

    def test_lost_bytes_end_the_upload_in_words(self, tus):
        path = tus.begun(len(BODY))
        tus.patch(path, BODY[:100], 0)
        parts.remove(tus.upload(path).key)

        assert tus.patch(path, BODY[100:], 100).status_code == 410


class TestDeadline:
    """The rule of projects.lateness, with its numbers."""

    def begun(self, tus, *, before: timedelta) -> str:
        path = tus.begun(len(BODY))
        Upload.objects.filter(pk=tus.upload(path).pk).update(begun_at=timezone.now() - before)
        return path

    def test_1_a_new_file_can_not_be_begun_late(self, tus):
        close(tus.entry, ago=timedelta(minutes=1))

        assert tus.create(len(BODY)).status_code == 403
        with pytest.raises(Refused) as refusal:
            services.upload_document(tus.entry, tus.requirement, drafts.pdf(), name="a.pdf", by=tus.entry.project.owner)
        assert refusal.value.code == "deadline"

    def test_2_begun_in_time_it_counts_for_half_an_hour(self, tus):
        path = self.begun(tus, before=timedelta(minutes=20))
        close(tus.entry, ago=timedelta(minutes=10))

        assert tus.patch(path, BODY, 0).status_code == 204
        assert tus.entry.documents.get().current.size == len(BODY)

    def test_2_begun_after_the_last_second_it_does_not(self, tus):
        path = self.begun(tus, before=timedelta(minutes=5))
        close(tus.entry, ago=timedelta(minutes=10))

        assert tus.patch(path, BODY, 0).status_code == 403

    def test_3_the_entry_may_be_submitted_with_it_and_nothing_else_changed(self, tus):
        entry = tus.entry
        path = self.begun(tus, before=timedelta(minutes=20))
        services.agree_to(entry, declarations=entry.season.declarations.all(), by=entry.project.owner)
        close(entry, ago=timedelta(minutes=10))
        assert not may_still_submit(entry, timezone.now())
        tus.patch(path, BODY, 0)

        assert may_still_submit(entry, timezone.now())
        with pytest.raises(Refused) as refusal:
            services.agree_to(entry, declarations=[], by=entry.project.owner)
        assert refusal.value.code == "deadline"
        services.submit(entry, by=entry.project.owner)
        assert entry.state == EntryState.SUBMITTED

    def test_3_but_not_after_the_half_hour(self, tus):
        entry = tus.entry
        path = self.begun(tus, before=timedelta(minutes=20))
        services.agree_to(entry, declarations=entry.season.declarations.all(), by=entry.project.owner)
        close(entry, ago=timedelta(minutes=10))
        tus.patch(path, BODY, 0)

        with pytest.raises(Refused) as refusal:
            services.submit(entry, by=entry.project.owner, at=entry.season.entry_closes + GRACE + timedelta(seconds=1))
        assert refusal.value.code == "deadline"

    def test_3_a_file_that_was_finished_in_time_gives_no_more_time(self, tus):
        entry = tus.entry
        tus.begun(len(BODY), body=BODY)
        Upload.objects.update(
            begun_at=timezone.now() - timedelta(minutes=9), finished_at=timezone.now() - timedelta(minutes=8)
        )
        services.agree_to(entry, declarations=entry.season.declarations.all(), by=entry.project.owner)
        close(entry, ago=timedelta(minutes=5))

        with pytest.raises(Refused):
            services.submit(entry, by=entry.project.owner)

    def test_4_what_is_not_finished_by_then_is_refused(self, tus):
        path = self.begun(tus, before=timedelta(hours=1))
        close(tus.entry, ago=GRACE + timedelta(seconds=5))
        answer = tus.patch(path, BODY, 0)

        assert answer.status_code == 403
        assert "30" in answer.content.decode()
        assert DocumentVersion.objects.count() == 0

    def test_the_page_states_the_rule(self, tus):
        page = tus.client.get(f"/entries/{tus.entry.pk}/form/documents/").content.decode()

        assert "30分钟" in page
