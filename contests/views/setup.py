"""The organiser's pages of a season's set-up: one overview, and one list and one form for every part."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from contests import checks, queries, services, summaries
from contests.forms import MORE, OF_SECTION, BureausForm, PartForm, SeasonForm
from contests.models import Season
from contests.rail import Rail, doors
from contests.sections import BY_KEY, Keeps, Section, in_order
from contests.states import SeasonState
from contests.views.whole import where_to_mend
from core.forms import show_refusal
from core.problems import Refused, authorize

ROWS_PER_PAGE = 60
OWN_KEYS = {"csrfmiddlewaretoken", "reason", "back"}


def _season(request, pk: int, permission: str = "contests.organise_season") -> Season:
    found = get_object_or_404(queries.seasons_visible_to(request.user).select_related("contest"), pk=pk)
    authorize(request.user, permission, found)
    return found


def _row(season: Season, section: Section, row: int):
    """The row that holds now: an address of an earlier version leads to what took its place."""
    found = get_object_or_404(section.model, **{section.path: season}, pk=row)
    if section.keeps == Keeps.NUMBER:
        return section.rows(season).get(name=found.name)
    while section.keeps == Keeps.SUCCESSOR and found.retired_at:
        found = get_object_or_404(section.model, replaces=found)
    return found


def _page(request, season: Season, template: str, context: dict, status: int = 200) -> HttpResponse:
    shared = {
        "season": season,
        "rail": Rail(season),
        "may_organise": request.user.has_perm("contests.organise_season", season)
        and season.state != SeasonState.CLOSED,
        "now": timezone.now(),
    }
    return render(request, template, {**shared, **context}, status=status)


@require_safe
def overview(request, pk):
    """Where the season stands, what is missing, and the way to every part."""
    season = _season(request, pk, "contests.watch_season")
    preparing = season.state == SeasonState.SETUP and request.user.has_perm("contests.organise_season", season)
    found = checks.readiness(season) if preparing else []
    context = {
        "facts": queries.SeasonFacts(season),
        "open_points": [(one, where_to_mend(season, one.field)) for one in found],
        "preparing": preparing,
        "phase": queries.entry_phase(season, timezone.now()),
        "doors": doors(season),
        "current": "",
    }
    return _page(request, season, "contests/setup.html", context)


@require_POST
def start(request, pk):
    season = _season(request, pk)
    try:
        services.start_season(season, by=request.user)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("contests:checklist" if refusal.problems else "contests:setup", pk=pk)
    else:
        messages.success(request, _("The season is public. Entry opens and closes by itself at the instants shown."))
    return redirect("contests:setup", pk=pk)


def facts(request, pk):
    """Title, window of entry, contact, text: what the season says of itself."""
    season = _season(request, pk)
    seen = services.digest(services.season_facts(season))
    if request.method != "POST" or "back" in request.POST:
        form = SeasonForm(request.POST or None, instance=season)
        return _page(request, season, "contests/setup/facts.html", {"form": form, "seen": seen, "current": "facts"})
    form = SeasonForm(request.POST, instance=season)
    if form.is_valid():
        try:
            services.change_season(
                season,
                data=form.cleaned_data,
                by=request.user,
                reason=request.POST.get("reason", "").strip(),
                seen=request.POST.get("seen", ""),
            )
        except services.Asks as question:
            return _ask(request, season, None, question, _("Season facts"), "facts")
        except Refused as refusal:
            form.show_at(refusal.field, refusal.message)
            seen = seen if refusal.code == services.CHANGED else request.POST.get("seen", "")
        else:
            messages.success(request, _("Saved. The public page shows it at once."))
            return redirect("contests:setup_facts", pk=pk)
    context = {"form": form, "seen": seen, "current": "facts"}
    return _page(request, season, "contests/setup/facts.html", context, status=422)


def _ask(request, season, section, question, name: str, current: str) -> HttpResponse:
    """The page between: whom the change touches, what changes, and a reason. Everything typed travels along."""
    model = section.model if section else Season
    typed = [(key, value) for key in request.POST if key not in OWN_KEYS for value in request.POST.getlist(key)]
    context = {
        "name": name,
        "section": section,
        "current": current,
        "question": question,
        "touched": summaries.touched(question.impact),
        "changes": summaries.changed(section, model, question.changes),
        "typed": typed,
        "asked_again": "reason" in request.POST,
        "removes": not question.changes,
    }
    return _page(request, season, "contests/setup/ask.html", context, status=422)


@require_safe
def section_list(request, pk, section):
    """The rows of one part, with what they mean; without any, what will stand here."""
    season = _season(request, pk, "contests.watch_season")
    part = BY_KEY[section]
    page = Paginator(in_order(part, season), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    lines = [(row, summaries.title(row), summaries.facts(row), summaries.amount(row)) for row in page]
    context = {
        "section": part,
        "page": page,
        "lines": lines,
        "current": section,
        "branches": services.branches() if section == "units" and season.state != SeasonState.CLOSED else [],
    }
    return _page(request, season, "contests/setup/section.html", context)


def part(request, pk, section, row=None):
    """Add a row, or change one. A change that touches others asks first."""
    season, found = _season(request, pk), BY_KEY[section]
    if season.state == SeasonState.CLOSED:
        messages.error(request, _("This season has ended; its set-up stays as it was."))
        return redirect("contests:section", pk=pk, section=section)
    held = _row(season, found, row) if row else None
    seen = services.digest(found.facts(held))
    more = request.POST.get(MORE, "")
    form = OF_SECTION[section](request.POST or None, section=found, season=season, row=held, more=more)
    if request.method == "POST" and not more and "back" not in request.POST and form.is_valid():
        answer = _save(request, season, found, form, held)
        if answer is not None:
            return answer
    elif more or "back" in request.POST:
        form.forgive()
    refused = request.method == "POST" and not more and "back" not in request.POST
    if not getattr(form, "overtaken", False):
        seen = request.POST.get("seen", seen)
    context = {"section": found, "form": form, "row": held, "seen": seen, "current": section}
    return _page(request, season, "contests/setup/part.html", context, status=422 if refused else 200)


def _save(request, season: Season, section: Section, form: PartForm, held) -> HttpResponse | None:
    """The answer to a valid form; None where the service refused and the form says why."""
    asked = {
        "by": request.user,
        "row": held,
        "reason": request.POST.get("reason", "").strip(),
        "seen": request.POST.get("seen", "") if held else "",
    }
    try:
        if section.key == "units":
            made = services.save_unit(season, section, data=form.facts(), new_body=form.new_body(), **asked)
        else:
            made = services.save_part(season, section, data=form.facts(), **asked)
    except services.Asks as question:
        name = summaries.title(held) if held else section.add
        return _ask(request, season, section, question, name, section.key)
    except Refused as refusal:
        form.show_at(refusal.field, refusal.message)
        form.overtaken = refusal.code == services.CHANGED
        return None
    messages.success(request, _saved(held, made))
    return redirect("contests:section", pk=season.pk, section=section.key)


def _saved(held, made) -> str:
    name = summaries.title(made)
    if held is None:
        return _("“%(name)s” is added.") % {"name": name}
    if made.pk != held.pk:
        return _("“%(name)s” holds in its new version from now on; the earlier one stays with those who had it.") % {
            "name": name
        }
    return _("“%(name)s” is saved.") % {"name": name}


def remove(request, pk, section, row):
    """What will go, before it goes; a row that entries lean on asks for a reason."""
    season, found = _season(request, pk), BY_KEY[section]
    held = _row(season, found, row)
    name = summaries.title(held)
    context = {"section": found, "row": held, "name": name, "facts": summaries.facts(held), "current": section}
    if request.method != "POST":
        return _page(request, season, "contests/setup/remove.html", context)
    try:
        services.remove_part(season, found, row=held, by=request.user, reason=request.POST.get("reason", "").strip())
    except services.Asks as question:
        return _ask(request, season, found, question, name, section)
    except Refused as refusal:
        return _page(request, season, "contests/setup/remove.html", {**context, "refused": refusal}, status=422)
    messages.success(request, _("“%(name)s” is taken out.") % {"name": name})
    return redirect("contests:section", pk=pk, section=section)


@require_POST
def move(request, pk, section, row):
    season, found = _season(request, pk), BY_KEY[section]
    held = _row(season, found, row)
    try:
        services.move_part(season, found, row=held, up=request.POST.get("to") == "up", by=request.user)
    except Refused as refusal:
        messages.error(request, refusal.message)
    answer = redirect("contests:section", pk=pk, section=section)
    answer["Location"] += f"#row-{held.pk}"
    return answer


@require_POST
def confirm(request, pk, section=None, row=None):
    """Take the mark 示例 off one row, or off everything."""
    season = _season(request, pk)
    if section and "sample" not in BY_KEY[section].fields:
        raise Http404
    found = BY_KEY[section] if section else None
    held = _row(season, found, row) if found else None
    try:
        count = services.confirm_samples(season, by=request.user, section=found, row=held)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Confirmed: the mark 示例 is taken off %(count)s figures.") % {"count": count})
    if found:
        return redirect("contests:section", pk=pk, section=section)
    return redirect("contests:setup", pk=pk)


def bureaus(request, pk):
    """The offices of one branch in all cities, in one step."""
    season = _season(request, pk)
    form = BureausForm(request.POST or None, branches=services.branches())
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = services.add_bureaus(season, branch=data["branch"], counties=data["counties"], by=request.user)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("%(count)s units are added.") % {"count": len(made)})
            return redirect("contests:section", pk=pk, section="units")
    context = {"form": form, "current": "units", "section": BY_KEY["units"]}
    return _page(
        request, season, "contests/setup/bureaus.html", context, status=422 if request.method == "POST" else 200
    )
