"""A judge's own pages around the sheets: what waits, and the own marks side by side."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from contests.models import Heat
from core.problems import Refused
from judging.models import ScoreSheet
from judging.queries import queue as queries
from judging.services.sheets import submit_sheet

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
        "spreads": queries.spreads_of(request.user, heat, criteria),
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
