"""A judge's score sheet: the page, every way of saving it, handing it in or stepping back, and the documents' pages."""

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.downloads import download
from core.files.marking import marked
from core.problems import Refused
from core.templatetags.luyan import plain
from judging import typed
from judging.forms import StepBackForm
from judging.models import Invitation, SampleSheet, ScoreSheet
from judging.queries import queue
from judging.queries import sheet as queries
from judging.queries.copies import ready_copies
from judging.queries.veil import boxes_of, cleared, title_for, veil_of
from judging.services import sheets as services
from judging.services import take_copy
from judging.states import SheetState
from judging.words import words
from projects.models import DocumentVersion
from projects.pages import LARGE, SMALL, PageMissingError, page_image

WAYS = {
    "sheet": "judging:sheet",
    "save": "judging:save_sheet",
    "submit": "judging:submit_sheet",
    "recuse": "judging:recuse",
    "page": "judging:page",
}
STATUS = {"stale": 409, "locked": 423, "closed": 423, "settled": 423}
KEEP_PAGE_SECONDS, KEEP_BLIND_PAGE_SECONDS = 24 * 60 * 60, 5 * 60


def _own_sheets(user):
    """With what the page shows and no column more: a sheet is opened hundreds of times an hour."""
    return ScoreSheet.objects.visible_to(user).for_page()


@require_safe
def sheet(request, pk):
    progress = queue.progress_at(request.user, pk)
    if progress is None:
        return _to_pledge(request, pk)
    return _page(request, ScoreSheet.objects.for_page().get(pk=pk), progress=progress)


def _to_pledge(request, pk):
    """The pledge, and the calibration where the stage asks for it, come before the first look: an own sheet that is
    not open yet leads to them, any other is not there."""
    own = get_object_or_404(
        ScoreSheet.objects.of_judge(request.user).select_related("assignment__participation"), pk=pk
    )
    unsigned = Invitation.objects.of_judge(request.user).filter(
        heat=own.assignment.participation.heat_id, pledged_at=None
    )
    owed = SampleSheet.objects.owed_by(request.user.person_id).filter(
        sample__calibration__stage__heats=own.assignment.participation.heat_id
    )
    found = unsigned.first()
    if found is not None:
        return redirect("judging:invitation", found.pk)
    return redirect("judging:own_samples", get_object_or_404(owed[:1]).sample.calibration_id)


def _page(request, found, *, progress=None, written=None, refusal=None, step_back=None):
    """The sheet as stored; with what was written and why it was refused where a form comes back."""
    participation = found.assignment.participation
    heat, decks = participation.heat, _decks_of(participation)
    context = {
        **about(request, participation.entry, decks, veil_of(heat.stage, participation.entry.snapshot)),
        **written_on(found, services.sheet_lines(found.pk, participation.heat_id), written, refusal, step_back),
        "heat": heat,
        "order": participation.order,
        "editable": found.state == SheetState.DRAFT and heat.is_open,
        "downloads": heat.stage.judges_download,
        "copies": ready_copies(heat.stage, [deck.version for deck in decks]),
        "progress": progress or queue.progress_at(request.user, found.pk),
        "ways": WAYS,
        "overview": reverse("judging:own_marks", args=[heat.pk]),
        "settled": "judging/sheet_settled.html",
    }
    return render(request, "judging/sheet.html", context, status=status_of(context))


def about(request, entry, decks, veil) -> dict:
    """What a judge reads of an entry: its documents, the page that is turned to, and the judged facts."""
    return {
        "title": veil(entry.title),
        "decks": decks,
        **_shown_page(request, decks),
        "one_line": veil(queries.one_line_of(entry)),
        "short_facts": queries.facts_of(entry, queries.SHORT_FACTS, veil),
        "answers": queries.answers_of(entry, veil),
        "long_facts": queries.facts_of(entry, queries.LONG_FACTS, veil),
    }


