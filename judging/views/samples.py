"""The samples of a calibration for a judge: one after the other on the sheet, with the reference once handed in."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from judging import typed
from judging.forms import StepBackForm
from judging.models import SampleSheet
from judging.queries import calibration as queries
from judging.queries.queue import Progress
from judging.queries.veil import veiled
from judging.services import samples as services
from judging.states import SheetState
from judging.views.sheets import about, keep, picture, refusal_of, save_json, status_of, written_on

WAYS = {
    "sheet": "judging:sample",
    "save": "judging:save_sample",
    "submit": "judging:submit_sample",
    "recuse": "judging:pass_sample",
    "page": "judging:sample_page",
}


def _own(request):
    related = ("judge__person", "sample__entry", "sample__calibration__stage__season__contest")
    return SampleSheet.objects.visible_to(request.user).select_related(*related).order_by("sample__number")


@require_safe
def own_samples(request, pk):
    """All samples of a judge's own in one calibration, and how far the finished ones lie from the reference."""
    sheets = _own(request).filter(sample__calibration=pk)
    rows = list(sheets)
    if not rows:
        raise Http404
    gaps = queries.gaps_of(sheets)
    following = next((one.pk for one in rows if one.state == SheetState.DRAFT), None)
    context = {
        "calibration": rows[0].sample.calibration,
        "rows": [(one, queries.title_of(one.sample), gaps.get(one.pk)) for one in rows],
        "done": sum(one.state != SheetState.DRAFT for one in rows),
        "next": following,
        "mean": queries.mean_of(gaps.values()),
    }
    return render(request, "judging/own_samples.html", context)


@require_safe
def sample(request, pk):
    return _page(request, get_object_or_404(_own(request), pk=pk))


def _page(request, found, *, written=None, refusal=None, step_back=None):
    calibration, decks = found.sample.calibration, queries.shown_decks(found.sample)
    written_here = written_on(found, queries.sample_lines(found), written, refusal, step_back)
    rows = list(_own(request).filter(sample__calibration=calibration).values_list("pk", "state"))
    keys, drafts = [pk for pk, _state in rows], [pk for pk, state in rows if state == SheetState.DRAFT]
    after = [pk for pk in drafts if keys.index(pk) > keys.index(found.pk)]
    context = {
        **about(request, found.sample.entry, decks, veiled(found.sample.entry.snapshot)),
        **written_here,
        "sample": found.sample,
        "calibration": calibration,
        "order": found.sample.number,
        "editable": found.state == SheetState.DRAFT,
        "progress": Progress(len(rows), len(rows) - len(drafts), keys.index(found.pk) + 1),
        "compared": queries.compared(found, written_here["lines"]),
        "gap": queries.gaps_of(SampleSheet.objects.filter(pk=found.pk)).get(found.pk),
        "next_sample": (after or drafts or [None])[0],
        "ways": WAYS,
        "overview": reverse("judging:own_samples", args=[calibration.pk]),
        "settled": "judging/sample_settled.html",
    }
    return render(request, "judging/sheet.html", context, status=status_of(context))


@require_POST
def save_sample(request, pk):
    """One autosave (JSON, only what changed) or the whole form where no script runs."""
    found = get_object_or_404(_own(request), pk=pk)
    if request.content_type == "application/json":
        return save_json(request, found, save=services.save_sample)
    written = typed.from_form(request.POST)
    refusal = refusal_of(keep, found, written, by=request.user, save=services.save_sample)
    if refusal:
        return _page(request, found, written=written, refusal=refusal)
    messages.success(request, _("Saved. The sheet stays with you until you submit it."))
    return redirect("judging:sample", pk)


@require_POST
def submit_sample(request, pk):
    """Keep what the form holds, hand it in, and show the same sample beside its reference, again on a second press."""
    found = get_object_or_404(_own(request), pk=pk)
    written = typed.from_form(request.POST)
    refusal = refusal_of(keep, found, written, by=request.user, save=services.save_sample) or refusal_of(
        services.submit_sample, found, by=request.user
    )
    if refusal and refusal.code != "settled":
        found.refresh_from_db(fields=["version", "state", "saved_at", "comment", "note"])
        return _page(request, found, written=written, refusal=refusal)
    return redirect("judging:sample", pk)


@require_POST
def pass_sample(request, pk):
    """The judge can't mark this sample; the calibration is finished with the others."""
    found = get_object_or_404(_own(request), pk=pk)
    form = StepBackForm(request.POST)
    if not form.is_valid():
        return _page(request, found, step_back=form)
    refusal = refusal_of(services.pass_sample, found, reason=form.cleaned_data["reason"], by=request.user)
    if refusal:
        return _page(request, found, refusal=refusal, step_back=form)
    messages.success(request, _("Noted: you leave this sample out."))
    return redirect("judging:own_samples", found.sample.calibration_id)


@require_safe
def page(request, pk, version, number):
    """A covered picture of one page of a sample's document, with the judge's name in it."""
    found = get_object_or_404(_own(request), pk=pk)
    if version not in {deck.version for deck in queries.shown_decks(found.sample)}:
        raise Http404
    return picture(request, version, number, blind=True)
