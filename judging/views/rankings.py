"""Lock, ranking and publication: what was marked becomes a rank, and a rank becomes public by one act."""

import json
from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from contests.states import HeatState
from core import jobs
from core.downloads import download
from core.problems import Refused, authorize
from judging import exports, services
from judging.forms import PublishForm, RerankForm
from judging.models import Ranking
from judging.queries import heats as heat_queries
from judging.queries import rankings as queries
from judging.queries import results, versions
from judging.queries.disclosure import name_on_record
from judging.services.results import default_body, default_title
from judging.tasks import OPINION, SUMMARY
from judging.views.heats import heat_of
from projects.models import Participation
from projects.states import Outcome

NOTICE_DAYS = 7
PRINTED_AT_ONCE = 200


@require_http_methods(["GET", "HEAD", "POST"])
def lock(request, pk):
    """What the lock would find, and the lock itself, which says what it waits for."""
    heat = heat_of(request, pk)
    authorize(request.user, "judging.run_heat", heat)
    refused = None
    if request.method == "POST":
        try:
            made = services.lock_heat(heat, by=request.user, leave_incomplete="leave_incomplete" in request.POST)
        except Refused as refusal:
            refused = refusal
        else:
            messages.success(request, _("Locked. No mark moves any more; the ranking is below."))
            title = _("Second opinion: %(ranking)s") % {"ranking": heat}
            jobs.start(OPINION, title=title, by=request.user, params={"rankings": [one.pk for one in made]})
            return redirect("judging:ranking", made[0].pk) if made else redirect("judging:heat", pk)
    judges = heat_queries.judge_progress(heat)
    context = {
        "heat": heat,
        "row": heat_queries.rows_of([heat])[0],
        "late": [one for one in judges if one.open],
        "away": sum(one.away for one in judges),
        "refused": refused,
    }
    return render(request, "judging/lock.html", context, status=422 if refused else 200)


def _ranking_of(request, pk) -> Ranking:
    found = queries.rankings_visible_to(request.user).defer("rule", "inputs", "result")
    found = found.select_related("heat__stage__season__contest", "heat__zone", "track", "by")
    return get_object_or_404(found, pk=pk)


@require_safe
@vary_on_headers("HX-Request")
def ranking(request, pk):
    """A page of places; with ?place= the steps of one, alone where htmx asks for them."""
    found = _ranking_of(request, pk)
    chosen = request.GET.get("place", "")
    story = queries.story_of(found, int(chosen)) if chosen.isdecimal() else None
    context = {"ranking": found, "heat": found.heat, "story": story}
    if request.htmx and request.htmx.target == "place":
        return render(request, "judging/place.html", context)
    wanted = queries.Filter.of(request.GET)
    frozen = queries.versions_of(found)
    newest = {one.track_id: one for one in reversed(frozen)}
    context |= {
        "keep": _kept(request.GET),
        "long": found.summary["entries"] > PRINTED_AT_ONCE,
        "sheet": queries.sheet_of(found, wanted=wanted, page=request.GET.get("page")),
        "wanted": wanted,
        "outcomes": Outcome.choices,
        "tracks": list(newest.values()),
        "versions": [one for one in frozen if one.track_id == found.track_id],
        "moved": versions.moved_places(found),
        "newest": newest[found.track_id],
        "runs": request.user.has_perm("judging.run_heat", found.heat),
    }
    return render(request, "judging/ranking.html", context)


@require_safe
def moved(request, pk):
    """Every place that this version of a ranking moved."""
    found = _ranking_of(request, pk)
    rows = versions.moved_places(found)
    page = Paginator(rows, queries.PLACES_PER_PAGE).get_page(request.GET.get("page"))
    context = {"ranking": found, "heat": found.heat, "page": page, "titles": versions.titles_of(page.object_list),
               "before": versions.version_before(found), "moved": rows}  # fmt: skip
    return render(request, "judging/moved.html", context)


def _kept(query) -> str:
    """The filter and page of this address, to be followed by another parameter."""
    kept = query.copy()
    kept.pop("place", None)
    return f"{kept.urlencode()}&" if kept else ""


