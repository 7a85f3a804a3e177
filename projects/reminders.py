"""Messages about time: drafts near their deadline, and more time given or taken back. Nothing submits itself."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from contests.states import SeasonState
from core.templatetags.luyan import moment
from messaging.models import Message
from messaging.services import send
from projects.deadline import closings, has_passed
from projects.models import Entry, Extension
from projects.states import EntryState

BEFORE = (timedelta(hours=3), timedelta(hours=24), timedelta(days=3), timedelta(days=7))
BY_SMS = timedelta(hours=24)
BATCH = 100


def remind_drafts(at: datetime | None = None) -> int:
    """Remind drafts 7 days, 3 days, 24 hours and 3 hours before their own deadline, each once; answers how many.

    Run every few minutes. Whoever is late for one reminder sends only the nearest. A deadline that was moved is a new
    one, with reminders of its own. Drafts are locked while they are told, so that two runs at once tell nobody twice.
    """
    at = at or timezone.now()
    keys = list(_drafts_near(at).order_by("pk").values_list("pk", flat=True))
    with override(settings.LANGUAGE_CODE):
        return sum(_remind(keys[start : start + BATCH], at) for start in range(0, len(keys), BATCH))


def _drafts_near(at: datetime):
    """Drafts of running seasons that close, or whose more time ends, within the longest notice."""
    near = (at.replace(microsecond=0), at + BEFORE[-1])
    more = Extension.objects.filter(ended_at=None, until__range=near)
    closing = Q(season__entry_closes__range=near) | Q(season__in=more.values("season"))
    return Entry.objects.filter(closing, state=EntryState.DRAFT, season__state=SeasonState.RUNNING)


@transaction.atomic
def _remind(keys: list[int], at: datetime) -> int:
    locked = Entry.objects.select_for_update(of=("self",)).filter(pk__in=keys, state=EntryState.DRAFT)
    entries = list(locked.select_related("season", "track", "unit__parent", "project__owner").order_by("pk"))
    until = closings(entries)
    due = [(entry, notice) for entry in entries if (notice := notice_of(until[entry.pk], at))]
    told = _told([entry for entry, _notice in due])
    count = 0
    for entry, notice in due:
        closes = until[entry.pk]
        last = told.get((entry.project.owner_id, _link(entry), _kind(notice)))
        if last is None or last < closes - notice:
            _send_reminder(entry, closes, notice)
            count += 1
    return count


def notice_of(closes: datetime, at: datetime) -> timedelta | None:
    """The nearest reminder that is due by now, None while there is more time or none left."""
    if has_passed(closes, at):
        return None
    return next((notice for notice in BEFORE if closes - at <= notice), None)


def _told(entries: list[Entry]) -> dict[tuple[int, str, str], datetime]:
    """When each owner was last sent each kind of reminder about each of these drafts."""
    sent = Message.objects.filter(
        to__in={one.project.owner_id for one in entries},
        kind__in=[_kind(notice) for notice in BEFORE],
        link__in=[_link(one) for one in entries],
    )
    rows = sent.order_by("pk").values_list("to", "link", "kind", "sent_at")
    return {(to, link, kind): at for to, link, kind, at in rows}


def _kind(notice: timedelta) -> str:
    return f"entry.reminder.{notice // timedelta(hours=1)}"


def _link(entry: Entry) -> str:
    return reverse("projects:form", args=[entry.pk, "check"])


def _send_reminder(entry: Entry, closes: datetime, notice: timedelta) -> None:
    owner = entry.project.owner
    facts = {"title": entry.title or _("Project without a name yet"), "when": moment(closes), "season": entry.season}
    channels = ("mail", "sms") if notice <= BY_SMS or not owner.email else ("mail",)
    send(
        owner,
        kind=_kind(notice),
        subject=_("Not submitted yet: %(title)s closes on %(when)s") % facts,
        body=_(
            "Your draft for %(season)s is not submitted. Entry closes on %(when)s by the clock of the system. What is "
            "still missing stands on the page “Check and submit”. Drafts are not submitted by themselves."
        )
        % facts,
        link=_link(entry),
        channels=channels,
    )


def drafts_under(extension: Extension) -> Iterator[list[Entry]]:
    """Drafts that a unit's or track's extension concerns, in batches."""
    drafts = Entry.objects.filter(season_id=extension.season_id, state=EntryState.DRAFT)
    if extension.track_id:
        drafts = drafts.filter(track_id=extension.track_id)
    else:
        drafts = drafts.filter(Q(unit_id=extension.unit_id) | Q(unit__parent_id=extension.unit_id))
    keys = list(drafts.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        batch = Entry.objects.filter(pk__in=keys[start : start + BATCH])
        yield list(batch.select_related("season", "track", "unit__parent", "project__owner"))


def tell_extension(entries: Iterable[Entry], *, given: bool, by) -> int:
    """Tell owners until when they have time now, each by the deadline that then holds; answers how many."""
    entries = list(entries)
    until = closings(entries)
    for entry in entries:
        facts = {"title": entry.title or _("Project without a name yet"), "when": moment(until[entry.pk])}
        if given:
            subject = _("More time for %(title)s: until %(when)s") % facts
            body = _(
                "The contest office gave you more time. Submit before %(when)s; drafts are not submitted by themselves."
            )
        else:
            subject = _("The extra time for %(title)s was taken back") % facts
            body = _(
                "The deadline is %(when)s now. What you filled in is kept. The contest office answers your questions."
            )
        send(
            entry.project.owner,
            kind="entry.extend",
            subject=subject,
            body=body % facts,
            link=reverse("projects:entry", args=[entry.pk]),
            channels=("mail", "sms"),
            by=by,
        )
    return len(entries)
