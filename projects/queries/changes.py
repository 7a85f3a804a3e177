"""What a submitted entry says beside what its project says today."""

from dataclasses import dataclass

from projects.dossier import Dossier
from projects.models import Document, Entry
from projects.sheet import Row, sections_of
from projects.snapshot import snapshot_of
from projects.states import Step

# What lives on with the project; answers, documents and declarations belong to the entry and stay as they were sent.
OF_THE_PROJECT = frozenset({Step.PROJECT, Step.LEADER, Step.COMPANY, Step.TEAM, Step.FINANCE})
OF_THE_ENTRY = frozenset({"track", "unit"})


@dataclass(frozen=True)
class Change:
    """One fact that moved on: what was handed in, and what the project says now. Empty means: not there."""

    label: str
    before: str
    after: str


def changed_since(entry: Entry) -> list[Change]:
    """What has changed in project, company and team since the entry was frozen, in the order of the form."""
    before, after = _rows(entry.snapshot or {}), _rows(snapshot_of(entry, Dossier(entry)))
    keys = list(before) + [key for key in after if key not in before]
    return [
        Change((after.get(key) or before[key]).label, _value(before.get(key)), _value(after.get(key)))
        for key in keys
        if _value(before.get(key)) != _value(after.get(key))
    ]


def _rows(snapshot: dict) -> dict[str, Row]:
    sections = [section for section in sections_of(snapshot) if section.step in OF_THE_PROJECT]
    return {row.key: row for section in sections for row in section.rows if row.key not in OF_THE_ENTRY}


def _value(row: Row | None) -> str:
    return row.value if row else ""


def documents_of(entry: Entry, dossier: Dossier | None) -> list[Document]:
    """The documents of an entry: of a draft those that it is asked for now, of a submitted one those frozen with it.

    What is not asked for any more is kept, and shown to nobody.
    """
    if dossier is not None:
        return [dossier.documents[one.pk] for one in dossier.requirements if one.pk in dossier.documents]
    found = list(
        entry.documents.filter(current__isnull=False)
        .select_related("requirement", "current")
        .order_by("requirement__order", "pk")
    )
    frozen = (entry.snapshot or {}).get("documents")
    if frozen is None:
        return found
    return [one for one in found if one.requirement_id in {kept["requirement"] for kept in frozen}]
