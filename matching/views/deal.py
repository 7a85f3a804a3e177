"""Deals: the board of an institution, of a project and of an officer; one deal with its steps."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.forms import show_refusal
from core.problems import Refused, authorize
from matching import queries, services
from matching.forms import AdvanceForm, OutcomeForm
from matching.models import DealStep


@require_safe
def deals(request):
    """The deals this person takes part in, as an institution or as a project."""
    member = queries.member_of(request.user)
    found = queries.deals_visible_to(request.user)
    found = found.filter(institution=member.institution) if member else found.filter(project__owner=request.user)
    context = {"columns": queries.board(found), "amounts": queries.amounts(found), "own": True, "member": member}
    return render(request, "matching/board.html", context)


@require_safe
def board(request):
    """The officer's board of every deal in scope."""
    found = queries.deals_followed_by(request.user)
    context = {"columns": queries.board(found), "amounts": queries.amounts(found), "own": False}
    return render(request, "matching/board.html", context)


def _visible(request, pk):
    found = queries.deals_visible_to(request.user).select_related(
        "institution__organisation", "project__region", "project__owner", "interest"
    )
    deal = get_object_or_404(found, pk=pk)
    authorize(request.user, "matching.view_deal", deal)
    return deal


@require_safe
def deal(request, pk):
    return _page(request, _visible(request, pk))


def _page(request, found, *, form=None, outcome_form=None, status=200):
    may_advance = request.user.has_perm("matching.advance_deal", found)
    context = {
        "deal": found,
        "steps": found.steps.select_related("by", "confirmed_by"),
        "may_advance": may_advance,
        "may_confirm": request.user.has_perm("matching.confirm_step", found),
        "form": form or AdvanceForm(found),
        "outcome_form": outcome_form or OutcomeForm(initial={"outcome": found.outcome}),
        "stages": [(stage, stage.label, stage == found.stage) for stage in queries.BOARD],
    }
    return render(request, "matching/deal.html", context, status=status)


@require_POST
def advance(request, pk):
    found = _visible(request, pk)
    authorize(request.user, "matching.advance_deal", found)
    form = AdvanceForm(found, request.POST)
    if form.is_valid():
        try:
            services.advance(found, by=request.user, **form.cleaned_data)
        except Refused as no:
            show_refusal(form, no)
        else:
            messages.success(request, _("Recorded. The project is asked to confirm the amount."))
            return redirect("matching:deal", pk=pk)
    return _page(request, found, form=form, status=422)


@require_POST
def outcome(request, pk):
    found = _visible(request, pk)
    if not request.user.has_perm("matching.confirm_step", found):
        authorize(request.user, "matching.advance_deal", found)
    form = OutcomeForm(request.POST)
    if form.is_valid():
        services.record_outcome(found, outcome=form.cleaned_data["outcome"], by=request.user)
        messages.success(request, _("The outcome is recorded."))
        return redirect("matching:deal", pk=pk)
    return _page(request, found, outcome_form=form, status=422)


@require_POST
def confirm(request, pk):
    step = get_object_or_404(DealStep.objects.filter(deal__project__owner=request.user).select_related("deal"), pk=pk)
    authorize(request.user, "matching.confirm_step", step.deal)
    services.confirm(step, by=request.user)
    messages.success(request, _("Confirmed. The amount now counts."))
    return HttpResponseRedirect(reverse("matching:deal", args=[step.deal_id]))