def written_on(found, lines, written, refusal, step_back) -> dict:
    """What stands on a sheet, or what was typed where a form comes back."""
    stored = getattr(refusal, "stored", None)
    shown = queries.lines_of(lines, typed=written, stored=stored, problems=refusal.problems if refusal else None)
    return {
        "sheet": found,
        "words": words(),
        "lines": shown,
        "missing": [line for line in shown if line.is_empty],
        "total": queries.total_text(shown),
        "most": queries.most_text(lines),
        "comment": written.comment if written and written.comment is not None else found.comment,
        "note": written.note if written and written.note is not None else found.note,
        "refusal": refusal,
        "stored": stored,
        "step_back": step_back or StepBackForm(),
    }


def status_of(context) -> int:
    if context["refusal"]:
        return STATUS.get(context["refusal"].code, 422)
    return 422 if context["step_back"].errors else 200


def _decks_of(participation):
    """The documents to look at; of a blind stage those that an officer has looked through."""
    decks = queries.decks_of(participation.entry)
    if not participation.heat.stage.blind:
        return decks
    allowed = cleared([deck.version for deck in decks])
    return [deck for deck in decks if deck.version in allowed]


def _watermark(user) -> str:
    """Who looks at a page, by name and number of the account, and when."""
    return f"{user} {user.pk} {timezone.localtime():%Y-%m-%d %H:%M}"


def _shown_page(request, decks) -> dict:
    """The page that the address asks for, so that documents can be turned without a script."""
    document, number = request.GET.get("doc", ""), request.GET.get("page", "1")
    readable = [deck for deck in decks if deck.pages]
    deck = next((deck for deck in readable if str(deck.version) == document), readable[0] if readable else None)
    if deck is None:
        return {"shown_deck": None}
    page = min(max(int(number), 1), deck.pages) if number.isdecimal() and len(number) < 6 else 1
    return {
        "shown_deck": deck,
        "shown_page": page,
        "previous_page": max(1, page - 1),
        "next_page": min(deck.pages, page + 1),
    }


@require_POST
def save_sheet(request, pk):
    """One autosave (JSON, only what changed) or the whole form where no script runs."""
    if request.content_type == "application/json":
        return save_json(request, get_object_or_404(ScoreSheet.objects.visible_to(request.user).named(), pk=pk))
    found = get_object_or_404(_own_sheets(request.user), pk=pk)
    written = typed.from_form(request.POST)
    refusal = refusal_of(keep, found, written, by=request.user)
    if refusal:
        return _page(request, found, written=written, refusal=refusal)
    messages.success(request, _("Saved. The sheet stays with you until you submit it."))
    return redirect("judging:sheet", pk)


def keep(found, written, *, by, save=services.save_sheet):
    """Save what was typed; what could not be read is refused with everything else kept as it was typed."""
    if written.problems:
        raise Refused(written.problems[0].message, code="marks", problems=written.problems)
    return save(
        found, marks=written.marks, comments=written.comments, comment=written.comment, note=written.note, by=by,
        expected_version=written.version,
    )  # fmt: skip


def _hand_in(found, written, *, by):
    """A second press of the button finds the sheet handed in with just these marks: then it is done."""
    saved = keep(found, written, by=by)
    if saved.state != SheetState.SUBMITTED:
        services.submit_sheet(found, by=by)


def refusal_of(write, *args, **kwargs) -> Refused | None:
    try:
        write(*args, **kwargs)
    except Refused as refusal:
        return refusal
    return None


def save_json(request, found, *, save=services.save_sheet):
    """An autosave: the new version, or what was refused by criterion."""
    try:
        written = typed.from_json(request.body)
    except ValueError:
        return JsonResponse({"message": _("This could not be read. Reload the page.")}, status=400)
    try:
        saved = keep(found, written, by=request.user, save=save)
    except services.Stale as stale:
        return JsonResponse({"message": stale.message, "code": "stale", "stored": _stored(stale.stored)}, status=409)
    except Refused as refusal:
        errors = {problem.field: problem.message for problem in refusal.problems}
        answer = {"message": refusal.message, "code": refusal.code, "errors": errors}
        return JsonResponse(answer, status=STATUS.get(refusal.code, 422))
    return JsonResponse(
        {"version": saved.version, "at": f"{timezone.localtime(saved.saved_at):%H:%M}" if saved.saved_at else ""}
    )


