"""Pages of the offices: the screening desk, the list of entries, one entry in full."""

from datetime import datetime, time, timedelta

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from contests.models import EligibilityRule, Question
from core.downloads import download
from core.problems import Refused, authorize
from projects import services
from projects.exports import entries_workbook
from projects.filters import EntryFilter
from projects.models import Entry
from projects.pages import is_shown
from projects.queries import officer as queries

QUEUE_SHOWN = 30
PER_PAGE = 50
MOST_EXPORTED = 20_000
FIX_DAYS = 3
RELATED = ("season__contest", "track", "unit", "zone", "holder__parent", "project__owner")


def _entry(request, pk) -> Entry:
    found = Entry.objects.visible_to(request.user).filter(submitted_at__isnull=False).select_related(*RELATED)
    entry = get_object_or_404(found, pk=pk)
    authorize(request.user, "projects.review_entry", entry)
    return entry


@require_safe
def desk(request):
    """The first entry of the queue; an empty desk says so."""
    first = queries.desk_queue(request.user).first()
    if first:
        return redirect("projects:screen", pk=first.pk)
    return render(request, "projects/desk_empty.html")


@require_safe
def screen(request, pk):
    return _desk_page(request, _entry(request, pk))


def _desk_page(request, entry: Entry, *, refusal: Refused | None = None, typed=None):
    page = queries.DeskPage(entry, request.user, timezone.now())
    queue = list(queries.desk_queue(request.user)[: QUEUE_SHOWN + 1])
    chosen = request.GET.get("doc", "")
    shown = next(
        (one for one in page.documents if str(one.pk) == chosen), page.documents[0] if page.documents else None
    )
    context = {
        "entry": entry,
        "page": page,
        "queue": queue[:QUEUE_SHOWN],
        "more": len(queue) > QUEUE_SHOWN,
        "after": _after(queue, entry),
        "shown": shown,
        "pages": range(1, (shown.current.pages or 0) + 1) if shown and is_shown(shown.current) else [],
        "refusal": refusal,
        "typed": typed or {},
        "fix_day": (timezone.localdate() + timedelta(days=FIX_DAYS)).isoformat(),
    }
    return render(request, "projects/desk.html", context, status=422 if refusal else 200)


def _after(queue: list[Entry], entry: Entry) -> dict[str, Entry | None]:
    """The neighbours in the queue, for the keys J and K."""
    places = [one.pk for one in queue]
    if entry.pk not in places:
        return {"next": queue[0] if queue else None, "previous": None}
    here = places.index(entry.pk)
    return {"next": queue[here + 1] if here + 1 < len(queue) else None, "previous": queue[here - 1] if here else None}


@require_POST
def mark(request, pk):
    """Mark a field with what has to be corrected, or take the mark back."""
    entry = _entry(request, pk)
    if _is_overtaken(request, entry):
        return _desk_page(request, entry, refusal=_overtaken(entry), typed=request.POST.dict())
    authorize(request.user, "projects.screen_entry", entry)
    field = request.POST.get("field", "")[:60]
    try:
        if "take_back" in request.POST:
            services.unmark_field(entry, field=field, by=request.user)
        else:
            services.mark_field(
                entry,
                field=field,
                label=request.POST.get("label", "")[:80],
                reason=request.POST.get("reason", "")[:300],
                by=request.user,
            )
    except Refused as refusal:
        return _desk_page(request, entry, refusal=refusal, typed=request.POST.dict())
    return HttpResponseRedirect(f"{reverse('projects:screen', args=[pk])}?doc={request.POST.get('doc', '')}#f-{field}")


@require_POST
def decide(request, pk):
    """One of the three decisions, on the version that was looked at."""
    entry = _entry(request, pk)
    version = request.POST.get("version", "")
    if _is_overtaken(request, entry):
        return _desk_page(request, entry, refusal=_overtaken(entry), typed=request.POST.dict())
    authorize(request.user, "projects.screen_entry", entry)
    decision = request.POST.get("decision", "")
    facts = {"by": request.user, "expected_version": int(version) if version.isdigit() else entry.version}
    reason = request.POST.get("reason", "")
    try:
        if decision == "accept":
            services.accept(entry, **facts)
        elif decision == "return":
            services.send_back(entry, reason=reason, fix_by=_fix_by(request.POST.get("fix_by", "")), **facts)
        elif decision == "reject":
            services.reject(entry, reason=reason, **facts)
        else:
            raise Refused(_("Choose one of the decisions offered."))
    except Refused as refusal:
        return _desk_page(request, _entry(request, pk), refusal=refusal, typed=request.POST.dict())
    messages.success(request, _decided(decision, entry))
    return redirect("projects:desk")


