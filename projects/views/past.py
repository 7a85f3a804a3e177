"""Earlier years: the list, a file brought in after a dry run, and the doubtful matches for a person to decide."""

import hashlib

from django.contrib import messages
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import jobs
from core.downloads import download
from core.files import plain_name
from core.problems import Refused, authorize
from projects import services
from projects.batches import PAST, past_upload
from projects.filters import PastFilter
from projects.forms.offline import ConfirmPastForm, PastFileForm
from projects.imports.past import read_past
from projects.models import PastEntry
from projects.queries import past as queries
from projects.workbooks.past import past_template

PER_PAGE, DOUBTS_PER_PAGE = 50, 20


@require_safe
def past_list(request):
    """Entries and winners of earlier years, of the contests this user looks after."""
    authorize(request.user, "projects.open_past")
    found = PastFilter(request.GET, queryset=queries.past_for_list(request.user))
    rows = found.qs if found.is_valid() else found.queryset.none()
    context = {
        "filter": found,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "chosen": {name: request.GET.get(name, "") for name in found.form.fields},
        "contests": queries.contests_read_by(request.user),
        "matches": found.form.fields["match"].choices,
        "doubtful": queries.doubtful_count(request.user),
        "may_import": request.user.has_perm("projects.import_past"),
    }
    return render(request, "projects/past.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def past_import(request):
    """Choose a file and see what it holds, or what is wrong with it. Nothing is written but the file itself."""
    authorize(request.user, "projects.import_past")
    form = PastFileForm(request.POST or None, request.FILES or None, contests=queries.contests_run_by(request.user))
    context, status = {"form": form}, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                context |= _checked(**form.cleaned_data)
                status = 200
            except Refused as refusal:
                context["refused"] = refusal
    return render(request, "projects/past_import.html", context, status=status)


def _checked(*, contest, file) -> dict:
    """The dry run of a right file, which is kept until it is confirmed."""
    name = plain_name(file.name)
    rows = read_past(file, name=name, regions=queries.place_names(), this_year=timezone.localdate().year)
    report = services.check_past(contest, rows)
    file.seek(0)
    data = file.read()
    digest = hashlib.sha256(data).hexdigest()
    if not default_storage.exists(past_upload(digest)):
        default_storage.save(past_upload(digest), ContentFile(data))
    years = sorted({row.year for row in rows})
    awarded = sum(bool(row.level) for row in rows)
    confirm = {"file": digest, "name": name, "contest": contest.pk}
    return {"report": report, "contest": contest, "name": name, "years": years, "awarded": awarded, "confirm": confirm}


@require_POST
def past_confirm(request):
    """Bring in a file that was checked before, in the background."""
    authorize(request.user, "projects.import_past")
    contests = queries.contests_run_by(request.user)
    form = ConfirmPastForm(request.POST, contests=contests)
    if not form.is_valid() or not default_storage.exists(past_upload(form.cleaned_data["file"])):
        refused = Refused(_("The checked file is no longer there. Choose it again."))
        context = {"form": PastFileForm(contests=contests), "refused": refused}
        return render(request, "projects/past_import.html", context, status=422)
    given = form.cleaned_data
    title = _("Earlier years of %(contest)s: %(name)s") % {"contest": given["contest"], "name": given["name"]}
    params = {"file": given["file"], "name": given["name"], "contest": given["contest"].pk}
    job = jobs.start(PAST, title=title[:200], by=request.user, params=params)
    return redirect("core:job", job.pk)


@require_safe
def past_template_file(request):
    authorize(request.user, "projects.import_past")
    return download(past_template(), "past-entries.xlsx")


@require_safe
def past_doubtful(request):
    """Rows whose people or companies the machine isn't sure of, with who it may be."""
    authorize(request.user, "projects.import_past")
    return _doubtful_page(request)


def _doubtful_page(request, *, refusal: Refused | None = None, wrong: PastEntry | None = None):
    rows = queries.past_for_list(request.user).doubtful().filter(contest__in=queries.contests_run_by(request.user))
    page = Paginator(rows, DOUBTS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page, "doubts": queries.doubts(page.object_list), "refused": refusal,
        "wrong": wrong and wrong.pk, "typed": request.POST if refusal else {},
    }  # fmt: skip
    return render(request, "projects/past_doubtful.html", context, status=422 if refusal else 200)


@require_POST
def past_decide(request, pk):
    past = get_object_or_404(PastEntry.objects.visible_to(request.user).select_related("contest"), pk=pk)
    authorize(request.user, "projects.decide_past", past)
    try:
        chosen = {kind: _choice(request, past, kind) for kind in ("company", "leader")}
        services.decide_past(past, **chosen, by=request.user)
    except Refused as refusal:
        return _doubtful_page(request, refusal=refusal, wrong=past)
    left = queries.doubtful_count(request.user)
    sentence = ngettext("Recorded. %(left)s match is left.", "Recorded. %(left)s matches are left.", left)
    messages.success(request, sentence % {"left": left} if left else _("Recorded. No doubtful match is left."))
    return redirect("projects:past_doubtful")


def _choice(request, past: PastEntry, kind: str) -> int | None:
    """The candidate chosen, None for nobody. Where there are candidates, silence is no answer."""
    text = request.POST.get(kind, "")
    if text == "nobody" or not any(one["kind"] == kind for one in past.candidates):
        return None
    if not text.isdigit():
        raise Refused(
            _("Choose who it is, or say that it is nobody of these. Both questions need an answer."), field=kind
        )
    return int(text)
