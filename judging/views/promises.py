"""The texts that judges of a season sign: what is in force, earlier versions, and a new wording."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from contests.models import Season
from core.forms import show_refusal
from core.problems import Refused, authorize
from judging.forms import PromiseForm
from judging.promises import TEXTS
from judging.queries import promises as queries
from judging.services.promises import write_text
from judging.states import PromiseKind


@require_http_methods(["GET", "HEAD", "POST"])
def promises(request, season):
    found = get_object_or_404(Season.objects.select_related("contest"), pk=season)
    authorize(request.user, "contests.organise_season", found)
    kind = request.GET.get("kind", "")
    kind = kind if kind in PromiseKind else PromiseKind.PLEDGE.value
    versions = queries.versions(found)
    form = PromiseForm(request.POST or None, season=found, initial={"kind": kind, "text": _wording(versions, kind)})
    if request.method == "POST" and form.is_valid():
        try:
            made = write_text(found, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Version %(version)s is signed from now on.") % {"version": made.version})
            return redirect("judging:promises", season)
    context = {"season": found, "form": form, "versions": versions, "kind": kind}
    return render(request, "judging/promises.html", context, status=422 if form.errors else 200)


def _wording(versions, kind: str) -> str:
    """The wording in force for the whole season, from which one starts; the product's own where there is none."""
    for label, stage, texts in versions:
        if stage is None and texts and label == PromiseKind(kind).label:
            return texts[0].text
    return TEXTS[PromiseKind(kind)]
