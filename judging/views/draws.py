"""The draw on the organiser's page and its public record, and the panel of one entry with its replacements."""

import json

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contests.states import StageKind
from core.downloads import download
from core.problems import Refused, authorize
from judging import exports, services
from judging.forms import VoidForm, WitnessForm
from judging.models import Draw, ScoreSheet
from judging.queries import heats as queries
from judging.queries.plan import JudgeName, Told
from judging.states import DrawPurpose
from judging.views.heats import answer, heat_of

RUNS = {
    DrawPurpose.JUDGES: services.draw_judges,
    DrawPurpose.FIT: services.draw_seed,
    DrawPurpose.ROOMS: services.draw_rooms,
    DrawPurpose.ORDER: services.draw_order,
}
NEXT = {DrawPurpose.FIT: "judging:plan", DrawPurpose.ROOMS: "judging:rooms"}


def _draw_page(request, heat, *, form=None, refused=None, status=200):
    draws = {one.purpose: one for one in heat.draws.defer("record", "secret").select_related("by")}
    steps = [services.way_of(heat)] + ([DrawPurpose.ORDER] if heat.stage.kind == StageKind.LIVE else [])
    context = {
        "heat": heat,
        "row": queries.rows_of([heat])[0],
        "runs": request.user.has_perm("judging.run_heat", heat),
        "steps": [(purpose, draws.get(purpose)) for purpose in steps],
        "form": form or WitnessForm(),
        "refused": refused,
        "standby": _standby(heat, draws),
    }
    return render(request, "judging/draw.html", context, status=status)


def _standby(heat, draws) -> list[JudgeName]:
    """The reserve in drawn order, by name: an organiser has to call them."""
    drawn = next((one for purpose, one in draws.items() if purpose != DrawPurpose.ORDER and one.drawn_at), None)
    if drawn is None:
        return []
    told, record = Told(drawn), Draw.objects.values_list("record__standby", flat=True).get(pk=drawn.pk)
    return [told.judges[one] for one in services.set_aside(heat, record) if one in told.judges]


@require_http_methods(["GET", "HEAD", "POST"])
def draw(request, pk):
    """Publish the check code, then draw with the witness's number: one page, one step after the other."""
    heat = heat_of(request, pk)
    if request.method != "POST":
        return _draw_page(request, heat)
    authorize(request.user, "judging.run_heat", heat)
    purpose = request.POST.get("purpose", "")
    if purpose not in DrawPurpose:
        return _draw_page(request, heat, status=422)
    waiting = heat.draws.filter(purpose=purpose, drawn_at=None).first()
    if waiting is None:
        return answer(
            request,
            lambda: services.commit_draw(heat, purpose=purpose, by=request.user),
            done=_("The check code is public. Now ask the witness for a number and draw."),
            to="judging:draw",
            arguments=(pk,),
        )
    form = WitnessForm(request.POST)
    if not form.is_valid():
        return _draw_page(request, heat, form=form, status=422)
    run = RUNS[purpose]
    try:
        run(waiting, by=request.user, **form.cleaned_data)
    except Refused as refusal:
        return _draw_page(request, heat, form=form, refused=refusal, status=422)
    messages.success(request, _("Drawn, and on record. Anybody can repeat it from the record."))
    return redirect(NEXT.get(purpose, "judging:draw"), pk)


@login_not_required
@require_safe
def draw_record(request, pk):
    """What the public may check: the code published before, the witness, and, once scoring is locked, the secret."""
    found = get_object_or_404(Draw.objects.select_related("heat__stage__season__contest"), pk=pk)
    halls = dict(found.heat.rooms.values_list("number", "name"))
    drawn = services.drawn_orders(found) if found.drawn_at else []
    context = {
        "draw": found,
        "heat": found.heat,
        "orders": [(halls.get(room, ""), numbers) for room, numbers in drawn],
        "secret": found.secret if found.drawn_at and found.heat.is_settled else "",
        "inputs": _input_digests(found),
    }
    return render(request, "judging/draw_record.html", context)


