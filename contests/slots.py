"""Where the file that answers a question arrives: a required document that follows its question.

So a file sent for a question is taken in, checked, kept in versions, listed as missing, shown and exported as every
other document is, and nothing of that stands twice. The question is what an organiser sets up; its slot is written here
alone, from the question, whenever that changes.
"""

from django.db.models import Model

from contests.models import DocumentRequirement, Question
from contests.states import DocumentKind, QuestionKind

# Slots stand behind the papers of the season, in the order in which their questions were made.
BEHIND_PAPERS = 30_000


def follow(row: Model) -> None:
    """Bring the slot in line with its question, and retire that of the question before it. Other rows have none."""
    if not isinstance(row, Question):
        return
    before = DocumentRequirement.objects.filter(question=row.replaces_id).first() if row.replaces_id else None
    if before and before.retired_at is None:
        before.retired_at = row.replaces.retired_at
        before.save(update_fields=["retired_at"])
    if row.kind != QuestionKind.FILE:
        DocumentRequirement.objects.filter(question=row).delete()
        return
    facts = {name: getattr(row, name) for name in ("label", "label_en", "formats", "max_mb", "required", "judged")}
    facts |= {"note": row.help_text, "note_en": row.help_text_en, "condition": row.condition}
    facts |= {"season_id": row.season_id, "track_id": row.track_id, "retired_at": row.retired_at}
    facts |= {"kind": DocumentKind.OTHER, "order": BEHIND_PAPERS, "replaces": before}
    DocumentRequirement.objects.update_or_create(question=row, defaults=facts)
