"""Paper: the receipt and its public check, and the entry form to be signed, stamped and uploaded back."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.states import IdKind
from core import pdf, qr
from core.downloads import download
from core.problems import authorize
from projects import papers
from projects.dossier import Dossier
from projects.models import Entry
from projects.services.papers import note_print
from projects.sheet import sections_of
from projects.snapshot import snapshot_of
from projects.states import MemberKind, Step

RELATED = ("season__contest", "track", "unit__parent", "zone", "project__owner")
OWN_TABLES = frozenset({Step.TEAM, Step.DOCUMENTS, Step.DECLARATIONS})


@require_safe
def receipt(request, pk):
    """The receipt of a submitted entry: number, time to the second and the digests of its files."""
    seen = Entry.objects.visible_to(request.user).filter(submitted_at__isnull=False).select_related(*RELATED)
    found = get_object_or_404(seen, pk=pk)
    authorize(request.user, "projects.view_entry", found)
    link = f"{settings.SITE_URL}{papers.receipt_path(found)}"
    context = {"entry": found, "snapshot": found.snapshot, "digest": papers.files_digest(found.snapshot)}
    printed = pdf.render("projects/receipt_pdf.html", context, assets={"qr": qr.png(link)}, substitute=True)
    return download(printed, f"{found.number}.pdf", inline=True)


@login_not_required
@require_safe
def check_receipt(request, signed):
    """What anybody may know who holds a receipt: that it is ours, its number, time and files digest."""
    found = papers.receipt_of(signed)
    return render(request, "projects/receipt_check.html", {"receipt": found}, status=200 if found else 404)


@require_safe
def entry_form(request, pk):
    """The entry form on paper. What is handed in prints as it was frozen, a draft as it stands now."""
    found = get_object_or_404(Entry.objects.visible_to(request.user).select_related(*RELATED), pk=pk)
    authorize(request.user, "projects.view_entry", found)
    frozen = found.submitted_at is not None and not found.is_editable
    snapshot = found.snapshot if frozen else snapshot_of(found, Dossier(found))
    code = papers.form_code(snapshot)
    if request.method == "GET" and found.project.owner_id == request.user.pk:
        note_print(found, code=code, by=request.user)
    context = {
        "entry": found,
        "snapshot": snapshot,
        "code": code,
        "frozen": frozen,
        "at": timezone.now(),
        "sections": [one for one in sections_of(snapshot) if one.step not in OWN_TABLES],
        "people": [{**one, **_words(one)} for one in snapshot["team"]],
    }
    printed = pdf.render("projects/entry_form_pdf.html", context, substitute=True)
    return download(printed, f"{found.number or f'D{found.pk}'}.pdf", inline=True)


def _words(person: dict) -> dict:
    return {"part": MemberKind(person["kind"]).label, "document": IdKind(person["id_kind"]).label}
