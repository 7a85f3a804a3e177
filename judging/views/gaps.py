"""Entries whose judges lie far apart, and the further judge that the stage's rule gives them."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from core.problems import Refused, authorize
from judging import services
from judging.queries.gaps import apart
from judging.views.heats import heat_of


@require_http_methods(["GET", "HEAD", "POST"])
def gaps(request, pk):
    heat = heat_of(request, pk)
    if heat.stage.review_gap is None:
        raise Http404
    refused = None
    if request.method == "POST":
        authorize(request.user, "judging.run_heat", heat)
        try:
            made = services.ask_further(heat, by=request.user)
        except Refused as refusal:
            refused = refusal
        else:
            text = ngettext("%(count)s further judge is asked.", "%(count)s further judges are asked.", len(made))
            messages.success(request, text % {"count": len(made)})
            return redirect("judging:gaps", pk)
    context = {
        "heat": heat,
        "waiting": apart(heat) if heat.is_open else [],
        "asked": apart(heat, asked=True),
        "runs": request.user.has_perm("judging.run_heat", heat),
        "refused": refused,
    }
    return render(request, "judging/gaps.html", context, status=422 if refused else 200)
