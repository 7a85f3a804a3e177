"""The jury's decision on equals: recorded with who decided and why, and the version that follows."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.problems import Refused, authorize
from judging import services
from judging.forms import DecisionForm
from judging.models import JuryDecision
from judging.queries import decisions as queries
from judging.queries.rankings import rankings_visible_to

PLACE = "place-"


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request, pk):
    """Groups of equals that wait, each with its own form: an order where the rule asks the jury, else who goes on."""
    found = get_object_or_404(
        rankings_visible_to(request.user).select_related("heat__stage__season__contest", "heat__zone", "track"), pk=pk
    )
    authorize(request.user, "judging.run_heat", found.heat)
    groups = queries.open_groups(found)
    typed = request.POST if request.method == "POST" else {}
    refused = None
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.decide(found, entries=_chosen(request.POST), by=request.user, **form.cleaned_data)
        except Refused as refusal:
            refused = refusal
            if refusal.field in form.fields:
                form.add_error(refusal.field, refusal.message)
        else:
            messages.success(request, _("Recorded. Version %(version)s is in force.") % {"version": made.version})
            return redirect("judging:ranking", made.pk)
    context = {
        "ranking": found,
        "heat": found.heat,
        "groups": [
            (one, _rows(one, typed), form if typed.get("group") == one.key else DecisionForm()) for one in groups
        ],
        "titles": queries.titles_of(groups),
        "refused": refused,
        "typed": typed,
        "decided": _decided(found),
    }
    return render(request, "judging/decide.html", context, status=422 if form.errors or refused else 200)


def _chosen(data) -> list[str]:
    """Ticked numbers, or all that were given a place, by place; one without a place is left out and so refused."""
    if ticked := data.getlist("entries"):
        return ticked
    given = [(value, name.removeprefix(PLACE)) for name, value in data.items() if name.startswith(PLACE)]
    if len({value for value, _number in given}) < len(given):
        return []
    return [number for value, number in sorted(given) if value.isdecimal()]


def _rows(group: queries.Group, typed) -> list[tuple[str, str, bool]]:
    """(number, place typed, ticked) of each entry."""
    ticked = typed.getlist("entries") if typed else []
    return [(number, typed.get(f"{PLACE}{number}", ""), number in ticked) for number in group.numbers]


def _decided(ranking) -> list[JuryDecision]:
    rows = JuryDecision.objects.filter(ranking__heat=ranking.heat_id, ranking__track=ranking.track_id)
    return list(rows.select_related("ranking", "by").defer("ranking__rule", "ranking__inputs", "ranking__result"))