@login_not_required
@require_safe
def draw_bundle(request, pk):
    """The record for an outsider's check (`static/verify/redraw.py`); the secret is in it once scoring is locked."""
    found = get_object_or_404(Draw.objects.select_related("heat__stage__season"), pk=pk)
    return download(json.dumps(exports.draw_bundle(found), ensure_ascii=False), f"draw-{found.pk}.json")


@require_safe
def draw_pdf(request, pk):
    """The record on paper, with the lines to sign on."""
    heats = queries.heats_visible_to(request.user)
    drawn = Draw.objects.filter(drawn_at__isnull=False, heat__in=heats)
    found = get_object_or_404(drawn.select_related("heat__stage__season__contest", "by"), pk=pk)
    authorize(request.user, "judging.watch_heat", found.heat)
    return download(exports.draw_pdf(found), f"{found}.pdf")


def _input_digests(found: Draw) -> list[str]:
    """Check codes of what was drawn from; the lists themselves name conflicts and stay inside."""
    if not found.drawn_at:
        return []
    records = found.record["orders"] if found.purpose == DrawPurpose.ORDER else found.record.values()
    return [record["inputs_digest"] for record in records if record]


# ---------------------------------------------------------------- the panel of one entry


def _panel_page(request, heat, participation, *, form=None, refused=None, status=200):
    sheets = ScoreSheet.objects.filter(assignment__participation=participation).select_related(
        "assignment__judge__person", "assignment__judge__employer"
    )
    active = sum(sheet.state in ("draft", "submitted") for sheet in sheets)
    context = {
        "heat": heat,
        "participation": participation,
        "sheets": _seated(heat, sheets),
        "active": active,
        "missing": active < heat.stage.judges_per_entry,
        "runs": request.user.has_perm("judging.run_heat", heat),
        "form": form or VoidForm(),
        "refused": refused,
    }
    return render(request, "judging/panel.html", context, status=status)


def _seated(heat, sheets):
    seats = dict(heat.invitations.values_list("judge_id", "seat"))
    return sorted(((seats.get(one.assignment.judge_id, 0), one) for one in sheets), key=lambda pair: pair[0])


@require_http_methods(["GET", "HEAD", "POST"])
def panel(request, pk, participation):
    """Who judges one entry, without marks: take a judge out for a late conflict, put the next one in."""
    heat = heat_of(request, pk)
    found = get_object_or_404(heat.participations.select_related("entry", "track"), pk=participation)
    if request.method != "POST":
        return _panel_page(request, heat, found)
    authorize(request.user, "judging.run_heat", heat)
    sheets = ScoreSheet.objects.select_related("assignment__participation__heat")
    sheet = get_object_or_404(sheets, pk=request.POST.get("sheet") or 0, assignment__participation=found)
    form = VoidForm(request.POST)
    if not form.is_valid():
        return _panel_page(request, heat, found, form=form, status=422)
    try:
        done = _act(request, sheet, form.cleaned_data)
    except Refused as refusal:
        return _panel_page(request, heat, found, form=form, refused=refusal, status=422)
    messages.success(request, done)
    return redirect("judging:panel", pk, participation)


def _act(request, sheet, data) -> str:
    act, reason = data["act"], data["reason"]
    if act == "void":
        services.void_sheet(sheet, reason=reason, kind=data["kind"], by=request.user)
        return _("The sheet is void and stays on record. Put another judge in if one is needed.")
    if act == "absent":
        services.mark_absent(sheet, reason=reason, by=request.user)
        return _("The judge is noted as absent for this entry.")
    if act == "reopen":
        services.reopen_sheet(sheet, reason=reason, by=request.user)
        return _("The sheet is with its judge again. Old and new marks are both kept.")
    made = services.replace_judge(sheet, reason=reason, by=request.user)
    return _("%(judge)s judges this entry now.") % {"judge": made.judge}
