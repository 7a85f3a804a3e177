"""The one way in which an entry changes its state."""

from datetime import datetime

from django.utils.translation import gettext as _

from core import audit
from core.problems import Refused
from projects.models import Entry
from projects.states import ENTRY_MOVES, EntryState


def move(entry: Entry, *, to: EntryState, by, at: datetime, reason: str = "", after: dict | None = None) -> Entry:
    """Put a locked entry into another state and save it whole. Refused when the table of moves has no such step."""
    if to not in ENTRY_MOVES[entry.state]:
        raise Refused(
            _("This entry is “%(state)s”; that can't be done any more. Reload the page to see where it stands.")
            % {"state": entry.get_state_display()},
            code="state",
        )
    before, entry.state = entry.state, to
    entry.version += 1
    entry.save()
    audit.record(
        entry,
        f"entry.{to}",
        by=by,
        reason=reason,
        before={"state": before},
        after={"state": to, **(after or {})},
        at=at,
    )
    return entry
