"""Conflicts of a heat for its organiser: every pair kept apart, what was lifted, and what came to light late."""

from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from core.problems import Refused, authorize
from judging import services
from judging.forms import ConflictForm, LateForm
from judging.models import Conflict, Judge, ScoreSheet
from judging.queries import pool
from judging.states import ASIDE, ConflictKind
from judging.views.heats import answer, heat_of
from projects.models import Entry

PER_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def conflicts(request, pk):
    """Every pair that is kept apart, with kind, source and who says so; and a form for what no table knows."""
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
    chosen, kind = request.GET.get("judge", ""), request.GET.get("kind", "")
    show = "lifted" if request.GET.get("show") == "lifted" else "live"
    lifted = pool.lifted_in(heat)
    found = pool.pairs(heat, judge=int(chosen) if chosen.isdecimal() else None, kind=kind) if show == "live" else lifted
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    if show == "live":
        page.object_list = pool.named(page.object_list)
    context = {
        "heat": heat, "runs": runs, "page": page, "form": form, "refused": refused, "chosen": chosen, "show": show,
        "kind": kind, "kinds": ConflictKind.choices, "lifted": lifted.count(),
        "late": 0 if heat.is_settled else pool.late_sheets(heat).count() + pool.freed_sheets(heat).count(),
        "keeps": request.user.has_perm("judging.keep_library"),
    }  # fmt: skip
    return render(request, "judging/conflicts.html", context, status=422 if form.errors or refused else 200)


@require_POST
def lift(request, pk):
    """Lift one reason of the list, found or written down, with why."""
    heat = heat_of(request, pk)
    authorize(request.user, "judging.run_heat", heat)
    reason = request.POST.get("reason", "")
    row = request.POST.get("row", "")
    if row.isdecimal():
        known = Conflict.objects.filter(entry__participations__heat=heat, judge__invitations__heat=heat)
        call = partial(services.lift_conflict, get_object_or_404(known, pk=row))
    else:
        judge = get_object_or_404(Judge.objects.filter(invitations__heat=heat), pk=request.POST.get("judge") or 0)
        entry = get_object_or_404(Entry.objects.filter(participations__heat=heat), pk=request.POST.get("entry") or 0)
        kind, fact = request.POST.get("kind", ""), request.POST.get("fact", "")[:200]
        if kind not in ConflictKind:
            return redirect("judging:conflicts", pk)
        call = partial(services.lift_found, judge, entry, kind=kind, fact=fact)
    done = _("Lifted, and on record with your reason. It no longer keeps the two apart.")
    lifted = partial(call, reason=reason, by=request.user)
    return answer(request, lifted, done=done, to="judging:conflicts", arguments=(pk,))


@require_http_methods(["GET", "HEAD", "POST"])
def late(request, pk):
    """Sheets whose judge turned out to have a tie: void each with its reason, and put the next judge in."""
    heat = heat_of(request, pk)
    runs = request.user.has_perm("judging.run_heat", heat)
    form, refused = None, None
    if request.method == "POST":
        authorize(request.user, "judging.run_heat", heat)
        if "search" in request.POST:
            return _searched(request, heat)
        if "replace" in request.POST:
            return _replaced(request, heat)
        form = LateForm(request.POST)
        if form.is_valid():
            refused = _settled(request, heat, form)
            if refused is None:
                return redirect("judging:late", pk)
    page = Paginator(pool.late_sheets(heat), PER_PAGE).get_page(request.GET.get("page"))
    for sheet in page:
        mine = form is not None and form.data.get("sheet") == str(sheet.pk)
        sheet.why_label = str(ConflictKind(sheet.why_kind).label)
        sheet.form = (
            form if mine else LateForm(initial={"sheet": sheet.pk, "reason": sheet.why}, auto_id=f"id{sheet.pk}_%s")
        )
    context = {"heat": heat, "runs": runs, "page": page, "refused": refused}
    context["freed"] = [] if heat.is_settled else pool.freed_sheets(heat)[:PER_PAGE]
    return render(request, "judging/late.html", context, status=422 if form is not None else 200)


def _searched(request, heat):
    count = services.look_through(heat, by=request.user)
    if count:
        text = ngettext("%(count)s tie came to light.", "%(count)s ties came to light.", count)
        messages.warning(request, text % {"count": count})
    else:
        messages.success(request, _("Nothing new: no assigned judge has a tie that was not known."))
    return redirect("judging:late", heat.pk)


def _replaced(request, heat):
    """Put the next judge in for a sheet that is void already."""
    found = pool.freed_sheets(heat)
    key = request.POST["replace"]
    sheet = get_object_or_404(found, pk=key if key.isdecimal() else 0)
    put_in = partial(services.replace_judge, sheet, reason=sheet.reason, by=request.user)
    return answer(request, put_in, done=_("The next judge takes over."), to="judging:late", arguments=(heat.pk,))


def _settled(request, heat, form) -> Refused | None:
    sheets = ScoreSheet.objects.exclude(state__in=ASIDE).select_related(
        "assignment__judge__person__user", "assignment__participation__heat__stage"
    )
    sheet = get_object_or_404(sheets, pk=form.cleaned_data["sheet"], assignment__participation__heat=heat)
    try:
        made = services.settle_late_conflict(
            sheet, reason=form.cleaned_data["reason"], replace=form.cleaned_data["replace"], by=request.user
        )
    except Refused as refusal:
        return refusal
    if made:
        messages.success(
            request, _("The sheet is void and stays on record. %(judge)s takes over.") % {"judge": made.judge}
        )
    else:
        messages.success(request, _("The sheet is void and stays on record. The entry has one judge less."))
    return None
