"""What a contestant's own pages read: entries, tasks, the start of an entry."""

from datetime import datetime

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contests.models import Season
from contests.queries import grants_of
from core.tasks import Task
from projects.deadline import closings, has_passed
from projects.models import Entry
from projects.queries.form import field_url, sent_marks
from projects.states import EDITABLE, EntryState

MOST_TASKS = 20


def entries_of(user):
    """A contestant's entries, newest first, with what their cards show."""
    return (
        Entry.objects.owned_by(user)
        .select_related("season__contest", "track", "holder", "unit__parent", "project")
        .order_by(F("submitted_at").desc(nulls_first=True), "-pk")
    )


def tasks_for(user, at: datetime) -> list[Task]:
    """Returned entries first, then drafts while entry is open; for somebody without any entry, where to begin."""
    waiting = list(entries_of(user).filter(state__in=EDITABLE).prefetch_related("marks")[:MOST_TASKS])
    closes = closings(waiting)
    tasks = [task for entry in waiting if (task := _task(entry, closes[entry.pk], at))]
    if tasks or grants_of(user) or Entry.objects.owned_by(user).exists():
        return tasks
    season = Season.objects.open_for_entry(at).select_related("contest").order_by("entry_closes").first()
    if season is None:
        return []
    return [
        Task(
            title=_("Choose a contest and start your entry"),
            why=_("See first whether your project may enter and which papers it needs."),
            url=reverse("contests:list"),
            action=_("Look at the contests"),
            weight=10,
        )
    ]


def _task(entry: Entry, due: datetime, at: datetime) -> Task | None:
    facts = "·".join(str(part) for part in (entry.title, entry.season, entry.track) if part)
    if entry.state == EntryState.RETURNED:
        return _correction(entry, facts, due)
    if has_passed(due, at):
        return None
    is_near = (due - at).days < 7
    return Task(
        title=_("Go on with your entry for %(contest)s") % {"contest": entry.season.contest},
        why=facts or _("Nothing filled in yet"),
        url=reverse("projects:form_start", args=[entry.pk]),
        action=_("Go on"),
        due=due,
        weight=60,
        tone="due" if is_near else "go",
    )


def _correction(entry: Entry, facts: str, due: datetime) -> Task:
    marks = sent_marks(entry)
    count = {"count": len(marks)}
    title = ngettext(
        "Correct %(count)s point and submit again", "Correct %(count)s points and submit again", len(marks)
    )
    return Task(
        title=title % count if marks else _("Correct your entry and submit again"),
        why=facts,
        url=reverse("projects:entry", args=[entry.pk]),
        action=_("Correct it"),
        due=due,
        weight=90,
        tone="due",
        points=tuple((mark.label, mark.reason, field_url(entry, mark.field)) for mark in marks),
    )
