"""A judge's own pages around the sheets: what waits, the own marks side by side, invitation and pledge."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contests.models import Heat
from core.problems import Refused
from judging.forms import AnswerForm, PledgeForm
from judging.models import Invitation, ScoreSheet
from judging.queries import queue as queries
from judging.services import pool
from judging.services.sheets import submit_sheet
from judging.states import InvitationState

SHEETS_PER_PAGE = 100


@require_safe
def queue(request):
    at = timezone.now()
    heats = queries.own_heats(request.user)
    context = {
        "open": [(one, queries.left_text(one.heat.stage.closes, at)) for one in heats if one.heat.is_open],
        "past": [one for one in heats if not one.heat.is_open],
        "invitations": queries.open_invitations(request.user),
        "waiting": queries.waiting_invitations(request.user),
        "now": at,
    }
    return render(request, "judging/queue.html", context)


def _own_heat(request, pk) -> Heat:
    """A heat that the judge has sheets in; any other is not there."""
    own = ScoreSheet.objects.visible_to(request.user).values("assignment__participation__heat")
    return get_object_or_404(Heat.objects.filter(pk__in=own).select_related("stage__season", "rubric"), pk=pk)


@require_safe
def own_marks(request, pk):
    """All entries of the heat that this judge marks, with the own marks and totals, to compare before submitting."""
    heat = _own_heat(request, pk)
    criteria = list(heat.rubric.criteria.all())
    sheets = (
        ScoreSheet.objects.visible_to(request.user)
        .filter(assignment__participation__heat=heat)
        .select_related("assignment__participation__entry", "assignment__participation__track")
        .in_order()
    )
    page = Paginator(sheets, SHEETS_PER_PAGE).get_page(request.GET.get("page"))
    rows = queries.own_rows(page.object_list, criteria, heat.stage)
    context = {
        "heat": heat,
        "criteria": criteria,
        "page": page,
        "rows": rows,
        "ready": [row for row in rows if row.sheet.state == "draft" and row.is_complete] if heat.is_open else [],
        "left": queries.left_text(heat.stage.closes, timezone.now()),
    }
    return render(request, "judging/own_marks.html", context)


@require_POST
def submit_complete(request, pk):
    """Hand in every sheet of the heat that has all its marks; the others stay with the judge."""
    heat = _own_heat(request, pk)
    drafts = ScoreSheet.objects.visible_to(request.user).draft().filter(assignment__participation__heat=heat)
    drafts = drafts.select_related("assignment__participation__entry")
    rows = queries.own_rows(drafts, list(heat.rubric.criteria.all()), heat.stage)
    done = 0
    for row in rows:
        if not row.is_complete:
            continue
        try:
            submit_sheet(row.sheet, by=request.user, expected_version=row.sheet.version)
        except Refused as refusal:
            messages.error(request, refusal.message)
            break
        done += 1
    if done:
        text = ngettext("%(count)s sheet is submitted.", "%(count)s sheets are submitted.", done) % {"count": done}
        messages.success(request, text)
    else:
        messages.warning(request, _("No sheet is complete yet. Give every criterion a mark, then submit."))
    return redirect("judging:own_marks", pk)


def _own_invitation(request, pk) -> Invitation:
    own = Invitation.objects.of_judge(request.user).select_related("heat__stage__season__contest", "judge__person")
    return get_object_or_404(own, pk=pk)


def _invitation_page(request, found, *, answer=None, pledge=None, refused=None, status=200):
    context = {
        "invitation": found,
        "heat": found.heat,
        "stage": found.heat.stage,
        "accepted": found.state == InvitationState.ACCEPTED,
        "declined": found.state == InvitationState.DECLINED,
        "answer": answer or AnswerForm(),
        "pledge": pledge or PledgeForm(),
        "refused": refused,
    }
    return render(request, "judging/invitation.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request, pk):
    """Accept or decline with a reason; who accepts goes on to sign the pledge."""
    found = _own_invitation(request, pk)
    if request.method != "POST":
        return _invitation_page(request, found)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _invitation_page(request, found, answer=form, status=422)
    accepted, reason = form.cleaned_data["accepted"], form.cleaned_data["reason"]
    try:
        pool.answer(found, accepted=accepted, reason="" if accepted else reason, by=request.user)
    except Refused as refusal:
        return _invitation_page(request, found, answer=form, refused=refusal, status=422)
    if accepted:
        return redirect("judging:invitation", pk)
    messages.success(request, _("You declined. Thank you for telling us in time."))
    return redirect("judging:queue")


@require_POST
def pledge(request, pk):
    """Sign the judge's pledge by typing one's name; only then may one look at an entry."""
    found = _own_invitation(request, pk)
    form = PledgeForm(request.POST)
    if not form.is_valid():
        return _invitation_page(request, found, pledge=form, status=422)
    try:
        pool.pledge(found, typed_name=form.cleaned_data["typed_name"], by=request.user)
    except Refused as refusal:
        form.add_error("typed_name" if refusal.field == "typed_name" else None, refusal.message)
        return _invitation_page(request, found, pledge=form, status=422)
    messages.success(request, _("Signed. You will get a message when scoring opens."))
    return redirect("judging:queue")
