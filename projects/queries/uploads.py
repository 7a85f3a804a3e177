"""What the page of documents says about uploads: which are unfinished, and the rule around the deadline."""

from datetime import datetime

from projects.conversion import converter
from projects.deadline import closes_for
from projects.lateness import GRACE, GRACE_MINUTES
from projects.models import Entry


def uploads_of(entry: Entry, user, at: datetime) -> dict:
    """For the templates: `begun` (the newest unfinished upload of each requirement), `closes`, `until`, `grace`."""
    unfinished = entry.uploads.filter(by=user, finished_at=None, expires_at__gt=at).order_by("begun_at")
    closes = closes_for(entry)
    return {
        "begun": {one.requirement_id: one for one in unfinished},
        "closes": closes,
        "until": closes + GRACE,
        "grace": GRACE_MINUTES,
        "converts": converter() is not None,
    }