def _is_overtaken(request, entry: Entry) -> bool:
    """Whether the entry went to another office, or was decided on, since this reader opened it."""
    version = request.POST.get("version", "")
    may_decide = request.user.has_perm("projects.screen_entry", entry)
    return version.isdigit() and int(version) != entry.version and not may_decide


def _overtaken(entry: Entry) -> Refused:
    """What somebody reads whose entry went to another office between looking and deciding."""
    return Refused(
        _("Somebody decided on this entry while you were looking at it: it is “%(state)s” now. Take the next one.")
        % {"state": entry.get_state_display()},
        code="overtaken",
    )


def _fix_by(text: str) -> datetime:
    day = parse_date(text) if text else None
    if day is None:
        raise Refused(_("Choose the day by which it has to be corrected."), field="fix_by")
    return timezone.make_aware(datetime.combine(day, time(18)))


def _decided(decision: str, entry: Entry) -> str:
    words = {
        "accept": _("“%(title)s” passed.") if entry.holder is None else _("“%(title)s” went on to %(unit)s."),
        "return": _("“%(title)s” was returned; the contestant was told."),
        "reject": _("“%(title)s” was not accepted; the contestant was told."),
    }
    return words[decision] % {"title": entry.title, "unit": entry.holder or ""}


@require_POST
def waive(request, pk):
    """Set a rule aside for this entry: only who runs the season may."""
    entry = _entry(request, pk)
    authorize(request.user, "contests.organise_season", entry.season)
    rule = get_object_or_404(EligibilityRule, pk=request.POST.get("rule") or 0, season=entry.season)
    try:
        services.waive(entry, rule, reason=request.POST.get("reason", ""), by=request.user)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Recorded: the rule is set aside for this entry."))
    return redirect("projects:detail", pk=pk)


def _filtered(request):
    found = EntryFilter(request.GET, queryset=queries.entries_for_list(request.user))
    return found, found.qs if found.is_valid() else found.queryset.none()


@require_safe
def entry_list(request):
    """Every submitted entry in the user's scope, filtered by the address."""
    found, rows = _filtered(request)
    season = found.form.cleaned_data.get("season") if found.is_valid() else None
    context = {
        "filter": found,
        "page": queries.EntryPages(rows, PER_PAGE).get_page(request.GET.get("page")),
        "seasons": queries.seasons_of(request.user),
        "chosen": {name: request.GET.get(name, "") for name in found.form.fields},
        "states": found.form.fields["state"].choices,
        "may_compare": request.user.has_perm("projects.compare_entries"),
        "enters_offline": queries.may_hold_entries(request.user),
        "sees_past": queries.looks_after_contests(request.user),
        **queries.choices_of(season, request.user),
    }
    return render(request, "projects/list.html", context)


@require_safe
def export(request):
    """Exactly what the filter shows, as Excel."""
    found, rows = _filtered(request)
    if rows[: MOST_EXPORTED + 1].count() > MOST_EXPORTED:
        messages.error(
            request, _("More than %(most)s rows. Choose a season or a city first.") % {"most": MOST_EXPORTED}
        )
        return HttpResponseRedirect(f"{reverse('projects:list')}?{request.GET.urlencode()}")
    season = found.form.cleaned_data.get("season")
    asked = list(Question.objects.filter(season=season)) if season else []
    if asked:
        rows = rows.only(*queries.LISTED, "snapshot")
    return download(entries_workbook(rows, questions=asked), f"entries-{timezone.localdate():%Y%m%d}.xlsx")


@require_safe
def detail(request, pk):
    """One entry in full, read-only, with its history."""
    entry = _entry(request, pk)
    page = queries.DeskPage(entry, request.user, timezone.now())
    participations = entry.participations.select_related("heat__stage").order_by("heat__stage__order")
    context = {
        "entry": entry,
        "page": page,
        "participations": participations,
        "may_waive": request.user.has_perm("contests.organise_season", entry.season),
    }
    return render(request, "projects/detail.html", context)
