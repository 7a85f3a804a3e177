"""Public pages of contests, seasons and notices, and the organiser's list of seasons."""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import condition, require_safe

from contests import queries
from contests.models import Contest, ContestHost, Notice, Season
from contests.states import NoticeKind

LINES_PER_PAGE = 50


@login_not_required
@require_safe
def contest_list(request):
    at = timezone.now()
    seasons = Season.objects.public().order_by("-year")
    hosts = ContestHost.objects.select_related("organisation")
    contests = Contest.objects.held().prefetch_related(
        Prefetch("seasons", seasons, to_attr="public_seasons"), Prefetch("parts", hosts)
    )
    rows = [queries.contest_card(contest, at) for contest in contests]
    return render(request, "contests/list.html", {"rows": rows})


def _season_tag(request, slug, year):
    """A tag for anonymous readers: the page changes when the season does, or when a notice is published."""
    if request.user.is_authenticated:
        return None
    return queries.season_tag(slug, year, get_language(), timezone.now())


@login_not_required
@require_safe
@condition(etag_func=_season_tag)
def season(request, slug, year):
    """Everything a founder asks before entering: may I, until when, with which papers, how is it judged."""
    found = get_object_or_404(Season.objects.public().select_related("contest"), contest__slug=slug, year=year)
    at = timezone.now()
    notices = list(Notice.objects.public(at).filter(season=found).defer("body", "body_en"))
    context = {
        "season": found,
        "phase": queries.entry_phase(found, at),
        "now": at,
        "notices": notices[:5],
        "call": next((one for one in notices if one.kind == NoticeKind.CALL), None),
        "facts": queries.SeasonFacts(found),
    }
    return render(request, "contests/season.html", context)


@login_not_required
@require_safe
def notices(request):
    found = Notice.objects.public(timezone.now()).select_related("season")
    page = Paginator(found, 20).get_page(request.GET.get("page"))
    return render(request, "contests/notices.html", {"page": page, "now": timezone.now()})


@login_not_required
@require_safe
def notice(request, pk):
    """One notice with its list, by track, searchable. A withdrawn one says so and names what took its place."""
    found = get_object_or_404(Notice.objects.select_related("season__contest", "replaced_by"), pk=pk)
    at = timezone.now()
    if found.withdrawn_at:
        return render(request, "contests/notice_withdrawn.html", {"notice": found}, status=410)
    lines = found.lines.all()
    track, word = request.GET.get("track", ""), request.GET.get("q", "").strip()
    if track:
        lines = lines.filter(track=track)
    if word:
        lines = queries.lines_with(lines, word)
    context = {
        "notice": found,
        "page": Paginator(lines, LINES_PER_PAGE).get_page(request.GET.get("page")),
        "tracks": queries.tracks_of_notice(found),
        "track": track,
        "q": word,
        "english": queries.in_english(found.season) if get_language() == "en" else {},
        "counted": found.heats.filter(stage__marks_public=True).only("pk").first(),
        "enters": found.kind == NoticeKind.CALL and found.season.is_open(at),
        "open": found.closes_at and found.closes_at >= at,
        "now": at,
    }
    return render(request, "contests/notice.html", context)


@require_safe
def seasons(request):
    """The organiser's seasons, newest first."""
    found = queries.seasons_visible_to(request.user).select_related("contest")
    page = Paginator(found, 20).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "now": timezone.now(),
        "may_begin": request.user.has_perm("contests.set_up_seasons"),
        "may_load": request.user.has_perm("contests.read_season_files"),
    }
    return render(request, "contests/seasons.html", context)
