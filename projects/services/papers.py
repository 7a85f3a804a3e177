"""Noting which version of an entry form was printed, so that a stamped scan can be held against it."""

from datetime import datetime

from django.db import transaction

from core import audit
from projects.models import Entry
from projects.papers import PRINTED


@transaction.atomic
def note_print(entry: Entry, *, code: str, by, at: datetime | None = None) -> None:
    """`code` is the one at the foot of the printed form."""
    audit.record(entry, PRINTED, by=by, after={"code": code, "version": entry.version}, at=at)
