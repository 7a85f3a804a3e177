"""The contestant's pages around the form: may I enter, my entries, where one stands, withdrawing, the receipt."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contests.models import Season
from contests.queries import SeasonFacts, entry_phase
from contests.states import SeasonState
from core.forms import show_refusal
from core.problems import Refused, authorize
from projects import services
from projects.deadline import closes_for, closings, has_passed, latest_start
from projects.dossier import papers_of
from projects.forms import NewEntryForm, PrecheckForm
from projects.forms.choices import unit_choices
from projects.models import Entry
from projects.pages import is_shown
from projects.queries.changes import changed_since, documents_of
from projects.queries.contestant import entries_of
from projects.queries.form import FormPage, field_url, sent_marks
from projects.queries.timeline import timeline
from projects.sheet import sections_of
from projects.states import EDITABLE, SETTLED, EntryState, Step
from projects.views.filling import OF_THE_SEASON, UNPROCESSABLE, own_entry

ENTRIES_PER_PAGE = 20


@require_safe
def entries(request):
    page = Paginator(entries_of(request.user), ENTRIES_PER_PAGE).get_page(request.GET.get("page"))
    written = [one for one in page if one.is_editable]
    return render(request, "projects/entries.html", {"page": page, "at": timezone.now(), "closes": closings(written)})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def start(request, pk):
    """Everything to know before typing, a check of one's own case, and the button that begins the entry."""
    parts = ("tracks", "eligibilityrules", "documentrequirements")
    seasons = Season.objects.public().select_related("contest").prefetch_related(*parts)
    season = get_object_or_404(seasons, pk=pk)
    if request.method == "POST":
        return _begin(request, season)
    precheck = PrecheckForm(request.GET, season=season)
    context = _start_context(request, season, precheck)
    template = "projects/start_verdict.html" if request.htmx else "projects/start.html"
    return render(request, template, context)


def _start_context(request, season: Season, precheck: PrecheckForm) -> dict:
    at = timezone.now()
    user = request.user
    begun = entries_of(user).filter(season=season).live()[:5] if user.is_authenticated else []
    findings = precheck.findings()
    closes = latest_start(season, track=precheck.chosen) if season.state == SeasonState.RUNNING else season.entry_closes
    return {
        "season": season,
        "at": at,
        "phase": "open" if closes > season.entry_closes and not has_passed(closes, at) else entry_phase(season, at),
        "closes": closes,
        "facts": SeasonFacts(season),
        "precheck": precheck,
        "track": precheck.chosen,
        "findings": findings,
        "broken": [one for one in findings if one.verdict == "broken"],
        "unknown": [one for one in findings if one.verdict == "unknown" and one.rule.pk not in precheck.later],
        "papers": papers_of(season.documentrequirements.all(), precheck.chosen),
        "units": unit_choices(season),
        "begun": begun,
        "form": NewEntryForm(user=user, season=season, initial={"track": precheck.chosen and precheck.chosen.pk})
        if user.is_authenticated
        else None,
    }


def _begin(request, season: Season) -> HttpResponse:
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    form = NewEntryForm(request.POST, user=request.user, season=season)
    if form.is_valid():
        try:
            entry = services.start_entry(
                season,
                by=request.user,
                project=form.cleaned_data["project"],
                name=form.cleaned_data["name"],
                track=form.cleaned_data["track"],
            )
            return redirect("projects:form", entry.pk, Step.PROJECT)
        except Refused as refused:
            show_refusal(form, refused)
    context = _start_context(request, season, PrecheckForm(request.GET, season=season))
    return render(request, "projects/start.html", {**context, "form": form}, status=UNPROCESSABLE)


@require_safe
def entry(request, pk):
    """Where an entry stands: its timeline, what came back and why, what was handed in."""
    related = ("season__contest", "track", "unit__parent", "holder__parent", "project")
    own = Entry.objects.owned_by(request.user).select_related(*related).prefetch_related(*OF_THE_SEASON)
    found = get_object_or_404(own, pk=pk)
    authorize(request.user, "projects.own_entry", found)
    at = timezone.now()
    page = FormPage(found, Step.CHECK) if found.state in EDITABLE else None
    marks = sent_marks(found) if found.state == EntryState.RETURNED else []
    deadline = page.closes if page else closes_for(found)
    documents = documents_of(found, page.dossier if page else None)
    context = {
        "entry": found,
        "at": at,
        "page": page,
        "deadline": deadline,
        "is_over": has_passed(deadline, at),
        "fixes": [(mark, field_url(found, mark.field)) for mark in marks],
        "timeline": timeline(found, at, closes=deadline),
        "steps": list(found.screening_steps.select_related("unit")),
        "documents": documents,
        "viewable": {one.current_id: is_shown(one.current) for one in documents},
        "sections": sections_of(found.snapshot) if found.snapshot and found.submitted_at else [],
        "changes": changed_since(found) if found.submitted_at and found.state in SETTLED else [],
    }
    return render(request, "projects/entry.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request, pk):
    found = own_entry(request, pk)
    context = {"entry": found, "closes": _reopens_until(found)}
    if request.method == "POST":
        reason = request.POST.get("reason", "")
        try:
            services.withdraw(found, reason=reason, by=request.user)
        except Refused as refused:
            found.refresh_from_db()
            context |= {"refused": refused, "reason": reason}
            return render(request, "projects/withdraw.html", context, status=UNPROCESSABLE)
        messages.success(request, _("Withdrawn. What you filled in is kept."))
        return redirect("projects:entry", pk)
    return render(request, "projects/withdraw.html", context)


def _reopens_until(entry: Entry) -> datetime:
    """Until when it could be opened again once it is withdrawn: a time for corrections goes with the return."""
    return closes_for(entry) if entry.state != EntryState.RETURNED else entry.season.entry_closes


@require_POST
def reopen(request, pk):
    found = own_entry(request, pk)
    try:
        services.reopen(found, by=request.user)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("projects:entry", pk)
    messages.success(request, _("Open again as a draft. Submit it before the deadline."))
    return redirect("projects:form_start", pk)
