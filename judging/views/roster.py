"""A list of experts from Excel: template, dry run with what is wrong or doubtful, and the import in the background."""

import hashlib

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import jobs
from core.downloads import download
from core.files import plain_name
from core.problems import Refused, authorize
from judging.forms import ConfirmRosterForm, RosterFileForm
from judging.imports.judges import read_judges
from judging.queries.roster import city_names
from judging.services.roster import NEW, RosterReport, check_judges
from judging.tasks import ROSTER, roster_upload
from judging.workbook import judges_template


@require_http_methods(["GET", "HEAD", "POST"])
def judges_import(request):
    """Choose a file and see what it holds, or what is wrong with it. Nothing is written but the file itself."""
    authorize(request.user, "judging.keep_library")
    form = RosterFileForm(request.POST or None, request.FILES or None)
    context, status = {"form": form}, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                context |= _checked(form.cleaned_data["file"])
                status = 200
            except Refused as refusal:
                context["refused"] = refusal
    return render(request, "judging/judges_import.html", context, status=status)


def _checked(file) -> dict:
    name = plain_name(file.name)
    report = check_judges(read_judges(file, name=name, regions=city_names()))
    file.seek(0)
    data = file.read()
    digest = hashlib.sha256(data).hexdigest()
    if not default_storage.exists(roster_upload(digest)):
        default_storage.save(roster_upload(digest), ContentFile(data))
    return {"report": report, "name": name, "digest": digest}


@require_POST
def judges_confirm(request):
    """Bring in a file that was checked before; every doubtful row needs its answer."""
    authorize(request.user, "judging.keep_library")
    form = ConfirmRosterForm(request.POST)
    if not form.is_valid() or not default_storage.exists(roster_upload(form.cleaned_data["file"])):
        refused = Refused(_("The checked file is no longer there. Choose it again."))
        context = {"form": RosterFileForm(), "refused": refused}
        return render(request, "judging/judges_import.html", context, status=422)
    digest, name = form.cleaned_data["file"], form.cleaned_data["name"]
    with default_storage.open(roster_upload(digest)) as file:
        report = check_judges(read_judges(file, name=name, regions=city_names()))
    decided = {one.row.row: request.POST.get(f"who{one.row.row}", "") for one in report.doubtful}
    if not all(value == NEW or value.isdecimal() for value in decided.values()):
        return _again(request, report, name, digest)
    title = _("Judges from %(name)s") % {"name": name}
    params = {"file": digest, "name": name, "decided": decided}
    return redirect("core:job", jobs.start(ROSTER, title=title[:200], by=request.user, params=params).pk)


def _again(request, report: RosterReport, name: str, digest: str):
    context = {
        "form": RosterFileForm(), "report": report, "name": name, "digest": digest, "typed": request.POST,
        "missing": Refused(_("Say of every doubtful row who it is; then read the list in.")),
    }  # fmt: skip
    return render(request, "judging/judges_import.html", context, status=422)


@require_safe
def judges_template_file(request):
    authorize(request.user, "judging.keep_library")
    return download(judges_template(city_names()), "judges.xlsx")
