"""The project's side: what it agrees to show, to whom, and whom it answers."""

from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.problems import Refused, authorize
from matching import queries, services
from matching.forms import AnswerForm
from matching.models import Access, Consent, Institution, Interest
from matching.states import ConsentPurpose, InterestState
from matching.texts import consent_text
from projects.models import Entry


@require_safe
def consents(request):
    """Everything the owner has agreed to, with every reading under it."""
    given = Consent.objects.filter(project__owner=request.user).select_related("entry", "institution__organisation")
    reads = Access.objects.filter(consent__project__owner=request.user).select_related(
        "by", "version", "consent__institution__organisation"
    )
    context = {
        "page": Paginator(given, 20).get_page(request.GET.get("page")),
        "reads": reads[:20],
        "winners": queries.awarded_entries(request.user)[:20],
        "today": timezone.localdate(),
    }
    return render(request, "matching/consents.html", context)


@require_http_methods(["GET", "POST"])
def consent(request, pk):
    """Read the text, then agree: one purpose, and for documents one institution, at a time."""
    entry = get_object_or_404(Entry.objects.owned_by(request.user).select_related("project", "season"), pk=pk)
    authorize(request.user, "matching.give_consent", entry)
    asking = Institution.objects.filter(
        interests__project=entry.project, interests__state=InterestState.ACCEPTED
    ).select_related("organisation")
    institution = asking.filter(pk=request.GET.get("institution") or request.POST.get("institution") or 0).first()
    purpose = ConsentPurpose.DOCUMENTS if institution else ConsentPurpose.TEASER
    refusal = None
    if request.method == "POST":
        if "agree" not in request.POST:
            refusal = _("Tick the box if you agree. Without it nothing is shown to anybody.")
        else:
            try:
                services.give_consent(entry, purpose=purpose, institution=institution, by=request.user)
            except Refused as no:
                refusal = no.message
            else:
                messages.success(request, _("Your consent is recorded. You can withdraw it here at any time."))
                return redirect("matching:consents")
    until = timezone.localdate() + timedelta(days=services.CONSENT_DAYS)
    text = consent_text(purpose, project=entry.title, institution=str(institution or ""), until=f"{until:%F}")
    context = {"entry": entry, "institution": institution, "text": text, "refusal": refusal, "purpose": purpose}
    return render(request, "matching/consent.html", context, status=422 if refusal else 200)


@require_POST
def withdraw(request, pk):
    given = get_object_or_404(Consent.objects.filter(project__owner=request.user), pk=pk)
    authorize(request.user, "matching.give_consent", given.entry)
    services.withdraw_consent(given, by=request.user)
    messages.success(request, _("Withdrawn. From now on nothing is shown; those who read documents were told."))
    return redirect("matching:consents")


@require_safe
def requests(request):
    """Institutions that would like to talk, and the talks that go on."""
    asked = Interest.objects.filter(project__owner=request.user).select_related(
        "institution__organisation", "project", "deal"
    )
    page = Paginator(asked, 20).get_page(request.GET.get("page"))
    won = list(queries.awarded_entries(request.user))
    for interest in page:
        interest.won = [entry for entry in won if entry.project_id == interest.project_id]
    return render(request, "matching/requests.html", {"page": page})


@require_POST
def answer(request, pk):
    interest = get_object_or_404(Interest.objects.filter(project__owner=request.user).select_related("project"), pk=pk)
    authorize(request.user, "matching.answer_interest", interest.project)
    form = AnswerForm(request.POST)
    text = form.cleaned_data["answer"] if form.is_valid() else request.POST.get("answer", "")[:300]
    try:
        services.answer_interest(interest, accepted="accept" in request.POST, answer=text, by=request.user)
    except Refused as no:
        messages.error(request, no.message)
    else:
        messages.success(request, _("Your answer was sent."))
    return redirect("matching:requests")
