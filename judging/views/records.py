"""What supervisors look through: every draw, ranking and correction, who locked and published, and recompute now."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.problems import authorize
from judging import replay
from judging.models import Draw, Ranking
from judging.queries import records as queries

SHOWN = 12


@require_safe
def records(request):
    """The heats that one supervises, newest first; each with its draws, rankings and corrections."""
    authorize(request.user, "judging.see_records")
    page = queries.record_page(request.user, request.GET.get("page"))
    return render(request, "judging/records.html", {"page": page})


@require_POST
def check_draw(request, pk):
    """Draw again from the record and say whether everything comes out the same."""
    found = get_object_or_404(Draw.objects.select_related("heat__stage__season", "heat__zone"), pk=pk)
    authorize(request.user, "judging.check_record", found.heat)
    _tell(request, replay.differences_of_draw(found), _("“%(record)s” comes out the same again.") % {"record": found})
    return redirect("judging:records")


@require_POST
def check_ranking(request, pk):
    """Compute a ranking again from its stored rule and marks and compare it to the byte."""
    found = get_object_or_404(Ranking.objects.select_related("heat__stage__season", "heat__zone", "track"), pk=pk)
    authorize(request.user, "judging.check_record", found.heat)
    _tell(
        request, replay.differences_of_ranking(found), _("“%(record)s” comes out the same again.") % {"record": found}
    )
    return redirect("judging:records")


def _tell(request, differences: list[str], equal: str) -> None:
    if not differences:
        messages.success(request, equal)
        return
    named = "、".join(differences[:SHOWN])
    messages.error(
        request,
        _("It does not come out the same. Differences: %(named)s. Don't publish it; look at the audit trail.")
        % {"named": named},
    )
