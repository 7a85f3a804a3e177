"""Paper and files beside the screen: prints of a heat, the scoring desk's two readings, a judge's score file."""

from django.contrib import messages
from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from core.downloads import download
from core.problems import Refused, authorize
from judging import prints, services, typed
from judging.models import PaperEntry, ScoreSheet
from judging.queries import paper as queries
from judging.queries.sheet import lines_of
from judging.services.desk import SCANS
from judging.services.sheets import sheet_lines
from judging.views.heats import heat_of

ROWS_PER_PAGE = 50


@require_safe
def paper(request, pk):
    heat = heat_of(request, pk)
    judge, show = request.GET.get("judge", ""), request.GET.get("show", "")
    sheets = queries.sheets_of(heat, judge=judge, show=show)
    tabs = (("", _("All")), (queries.ENTER, _("To enter")), (queries.CONFIRM, _("To confirm")),
            (queries.DONE, pgettext("sheets on paper", "Confirmed")))  # fmt: skip
    context = {
        "heat": heat,
        "judges": queries.judges_of(heat),
        "page": Paginator(sheets, ROWS_PER_PAGE).get_page(request.GET.get("page")),
        "judge": judge,
        "show": show,
        "tabs": tabs,
        "runs": request.user.has_perm("judging.run_heat", heat),
    }
    return render(request, "judging/paper.html", context)


@require_safe
def print_heat(request, pk, what):
    """One of the prints. Filled sheets show marks, so they come out only after the lock."""
    heat = heat_of(request, pk)
    judge = request.GET.get("judge", "")
    judges = [int(judge)] if judge.isdecimal() else None
    if what == "filled" and not heat.is_settled:
        messages.error(request, _("Marks are printed after the lock. Until then nobody but their judge sees them."))
        return redirect("judging:paper", pk)
    made = {
        "blank": (_("Score sheets"), lambda: prints.score_sheets(heat, judges=judges)),
        "filled": (_("Score sheets, filled"), lambda: prints.score_sheets(heat, judges=judges, filled=True)),
        "rooms": (_("Rooms and order"), lambda: prints.rooms(heat)),
        "sign-in": (_("Sign-in sheet"), lambda: prints.sign_in(heat)),
    }.get(what)
    if made is None:
        raise Http404
    name, draw = made
    return download(draw(), f"{heat}-{name}.pdf")


def _sheet(request, pk, sheet):
    heat = heat_of(request, pk)
    authorize(request.user, "judging.run_heat", heat)
    found = ScoreSheet.objects.filter(assignment__participation__heat=heat).named()
    return heat, get_object_or_404(found, pk=sheet)


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request, pk, sheet):
    """One signed sheet: the first person enters it, the second types it again, differences stand at their mark."""
    heat, found = _sheet(request, pk, sheet)
    entry = PaperEntry.objects.filter(sheet=found).select_related("by", "confirmed_by").first()
    written, refused = None, None
    if request.method == "POST":
        written = typed.from_form(request.POST)
        try:
            done = _write(request, found, written, entry)
        except Refused as refusal:
            refused = refusal
        else:
            messages.success(request, done)
            return redirect(_next(heat, found))
    lines = sheet_lines(found.pk, heat.pk)
    for line in lines:
        line.value, line.said = None, ""
    confirming = entry is not None and entry.by_id != request.user.pk and not entry.confirmed_at
    context = {
        "heat": heat,
        "sheet": found,
        "participation": found.assignment.participation,
        "paper": entry,
        "confirming": confirming,
        "lines": lines_of(lines, typed=written, problems=refused.problems if refused else None),
        "comment": written.comment if written else (entry.comment if entry and not confirming else ""),
        "refused": refused,
        "formats": ",".join(f".{one}" for one in SCANS),
    }
    return render(request, "judging/paper_sheet.html", context, status=422 if refused else 200)


def _write(request, found, written, entry) -> str:
    if written.problems:
        raise Refused(written.problems[0].message, problems=written.problems)
    scan = request.FILES.get("scan")
    if request.POST.get("act") == "confirm":
        services.confirm_paper(found, marks=written.marks, by=request.user)
        done = _("Both readings are equal: the sheet is submitted.")
    else:
        services.enter_paper(found, marks=written.marks, comment=written.comment or "", by=request.user)
        done = _("Entered. Another person confirms it from the paper.")
    if scan:
        services.attach_scan(found, scan, name=scan.name, by=request.user)
    return done


def _next(heat, done: ScoreSheet) -> str:
    """The same judge's next sheet that waits for the same step; else the list."""
    waiting = (
        queries.sheets_of(heat, judge=str(done.assignment.judge_id), show=queries.ENTER).exclude(pk=done.pk).first()
    )
    if waiting:
        return reverse("judging:enter_paper", args=[heat.pk, waiting.pk])
    return f"{reverse('judging:paper', args=[heat.pk])}?judge={done.assignment.judge_id}"


@require_safe
def scan(request, pk, sheet):
    """The scan as a download, for those who run the heat."""
    _heat, found = _sheet(request, pk, sheet)
    entry = get_object_or_404(PaperEntry.objects.exclude(scan=""), sheet=found)
    body = default_storage.open(entry.scan.name)
    answer = FileResponse(body, as_attachment=True, filename=f"{found.pk}.{entry.scan_extension}")
    answer["Content-Type"] = "application/octet-stream"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, no-store"
    return answer
