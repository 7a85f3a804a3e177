"""What the form says about uploads: which are unfinished, and the rule around the deadline."""

from datetime import datetime, timedelta

from projects.conversion import converter
from projects.deadline import closes_for
from projects.lateness import GRACE, GRACE_MINUTES
from projects.models import Entry, Upload

MOVING = timedelta(seconds=90)


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


def under_way(entry: Entry, at: datetime) -> list[Upload]:
    """Files of an entry that are not whole yet, each with `is_moving`: whether bytes came in the last moments."""
    found = list(entry.uploads.filter(finished_at=None, expires_at__gt=at).select_related("requirement"))
    for one in found:
        one.is_moving = at - one.touched_at < MOVING
    return found
