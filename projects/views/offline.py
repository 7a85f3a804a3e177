"""The offline desk of an office, and the page on which a leader takes an entry over."""

from collections import Counter
from datetime import timedelta

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contests.models import Season
from contests.states import SeasonState
from core import jobs
from core.downloads import download
from core.files import MEGABYTE, plain_name
from core.forms import show_refusal
from core.models import Job
from core.problems import Refused, authorize
from core.secret import secret_hex
from projects import services
from projects.batches import CHECK, ENTER, forget_offline, offline_upload
from projects.forms.offline import OfflineForm, TakeOverForm
from projects.imports.entries import MOST_ENTRIES, MOST_MB
from projects.imports.papers import MOST_MB as MOST_ZIP_MB
from projects.queries import offline as queries
from projects.workbooks.entries import template

BATCHES_SHOWN = 10
KEPT_FOR = timedelta(days=2)


@require_safe
def seasons(request):
    """Seasons for which this office may enter on behalf; one alone is opened at once."""
    found = queries.seasons_to_enter(request.user)
    if len(found) == 1:
        return redirect("projects:offline_desk", found[0].pk)
    return render(request, "projects/offline_seasons.html", {"seasons": found})


def _season(request, pk) -> Season:
    season = get_object_or_404(Season.objects.select_related("contest").filter(state=SeasonState.RUNNING), pk=pk)
    authorize(request.user, "projects.enter_offline", season)
    return season


@require_http_methods(["GET", "HEAD", "POST"])
def desk(request, pk):
    """The template, the rule for naming papers, and the upload. What is sent is tried first and written on a word."""
    season = _season(request, pk)
    form = OfflineForm(request.POST or None, request.FILES or None)
    refused = None
    if request.method == "POST" and form.is_valid():
        try:
            job = _start_check(request, season, form.cleaned_data)
            return redirect("projects:offline_batch", job.pk)
        except Refused as refusal:
            refused = refusal
            show_refusal(form, refusal)
    shown = queries.SeasonForm(season, request.user)
    context = {
        "season": season, "form": form, "refused": refused, "units": shown.units, "most": MOST_ENTRIES,
        "documents": shown.requirements, "tables": shown.tables, "is_open": season.is_open(timezone.now()),
        "declarations": [one for one in shown.declarations if one.required],
        "batches": _batches(request.user).filter(params__season=season.pk)[:BATCHES_SHOWN],
        "most_zip": MOST_ZIP_MB,
    }  # fmt: skip
    status = 422 if request.method == "POST" else 200
    return render(request, "projects/offline.html", context, status=status)


def _start_check(request, season: Season, given: dict) -> Job:
    for name, most in (("workbook", MOST_MB), ("papers", MOST_ZIP_MB)):
        if given[name] and given[name].size > most * MEGABYTE:
            raise Refused(_("This file has more than %(most)s MB. Send it in parts.") % {"most": most}, field=name)
    _forget_old(request.user)
    key, zipped = secret_hex()[:32], given["papers"]
    default_storage.save(offline_upload(key, "xlsx"), given["workbook"])
    if zipped:
        default_storage.save(offline_upload(key, "zip"), zipped)
    name = plain_name(given["workbook"].name)
    params = {
        "season": season.pk, "key": key, "name": name, "zip": plain_name(zipped.name) if zipped else "",
        "submit": given["then"] == "submit", "consent": True,
    }  # fmt: skip
    return jobs.start(CHECK, title=_("Dry run: %(name)s") % {"name": name}, by=request.user, params=params)


def _batches(user):
    return Job.objects.visible_to(user).filter(kind__in=[CHECK, ENTER])


def _forget_old(user) -> None:
    """What was tried and never confirmed does not lie on the disk for long."""
    for job in _batches(user).filter(kind=CHECK, created_at__lt=timezone.now() - KEPT_FOR).order_by("-pk")[:50]:
        forget_offline(job.params)


@require_safe
def template_file(request, pk):
    season = _season(request, pk)
    made = template(queries.SeasonForm(season, request.user))
    return download(made, f"entries-{season.contest.slug}-{season.year}.xlsx")


def _batch(request, pk) -> Job:
    return get_object_or_404(_batches(request.user), pk=pk)


@require_safe
def batch(request, pk):
    """A dry run or a real one: how far it is, then what came of it, by row and column."""
    job = jobs.with_progress(_batch(request, pk))
    report = job.params.get("report") or {}
    context = {
        "job": job, "report": report, "is_check": job.kind == CHECK,
        "season": Season.objects.get(pk=job.params["season"]),
        "may_confirm": _may_confirm(job),
        "faults": Refused(job.message, problems=job.failures) if job.failures else None,
        "counts": Counter(row["state"] for row in report.get("rows", [])),
    }  # fmt: skip
    page = "projects/offline_batch.html"
    answer = render(request, f"{page}#progress" if request.htmx else page, context)
    if request.htmx and job.is_over:
        answer["HX-Refresh"] = "true"
    return answer


def _may_confirm(job: Job) -> bool:
    """A right dry run whose files still wait, and in which there is something to write."""
    report = job.params.get("report") or {}
    rows = report.get("rows", [])
    right = job.kind == CHECK and job.state == Job.State.DONE and rows and not report["faults"]
    return bool(
        right
        and any(one["state"] != "kept" for one in rows)
        and default_storage.exists(offline_upload(job.params["key"], "xlsx"))
    )


@require_POST
def confirm(request, pk):
    """Enter what a dry run found right, in the background."""
    job = _batch(request, pk)
    season = _season(request, job.params["season"])
    if not _may_confirm(job):
        messages.error(request, _("This dry run can't be confirmed any more. Send the files again."))
        return redirect("projects:offline_desk", season.pk)
    params = {key: value for key, value in job.params.items() if key not in ("report", "language")}
    started = jobs.start(
        ENTER, title=_("Entering: %(name)s") % {"name": params["name"]}, by=request.user, params=params
    )
    return redirect("projects:offline_batch", started.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def take_over(request):
    """Entries that an office entered for whoever is signed in; one's own document number makes them one's own."""
    form = TakeOverForm(request.POST or None)
    waiting = list(queries.to_take_over(request.user))
    if request.method == "POST" and form.is_valid():
        entry = next((one for one in waiting if one.pk == form.cleaned_data["entry"]), None)
        if entry is None:
            raise Http404
        try:
            services.take_over(entry, id_number=form.cleaned_data["id_number"], by=request.user)
        except Refused as refusal:
            form.add_error("id_number", refusal.message)
        else:
            messages.success(request, _("“%(title)s” is yours now. Check what was filled in.") % {"title": entry.title})
            return redirect("projects:entry", entry.pk)
    forms = [(one, form if form.is_bound and form.data.get("entry") == str(one.pk) else TakeOverForm(
        initial={"entry": one.pk}, auto_id=f"t{one.pk}_%s")) for one in waiting]  # fmt: skip
    status = 422 if form.is_bound else 200
    return render(request, "projects/offline_take_over.html", {"forms": forms}, status=status)
