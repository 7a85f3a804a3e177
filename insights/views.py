"""The year page, and the list behind its figures."""

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.utils.dates import MONTHS_3
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from contests.models import Contest
from core.models import Region
from core.problems import authorize
from insights import queries

PER_PAGE = 50


@require_safe
def year(request, year=None):
    authorize(request.user, "insights.view_year")
    at = timezone.now()
    chosen = year or timezone.localtime(at).year
    if not 2000 <= chosen <= timezone.localtime(at).year + 1:
        raise Http404
    glance = queries.year_at_a_glance(chosen, at)
    labels = {
        "submitted": _("Sent in"),
        "qualified": _("Qualified"),
        "judged": _("Judged"),
        "promoted": _("Promoted"),
        "awarded": _("Awarded"),
    }
    context = {
        "glance": glance,
        "at": at,
        "funnel": [(labels[step.key], step) for step in glance.funnel],
        "series": {
            "months": [str(MONTHS_3[number]) for number in range(1, 13)],
            "now": glance.months,
            "before": glance.last_year,
            "target": glance.target,
            "names": {
                "now": str(glance.year),
                "before": str(glance.year - 1),
                "target": _("Target %(target)s") % {"target": glance.target},
            },
        },
        "bars": {
            "names": [labels[step.key] for step in glance.funnel],
            "values": [step.count for step in glance.funnel],
        },
    }
    return render(request, "insights/year.html", context)


@require_safe
def projects(request, year):
    """The rows behind a figure: good projects of the year, by contest and city."""
    authorize(request.user, "insights.view_year")
    found = queries.good_projects(year) if "all" not in request.GET else queries.qualified_in(year)
    contest = Contest.objects.filter(slug=request.GET.get("contest", "")).first()
    region = Region.objects.filter(pk=request.GET.get("city", "")).first()
    if contest:
        found = found.filter(season__contest=contest)
    if region:
        found = found.filter(zone__in=queries.city_zones().filter(region=region))
    if "elsewhere" in request.GET:
        found = found.exclude(zone__in=queries.city_zones())
    page = Paginator(
        found.select_related("season__contest", "track", "zone").order_by("-qualified_at", "-pk"), PER_PAGE
    ).get_page(request.GET.get("page"))
    context = {"page": page, "year": year, "contest": contest, "region": region}
    return render(request, "insights/projects.html", context)
