"""Background jobs of the reader, and the audit trail for administrators."""

from itertools import islice

from django.core.paginator import Paginator
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from core import queries
from core.forms import AuditFilter
from core.jobs import with_progress
from core.models import Job
from core.problems import authorize
from core.verbs import verb_name

JOBS = 20
ENTRIES = 50


@require_GET
def jobs(request):
    found = Job.objects.visible_to(request.user).defer("params", "failures")
    return render(request, "core/jobs.html", {"page": Paginator(found, JOBS).get_page(request.GET.get("page"))})


@require_GET
def job(request, pk):
    """The page of one job; htmx asks for its inner part again until the work is over."""
    found = with_progress(get_object_or_404(Job.objects.visible_to(request.user), pk=pk))
    authorize(request.user, "core.view_job", found)
    page = "core/job.html#progress" if request.htmx else "core/job.html"
    answer = render(request, page, {"job": found})
    if request.htmx and found.is_over:
        answer["HX-Refresh"] = "true"
    return answer


@require_GET
def job_result(request, pk):
    found = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    authorize(request.user, "core.view_job", found)
    if not found.result:
        raise Http404
    return FileResponse(found.result.open(), as_attachment=True, filename=found.result_name)


@require_GET
def audit(request):
    authorize(request.user, "contests.administer")
    form = AuditFilter(request.GET or None, kinds=queries.kinds_of_objects())
    filters = form.cleaned_data if form.is_bound and form.is_valid() else {}
    found = queries.audit_entries(filters)
    before = request.GET.get("before", "")
    if before.isdigit():
        found = found.filter(pk__lt=int(before))
    # Older entries are reached by the last number shown, so that page 1,000 costs what page 1 does.
    entries = list(islice(found[: ENTRIES + 1], ENTRIES + 1))
    older = entries[ENTRIES - 1].pk if len(entries) > ENTRIES else None
    for entry in entries[:ENTRIES]:
        entry.kind_name, entry.verb_name = queries.name_of_kind(entry.object_type), verb_name(entry.verb)
    context = {"form": form, "entries": entries[:ENTRIES], "older": older, "narrowed": bool(any(filters.values()))}
    return render(request, "core/audit.html", context)
