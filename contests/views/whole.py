"""Pages about a season as a whole: its file out and in, its copy for another year, the check list before it opens."""

from urllib.parse import quote

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contests import checks, exports, imports, parts, queries
from contests.forms.beginning import BeginForm
from contests.forms.call import CallForm
from contests.forms.copying import CopyForm
from contests.marked import MOST_BYTES
from contests.models import Season
from contests.rail import Rail
from contests.sections import BY_KEY
from contests.services import copying, publish_call
from contests.states import SeasonState
from core.downloads import download
from core.forms import show_refusal
from core.problems import Refused, authorize

AROUND = 2


def season_of(request, pk: int, permission: str = "contests.organise_season") -> Season:
    found = get_object_or_404(queries.seasons_visible_to(request.user).select_related("contest"), pk=pk)
    authorize(request.user, permission, found)
    return found


def _page(request, season: Season, template: str, context: dict, status: int = 200) -> HttpResponse:
    shared = {"season": season, "rail": Rail(season), "may_organise": True, "now": timezone.now(), "current": "whole"}
    return render(request, template, {**shared, **context}, status=status)


def where_to_mend(season: Season, field: str) -> str:
    """The page of a problem or point: a part of the set-up by its key, or a page of the whole season."""
    if field in BY_KEY:
        return reverse("contests:section", args=[season.pk, field])
    names = {"season": "setup_facts", "review": "checklist", "call": "call"}
    own = next((part.page for part in parts.registered() if part.key == field), "")
    if own:
        return reverse(own, args=[season.pk])
    return reverse(f"contests:{names[field]}", args=[season.pk]) if field in names else ""


@require_safe
def checklist(request, pk):
    """What is missing before the season opens, and what a person ticks off after a copy."""
    season = season_of(request, pk)
    found = checks.readiness(season, timezone.now())
    problems = [(one, where_to_mend(season, one.field)) for one in found if one.code != "to-review"]
    points = [(one, where_to_mend(season, one["where"])) for one in season.to_review]
    context = {
        "blocking": [row for row in problems if row[0].blocks],
        "others": [row for row in problems if not row[0].blocks],
        "points": points,
        "waiting": sum(not one.get("done_at") for one in season.to_review),
        "may_start": season.state == SeasonState.SETUP and not any(one.blocks for one in found),
    }
    return _page(request, season, "contests/checklist.html", context)


@require_POST
def review(request, pk):
    season = season_of(request, pk)
    code = request.POST.get("code", "")
    try:
        copying.review_point(season, code, done=request.POST.get("done") == "1", by=request.user)
    except Refused as refusal:
        messages.error(request, refusal.message)
    answer = redirect("contests:checklist", pk=pk)
    answer["Location"] += f"#point-{quote(code)}"
    return answer


@require_safe
def file(request, pk):
    """The season's file to download, and the way back in."""
    season = season_of(request, pk)
    return _page(request, season, "contests/season_file.html", {"text": exports.season_file(season)})


@require_safe
def file_download(request, pk):
    season = season_of(request, pk)
    return download(exports.season_file(season), f"{season.contest.slug}-{season.year}.yaml")


@require_http_methods(["GET", "HEAD", "POST"])
def load(request):
    """A season file looked at, mended in place, and only then written."""
    authorize(request.user, "contests.read_season_files")
    if request.method != "POST":
        return render(request, "contests/season_load.html", {})
    try:
        content = _sent(request)
    except Refused as refusal:
        return render(request, "contests/season_load.html", {"refused": refusal}, status=422)
    plan = imports.plan_of(content, by=request.user)
    if "write" in request.POST and plan.is_possible:
        season = imports.load_file(content, by=request.user)
        messages.success(
            request, _("“%(season)s” stands as the file says. Look at its check list.") % {"season": season}
        )
        return redirect("contests:checklist", pk=season.pk)
    text = content.decode("utf-8-sig", "replace") if isinstance(content, bytes) else content
    context = {
        "plan": plan,
        "text": text,
        "mistakes": _with_lines(text, plan.mistakes),
        "sections": [(checks.section_title(one.section), one) for one in plan.differences],
    }
    return render(request, "contests/season_load.html", context, status=200 if plan.is_possible else 422)


