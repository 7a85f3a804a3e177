"""The one rule about uploads around a deadline, as the page states it.

1. An upload may begin until the entry's last second (`projects.deadline`).
2. One that began in time counts when it is finished within `GRACE` after that second, by the server's clock.
3. An entry for which such an upload was finished after the last second may be submitted within the same `GRACE`;
   nothing else in it can be changed any more.
4. What is not finished by then is refused. Nothing is ever submitted by itself.

So a slow line at the deadline costs nobody the entry, everybody has the same half hour, and a new file is never
begun late.
"""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from core.problems import Refused
from core.templatetags.luyan import moment
from projects.deadline import closes_for, has_passed, is_late
from projects.models import Entry

GRACE = timedelta(minutes=30)
GRACE_MINUTES = GRACE // timedelta(minutes=1)


def refuse_late_start(entry: Entry, at: datetime) -> None:
    """Rule 1."""
    if is_late(entry, at):
        raise Refused(
            _(
                "The deadline was %(when)s; a new file can't be begun any more. If there is a reason, ask the contest "
                "office to extend it, then send the file again."
            )
            % {"when": moment(closes_for(entry))},
            code="deadline",
        )


def refuse_late_finish(entry: Entry, *, begun_at: datetime, at: datetime) -> None:
    """Rules 2 and 4."""
    if not is_late(entry, at):
        return
    closes = closes_for(entry)
    if has_passed(closes, begun_at):
        refuse_late_start(entry, at)
    if has_passed(closes + GRACE, at):
        raise Refused(
            _(
                "This upload was to be finished by %(when)s, %(minutes)s minutes after the deadline. It came too late; "
                "if there is a reason, ask the contest office to extend the deadline."
            )
            % {"when": moment(closes + GRACE), "minutes": GRACE_MINUTES},
            code="deadline",
        )


def may_still_submit(entry: Entry, at: datetime) -> bool:
    """Rule 3, asked once the deadline is over."""
    closes = closes_for(entry)
    if has_passed(closes + GRACE, at):
        return False
    finished = entry.uploads.filter(version__isnull=False, finished_at__gt=closes)
    times = finished.values_list("begun_at", "finished_at")
    return any(has_passed(closes, ended) and not has_passed(closes, begun) for begun, ended in times)
