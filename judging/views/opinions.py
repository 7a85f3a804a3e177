"""Beside the official ranking, for its organiser and supervisor: the second opinion, and how the judges marked."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core import jobs
from judging import services
from judging.queries import opinions as queries
from judging.tasks import OPINION
from judging.views.rankings import _ranking_of

AT_ONCE = 400


@require_safe
def opinion(request, pk):
    """The official places with their adjusted values; it says so where it is off, and never changes anything."""
    return _page(request, pk, "judging/opinion.html", _places)


@require_safe
def diagnostics(request, pk):
    """How the judges marked: severity, range, agreement, links, wild marks, and whose absence would change who wins."""
    return _page(request, pk, "judging/diagnostics.html", _judges)


def _page(request, pk, template: str, rows):
    found = _ranking_of(request, pk)
    made = queries.opinion_of(found)
    context = {"ranking": found, "heat": found.heat, "opinion": made}
    if made is not None:
        context |= {"figures": made.figures, "why_off": queries.why_off(made.figures)}
        context |= rows(found, made, request.GET.get("page"))
    return render(request, template, context)


def _places(ranking, made, page) -> dict:
    shown, scale = queries.places_page(ranking, made, page)
    return {"page": shown, "scale": scale}


def _judges(_ranking, made, page) -> dict:
    shown, severities, marks = queries.judges_page(made, page)
    farthest = max((abs(one["z"]) for one in made.figures.get("wild", ())), default=1.0)
    return {
        "page": shown,
        "severities": severities,
        "marks": marks,
        "names": queries.names_of_seats(made),
        "agreement": queries.agreement_of(made.figures),
        "parts": queries.shares_of(made.figures),
        "far": queries.Scale(-farthest, farthest),
    }


@require_POST
def make_opinion(request, pk):
    """Compute the second opinion of a ranking that has none yet: at once, or in the background where it is long."""
    found = _ranking_of(request, pk)
    if found.summary["entries"] > AT_ONCE:
        title = _("Second opinion: %(ranking)s") % {"ranking": f"{found.heat} · {found.track}"}
        return redirect("core:job", jobs.start(OPINION, title=title, by=request.user, params={"rankings": [pk]}).pk)
    services.form_opinion(found, by=request.user)
    messages.success(request, _("Computed. It stays beside the ranking and changes nothing in it."))
    return redirect("judging:opinion", pk)
