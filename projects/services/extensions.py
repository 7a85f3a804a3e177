"""More time to enter: for one entry, one recommending unit or one track, with reason and officer (domain §8.10)."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contests.models import RecommendingUnit, Season, Track
from core import audit
from core.problems import Refused
from core.templatetags.luyan import moment
from projects import tasks
from projects.deadline import closes_for
from projects.models import Entry, Extension
from projects.reminders import tell_extension
from projects.services.entries import refuse_unless_editable


@transaction.atomic
def extend(
    season: Season, *, until: datetime, reason: str, by, entry: Entry | None = None,
    unit: RecommendingUnit | None = None, track: Track | None = None, at: datetime | None = None,
) -> Extension:  # fmt: skip
    """Give more time in one scope. Whoever calls has made sure that `by` runs the season.

    Several may hold for the same entry; the latest counts. Those concerned are told.
    """
    at = at or timezone.now()
    if sum(one is not None for one in (entry, unit, track)) != 1:
        raise TypeError("An extension is for one entry, one unit or one track.")
    scope = entry or unit or track
    if scope.season_id != season.pk:
        raise Refused(_("Choose one that belongs to this season."), field="scope", code="season")
    if entry:
        Entry.objects.lock(entry)
        refuse_unless_editable(entry)
    _check_until(until, at=at, closes=closes_for(entry) if entry else season.entry_closes)
    _check_reason(reason)
    made = Extension.objects.create(
        season=season, entry=entry, unit=unit, track=track, until=until, reason=reason.strip(), by=by, at=at
    )
    audit.record(
        entry or season,
        "entry.extend",
        by=by,
        reason=made.reason,
        after={"extension": made.pk, "for": str(scope), "until": until},
        at=at,
    )
    _tell(made, given=True)
    return made


def _check_until(until: datetime, *, at: datetime, closes: datetime) -> None:
    if until <= at:
        raise Refused(_("Choose a time that is still to come."), field="until", code="past")
    if until <= closes:
        raise Refused(
            _("That is no more time: it closes on %(when)s anyway. Choose a later time.") % {"when": moment(closes)},
            field="until",
            code="no-more",
        )


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused(_("Say in a sentence why: the reason stays on record."), field="reason", code="reason")


@transaction.atomic
def end_extension(extension: Extension, *, reason: str, by, at: datetime | None = None) -> Extension:
    """Take more time back. What was handed in within it stays handed in."""
    at = at or timezone.now()
    held = Extension.objects.select_for_update().get(pk=extension.pk)
    if held.ended_at:
        raise Refused(_("This extension was taken back already. Reload the page."), code="ended")
    _check_reason(reason)
    extension.ended_at = at
    extension.save(update_fields=["ended_at"])
    audit.record(
        extension.entry or extension.season,
        "entry.extend.end",
        by=by,
        reason=reason.strip(),
        before={"extension": extension.pk, "for": str(extension.scope), "until": extension.until},
        at=at,
    )
    _tell(extension, given=False)
    return extension


def _tell(extension: Extension, *, given: bool) -> None:
    """One contestant at once; a unit's or track's away from the page, there may be thousands."""
    if extension.entry_id:
        tell_extension([extension.entry], given=given, by=extension.by)
    else:
        transaction.on_commit(lambda: tasks.tell_extension.enqueue(extension.pk, given))
