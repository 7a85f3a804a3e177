"""The calibration of a stage for its organiser: samples, marks of reference, the start, and how far judges are."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contests.models import Stage
from contests.states import HeatState, StageKind
from core import jobs
from core.problems import Refused, authorize
from judging import services, typed
from judging.models import Calibration, Sample
from judging.queries import calibration as queries
from judging.queries import sheet
from judging.views.heats import answer
from projects.models import Entry

ROWS_PER_PAGE = 20


def _stage_of(request, pk: int) -> Stage:
    found = Stage.objects.filter(kind__in=StageKind.judged()).select_related("season__contest", "rubric")
    stage = get_object_or_404(found, pk=pk)
    authorize(request.user, "contests.organise_season", stage.season)
    return stage


def calibration_of(request, pk: int) -> Calibration:
    found = Calibration.objects.select_related("stage__season__contest", "rubric")
    calibration = get_object_or_404(found, pk=pk)
    authorize(request.user, "contests.organise_season", calibration.stage.season)
    return calibration


@require_safe
def calibration(request, stage):
    return _page(request, _stage_of(request, stage))


def _page(request, stage, *, refused=None):
    found = Calibration.objects.filter(stage=stage).select_related("rubric").first()
    rows = queries.sample_rows(found) if found else []
    criteria = (found.rubric if found else stage.rubric).criteria.count() if found or stage.rubric_id else 0
    begun = stage.heats.exclude(state=HeatState.PREPARING).exists()
    word = request.GET.get("q", "").strip()[:40]
    choosing = not begun and not (found and found.is_open) and len(rows) < queries.MOST
    chosen = [row.sample.entry_id for row in rows]
    entries = queries.candidates(stage, request.user, word).exclude(pk__in=chosen) if choosing else Entry.objects.none()
    context = {
        "stage": stage,
        "calibration": found,
        "rows": rows,
        "criteria": criteria,
        "begun": begun,
        "lacks": queries.lacks(rows, criteria) if found and not found.is_open else [],
        "unseen": any(row.unseen for row in rows),
        "word": word,
        "choosing": choosing,
        "page": Paginator(entries, ROWS_PER_PAGE).get_page(request.GET.get("page")),
        "judges": queries.judge_rows(found) if found and found.is_open else [],
        "fewest": queries.FEWEST,
        "most": queries.MOST,
        "refused": refused,
    }
    return render(request, "judging/calibration.html", context, status=422 if refused else 200)


@require_POST
def add_sample(request, stage):
    stage = _stage_of(request, stage)
    wanted = request.POST.get("entry", "")
    entry = get_object_or_404(Entry.objects.visible_to(request.user), pk=wanted if wanted.isdecimal() else 0)
    try:
        made = services.add_sample(stage, entry, by=request.user)
    except Refused as refusal:
        return _page(request, stage, refused=refusal)
    messages.success(request, _("%(sample)s is chosen. Next: its marks of reference.") % {"sample": made})
    return redirect("judging:references", made.calibration_id, made.pk)


def _sample_of(request, pk: int, sample: int) -> Sample:
    calibration = calibration_of(request, pk)
    found = get_object_or_404(Sample.objects.select_related("entry__season", "entry__track"), pk=sample, calibration=pk)
    found.calibration = calibration
    return found


@require_POST
def remove_sample(request, pk, sample):
    found = _sample_of(request, pk, sample)
    return answer(
        request,
        lambda: services.remove_sample(found, by=request.user),
        done=_("The sample is taken away."),
        to="judging:calibration",
        arguments=(found.calibration.stage_id,),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def references(request, pk, sample):
    """The marks of reference of one sample, each with the sentence that judges read beside it."""
    found = _sample_of(request, pk, sample)
    written = refusal = None
    if request.method == "POST":
        written = typed.from_form(request.POST)
        try:
            if written.problems:
                raise Refused(written.problems[0].message, problems=written.problems)
            services.write_references(found, marks=written.marks, whys=written.comments, by=request.user)
        except Refused as caught:
            refusal = caught
        else:
            messages.success(request, _("The marks of reference of %(sample)s are saved.") % {"sample": found})
            return redirect("judging:calibration", found.calibration.stage_id)
    lines = queries.reference_lines(found)
    row = next(one for one in queries.sample_rows(found.calibration) if one.sample.pk == found.pk)
    context = {
        "sample": found,
        "calibration": found.calibration,
        "decks": row.decks,
        "one_line": sheet.one_line_of(found.entry),
        "facts": sheet.facts_of(found.entry, sheet.SHORT_FACTS),
        "lines": sheet.lines_of(lines, typed=written, problems=refusal.problems if refusal else None),
        "refused": refusal if refusal and not refusal.problems else None,
        "wrong": len(refusal.problems) if refusal else 0,
    }
    return render(request, "judging/references.html", context, status=422 if refusal else 200)


@require_POST
def open_calibration(request, pk):
    calibration = calibration_of(request, pk)
    try:
        services.open_calibration(calibration, by=request.user)
    except Refused as refusal:
        return _page(request, calibration.stage, refused=refusal)
    messages.success(request, _("The calibration is open. The judges who signed have been told."))
    return redirect("judging:calibration", calibration.stage_id)


@require_POST
def take_back(request, pk):
    calibration = calibration_of(request, pk)
    return answer(
        request,
        lambda: services.take_back_calibration(calibration, by=request.user),
        done=_("The calibration is back in preparation."),
        to="judging:calibration",
        arguments=(calibration.stage_id,),
    )


@require_POST
def search_samples(request, pk):
    """Read the texts of the samples' documents for names, in the background."""
    calibration = calibration_of(request, pk)
    title = _("Search the documents of the samples for names")
    job = jobs.start("judging.blind", title=title, by=request.user, params={"calibration": calibration.pk})
    return redirect("core:job", job.pk)


@require_POST
def clear_samples(request, pk):
    """Show the documents in whose text the search found nothing."""
    calibration = calibration_of(request, pk)
    try:
        count = services.clear_unnamed(calibration, by=request.user)
    except Refused as refusal:
        return _page(request, calibration.stage, refused=refusal)
    text = ngettext("%(count)s document is shown to judges now.", "%(count)s documents are shown to judges now.", count)
    messages.success(request, text % {"count": count})
    return redirect("judging:calibration", calibration.stage_id)
