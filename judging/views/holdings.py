"""A list of holdings from Excel: template, dry run with what is wrong or doubtful, and the import in the background."""

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
from judging.imports.holdings import read_holdings
from judging.services.noted import NAME_ONLY, check_holdings
from judging.tasks import HOLDINGS, holdings_upload
from judging.workbook import holdings_template


@require_http_methods(["GET", "HEAD", "POST"])
def holdings_import(request):
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
    return render(request, "judging/holdings_import.html", context, status=status)


def _checked(file) -> dict:
    name = plain_name(file.name)
    report = check_holdings(read_holdings(file, name=name))
    file.seek(0)
    data = file.read()
    digest = hashlib.sha256(data).hexdigest()
    if not default_storage.exists(holdings_upload(digest)):
        default_storage.save(holdings_upload(digest), ContentFile(data))
    return {"report": report, "name": name, "digest": digest}


@require_POST
def holdings_confirm(request):
    """Bring in a file that was checked before; every doubtful name needs its answer."""
    authorize(request.user, "judging.keep_library")
    form = ConfirmRosterForm(request.POST)
    if not form.is_valid() or not default_storage.exists(holdings_upload(form.cleaned_data["file"])):
        refused = Refused(_("The checked file is no longer there. Choose it again."))
        context = {"form": RosterFileForm(), "refused": refused}
        return render(request, "judging/holdings_import.html", context, status=422)
    digest, name = form.cleaned_data["file"], form.cleaned_data["name"]
    with default_storage.open(holdings_upload(digest)) as file:
        report = check_holdings(read_holdings(file, name=name))
    decided = {one.key: request.POST.get(f"who{one.key}", "") for one in report.doubtful}
    if not all(value == NAME_ONLY or value.isdecimal() for value in decided.values()):
        missing = Refused(_("Say of every doubtful name whom it means; then read the list in."))
        context = {"form": RosterFileForm(), "report": report, "name": name, "digest": digest, "missing": missing}
        for one in report.doubtful:
            one.chosen = decided[one.key]
        return render(request, "judging/holdings_import.html", context, status=422)
    title = _("Holdings from %(name)s") % {"name": name}
    params = {"file": digest, "name": name, "decided": decided}
    return redirect("core:job", jobs.start(HOLDINGS, title=title[:200], by=request.user, params=params).pk)


@require_safe
def holdings_template_file(request):
    authorize(request.user, "judging.keep_library")
    return download(holdings_template(), "holdings.xlsx")
