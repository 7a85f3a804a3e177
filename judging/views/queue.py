"""A judge's own pages around the sheets: what waits, and the own marks side by side."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from contests.models import Heat
from core.problems import Refused
from judging.models import ScoreSheet
from judging.queries import queue as queries
from judging.queries.calibration import own_calibrations
from judging.services.sheets import submit_sheet
from judging.states import SheetState
from judging.words import words

SHEETS_PER_PAGE = 100


@require_safe
def queue(request):
    at = timezone.now()
    heats, (invitations, waiting) = queries.own_heats(request.user), queries.invitations_of(request.user)
    calibrations = own_calibrations(request.user)
    context = {
        "open": [(one, queries.left_text(one.heat.stage.closes, at)) for one in heats if one.heat.is_open],
        "past": [one for one in heats if not one.heat.is_open],
        "invitations": invitations,
        "waiting": waiting,
        "calibrations": [one for one in calibrations if one.left],
        "calibrated": [one for one in calibrations if not one.left],
        "now": at,
    }
    return render(request, "judging/queue.html", context)


def _own_heat(request, pk) -> Heat:
    """A heat that the judge has sheets in; any other is not there."""
    own = ScoreSheet.objects.visible_to(request.user).values("assignment__participation__heat")
    return get_object_or_404(Heat.objects.filter(pk__in=own).select_related("stage__season", "rubric"), pk=pk)


@require_safe
def own_marks(request, pk):
    """All entries of the heat that this judge marks, to compare and adjust the own marks before submitting."""
    heat = _own_heat(request, pk)
    criteria = list(heat.rubric.criteria.all())
    sheets = (
        ScoreSheet.objects.visible_to(request.user)
        .filter(assignment__participation__heat=heat)
        .select_related("assignment__participation__entry")
        .in_order()
    )
    by_total = request.GET.get("by") == "total"
    if by_total:
        sheets = queries.best_first(sheets)
    page = Paginator(sheets, SHEETS_PER_PAGE).get_page(request.GET.get("page"))
    rows = queries.own_rows(page.object_list, criteria, heat.stage)
    drafts = [row for row in rows if row.sheet.state == SheetState.DRAFT] if heat.is_open else []
    context = {
        "heat": heat,
        "criteria": criteria,
        "page": page,
        "rows": rows,
        "spreads": queries.spreads_of(request.user, heat, criteria),
        "by_total": by_total,
        "editable": bool(drafts),
        "ready": sum(row.is_complete for row in drafts),
        "words": words(),
        "sign_in": f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}",
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