def _stored(stored) -> dict:
    return {
        "version": stored.version,
        "marks": {key: "" if mark is None else plain(mark) for key, mark in stored.marks.items()},
        "comments": stored.comments,
        "comment": stored.comment,
        "note": stored.note,
    }


@require_POST
def submit_sheet(request, pk):
    """Keep what the form holds, then hand the sheet in. What was kept stays kept where something is missing."""
    found = get_object_or_404(_own_sheets(request.user), pk=pk)
    refusal = refusal_of(_hand_in, found, typed.from_form(request.POST), by=request.user)
    if refusal:
        found.refresh_from_db(fields=["version", "state", "saved_at", "comment", "note"])
        return _page(request, found, written=typed.from_form(request.POST), refusal=refusal)
    return _to_next(
        request, found, _("“%(entry)s” is submitted.") % {"entry": title_for(found.assignment.participation)}
    )


@require_POST
def recuse(request, pk):
    """The judge steps back from one entry, for a tie or for another reason. Never a zero."""
    found = get_object_or_404(_own_sheets(request.user), pk=pk)
    form = StepBackForm(request.POST)
    if not form.is_valid():
        return _page(request, found, step_back=form)
    write = services.recuse if form.cleaned_data["tie"] else services.abstain
    refusal = refusal_of(write, found, reason=form.cleaned_data["reason"], by=request.user)
    if refusal:
        return _page(request, found, refusal=refusal, step_back=form)
    title = title_for(found.assignment.participation)
    return _to_next(request, found, _("Noted: you do not mark “%(entry)s”. It is not counted as 0.") % {"entry": title})


def _to_next(request, found, done: str):
    """The next sheet that waits, or the overview with the judge's own marks when all are done."""
    heat = found.assignment.participation.heat_id
    following = queue.next_draft(request.user, heat, after=found)
    messages.success(request, done)
    if request.POST.get("back") == "table":
        return redirect("judging:own_marks", heat)
    if following:
        return redirect("judging:sheet", following)
    if not ScoreSheet.objects.visible_to(request.user).filter(assignment__participation__heat=heat).exists():
        return redirect("judging:queue")
    messages.success(request, _("All your sheets of this heat are done. Thank you."))
    return redirect("judging:own_marks", heat)


@require_safe
def page(request, pk, version, number):
    """A picture of one page of a judged document with the judge's name in it, for whom the sheet is and nobody else."""
    participation = get_object_or_404(_own_sheets(request.user), pk=pk).assignment.participation
    if version not in {deck.version for deck in _decks_of(participation)}:
        raise Http404
    return picture(request, version, number, blind=participation.heat.stage.blind)


def picture(request, version, number, *, blind: bool):
    """A page with the reader's name in it; a blind one covered."""
    width = SMALL if "small" in request.GET else LARGE
    boxes = boxes_of(version, number) if blind else ()
    found = get_object_or_404(DocumentVersion, pk=version)
    try:
        body = page_image(found, number, width=width, form="jpg", bare=blind, boxes=boxes)
    except (PageMissingError, FileNotFoundError):
        raise Http404 from None
    answer = HttpResponse(marked(body, _watermark(request.user)), content_type="image/jpeg")
    # A cover may be drawn at any time, so a picture of a blind stage is not kept for long.
    kept = KEEP_BLIND_PAGE_SECONDS if blind else KEEP_PAGE_SECONDS
    answer["Cache-Control"] = f"private, max-age={kept}"
    return answer


@require_safe
def copy(request, pk, version):
    """A judged document as a file, where the stage lets judges download: its pages with the judge's name in them."""
    found = get_object_or_404(_own_sheets(request.user), pk=pk)
    participation = found.assignment.participation
    deck = next((one for one in _decks_of(participation) if one.version == version), None)
    place = ready_copies(participation.heat.stage, [version]).get(version)
    if deck is None or place is None:
        raise Http404
    taken = get_object_or_404(DocumentVersion, pk=version)
    body = take_copy(found, taken, place=place, whose=_watermark(request.user), by=request.user)
    blind_code = f"{participation.order or participation.pk:02d}"
    number = blind_code if participation.heat.stage.blind else participation.entry.number
    return download(body, f"{number}-{deck.label}.pdf")
