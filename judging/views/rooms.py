"""The rooms of a live heat: named, divided with the drawn seed, looked at, changed by hand, accepted."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contests.models import Season, Stage
from contests.states import StageKind
from core.problems import Refused, authorize
from judging import services
from judging.forms.rooms import RoomFormSet, RoomMoveForm, rows_of
from judging.queries import heats
from judging.queries import rooms as queries
from judging.services.plans import pairs_of
from judging.states import DrawPurpose, PlanState
from judging.views.heats import heat_of


def _page(request, heat, *, rows=None, move=None, refused=None, status=200):
    plan = queries.division_of(heat)
    draws = {one.purpose: one for one in heat.draws.defer("record", "secret")}
    runs = request.user.has_perm("judging.run_heat", heat)
    context = {
        "heat": heat, "plan": plan, "refused": refused, "runs": runs, "rooms": list(heat.rooms.all()),
        "row": heats.rows_of([heat])[0], "draw": draws.get(DrawPurpose.ROOMS), "by_lot": DrawPurpose.JUDGES in draws,
        "rows": rows or RoomFormSet(initial=rows_of(heat)),
    }  # fmt: skip
    if plan is not None:
        told = queries.Told(plan.draw)
        if plan.answer.get("pairs"):
            context["division"] = division = queries.Division(plan, told, pairs_of(plan))
            asked = move.data.get("name", "") if move else request.GET.get("move", "")
            if runs and plan.state == PlanState.READY and asked in {*told.entries, *told.judges}:
                moves = division.moves(asked)
                context |= {"asked": division.name_of(asked), "moves": moves}
                context["move"] = move or RoomMoveForm(initial={"name": asked}, moves=moves)
        else:
            context |= {"reasons": queries.reasons_of(plan, told), "ways": queries.ways_out(plan, told)}
    return render(request, "judging/rooms.html", context, status=status)


@login_not_required
@require_safe
def halls(request, stage):
    """Where and in which order the teams of a live stage present, for everybody, once the order is drawn."""
    public = Stage.objects.filter(kind=StageKind.LIVE, season__in=Season.objects.public())
    found = get_object_or_404(public.select_related("season__contest"), pk=stage)
    return render(request, "judging/halls.html", {"stage": found, "orders": queries.public_orders(found)})


@require_http_methods(["GET", "HEAD", "POST"])
def rooms(request, pk):
    """Name the rooms; then divide, look at each room's balance and judges, move by hand, accept."""
    heat = heat_of(request, pk)
    if heat.stage.kind != StageKind.LIVE:
        raise Http404
    if request.method != "POST":
        return _page(request, heat)
    authorize(request.user, "judging.run_heat", heat)
    act = request.POST.get("act", "")
    if act == "set":
        return _set(request, heat)
    plan = queries.division_of(heat)
    if act == "move" and plan is not None and plan.answer.get("pairs"):
        return _move(request, heat, plan)
    try:
        done = _act(request, heat, plan, act)
    except Refused as refusal:
        return _page(request, heat, refused=refusal, status=422)
    messages.success(request, done)
    return redirect("judging:rooms", pk)


def _set(request, heat):
    rows = RoomFormSet(request.POST)
    if not rows.is_valid():
        return _page(request, heat, rows=rows, status=422)
    try:
        services.set_rooms(heat, rows.lines(), by=request.user)
    except Refused as refusal:
        return _page(request, heat, rows=rows, refused=refusal, status=422)
    messages.success(request, _("The rooms are saved."))
    return redirect("judging:rooms", heat.pk)


def _move(request, heat, plan):
    name = request.POST.get("name", "")
    division = queries.Division(plan, queries.Told(plan.draw), pairs_of(plan))
    known = {*division.problem["entries"], *division.problem["judges"]}
    form = RoomMoveForm(request.POST, moves=division.moves(name) if name in known else ())
    if not form.is_valid():
        return _page(request, heat, move=form, status=422)
    try:
        services.move_in_rooms(plan, reason=form.cleaned_data["reason"], by=request.user, **form.change())
    except Refused as refusal:
        return _page(request, heat, move=form, refused=refusal, status=422)
    messages.success(request, _("Changed. Every rule still holds."))
    return redirect("judging:rooms", heat.pk)


def _act(request, heat, plan, act: str) -> str:
    if act == "accept" and plan is not None:
        services.accept_division(plan, by=request.user)
        return _("Accepted. Every judge has the sheets of the room; next, draw the presenting order.")
    made = services.divide(heat, by=request.user)
    if made.state == PlanState.SOLVING:
        return _("The division is being computed. This page shows how far it is.")
    return _("The division is computed. Nobody has a room before you accept it.")
