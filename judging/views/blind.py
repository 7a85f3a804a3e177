"""Blind rounds for their officers: which documents still name the team, and covering names page by page.

The pages of one document serve the samples of a calibration as well, which are always read without names.
"""

import json
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import jobs
from core.problems import Refused, authorize
from judging import services
from judging.models import BlindCheck
from judging.queries import blind as queries
from judging.queries.veil import boxes_of
from judging.views.calibrations import calibration_of
from judging.views.heats import answer, heat_of
from judging.words import KINDS
from projects.pages import PageMissingError, page_image

ROWS_PER_PAGE = 50


def _blind_heat(request, pk):
    """A heat of a blind stage that the user may watch; in any other there is nothing to withhold."""
    heat = heat_of(request, pk)
    if not heat.stage.blind:
        raise Http404
    return heat


@require_safe
def blind(request, pk):
    heat = _blind_heat(request, pk)
    show = request.GET.get("show", "")
    page = Paginator(queries.checked(heat, show), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    tabs = (("", _("All")), (queries.NAMED, _("With findings")), (queries.OPEN, _("Not looked through")),
            (queries.DONE, _("Shown to judges")))  # fmt: skip
    for one in page:
        one.look = queries.look_of(one, getattr(one, "blind_check", None))
    context = {"heat": heat, "page": page, "show": show, "tabs": tabs, "counts": queries.counts(heat)}
    context["runs"] = request.user.has_perm("judging.run_heat", heat)
    return render(request, "judging/blind.html", context)


@require_POST
def search_names(request, pk):
    """Read the texts of all documents in the background; the page of the job shows how far it is."""
    heat = _blind_heat(request, pk)
    authorize(request.user, "judging.run_heat", heat)
    title = _("Search the documents of “%(heat)s” for names") % {"heat": heat}
    job = jobs.start("judging.blind", title=title, by=request.user, params={"heat": heat.pk})
    return redirect("core:job", job.pk)


@require_POST
def clear_unnamed(request, pk):
    heat = _blind_heat(request, pk)
    authorize(request.user, "judging.run_heat", heat)
    try:
        count = services.clear_unnamed(heat, by=request.user)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        text = ngettext(
            "%(count)s document is shown to judges now.", "%(count)s documents are shown to judges now.", count
        )
        messages.success(request, text % {"count": count})
    return redirect("judging:blind", pk)


@dataclass(frozen=True)
class Place:
    """Where a document is covered: in a blind heat, or among the samples of a calibration."""

    pk: int
    runs: bool
    crumbs: tuple[tuple[str, str], ...]
    cover: str
    look: str
    clear: str
    page: str


def _document(request, pk, version, of):
    place, documents = _samples(request, pk) if of == "calibration" else _heat_documents(request, pk)
    return place, get_object_or_404(documents.select_related("document__entry", "document__requirement"), pk=version)


def _heat_documents(request, pk):
    heat = _blind_heat(request, pk)
    crumbs = (
        (reverse("judging:heat", args=[pk]), heat.name),
        (reverse("judging:blind", args=[pk]), _("Names in documents")),
    )
    runs = request.user.has_perm("judging.run_heat", heat)
    names = ("judging:cover", "judging:look", "judging:clear_document", "judging:blind_page")
    return Place(pk, runs, crumbs, *names), queries.judged_documents(heat)


def _samples(request, pk):
    calibration = calibration_of(request, pk)
    crumbs = ((reverse("judging:calibration", args=[calibration.stage_id]), str(calibration)),)
    names = ("judging:sample_cover", "judging:sample_look", "judging:sample_clear", "judging:sample_blind_page")
    return Place(pk, True, crumbs, *names), queries.sample_documents(calibration)


def _may_change(place: Place) -> None:
    if not place.runs:
        raise PermissionDenied


@require_http_methods(["GET", "HEAD", "POST"])
def cover(request, pk, version, of="heat"):
    """One page of a document with its covers, to be drawn with pointer or keyboard, and what the search found."""
    place, found = _document(request, pk, version, of)
    pages = found.pages or 1
    number = _page_number(request, pages)
    refused, boxes = None, boxes_of(version, number)
    if request.method == "POST":
        _may_change(place)
        try:
            boxes = _boxes(request.POST.get("boxes", ""))
            services.cover_page(found, page=number, boxes=boxes, by=request.user)
        except Refused as refusal:
            refused = refusal
        else:
            messages.success(request, _("The covers of page %(page)s are saved.") % {"page": number})
            return redirect(f"{request.path}?page={number}")
    check = BlindCheck.objects.filter(version=found).select_related("cleared_by").first()
    context = {
        "place": place,
        "version": found,
        "entry": found.document.entry,
        "number": number,
        "pages": pages,
        "previous": number - 1,
        "next": number + 1 if number < pages else None,
        "boxes": boxes,
        "boxes_json": json.dumps(boxes),
        "check": check,
        "look": queries.look_of(found, check),
        "seen": bool(check) and number in check.looked,
        "found": [{**one, "word": KINDS[one["kind"]]} for one in (check.found or [] if check else [])],
        "covered": set(found.redactions.values_list("page", flat=True)),
        "runs": place.runs,
        "refused": refused,
    }
    return render(request, "judging/cover.html", context, status=422 if refused else 200)


@require_POST
def look(request, pk, version, of="heat"):
    """The officer has seen this page; the next one that waits is opened."""
    place, found = _document(request, pk, version, of)
    _may_change(place)
    page = _page_number(request, found.pages or 1)
    try:
        check = services.look_at_page(found, page=page, by=request.user)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect(place.cover, pk, version)
    following = queries.look_of(found, check).after(page) or min(page + 1, found.pages)
    return redirect(f"{reverse(place.cover, args=[pk, version])}?page={following}")


def _page_number(request, pages: int) -> int:
    text = request.GET.get("page", "1")
    return min(max(int(text), 1), pages) if text.isdecimal() and len(text) < 6 else 1


def _boxes(text: str) -> list[list[int]]:
    try:
        boxes = json.loads(text)
    except ValueError:
        boxes = None
    if not isinstance(boxes, list) or not all(isinstance(box, list) for box in boxes):
        raise Refused(_("The covers could not be read. Draw them again on the page."), field="boxes")
    return boxes


@require_POST
def clear_document(request, pk, version, of="heat"):
    place, found = _document(request, pk, version, of)
    _may_change(place)
    return answer(
        request,
        lambda: services.clear_document(found, by=request.user),
        done=_("Looked through: judges may see this document now, as it is covered."),
        to=place.cover,
        arguments=(pk, version),
    )


@require_safe
def blind_page(request, pk, version, number, of="heat"):
    """The page as judges get it but for the covers, for the officer who draws them."""
    _place, found = _document(request, pk, version, of)
    try:
        body = page_image(found, number, form="jpg", bare=True)
    except (PageMissingError, FileNotFoundError):
        raise Http404 from None
    response = HttpResponse(body, content_type="image/jpeg")
    response["Cache-Control"] = "private, max-age=86400, immutable"
    return response
