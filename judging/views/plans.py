"""The assignment by fit on the organiser's pages: the plan before it counts, one entry of it, and later changes."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.problems import Refused, authorize
from judging import services
from judging.forms import MoveForm, RepairForm
from judging.queries import plan as queries
from judging.queries.instead import told_of_pair, why_not
from judging.services.plans import best_with, is_large, pairs_of
from judging.services.repairs import EVEN, FILL
from judging.states import DrawPurpose, PlanState
from judging.views.heats import heat_of

ROWS_PER_PAGE = 50
PAGE_SECONDS = 2.0


def _stage_url(heat) -> str:
    return reverse("contests:part", args=[heat.stage.season_id, "stages", heat.stage_id])


def _plan_page(request, heat, *, refused=None, status=200):
    plan = queries.latest(heat)
    context = {"heat": heat, "plan": plan, "refused": refused, "stage_url": _stage_url(heat)}
    context["runs"] = request.user.has_perm("judging.run_heat", heat)
    context["drawn"] = heat.draws.filter(purpose=DrawPurpose.FIT, drawn_at__isnull=False).exists()
    if plan is not None and plan.state == PlanState.IMPOSSIBLE:
        told = queries.Told(plan.draw)
        context |= {"reasons": queries.reasons_of(plan, told)}
        context["ways"] = queries.ways_out(plan.answer, told, stage_url=context["stage_url"])
    elif plan is not None and plan.answer.get("pairs"):
        review = queries.Review(plan, queries.Told(plan.draw), pairs_of(plan))
        show = "judges" if request.GET.get("show") == "judges" else "entries"
        rows = review.judges if show == "judges" else review.entries
        page = Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("page"))
        context |= {"review": review, "show": show, "page": page}
    return render(request, "judging/plan.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request, pk):
    """Make a plan, look at its loads, cover, fit and prices, and accept it."""
    heat = heat_of(request, pk)
    if request.method != "POST":
        return _plan_page(request, heat)
    authorize(request.user, "judging.run_heat", heat)
    try:
        done = _act(request, heat)
    except Refused as refusal:
        return _plan_page(request, heat, refused=refusal, status=422)
    messages.success(request, done)
    return redirect("judging:plan", pk)


def _act(request, heat) -> str:
    act = request.POST.get("act", "")
    if act == "make":
        made = services.make_plan(heat, by=request.user)
        if made.state == PlanState.SOLVING:
            return _("The plan is being computed. This page shows how far it is.")
        return _("The plan is computed. Nobody is assigned before you accept it.")
    found = queries.latest(heat)
    if found is None:
        raise Refused(_("There is no plan yet. Make one first."))
    if act == "prices":
        services.ask_prices(found, by=request.user)
        return _("The price of each rule is being computed. You can leave the page meanwhile.")
    services.accept_plan(found, by=request.user)
    return _("Accepted. Every judge has the sheets; next, open the scoring.")


# ---------------------------------------------------------------- one entry


def _entry_page(request, heat, plan, participation, *, form=None, refused=None, status=200):
    told = queries.Told(plan.draw)
    record = told.names.entry(participation.entry.number)
    review = queries.Review(plan, told, pairs_of(plan))
    asked = request.GET.get("judge", "") or (form.data.get("judge", "") if form else "")
    because = why_not(review, record, asked) if _may_be_asked(review, record, asked) else None
    exact = ""
    if because and because.because != "conflict" and not is_large(plan):
        answer = best_with(plan, entry=record, judge=asked, seconds=PAGE_SECONDS)
        exact = told_of_pair(plan, told, judge=asked, answer=answer)
    context = {
        "heat": heat, "plan": plan, "participation": participation, "form": form or MoveForm(), "refused": refused,
        "panel": review.panel(record), "others": review.others(record), "asked": asked,
        "because": because, "exact": exact, "drives": request.user.has_perm("judging.run_heat", heat),
        "runs": request.user.has_perm("judging.run_heat", heat) and plan.state == PlanState.READY,
    }  # fmt: skip
    return render(request, "judging/plan_entry.html", context, status=status)


def _may_be_asked(review, entry: str, judge: str) -> bool:
    return judge in review.keeper.column and (entry, judge) not in review.pairs


def _ask_pair(request, plan, participation):
    """A plan too large to be solved while the page waits: the answer stands on the job's page."""
    told = queries.Told(plan.draw)
    entry, judge = told.names.entry(participation.entry.number), request.POST["exact"]
    review = queries.Review(plan, told, pairs_of(plan))
    if not _may_be_asked(review, entry, judge) or review.keeper.fit(entry, judge) is None:
        refused = Refused(_("The plan has changed since. Reload the page and choose again."))
        return _entry_page(request, plan.draw.heat, plan, participation, refused=refused, status=422)
    return redirect("core:job", services.ask_pair(plan, entry=entry, judge=judge, by=request.user).pk)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_entry(request, pk, participation):
    """Why these judges and why not that one; another judge by hand, if every rule still holds."""
    heat = heat_of(request, pk)
    found = get_object_or_404(heat.participations.select_related("entry", "track"), pk=participation)
    plan = queries.latest(heat)
    if plan is None or not plan.answer.get("pairs"):
        return redirect("judging:plan", pk)
    if request.method != "POST":
        return _entry_page(request, heat, plan, found)
    authorize(request.user, "judging.run_heat", heat)
    if "exact" in request.POST:
        return _ask_pair(request, plan, found)
    form = MoveForm(request.POST)
    if not form.is_valid():
        return _entry_page(request, heat, plan, found, form=form, status=422)
    try:
        entry = queries.Told(plan.draw).names.entry(found.entry.number)
        services.move_pair(plan, entry=entry, by=request.user, **form.cleaned_data)
    except Refused as refusal:
        return _entry_page(request, heat, plan, found, form=form, refused=refusal, status=422)
    messages.success(request, _("Changed. Every rule still holds."))
    return redirect("judging:plan_entry", pk, participation)


