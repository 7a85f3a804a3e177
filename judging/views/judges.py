"""The judges of a heat: search the library, invite, watch the answers, see and declare conflicts."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.problems import Refused, authorize
from judging import services
from judging.forms import ConflictForm, InviteForm
from judging.models import Invitation, Judge
from judging.queries import heats as queries
from judging.queries import pool
from judging.views.heats import answer, heat_of

JUDGES_PER_PAGE = 50


@require_safe
def judges(request, pk):
    """Who is asked and what they said, or the library, with what keeps each judge from entries of this heat."""
    heat = heat_of(request, pk)
    row = queries.rows_of([heat])[0]
    show = request.GET.get("show") or ("invited" if row.invited else "library")
    wanted = pool.Filter.of(request.GET)
    found = pool.library(heat, wanted) if show == "library" else pool.invitations(heat)
    page = Paginator(found, JUDGES_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "heat": heat,
        "runs": request.user.has_perm("judging.run_heat", heat),
        "show": show,
        "asked": row.invited,
        "ready": row.ready,
        "page": page,
        "wanted": wanted,
        "choices": pool.choices() if show == "library" else {},
        "loads": pool.loads(heat) if row.drawn else {},
        "avoidance": pool.avoidance(heat, [one.pk if show == "library" else one.judge_id for one in page]),
    }
    return render(request, "judging/judges.html", context)


def _found(heat, posted) -> list[int]:
    """Everybody whom the filter of the library finds, where the organiser invites them all."""
    if "everybody" not in posted:
        return []
    return list(pool.library(heat, pool.Filter.of(posted)).values_list("pk", flat=True))


@require_POST
def invite(request, pk):
    heat = heat_of(request, pk)
    authorize(request.user, "judging.run_heat", heat)
    form = InviteForm(request.POST, everybody=_found(heat, request.POST))
    if not form.is_valid():
        messages.error(request, _("Tick the judges you want to invite, then send the invitations."))
        return redirect("judging:judges", pk)
    chosen = list(Judge.objects.filter(pk__in=form.cleaned_data["judges"]).select_related("person"))
    try:
        made = services.invite_many(heat, judges=chosen, capacity=form.cleaned_data["capacity"], by=request.user)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        done = ngettext("%(count)s judge is invited.", "%(count)s judges are invited.", len(made))
        messages.success(request, done % {"count": len(made)})
    return redirect("judging:judges", pk)


@require_POST
def take_back(request, pk, invitation):
    heat = heat_of(request, pk)
    authorize(request.user, "judging.run_heat", heat)
    found = get_object_or_404(Invitation.objects.select_related("heat", "judge__person"), pk=invitation, heat=heat)
    return answer(
        request,
        lambda: services.take_back_invitation(found, reason=request.POST.get("reason", ""), by=request.user),
        done=_("The invitation of %(judge)s is taken back.") % {"judge": found.judge},
        to="judging:judges",
        arguments=(pk,),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def conflicts(request, pk):
    """Every pair that is kept apart, with the reason; and a form for what no table knows."""
    heat = heat_of(request, pk)
    runs = request.user.has_perm("judging.run_heat", heat)
    form = ConflictForm(request.POST or None, heat=heat)
    refused = None
    if request.method == "POST":
        authorize(request.user, "judging.run_heat", heat)
        if form.is_valid():
            try:
                services.declare_conflict(by=request.user, **form.cleaned_data)
            except Refused as refusal:
                refused = refusal
            else:
                messages.success(request, _("The conflict is written down and counts from now on."))
                return redirect("judging:conflicts", pk)
    chosen = request.GET.get("judge", "")
    found = pool.pairs(heat, judge=int(chosen) if chosen.isdecimal() else None)
    page = Paginator(found, JUDGES_PER_PAGE).get_page(request.GET.get("page"))
    context = {"heat": heat, "runs": runs, "page": page, "form": form, "refused": refused, "chosen": chosen}
    return render(request, "judging/conflicts.html", context, status=422 if form.errors or refused else 200)