@require_safe
def ranking_xlsx(request, pk):
    found = get_object_or_404(queries.rankings_visible_to(request.user).select_related("heat", "track"), pk=pk)
    return download(exports.ranking_workbook(found), exports.file_name(found, "xlsx"))


@require_safe
def ranking_bundle(request, pk):
    """Rule, marks and result as one file, for a recount that needs nothing of this product."""
    found = get_object_or_404(queries.rankings_visible_to(request.user).select_related("heat", "track"), pk=pk)
    content = json.dumps(exports.bundle(found), ensure_ascii=False, indent=1).encode()
    return download(content, exports.file_name(found, "json"))


@require_http_methods(["GET", "HEAD", "POST"])
def ranking_pdf(request, pk):
    """The score summary that judges, scorers and supervisors sign (评分汇总表); a long one in the background."""
    found = get_object_or_404(
        queries.rankings_visible_to(request.user).select_related("heat__stage__season", "track"), pk=pk
    )
    if request.method == "POST":
        title = _("Score summary: %(ranking)s") % {"ranking": f"{found.heat} · {found.track}"}
        return redirect("core:job", jobs.start(SUMMARY, title=title, by=request.user, params={"ranking": pk}).pk)
    if found.summary["entries"] > PRINTED_AT_ONCE:
        messages.info(request, _("This summary is long; press the button, and it is printed in the background."))
        return redirect("judging:ranking", pk)
    return download(exports.summary_pdf(found), exports.file_name(found, "pdf"))


@require_http_methods(["GET", "HEAD", "POST"])
def rerank(request, pk):
    """The next version of a heat's rankings after a correction or a decision, with its reason."""
    heat = heat_of(request, pk)
    authorize(request.user, "judging.run_heat", heat)
    form = RerankForm(request.POST or None)
    refused = None
    if request.method == "POST" and form.is_valid():
        try:
            made = services.rerank(heat, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            refused = refusal
        else:
            messages.success(request, _("Version %(version)s is in force.") % {"version": made[0].version})
            return redirect("judging:ranking", made[0].pk)
    context = {"heat": heat, "form": form, "refused": refused, "undecided": results.undecided(heat)}
    return render(request, "judging/rerank.html", context, status=422 if form.errors or refused else 200)


# ---------------------------------------------------------------- publication


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request, pk):
    """The list as the public will read it, the notice's text, and the one act that publishes both."""
    heat = heat_of(request, pk)
    authorize(request.user, "judging.run_heat", heat)
    closes = timezone.localtime(timezone.now() + timedelta(days=NOTICE_DAYS)).replace(hour=18, minute=0, second=0)
    first = {"closes_at": closes, "title": default_title(heat), "body": default_body(heat, closes)}
    form = PublishForm(request.POST or None, initial=first)
    refused = None
    if request.method == "POST" and form.is_valid():
        try:
            notice = services.publish_results(heat, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            refused = refusal
        else:
            messages.success(request, _("Published. Contestants have been told; objections are taken until the date."))
            return redirect("contests:notice", notice.pk)
    context = {
        "heat": heat,
        "form": form,
        "refused": refused,
        "lines": results.public_lines(heat) if heat.is_settled else [],
        "rankings": heat_queries.rankings_of(heat),
    }
    return render(request, "judging/publish.html", context, status=422 if form.errors or refused else 200)


@require_safe
def result(request, pk):
    """A contestant's own result, from the moment it is public: outcome and rank, never a judge's mark."""
    own = Participation.objects.filter(entry__project__owner=request.user, heat__state=HeatState.PUBLISHED)
    found = get_object_or_404(
        own.select_related(
            "entry", "heat__stage__season__contest", "heat__notice", "heat__scoring_rule", "heat__rubric", "track"
        ),
        pk=pk,
    )
    place = results.current_places(found.heat).filter(participation=found).select_related("ranking").defer(
        "ranking__rule", "ranking__inputs", "ranking__result"
    ).first()  # fmt: skip
    context = {
        "participation": found,
        "place": place,
        "word": queries.outcome_word(place.outcome, place.steps) if place else found.get_outcome_display(),
        "called": name_on_record(place) if place else "",
    }
    return render(request, "judging/result.html", context)
