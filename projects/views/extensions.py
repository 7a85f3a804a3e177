"""More time to enter: the officer who runs a season gives it, sees it and takes it back."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from contests.queries import seasons_visible_to
from core.problems import Refused, authorize
from core.templatetags.luyan import moment
from projects import services
from projects.forms.extensions import ExtensionForm
from projects.models import Extension

PER_PAGE = 30
UNPROCESSABLE = 422


def _season(request, pk):
    season = get_object_or_404(seasons_visible_to(request.user).select_related("contest"), pk=pk)
    authorize(request.user, "contests.organise_season", season)
    return season


@require_http_methods(["GET", "HEAD", "POST"])
def extensions(request, season):
    """What was given so far, and the form to give more; `?entry=` fills in the entry."""
    found = _season(request, season)
    form = ExtensionForm(
        request.POST if request.method == "POST" else None,
        season=found,
        initial={"entry": request.GET.get("entry", "")},
    )
    if request.method == "POST" and form.is_valid() and _given(request, found, form):
        return redirect("projects:extensions", found.pk)
    return _page(request, found, form, status=UNPROCESSABLE if form.is_bound else 200)


def _given(request, season, form: ExtensionForm) -> bool:
    try:
        made = services.extend(season, by=request.user, **form.facts())
    except Refused as refusal:
        form.refuse(refusal)
        return False
    messages.success(
        request,
        _("“%(scope)s” has time until %(when)s now. Those concerned are told.")
        % {"scope": made.scope, "when": moment(made.until)},
    )
    return True


def _page(request, season, form: ExtensionForm, *, status: int = 200, **more):
    rows = Extension.objects.filter(season=season).select_related("entry", "unit", "track", "by")
    context = {
        "season": season,
        "form": form,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "at": timezone.now(),
        **more,
    }
    return render(request, "projects/extensions.html", context, status=status)


@require_POST
def end_extension(request, pk):
    """Take more time back, with a reason."""
    found = get_object_or_404(Extension.objects.select_related("season", "entry", "unit", "track"), pk=pk)
    season = _season(request, found.season_id)
    reason = request.POST.get("reason", "")[:300]
    try:
        services.end_extension(found, reason=reason, by=request.user)
    except Refused as refusal:
        more = {"refusal": refusal, "refused": found.pk, "typed": reason}
        return _page(request, season, ExtensionForm(season=season), status=UNPROCESSABLE, **more)
    messages.success(request, _("Taken back. Those concerned are told."))
    return redirect("projects:extensions", season.pk)