# ---------------------------------------------------------------- afterwards


@require_http_methods(["GET", "HEAD", "POST"])
def repair(request, pk):
    """Fill the seats of judges who dropped out, or level unread work: shown first, then carried out.

    In a large heat both are jobs; the page shows how far they are.
    """
    heat = heat_of(request, pk)
    authorize(request.user, "judging.run_heat", heat)
    kind = EVEN if request.GET.get("kind") == EVEN else FILL
    large, form, refused = services.takes_long(heat), RepairForm(request.POST or None), None
    if request.method == "POST":
        try:
            if "find" in request.POST:
                services.ask_change(heat, kind=kind, by=request.user)
                return redirect(f"{reverse('judging:repair', args=[pk])}?kind={kind}")
            if form.is_valid():
                return _carried_out(request, heat, kind=kind, large=large, **form.cleaned_data)
        except Refused as refusal:
            refused = refusal
    context = {"heat": heat, "kind": kind, "form": form, "refused": refused, "large": large}
    try:
        if large:
            context["job"], proposal = services.found_before(heat, kind=kind)
        else:
            proposal = services.propose(heat, kind=kind)
    except Refused as refusal:
        context["refused"] = refused or refusal
    else:
        context |= {"proposal": proposal, "rows": queries.changes_of(proposal) if proposal else ()}
    return render(request, "judging/repair.html", context, status=422 if request.method == "POST" else 200)


def _carried_out(request, heat, *, kind, large, **given):
    if large:
        return redirect("core:job", services.ask_carrying_out(heat, kind=kind, by=request.user, **given).pk)
    made = services.carry_out(heat, kind=kind, by=request.user, **given)
    messages.success(request, _("Done: %(count)s entries have changed judges.") % {"count": len(made.changes)})
    return redirect("judging:progress", heat.pk)
