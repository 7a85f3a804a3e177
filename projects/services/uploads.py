"""Files that arrive piece by piece (tus 1.0): begin, append, end, cancel, sweep.

What holds at every instant, also after a crash:
1. `Upload.offset` bytes of the file are on the disk; they were settled there before the row said so.
2. Bytes beyond were never acknowledged and are cut off when the next piece begins.
3. A whole file becomes a version of its document in the same transaction that ends its upload, or is refused.
4. One writer at a time; the second is told so and comes back.
"""

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contests.models import DocumentRequirement
from core import audit, files
from core.files import MEGABYTE, parts
from core.files.inspection import refuse_size
from core.problems import Refused
from projects.lateness import refuse_late_finish, refuse_late_start
from projects.models import Entry, Upload
from projects.services.documents import Sent, disk_full, refuse_over_quota, refuse_requirement, upload_documents
from projects.services.entries import refuse_unless_editable

LIFETIME = timedelta(days=3)
KEPT = timedelta(days=30)
CHECKPOINT = 8 * MEGABYTE
MOST_OPEN = 40
MOST_OPEN_BYTES = 3072 * MEGABYTE
ROOM_FOR_THE_REST = 256 * MEGABYTE


@dataclass(frozen=True)
class Checksum:
    """What a client says the digest of its piece is: the name of the algorithm and the expected bytes."""

    algorithm: str
    expected: bytes


@dataclass(frozen=True)
class Piece:
    """Bytes as they come in over a line, with where they belong and how many there will be."""

    offset: int
    length: int
    blocks: Iterable[bytes]
    checksum: Checksum | None = None


def begin_upload(
    entry: Entry, requirement: DocumentRequirement, *, name: str, size: int, by, at: datetime | None = None
) -> Upload:
    """Make room for a file that will come in pieces. What can be refused by its size is refused before it is sent."""
    at = at or timezone.now()
    name = files.plain_name(name)
    refuse_requirement(entry, requirement)
    refuse_size(size, name=name, max_mb=requirement.max_mb)
    if parts.free_bytes() < size + ROOM_FOR_THE_REST:
        raise disk_full()
    with transaction.atomic():
        Entry.objects.lock(entry)
        refuse_unless_editable(entry)
        refuse_late_start(entry, at)
        refuse_over_quota(entry, size)
        _refuse_over_share(by, size, at)
        upload = Upload.objects.create(
            entry=entry, requirement=requirement, by=by, name=name, size=size, begun_at=at, touched_at=at,
            expires_at=at + LIFETIME,
        )  # fmt: skip
        audit.record(upload, "upload.begin", by=by, after={"document": requirement.label, "bytes": size}, at=at)
        try:
            parts.create(upload.key)
        except OSError as error:
            raise _answer_to(error) from error
    return upload


def _refuse_over_share(by, size: int, at: datetime) -> None:
    """One person's unfinished uploads have a limit, so that nobody fills the disk with beginnings."""
    unfinished = list(Upload.objects.filter(by=by, finished_at=None, expires_at__gt=at).values_list("size", flat=True))
    if len(unfinished) >= MOST_OPEN or sum(unfinished) + size > MOST_OPEN_BYTES:
        raise Refused(
            _("You have begun %(count)s uploads that are not finished. Finish or cancel one of them first.")
            % {"count": len(unfinished)},
            code="quota",
        )


def append(upload: Upload, piece: Piece, *, by, at: datetime | None = None) -> Upload:
    """Write a piece behind what is there, and take the file in when it is whole.

    A piece that breaks off counts as far as it came; one with a checksum counts whole or not at all.
    """
    try:
        with parts.held(upload.key) as part:
            upload.refresh_from_db(fields=["offset", "expires_at", "finished_at", "version"])
            _refuse_piece(upload, piece, at or timezone.now())
            part.begin(upload.offset)
            _take_in(upload, piece, part)
            if part.position < upload.size:
                _acknowledge(upload, part.position, at)
            else:
                _finish(upload, by=by, at=at or timezone.now())
            return upload
    except parts.BusyError:
        raise Refused(_("This file is being sent already, perhaps in another window."), code="busy") from None
    except parts.GoneError:
        raise Refused(_gone(), code="expired") from None


def _refuse_piece(upload: Upload, piece: Piece, at: datetime) -> None:
    refuse_unless_alive(upload, at)
    refuse_unless_editable(upload.entry)
    refuse_late_finish(upload.entry, begun_at=upload.begun_at, at=at)
    if piece.offset != upload.offset:
        raise Refused(_("The next byte to send is number %(offset)s.") % {"offset": upload.offset}, code="offset")
    if piece.offset + piece.length > upload.size:
        raise Refused(_("More bytes were sent than the file was said to have."), code="too-large")


