"""A judge's score file, down and up, and the own sheets on paper."""

import hashlib

from django.contrib import messages
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from core.downloads import download
from core.files import MEGABYTE
from core.problems import Refused
from judging import prints, scorefile, services
from judging.models import Judge, ScoreSheet
from judging.queries import queue as queries
from judging.views.queue import _own_heat


def _own_sheets(request, heat) -> QuerySet:
    own = ScoreSheet.objects.visible_to(request.user).filter(assignment__participation__heat=heat)
    return own.select_related("assignment__participation__entry").in_order()


@require_safe
def score_file(request, pk):
    """The own sheets of a heat as Excel, to be filled in without a network."""
    heat = _own_heat(request, pk)
    criteria = list(heat.rubric.criteria.all())
    rows = queries.own_rows(_own_sheets(request, heat), criteria, heat.stage)
    return download(scorefile.written(rows, criteria), f"{heat}-{_('my scores')}.xlsx")


@require_safe
def own_sheets(request, pk):
    """The own sheets on paper, filled as submitted, to sign and hand in."""
    heat = _own_heat(request, pk)
    judge = Judge.objects.get(person=request.user.person_id)
    return download(prints.score_sheets(heat, judges=[judge.pk], filled=True), f"{heat}-{_('my sheets')}.pdf")


@require_http_methods(["GET", "HEAD", "POST"])
def take_scores(request, pk):
    """A filled file: first what it would change, then the change itself. All rows or none."""
    heat = _own_heat(request, pk)
    context, status = {"heat": heat}, 200
    if request.method == "POST":
        try:
            checked = _take(request, heat)
        except Refused as refusal:
            context["refused"], status = refusal, 422
        else:
            if checked is None:
                return redirect("judging:own_marks", pk)
            context |= checked
    return render(request, "judging/take_scores.html", context, status=status)


def _take(request, heat) -> dict | None:
    """What a checked file would change, or None once it has been taken over."""
    digest, file = request.POST.get("digest", ""), request.FILES.get("file")
    dry = file is not None
    if dry:
        if file.size > scorefile.LARGEST_MB * MEGABYTE:
            raise Refused(
                _("This file is too large for a score file. Download it again and fill in that one."), field="file"
            )
        body, name = file.read(), file.name
        digest = hashlib.sha256(body).hexdigest()
    else:
        if not digest.isalnum() or not default_storage.exists(_place(request, digest)):
            raise Refused(_("Choose the filled file first."), field="file")
        with default_storage.open(_place(request, digest)) as kept:
            body, name = kept.read(), "scores.xlsx"
    rows = scorefile.read(ContentFile(body), name=name, criteria=list(heat.rubric.criteria.all()))
    taken = services.take_scores(heat, rows, by=request.user, dry=dry)
    if dry:
        if not default_storage.exists(_place(request, digest)):
            default_storage.save(_place(request, digest), ContentFile(body))
        return {"taken": taken, "digest": digest, "name": name}
    default_storage.delete(_place(request, digest))
    text = ngettext(
        "%(count)s sheet is taken over from the file.", "%(count)s sheets are taken over from the file.", taken.changed
    )
    messages.success(request, text % {"count": taken.changed})
    return None


def _place(request, digest: str) -> str:
    """Where a checked file waits for its judge's word; nothing of its name reaches the disk."""
    return f"imports/scores-{request.user.pk}-{digest[:64]}.xlsx"