def _sent(request) -> bytes | str:
    """The file chosen, or the text that was mended on the page."""
    sent = request.FILES.get("file")
    if sent is None:
        text = request.POST.get("text", "").replace("\r\n", "\n")
        if not text.strip():
            raise Refused(_("Choose a season file, or put its text into the field."), field="file")
        return text
    if sent.size > MOST_BYTES:
        raise Refused(_("The file is larger than 4 MB. A season file is a text of a few pages."), field="file")
    return sent.read()


def _with_lines(text: str, mistakes) -> list[dict]:
    """Each mistake with the lines around it, as they stand in the file."""
    lines = text.splitlines()
    return [
        {
            "mistake": one,
            "lines": [
                (number, lines[number - 1][:200], number == one.line)
                for number in range(max(one.line - AROUND, 1), min(one.line + AROUND, len(lines)) + 1)
            ],
        }
        for one in mistakes
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request):
    """A further edition: from an earlier one, from a season file, or empty."""
    authorize(request.user, "contests.read_season_files")
    mine = queries.contests_run_by(request.user)
    if not mine:
        return _of_one_season(request, list(queries.seasons_visible_to(request.user).select_related("contest")))
    contest = next((one for one in mine if one.slug == request.GET.get("contest")), mine[0])
    last = contest.seasons.order_by("-year").first()
    form = BeginForm(request.POST or None, last=last)
    if request.method == "POST" and form.is_valid():
        try:
            made = copying.begin_season(contest, **form.cleaned_data, by=request.user)
        except Refused as refusal:
            form.show_at(refusal.field, refusal.message)
        else:
            text = _("“%(season)s” is begun. Set up its parts one by one; the check list shows what is left.")
            messages.success(request, text % {"season": made})
            return redirect("contests:setup", pk=made.pk)
    context = {"contests": mine, "contest": contest, "last": last, "form": form}
    return render(request, "contests/begin.html", context, status=422 if request.method == "POST" else 200)


def _of_one_season(request, seasons: list[Season]) -> HttpResponse:
    """Why an organiser of one edition begins no other one, and who does.

    A role for one edition is given to whoever carries out that edition. That there is another one, and who runs it, is
    decided by the department that owns the contest (domain §1); the new edition would not lie in this role either.
    """
    rows = [(one, queries.organisers_of(one.contest), one.state == SeasonState.SETUP) for one in seasons]
    return render(request, "contests/begin_not.html", {"rows": rows}, status=403)


@require_http_methods(["GET", "HEAD", "POST"])
def copy(request, pk):
    """Another year of the same contest, from this one."""
    season = season_of(request, pk)
    if not request.user.has_perm("contests.organise_contest", season.contest):
        return _of_one_season(request, [season])
    form = CopyForm(request.POST or None, season=season)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = copying.copy_season(
                season, year=data["year"], ordinal=data["ordinal"], weeks=form.shift(), by=request.user
            )
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(
                request,
                _("“%(season)s” is prepared. Look at the %(count)s points below, then open it.")
                % {"season": made, "count": len(made.to_review)},
            )
            return redirect("contests:checklist", pk=made.pk)
    status = 422 if request.method == "POST" else 200
    return _page(request, season, "contests/copy.html", {"form": form, "stages": season.stages.all()}, status)


@require_http_methods(["GET", "HEAD", "POST"])
def call(request, pk):
    """The call for entries: written from the season's text, published as a notice, corrected by a new one."""
    season, at = season_of(request, pk), timezone.now()
    public = queries.call_of(season, at)
    form = CallForm(
        request.POST or None, initial=queries.call_to_write(season, public),
        needs_english=checks.takes_from_abroad(season),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            notice = publish_call(season, **form.cleaned_data, by=request.user)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Published. The season's page and the list of notices lead to it."))
            return redirect("contests:notice", pk=notice.pk)
    context = {"form": form, "public": public, "may_publish": season.state == SeasonState.RUNNING}
    return _page(request, season, "contests/call.html", context, 422 if request.method == "POST" else 200)