def refuse_unless_alive(upload: Upload, at: datetime) -> None:
    """Stop on an upload that ended or waited too long."""
    if upload.finished_at is not None or at >= upload.expires_at:
        raise Refused(_gone(), code="expired")


def _gone() -> str:
    return _("This upload has ended. Choose the file again to send it anew.")


def _take_in(upload: Upload, piece: Piece, part: parts.Part) -> None:
    digest = hashlib.new(piece.checksum.algorithm, usedforsecurity=False) if piece.checksum else None
    try:
        for block in piece.blocks:
            part.append(block)
            if digest is not None:
                digest.update(block)
            elif part.position - upload.offset >= CHECKPOINT and part.position < upload.size:
                part.settle()
                _acknowledge(upload, part.position, None)
        part.settle()
    except OSError as error:
        if error.errno in files.NO_ROOM:
            part.cut(upload.offset)
        raise _answer_to(error) from error
    if digest is not None and digest.digest() != piece.checksum.expected:
        part.cut(upload.offset)
        raise Refused(_("The piece arrived changed. Send it again."), code="checksum")


def _acknowledge(upload: Upload, position: int, at: datetime | None) -> None:
    """Say how much is on the disk, and give the rest its time anew."""
    at = at or timezone.now()
    upload.offset, upload.touched_at, upload.expires_at = position, at, at + LIFETIME
    facts = {"offset": upload.offset, "touched_at": upload.touched_at, "expires_at": upload.expires_at}
    if not Upload.objects.filter(pk=upload.pk, finished_at=None).update(**facts):
        raise parts.GoneError(upload.key)


def _finish(upload: Upload, *, by, at: datetime) -> None:
    """The whole file becomes a version of its document, or is refused with a reason that stays beside it."""
    file = parts.WholeFile(upload.key, upload.name)
    sent = Sent(upload.requirement, file, upload.name, begun_at=upload.begun_at)
    try:
        upload_documents(upload.entry, sent=[sent], by=by, at=at, upload=upload)
    except Refused as refusal:
        upload.finished_at = upload.version = None
        if refusal.code != "disk-full":
            _refuse_file(upload, refusal, by=by, at=at)
            parts.remove(upload.key)
        raise
    finally:
        file.close()
    parts.remove(upload.key)


@transaction.atomic
def _refuse_file(upload: Upload, refusal: Refused, *, by, at: datetime) -> None:
    upload.offset, upload.finished_at, upload.refusal = upload.size, at, refusal.message[:300]
    upload.save(update_fields=["offset", "finished_at", "refusal"])
    audit.record(upload, "upload.refuse", by=by, reason=refusal.message, at=at)


def cancel_upload(upload: Upload, *, by, at: datetime | None = None) -> None:
    """Take an unfinished upload back; its bytes go. What was taken in already stays a version of its document."""
    at = at or timezone.now()
    try:
        with parts.held(upload.key):
            _end_unfinished(upload, by=by, at=at, verb="upload.cancel")
    except parts.GoneError:
        _end_unfinished(upload, by=by, at=at, verb="upload.cancel")
    except parts.BusyError:
        raise Refused(_("This file is being sent already, perhaps in another window."), code="busy") from None


def _end_unfinished(upload: Upload, *, by, at: datetime, verb: str) -> None:
    with transaction.atomic():
        upload = Upload.objects.select_for_update().filter(pk=upload.pk).first()
        if upload is None or upload.version_id:
            return
        key = upload.key
        audit.record(upload, verb, by=by, before={"bytes": upload.offset}, at=at)
        upload.delete()
    parts.remove(key)


def sweep_uploads(*, by=None, at: datetime | None = None) -> int:
    """Clear away what nobody waits for, and say how many uploads expired: their bytes, and bytes without a row.

    Rows of unfinished and refused uploads stay `KEPT` long, so that a late question is answered. Those that became a
    version stay for good: they prove the deadline's rule.
    """
    at = at or timezone.now()
    expired = 0
    for upload in Upload.objects.filter(finished_at=None, expires_at__lte=at, offset__gt=0):
        with suppress(parts.BusyError, parts.GoneError), parts.held(upload.key):
            # Whoever wrote meanwhile has given it time anew.
            expired += Upload.objects.filter(pk=upload.pk, finished_at=None, expires_at__lte=at).update(offset=0)
    for upload in Upload.objects.filter(expires_at__lte=at - KEPT, version=None):
        _end_unfinished(upload, by=by, at=at, verb="upload.expire")
    waited_for = {*Upload.objects.filter(finished_at=None, expires_at__gt=at).values_list("key", flat=True)}
    parts.clear(keep=waited_for)
    return expired


def _answer_to(error: OSError) -> Exception:
    return disk_full() if error.errno in files.NO_ROOM else error
