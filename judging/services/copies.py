"""Judged documents as files: copies made ahead, one for all, and handed to a judge with the own name on each page."""

from datetime import datetime
from io import BytesIO

from contests.models import Heat
from contests.states import HeatState
from core import audit
from core.files import disk
from core.files.marking import marked_pdf
from judging.models import ScoreSheet
from judging.queries.copies import missing_copies
from projects.models import DocumentVersion
from projects.pages import PageMissingError, make_copy


def make_copies(*, most: int) -> int:
    """Make at most so many of the copies that judges of open heats may download; how many were made."""
    made = 0
    for heat in Heat.objects.filter(state=HeatState.OPEN, stage__judges_download=True).select_related("stage"):
        for version, way in missing_copies(heat).items():
            if made == most:
                return made
            try:
                make_copy(version, **way)
            except (PageMissingError, FileNotFoundError):
                continue
            made += 1
    return made


def take_copy(
    sheet: ScoreSheet, version: DocumentVersion, *, place: str, whose: str, by, at: datetime | None = None
) -> bytes:
    """The copy that lies at this place with `whose` all over its pages; the trail says who took it."""
    made = BytesIO()
    with disk.stored(place) as path:
        marked_pdf(path, whose, made)
    audit.record(version, "document.copy", by=by, after={"sheet": sheet.pk}, at=at)
    return made.getvalue()
