"""Writes on the documents of an entry: each upload is a version, older ones are kept."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from contests.models import DocumentRequirement
from core import audit, files
from core.files import MEGABYTE, disk
from core.problems import Refused
from projects import tasks
from projects.lateness import refuse_late_finish, refuse_late_start
from projects.models import Document, DocumentVersion, Entry, Upload
from projects.models.document import stored_name
from projects.services.entries import refuse_unless_editable

# All versions of all documents of one entry together, old ones included: room for 20 videos of 200 MB.
MOST_OF_ENTRY = 4096 * MEGABYTE


@dataclass(frozen=True)
class Sent:
    """A file as it arrived, for one required document. `begun_at` is when it began to, if that is not now."""

    requirement: DocumentRequirement
    file: File
    name: str
    begun_at: datetime | None = None


def upload_document(
    entry: Entry, requirement: DocumentRequirement, file: File, *, name: str, by, at: datetime | None = None
) -> DocumentVersion:
    """Take in a file as the current version of a required document."""
    return upload_documents(entry, sent=[Sent(requirement, file, name)], by=by, at=at)[0]


def upload_documents(
    entry: Entry, *, sent: Sequence[Sent], by, at: datetime | None = None, upload: Upload | None = None
) -> list[DocumentVersion]:  # fmt: skip
    """Take in files, each as the current version of its document; all of them or none.

    They are read, typed and opened before anything is locked. A file is stored under its own digest, so that the
    same file sent twice lies there once and a crash between storing and recording leaves nothing wrong behind.
    `upload` is the piecewise upload that brought the (only) file: it ends in the same transaction.
    """
    at = at or timezone.now()
    versions = [_inspected(entry, one, by=by, at=at) for one in sent]
    for version, one in zip(versions, sent, strict=True):
        _store(version, one.file)
        # A bulk run is repeated as a whole; a person is told “it is here” and must not be told wrong.
        if not audit.is_batched():
            disk.settle(version.file.name)
    return _record(entry, sent, versions, by=by, at=at, upload=upload)


def inspect_paper(requirement: DocumentRequirement, file: File, *, name: str, by, at: datetime) -> DocumentVersion:
    """A file looked at before its entry exists: the version that `record_papers` can hang on it, not stored yet."""
    return _version(requirement, file, name=name, by=by, at=at)


def store_paper(version: DocumentVersion, file: File) -> None:
    """Put an inspected file under its digest. Until a version is recorded nothing refers to it."""
    _store(version, file)
    disk.settle(version.file.name)


def record_papers(
    entry: Entry, *, papers: Sequence[tuple[DocumentRequirement, DocumentVersion]], by, at: datetime | None = None
) -> list[DocumentVersion]:
    """Make files that were inspected and stored before the current versions of their documents."""
    at = at or timezone.now()
    for one, _file in papers:
        refuse_requirement(entry, one)
    sent = [Sent(one, File(None), version.name) for one, version in papers]
    return _record(entry, sent, [version for _one, version in papers], by=by, at=at, upload=None)


def refuse_requirement(entry: Entry, requirement: DocumentRequirement) -> None:
    """Stop a file for something that this entry is not asked for."""
    ours = requirement.season_id == entry.season_id and requirement.track_id in (None, entry.track_id)
    if not ours or requirement.retired_at is not None:
        raise Refused(_("This document is not asked for in your track. Reload the page."), code="requirement")


def refuse_over_quota(entry: Entry, size: int) -> None:
    """Stop a file that, with all versions kept, would make one entry larger than any needs to be."""
    kept = DocumentVersion.objects.filter(document__entry=entry).aggregate(all=Sum("size"))["all"] or 0
    if kept + size > MOST_OF_ENTRY:
        raise Refused(
            _(
                "With this file the entry would hold more than %(limit)s MB, older versions included. Send a smaller "
                "file, or ask the contest office."
            )
            % {"limit": MOST_OF_ENTRY // MEGABYTE},
            code="quota",
        )


def disk_full() -> Refused:
    return Refused(
        _(
            "The server has no room for this file now, and nothing of it was recorded. What you sent before is safe. "
            "Please try again in a few minutes; if it goes on, tell the contest office."
        ),
        code="disk-full",
    )


def _inspected(entry: Entry, sent: Sent, *, by, at: datetime) -> DocumentVersion:
    refuse_requirement(entry, sent.requirement)
    return _version(sent.requirement, sent.file, name=sent.name, by=by, at=at)


def _version(requirement: DocumentRequirement, file: File, *, name: str, by, at: datetime) -> DocumentVersion:
    name = files.plain_name(name)
    try:
        content = files.inspect(file, name=name, formats=requirement.formats, max_mb=requirement.max_mb)
    except OSError as error:
        raise _answer_to(error) from error
    return DocumentVersion(name=name, by=by, at=at, **asdict(content))


def _store(version: DocumentVersion, file: File) -> None:
    """Under its digest, whole or not at all. What lies there in another length was left by a crash and is replaced."""
    place = stored_name(version, version.name)
    if default_storage.exists(place):
        if default_storage.size(place) == version.size:
            version.file.name = place
            return
        default_storage.delete(place)
    try:
        version.file.save(place, file, save=False)
    except OSError as error:
        with suppress(OSError):
            default_storage.delete(place)
        raise _answer_to(error) from error


def _answer_to(error: OSError) -> Exception:
    return disk_full() if error.errno in files.NO_ROOM else error


@transaction.atomic
def _record(
    entry: Entry, sent: Sequence[Sent], versions: list[DocumentVersion], *, by, at: datetime, upload: Upload | None
) -> list[DocumentVersion]:
    Entry.objects.lock(entry)
    refuse_unless_editable(entry)
    for one in sent:
        if one.begun_at is None:
            refuse_late_start(entry, at)
        else:
            refuse_late_finish(entry, begun_at=one.begun_at, at=at)
    refuse_over_quota(entry, sum(version.size for version in versions))
    requirements = [one.requirement for one in sent]
    held = {one.requirement_id: one for one in entry.documents.filter(requirement__in=requirements)}
    new = [Document(entry=entry, requirement=one) for one in requirements if one.pk not in held]
    held |= {one.requirement_id: one for one in Document.objects.bulk_create(new)}
    for requirement, version in zip(requirements, versions, strict=True):
        version.document = held[requirement.pk]
    DocumentVersion.objects.bulk_create(versions)
    for version in versions:
        version.document.current = version
    Document.objects.bulk_update(held.values(), ["current"])
    if upload is not None:
        _end(upload, versions[0], at=at)
    _touch(entry)
    after = [
        {"document": one.label, "name": version.name, "sha256": version.sha256, "bytes": version.size}
        for one, version in zip(requirements, versions, strict=True)
    ]
    audit.record(entry, "entry.document.upload", by=by, after=after, at=at)
    decks = [version.pk for version in versions if tasks.needs_conversion(version)]
    transaction.on_commit(lambda: [tasks.convert_deck.enqueue(pk) for pk in decks])
    return versions


def _end(upload: Upload, version: DocumentVersion, *, at: datetime) -> None:
    upload.offset, upload.finished_at, upload.version = upload.size, at, version
    upload.save(update_fields=["offset", "finished_at", "version"])


@transaction.atomic
def remove_document(entry: Entry, *, document: Document, by, at: datetime | None = None) -> None:
    """Take a document out of the entry. Its versions stay on record, only none is current."""
    at = at or timezone.now()
    Entry.objects.lock(entry)
    refuse_unless_editable(entry)
    gone, document.current = document.current, None
    document.save(update_fields=["current"])
    _touch(entry)
    audit.record(
        entry,
        "entry.document.remove",
        by=by,
        before={"name": gone.name, "sha256": gone.sha256} if gone else None,
        at=at,
    )


def _touch(entry: Entry) -> None:
    entry.version += 1
    entry.save(update_fields=["version", "updated_at"])
