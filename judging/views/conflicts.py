"""Conflicts of a heat for its organiser: whom each judge is kept from, what is written down, what came late."""

from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
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

PER_PAGE = 20
WRITTEN, NOTE = "written", "note"


@require_http_methods(["GET", "HEAD", "POST"])
def conflicts(request, pk):
    """From which entries each judge is kept apart, what is written down, and a form for what no table knows."""
    heat = heat_of(request, pk)
    runs = request.user.has_perm("judging.run_heat", heat)
    context = {"heat": heat, "runs": runs, "keeps": request.user.has_perm("judging.keep_library")}
    context["late"] = 0 if heat.is_settled else pool.freed_count(heat)
    if request.method == "POST" or request.GET.get("show") == NOTE:
        return _noted(request, heat, context)
    if request.GET.get("show") == WRITTEN:
        page = Paginator(pool.written_in(heat), PER_PAGE).get_page(request.GET.get("page"))
        return render(request, "judging/conflicts.html", {**context, "show": WRITTEN, "page": page})
    return render(request, "judging/conflicts.html", {**context, **_of_judge(request, heat)})


def _of_judge(request, heat) -> dict:
    """The reasons of the chosen judge, else of the first one; one of them to be lifted, where the address names it."""
    judges = list(heat.invitations.order_by("seat").values_list("judge", "seat", "judge__person__name"))
    chosen, kind = request.GET.get("judge", ""), request.GET.get("kind", "")
    judge = next((one for one in judges if str(one[0]) == chosen), judges[0] if judges else None)
    found = pool.reasons_of(heat, judge[0], kind=kind) if judge else []
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = pool.named(page.object_list)
    lift = next((one for one in page if one.may_be_lifted and one.code == request.GET.get("lift")), None)
    return {
        "show": "live", "page": page, "judges": judges, "judge": judge, "kind": kind, "kinds": ConflictKind.choices,
        "lift": lift,
    }  # fmt: skip


def _noted(request, heat, context):
    """The form for a conflict that no table knows."""
    authorize(request.user, "judging.run_heat", heat)
    form, refused = ConflictForm(request.POST or None, heat=heat), None
    if request.method == "POST" and form.is_valid():
        try:
            services.declare_conflict(by=request.user, **form.cleaned_data)
        except Refused as refusal:
            refused = refusal
        else:
            messages.success(request, _("The conflict is written down and counts from now on."))
            judge = form.cleaned_data["judge"].pk
            return redirect(f"{reverse('judging:conflicts', args=[heat.pk])}?judge={judge}")
    context |= {"show": NOTE, "form": form, "refused": refused}
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
