"""The judges of a heat: search the library, invite, watch the answers, hand out a code."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from core.problems import Refused, authorize
from judging import services
from judging.forms import InviteForm
from judging.models import Invitation, Judge
from judging.queries import heats as queries
from judging.queries import library, pool
from judging.services import codes
from judging.views.heats import answer, heat_of

JUDGES_PER_PAGE = 50


@require_safe
def judges(request, pk):
    """Who is asked and what they said, or the library, with what keeps each judge from entries of this heat."""
    heat = heat_of(request, pk)
    row = queries.rows_of([heat])[0]
    show = request.GET.get("show") or ("invited" if row.invited else "library")
    wanted = library.Filter.of(request.GET)
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
        "choices": library.choices() if show == "library" else {},
        "loads": pool.loads(heat) if row.drawn else {},
        "avoidance": pool.avoidance(heat, [one.pk if show == "library" else one.judge_id for one in page]),
    }
    return render(request, "judging/judges.html", context)


def _found(heat, posted) -> list[int]:
    """Everybody whom the filter of the library finds, where the organiser invites them all."""
    if "everybody" not in posted:
        return []
    return list(pool.library(heat, library.Filter.of(posted)).values_list("pk", flat=True))


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


@require_POST
def code(request, pk, invitation):
    """A code for a judge without an account, shown on this one page and never again."""
    heat = heat_of(request, pk)
    authorize(request.user, "judging.run_heat", heat)
    found = get_object_or_404(Invitation.objects.select_related("heat", "judge__person"), pk=invitation, heat=heat)
    try:
        code = codes.issue_code(found, by=request.user)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("judging:judges", pk)
    link = request.build_absolute_uri(codes.path_of(code))
    context = {"heat": heat, "invitation": found, "code": code, "link": link, "holds": codes.HOLDS.days}
    response = render(request, "judging/code.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response
