"""Files of marks: checked first, with every wrong place by row and column, imported on a second word."""

import hashlib

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contests.models import Heat
from core import jobs
from core.files import plain_name
from core.problems import Refused, authorize
from judging import imports
from judging.forms import ConfirmImportForm, MarksFileForm
from judging.imports.reader import MOST_BYTES
from judging.models import Ranking
from judging.queries import imported as queries
from judging.tasks import IMPORT, upload_name

IMPORTS_PER_PAGE, HEATS_PER_PAGE = 10, 100


@require_http_methods(["GET", "HEAD", "POST"])
def import_marks(request):
    """Choose a file and see what it holds, or what is wrong with it. Nothing is written but the file itself."""
    authorize(request.user, "judging.import_marks")
    form = MarksFileForm(request.POST or None, request.FILES or None)
    context, status = {"form": form}, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                context |= _checked(form.cleaned_data)
                status = 200
            except Refused as refusal:
                context["refused"] = refusal
    seasons = queries.imported_seasons(request.user)
    context["page"] = Paginator(seasons, IMPORTS_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "judging/import_marks.html", context, status=status)


def _checked(given: dict) -> dict:
    """The preview of a right file, which is kept until it is confirmed."""
    file, trim_from = given["file"], given["trim_from"]
    data = file.read(MOST_BYTES + 1)
    name = plain_name(file.name).rpartition(".")[0][:60] or "marks"
    table = imports.read(data, name=name)
    digest = hashlib.sha256(data).hexdigest()
    if not default_storage.exists(upload_name(digest)):
        default_storage.save(upload_name(digest), ContentFile(data))
    return {
        "table": table,
        "competitions": queries.competitions_of(table),
        "official": queries.official_figures(table),
        "known": queries.known_season(table, trim_from),
        "confirm": {"file": digest, "name": name, "trim_from": trim_from},
    }


@require_POST
def confirm_import(request):
    """Import a file that was checked before, in the background; the job's page shows how far it is."""
    authorize(request.user, "judging.import_marks")
    form = ConfirmImportForm(request.POST)
    if not form.is_valid() or not default_storage.exists(upload_name(form.cleaned_data["file"])):
        refused = Refused(_("The checked file is no longer there. Choose it again."))
        context = {"form": MarksFileForm(), "refused": refused, "page": Paginator([], IMPORTS_PER_PAGE).get_page(1)}
        return render(request, "judging/import_marks.html", context, status=422)
    title = _("Import of marks: %(name)s") % {"name": form.cleaned_data["name"]}
    job = jobs.start(IMPORT, title=title, by=request.user, params=form.cleaned_data)
    return redirect("core:job", job.pk)


@require_safe
def imported(request, pk):
    """The rankings of an imported season, program by program."""
    season = get_object_or_404(queries.imported_seasons(request.user), pk=pk)
    authorize(request.user, "contests.watch_season", season)
    heats = Heat.objects.filter(stage__season=season).select_related("stage").order_by("stage__order", "pk")
    page = Paginator(heats, HEATS_PER_PAGE).get_page(request.GET.get("page"))
    newest = Ranking.objects.filter(heat__in=list(page.object_list)).order_by("version").only("heat_id", "version")
    rankings = {ranking.heat_id: ranking for ranking in newest}
    rows = [(heat, rankings.get(heat.pk)) for heat in page.object_list]
    return render(request, "judging/imported.html", {"season": season, "page": page, "rows": rows})
