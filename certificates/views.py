"""Pages of certificates: the winner's, the officer's, and the public check."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from certificates import patterns, printing, queries, rendering, services, tasks
from certificates.designs import Design
from certificates.fields import LABELS
from certificates.forms import DesignForm
from certificates.models import Award, Certificate, CertificateDesign
from certificates.states import CertificateState
from contests.queries import seasons_visible_to
from contests.rail import Rail
from contests.services import digest
from core import jobs
from core.downloads import download
from core.identity import masked_name
from core.problems import Problem, Refused, authorize

PER_PAGE = 50


@require_safe
def mine(request):
    """The certificates of one's own projects."""
    found = queries.certificates_visible_to(request.user).filter(award__entry__project__owner=request.user)
    page = Paginator(found.order_by("-issued_at", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "certificates/mine.html", {"page": page})


@require_safe
def single(request, pk):
    """One certificate as it was issued, laid out on the click."""
    found = get_object_or_404(queries.certificates_visible_to(request.user).select_related("design"), pk=pk)
    authorize(request.user, "certificates.print", found)
    if found.state != CertificateState.VALID:
        messages.error(request, _("This certificate has no force any more. Download the newest one."))
        return redirect("certificates:mine")
    return download(printing.single_pdf(found), f"{found.number}.pdf", inline=True)


@require_safe
def seasons(request):
    """Seasons with certificates to care for."""
    page = Paginator(queries.seasons_run_by(request.user), 20).get_page(request.GET.get("page"))
    return render(request, "certificates/seasons.html", {"page": page})


def _season(request, pk):
    found = get_object_or_404(seasons_visible_to(request.user).select_related("contest"), pk=pk)
    authorize(request.user, "contests.organise_season", found)
    return found


@require_safe
def season(request, pk):
    """Awards and certificates of a season, with what is to be done next."""
    found = _season(request, pk)
    awards = Award.objects.filter(entry__season=found).select_related("entry__track", "level", "place")
    page = Paginator(awards.order_by("entry__track__order", "level__order", "place__order"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    valid = Certificate.objects.filter(award__in=[award.pk for award in page], state=CertificateState.VALID)
    by_award = {certificate.award_id: certificate for certificate in valid}
    for award in page:
        award.valid_certificate = by_award.get(award.pk)
    current = CertificateDesign.objects.current().filter(season=found)
    context = {
        "season": found,
        "page": page,
        "design": current.only("sample", "next_number", "number_prefix").first(),
        "finals": list(queries.finals_without_awards(found)),
        "waiting": queries.awards_without_certificate(found),
        "issued": Certificate.objects.filter(award__entry__season=found, state=CertificateState.VALID).count(),
        "levels": queries.levels_of(found),
    }
    return render(request, "certificates/season.html", context)


def _held(season) -> tuple[CertificateDesign | None, Design]:
    """What holds now, or nothing and the pattern to begin with."""
    kept = CertificateDesign.objects.current().filter(season=season).first()
    if kept:
        return kept, Design.from_data(kept.data)
    return None, patterns.project_certificate(seal=f"{season.contest.short_name}组委会")


def design(request, pk):
    """The design of a season's certificates, with a specimen of what holds now beside its form."""
    found = _season(request, pk)
    kept, held = _held(found)
    issued = kept.certificates.count() if kept else 0
    prefix = kept.number_prefix if kept else queries.free_prefix(f"SD{found.contest.number_prefix}{found.year}")
    started = {"number_prefix": prefix, "sample": kept.sample if kept else True}
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = DesignForm(*sent, design=held, started=started, issued=issued)
    more = request.POST.get("more", "")
    if more:
        form.forgive()
    elif request.method == "POST" and form.is_valid() and _set(request, found, form):
        return redirect("certificates:design", pk=pk)
    seen = digest(services.design_facts(kept)) if kept else ""
    context = {
        "season": found,
        "form": form,
        "kept": kept,
        "issued": issued,
        "seen": request.POST.get("seen", seen),
        "version": digest(held.to_data()),
        "faults": rendering.check(held, printing.specimen(found)),
        "fields": LABELS,
        "rail": Rail(found),
        "current": "certificate",
    }
    status = 422 if request.method == "POST" and not more else 200
    return render(request, "certificates/design.html", context, status=status)


def _set(request, season, form: DesignForm) -> bool:
    data = form.cleaned_data
    try:
        services.set_design(
            season,
            design=form.made(),
            number_prefix=data["number_prefix"],
            sample=data["sample"],
            reason=data.get("reason", ""),
            seen=request.POST.get("seen", ""),
            by=request.user,
        )
    except Refused as no:
        form.show(no.problems or [Problem(no.code, no.message, field=no.field)])
        return False
    messages.success(request, _("Saved. The specimen shows it; certificates issued from now on are printed like this."))
    return True


@require_safe
def design_picture(request, pk):
    """The specimen as a picture: the winner on it is made up."""
    found = _season(request, pk)
    answer = HttpResponse(printing.specimen_picture(found, _held(found)[1]), content_type="image/webp")
    answer["Cache-Control"] = "private, max-age=600"
    return answer


@require_POST
def give(request, pk):
    found = _season(request, pk)
    given = 0
    try:
        for heat in queries.finals_without_awards(found):
            given += len(services.give_awards(heat, by=request.user))
    except Refused as no:
        messages.error(request, no.message)
    else:
        messages.success(request, _("%(count)s awards given. Next: issue the certificates.") % {"count": given})
    return redirect("certificates:season", pk=pk)


@require_POST
def issue(request, pk):
    found = _season(request, pk)
    try:
        made = services.issue_certificates(found, by=request.user)
    except Refused as no:
        messages.error(request, no.message)
    else:
        messages.success(request, _("%(count)s certificates issued; the winners were told.") % {"count": len(made)})
    return redirect("certificates:season", pk=pk)


@require_POST
def batch(request, pk):
    """Print every valid certificate in the background; the job's page shows the progress."""
    found = _season(request, pk)
    job = jobs.start(
        tasks.BATCH,
        title=_("Certificates of “%(season)s”") % {"season": found},
        by=request.user,
        params={"season": found.pk},
    )
    return redirect("core:job", pk=job.pk)


def _own(request, pk):
    found = get_object_or_404(queries.certificates_visible_to(request.user), pk=pk)
    authorize(request.user, "certificates.reissue", found)
    return found


@require_POST
def reissue(request, pk):
    return _replace(
        request, pk, services.reissue, _("Printed anew with a new number; the old one is marked as replaced.")
    )


@require_POST
def revoke(request, pk):
    return _replace(request, pk, services.revoke, _("Revoked. Its public page says so from now on."))


def _replace(request, pk, service, done):
    found = _own(request, pk)
    try:
        service(found, reason=request.POST.get("reason", ""), by=request.user)
    except Refused as no:
        messages.error(request, no.message)
    else:
        messages.success(request, done)
    return redirect("certificates:season", pk=found.award.entry.season_id)


@login_not_required
@require_safe
def check(request):
    """Look a certificate up by its printed number: the page tells what the QR code tells."""
    number = request.GET.get("number", "").strip()
    found = Certificate.objects.filter(number__iexact=number).only("token").first() if number else None
    if found:
        return redirect("certificates:verify", token=found.token)
    return render(request, "certificates/check.html", {"number": number}, status=404 if number else 200)


@login_not_required
@require_safe
def verify(request, token):
    """Whether a certificate is genuine and valid: number, award, project; the leader's name in part (domain §3)."""
    found = (
        Certificate.objects.filter(token=token)
        .select_related("award__entry__season", "design", "replaced_by")
        .defer("award__entry__snapshot", "design__data")
        .first()
    )
    context = {"certificate": found}
    if found:
        context["leader"] = masked_name(found.fields.get("leader", ""))
    return render(request, "certificates/verify.html", context, status=200 if found else 404)
