"""A conflict that comes to light after the assignment, or even after the sheet was handed in."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from judging.models import Assignment, ScoreSheet
from judging.services.conflicts import tell_freed
from judging.services.replacements import replace_judge, void_sheet


@transaction.atomic
def settle_late_conflict(
    sheet: ScoreSheet, *, reason: str, by, replace: bool = True, kind: str = "", at: datetime | None = None
) -> Assignment | None:
    """Void the sheet with its reason and, where asked for, put in the next of the drawn order. The judge is told.

    `kind` writes the conflict down where it is no row yet. All or nothing: where nobody can take over, the sheet
    stays until the organiser voids it alone or invites somebody.
    """
    at = at or timezone.now()
    sheet = void_sheet(sheet, reason=reason, kind=kind, by=by, at=at)
    made = replace_judge(sheet, reason=reason, by=by, at=at) if replace else None
    tell_freed(sheet)
    return made
