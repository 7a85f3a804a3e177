"""Work on documents that takes longer than a page may."""

import logging
import shutil
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django_tasks import task

from contests.states import SeasonState
from core.periodic import every
from core.templatetags.luyan import moment
from messaging.channels import DeliveryError, sms
from messaging.tasks import MOST_TRIES, PAUSE
from projects.conversion import convert, converter
from projects.links import link_of
from projects.models import DocumentVersion, Entry, Extension, TeamInvitation
from projects.pages import DECKS, converted_name, given_up_name, pages_of_pdf
from projects.reminders import drafts_under
from projects.reminders import remind_drafts as remind
from projects.reminders import tell_extension as tell
from projects.states import InvitationState

STRETCH = 20
log = logging.getLogger(__name__)


def needs_conversion(version: DocumentVersion) -> bool:
    """Whether pages of this office file are still to come: not made, and not given up."""
    return version.extension in DECKS and converter() is not None and not any(
        default_storage.exists(place) for place in (converted_name(version), given_up_name(version))
    )  # fmt: skip


@task()
def convert_deck(pk: int) -> None:
    """Make a PDF of an office file, so that its pages can be shown. A file that won't convert stays a download."""
    version = DocumentVersion.objects.get(pk=pk)
    if not needs_conversion(version):
        return
    with tempfile.TemporaryDirectory() as room:
        source = Path(room) / f"deck.{version.extension}"
        with version.file.open("rb") as file, source.open("wb") as copy:
            shutil.copyfileobj(file, copy)
        made = convert(converter(), source)
        pages = made and pages_of_pdf(made)
        if not pages:
            default_storage.save(given_up_name(version), ContentFile(b""))
            return
        with made.open("rb") as body:
            default_storage.save(converted_name(version), File(body))
    # Hidden slides are no pages, and of a text only the PDF tells how many it has.
    DocumentVersion.objects.filter(pk=pk).update(pages=pages)
    if version.document.entry.submitted_at is not None:
        compare_entry.enqueue(version.document.entry_id)


@every(hours=6)
@task(priority=-20)
def convert_missing() -> None:
    """What a crash lost, and what was sent before this machine had LibreOffice."""
    if converter() is None:
        return
    current = DocumentVersion.objects.filter(
        pk=F("document__current"), extension__in=DECKS, document__entry__season__state=SeasonState.RUNNING
    )
    for version in current.only("extension", "sha256").iterator():
        if needs_conversion(version):
            convert_deck.enqueue(version.pk)


@every(minutes=10)
@task()
def remind_drafts() -> None:
    """Tell those whose drafts are near their deadline."""
    remind()


@every(hours=1)
@task()
def sweep_uploads() -> None:
    """Clear away uploads that nobody finishes."""
    from projects.services import sweep_uploads as sweep  # noqa: PLC0415 - services enqueue what stands here

    sweep()


@task()
def tell_extension(pk: int, given: bool) -> None:
    """Tell everybody whom a unit's or track's extension concerns."""
    extension = Extension.objects.select_related("by").get(pk=pk)
    for drafts in drafts_under(extension):
        tell(drafts, given=given, by=extension.by)


@task()
def send_invitation(pk: int, tries: int = 1) -> None:
    """Carry an invitation into a team by SMS to somebody without an account; tried three times."""
    found = TeamInvitation.objects.filter(pk=pk, state=InvitationState.SENT).select_related("project", "by").first()
    if found is None:
        return
    with override(settings.LANGUAGE_CODE):
        facts = {"by": found.by, "project": found.project, "when": moment(found.expires_at, "shortday")}
        text = _("%(by)s invites you to the team of %(project)s. Answer until %(when)s:") % facts
        site = settings.SITE_NAME or _("Luyan")
    try:
        sms().send(found.phone, f"【{site}】{text} {settings.SITE_URL}{link_of(found)}")
    except (DeliveryError, OSError) as error:
        log.warning("Invitation %s was not taken by SMS (try %s): %s", pk, tries, error)
        if tries < MOST_TRIES and send_invitation.get_backend().supports_defer:
            send_invitation.using(run_after=timezone.now() + PAUSE).enqueue(pk, tries + 1)


@task(priority=-10)
def compare_entry(pk: int) -> None:
    """Look for entries that are like this one."""
    from projects.services.comparing import compare  # noqa: PLC0415 - brings libraries that only the worker needs

    entry = Entry.objects.select_related("track").filter(pk=pk).first()
    if entry is not None:
        compare(entry)


@every(hours=1)
@task(priority=-20)
def compare_missing(after: int = 0) -> None:
    """Compare a stretch of the entries that nobody has compared yet, and ask for the next: other work comes between."""
    from projects.services.comparing import compare, not_compared  # noqa: PLC0415 - as above

    stretch = list(not_compared().filter(pk__gt=after).order_by("pk")[:STRETCH])
    if len(stretch) == STRETCH:
        compare_missing.enqueue(stretch[-1].pk)
    for entry in stretch:
        compare(entry)
