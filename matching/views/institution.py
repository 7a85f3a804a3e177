"""The institution's side: admission, the project library, briefs, documents under consent."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.services import known_organisation
from accounts.states import OrganisationKind
from core.forms import show_refusal
from core.models import Region
from core.problems import Refused, authorize
from matching import queries, services
from matching.forms import AdmitForm, InstitutionForm, InterestForm, ReasonForm
from matching.models import Consent, Institution, Interest
from matching.states import ConsentPurpose, InstitutionKind, InstitutionState
from projects.models import DocumentVersion
from projects.states import FinancingRound

PER_PAGE = 20

BODY_OF_KIND = {
    InstitutionKind.INVESTOR: OrganisationKind.FUND,
    InstitutionKind.BANK: OrganisationKind.BANK,
    InstitutionKind.PARK: OrganisationKind.PARK,
}


@require_http_methods(["GET", "POST"])
def institution(request):
    """Ask for admission, or see how it stands."""
    member = queries.member_of(request.user)
    form = InstitutionForm(request.POST or None) if member is None else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            _apply(form.cleaned_data, request.user)
        except Refused as no:
            show_refusal(form, no)
        else:
            messages.success(request, _("Your application was sent. An officer decides on it; you will get a message."))
            return redirect("matching:institution")
    context = {"member": member, "form": form, "today": timezone.localdate()}
    return render(request, "matching/institution.html", context, status=422 if form and form.errors else 200)


@transaction.atomic
def _apply(data: dict, user) -> Institution:
    body = known_organisation(
        name=data["name"], kind=BODY_OF_KIND[data["kind"]], credit_code=data["credit_code"], by=user
    )
    thesis = {
        name: data[name]
        for name in ("manager_number", "rounds", "industries", "ticket_from_wan", "ticket_to_wan", "introduction")
    }
    return services.apply(body, kind=data["kind"], by=user, regions=data["regions"], **thesis)


@require_safe
def library(request):
    """Projects that agreed to be found, by contest, city, round and words."""
    authorize(request.user, "matching.read_library")
    found = queries.teasers(request.user, timezone.localdate())
    city, wanted, word = (request.GET.get(name, "").strip() for name in ("city", "round", "q"))
    if city:
        found = found.filter(entry__zone__region_id=city)
    if wanted:
        found = found.filter(project__wanted_round=wanted)
    if word:
        found = found.filter(
            Q(entry__title__icontains=word) | Q(entry__industry__icontains=word) | Q(project__one_line__icontains=word)
        )
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "cities": Region.objects.filter(parent="370000"),
        "rounds": FinancingRound.choices,
        "city": city,
        "round": wanted,
        "q": word,
    }
    return render(request, "matching/library.html", context)


@require_safe
def teaser(request, pk):
    """A project's brief; documents appear once the project has opened them to this institution."""
    authorize(request.user, "matching.read_library")
    consent = get_object_or_404(queries.teasers(request.user, timezone.localdate()), pk=pk)
    member = queries.member_of(request.user)
    interest = (
        Interest.objects.filter(institution=member.institution, project=consent.project).first() if member else None
    )
    opened = queries.document_consent(request.user, consent.entry, timezone.localdate())
    versions = []
    if opened:
        versions = DocumentVersion.objects.filter(
            document__entry=consent.entry,
            document__requirement__judged=True,
            pk__in=consent.entry.documents.values("current"),
        ).select_related("document__requirement")
    context = {
        "consent": consent,
        "entry": consent.entry,
        "project": consent.project,
        "member": member,
        "interest": interest,
        "form": InterestForm(),
        "opened": opened,
        "versions": versions,
    }
    return render(request, "matching/teaser.html", context)


@require_POST
def interest(request, pk):
    authorize(request.user, "matching.express_interest")
    consent = get_object_or_404(queries.teasers(request.user, timezone.localdate()), pk=pk)
    form = InterestForm(request.POST)
    if form.is_valid():
        try:
            services.express_interest(
                queries.member_of(request.user).institution,
                consent.project,
                note=form.cleaned_data["note"],
                by=request.user,
            )
        except Refused as no:
            messages.error(request, no.message)
        else:
            messages.success(request, _("Your message was sent. The project decides whether to talk."))
        return redirect("matching:teaser", pk=pk)
    context = {"consent": consent, "entry": consent.entry, "project": consent.project, "form": form,
               "member": queries.member_of(request.user)}  # fmt: skip
    return render(request, "matching/teaser.html", context, status=422)


@require_safe
def document(request, consent, version):
    """Hand out one document: the reading is logged first, then the file is sent as an attachment."""
    given = get_object_or_404(Consent, pk=consent, purpose=ConsentPurpose.DOCUMENTS)
    found = get_object_or_404(DocumentVersion.objects.filter(document__requirement__judged=True), pk=version)
    try:
        services.read_document(given, found, by=request.user)
    except Refused as no:
        raise Http404(no.message) from no
    return FileResponse(
        found.file.open("rb"), as_attachment=True, filename=found.name, content_type="application/octet-stream"
    )


@require_safe
def admissions(request):
    authorize(request.user, "matching.admit_institution")
    found = Institution.objects.select_related("organisation").prefetch_related("regions")
    state = request.GET.get("state", InstitutionState.APPLIED)
    if state in InstitutionState.values:
        found = found.filter(state=state)
    context = {
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "state": state,
        "states": InstitutionState.choices,
        "expires": timezone.localdate().replace(month=12, day=31),
        "today": timezone.localdate(),
    }
    return render(request, "matching/admissions.html", context)


@require_POST
def admit(request, pk):
    authorize(request.user, "matching.admit_institution")
    found = get_object_or_404(Institution, pk=pk)
    form = AdmitForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(form.errors["expires_on"]))
    else:
        _decide(request, services.admit, found, expires_on=form.cleaned_data["expires_on"])
    return redirect("matching:admissions")


@require_POST
def refuse(request, pk):
    return _close(request, services.refuse, pk)


@require_POST
def suspend(request, pk):
    return _close(request, services.suspend, pk)


def _close(request, service, pk):
    authorize(request.user, "matching.admit_institution")
    found = get_object_or_404(Institution, pk=pk)
    form = ReasonForm(request.POST)
    _decide(request, service, found, reason=form.cleaned_data["reason"] if form.is_valid() else "")
    return redirect("matching:admissions")


def _decide(request, service, found, **facts) -> None:
    try:
        service(found, by=request.user, **facts)
    except Refused as no:
        messages.error(request, no.message)
    else:
        messages.success(request, _("Recorded. The institution was told."))
