"""Writes on the documents of an entry: each upload is a version, older ones are kept."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contests.models import DocumentRequirement
from core import audit, files
from core.problems import Refused
from projects import tasks
from projects.models import Document, DocumentVersion, Entry
from projects.models.document import stored_name
from projects.services.entries import refuse_unless_editable


@dataclass(frozen=True)
class Sent:
    """A file as it arrived, for one required document."""

    requirement: DocumentRequirement
    file: File
    name: str


def upload_document(
    entry: Entry, requirement: DocumentRequirement, file: File, *, name: str, by, at: datetime | None = None
) -> DocumentVersion:
    """Take in a file as the current version of a required document."""
    return upload_documents(entry, sent=[Sent(requirement, file, name)], by=by, at=at)[0]


def upload_documents(
    entry: Entry, *, sent: Sequence[Sent], by, at: datetime | None = None
) -> list[DocumentVersion]:  # fmt: skip
    """Take in files, each as the current version of its document; all of them or none.

    They are read, typed and opened before anything is locked. A file is stored under its own digest, so that the
    same file sent twice lies there once and a crash between storing and recording leaves nothing wrong behind.
    """
    at = at or timezone.now()
    versions = [_inspected(entry, one, by=by, at=at) for one in sent]
    for version, one in zip(versions, sent, strict=True):
        _store(version, one.file)
    return _record(entry, [one.requirement for one in sent], versions, by=by, at=at)


def _inspected(entry: Entry, sent: Sent, *, by, at: datetime) -> DocumentVersion:
    requirement = sent.requirement
    if requirement.season_id != entry.season_id or requirement.track_id not in (None, entry.track_id):
        raise Refused(_("This document is not asked for in your track. Reload the page."), code="requirement")
    name = files.plain_name(sent.name)
    content = files.inspect(sent.file, name=name, formats=requirement.formats, max_mb=requirement.max_mb)
    return DocumentVersion(name=name, by=by, at=at, **asdict(content))


def _store(version: DocumentVersion, file: File) -> None:
    place = stored_name(version, version.name)
    if default_storage.exists(place):
        version.file.name = place
    else:
        version.file.save(place, file, save=False)


@transaction.atomic
def _record(
    entry: Entry, requirements: list[DocumentRequirement], versions: list[DocumentVersion], *, by, at: datetime
) -> list[DocumentVersion]:
    Entry.objects.lock(entry)
    refuse_unless_editable(entry)
    held = {one.requirement_id: one for one in entry.documents.filter(requirement__in=requirements)}
    new = [Document(entry=entry, requirement=one) for one in requirements if one.pk not in held]
    held |= {one.requirement_id: one for one in Document.objects.bulk_create(new)}
    for requirement, version in zip(requirements, versions, strict=True):
        version.document = held[requirement.pk]
    DocumentVersion.objects.bulk_create(versions)
    for version in versions:
        version.document.current = version
    Document.objects.bulk_update(held.values(), ["current"])
    _touch(entry)
    after = [
        {"document": one.label, "name": version.name, "sha256": version.sha256, "bytes": version.size}
        for one, version in zip(requirements, versions, strict=True)
    ]
    audit.record(entry, "entry.document.upload", by=by, after=after, at=at)
    decks = [version.pk for version in versions if tasks.needs_conversion(version)]
    transaction.on_commit(lambda: [tasks.convert_deck.enqueue(pk) for pk in decks])
    return versions


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
