"""Blind rounds: covering names on pages, searching texts for them, and letting a document go to the judges."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contests.models import Heat
from core import audit
from core.problems import Refused
from judging.blind import MOST_FOUND, UNREADABLE, find, names_of, pages_to_look_at, spans, unsearched
from judging.models import BlindCheck, Calibration, Redaction
from judging.models.blind import WHOLE
from judging.queries.blind import documents_of
from projects.models import DocumentVersion
from projects.pages import PageMissingError, page_texts

MOST_BOXES = 60
SIDES = 4


@transaction.atomic
def cover_page(
    version: DocumentVersion, *, page: int, boxes: Sequence[Sequence[int]], by, at: datetime | None = None
) -> list[Redaction]:
    """Cover these rectangles of a page and no others; judges get the picture with them filled.

    `boxes` are left, top, width and height in ten-thousandths of the page. A document whose covers change has to be
    looked through again before it goes to judges.
    """
    if not 1 <= page <= (version.pages or 1):
        raise Refused(_("There is no page %(page)s. Choose one of this document.") % {"page": page}, field="page")
    if len(boxes) > MOST_BOXES or not all(_lies_on_page(box) for box in boxes):
        raise Refused(_("A cover lies outside the page. Draw it again on the page."), field="boxes")
    check = _check_of(version)
    before = list(version.redactions.filter(page=page))
    old, new = [_measures(one) for one in before], [tuple(box) for box in boxes]
    if old == new:
        return before
    version.redactions.filter(page=page).delete()
    at = at or timezone.now()
    made = Redaction.objects.bulk_create(
        Redaction(version=version, page=page, left=left, top=top, width=width, height=height, by=by, at=at)
        for left, top, width, height in new
    )
    check.cleared_by = check.cleared_at = None
    check.save(update_fields=["cleared_by", "cleared_at"])
    audit.record(version, "blind.cover", by=by, before={"page": page, "boxes": old},
                 after={"page": page, "boxes": new}, at=at)  # fmt: skip
    return made


@transaction.atomic
def look_at_page(version: DocumentVersion, *, page: int, by, at: datetime | None = None) -> BlindCheck:
    """An officer has seen this page as it is covered now; said once, it stands for the document as it is."""
    if not 1 <= page <= (version.pages or 0):
        raise Refused(_("There is no page %(page)s. Choose one of this document.") % {"page": page}, field="page")
    check = _check_of(version)
    if page not in check.looked:
        check.looked = sorted([*check.looked, page])
        check.save(update_fields=["looked"])
        audit.record(version, "blind.look", by=by, after={"page": page}, at=at or timezone.now())
    return check


@transaction.atomic
def clear_document(version: DocumentVersion, *, by, at: datetime | None = None) -> BlindCheck:
    """The judges may see the pages as they are covered now.

    Refused while a page waits on which a name was found or nothing could be searched: somebody has to have seen it
    (`look_at_page`). Of a document that was never searched that is every page; one without pages can't be cleared.
    """
    check = _check_of(version)
    if not version.pages:
        raise Refused(
            _("This document has no pages that anybody could look at, so judges get nothing of it. It can be shown "
              "once its pages are made, or the team has sent a PDF instead.")
        )  # fmt: skip
    waiting = sorted(set(pages_to_look_at(check.found, version.pages)) - set(check.looked))
    if waiting:
        raise Refused(
            _("Nobody has looked at these pages yet: %(pages)s. Open each and say that you have seen it.")
            % {"pages": spans(waiting)}
        )
    check.cleared_by, check.cleared_at = by, at or timezone.now()
    check.save(update_fields=["cleared_by", "cleared_at"])
    audit.record(version, "blind.clear", by=by, at=check.cleared_at)
    return check


@transaction.atomic
def clear_unnamed(subject: Heat | Calibration, *, by, at: datetime | None = None) -> int:
    """Let every document of a heat or calibration go to the judges in whose text no name was found; their number."""
    at = at or timezone.now()
    waiting = BlindCheck.objects.select_for_update(of=("self",)).filter(
        version__in=documents_of(subject).values("pk"), cleared_at=None, found=[]
    )
    count = BlindCheck.objects.filter(pk__in=[one.pk for one in waiting]).update(cleared_by=by, cleared_at=at)
    if not count:
        raise Refused(_("No document waits here in whose text nothing was found. Search the texts first."))
    audit.record(subject, "blind.clear", by=by, after={"documents": count}, at=at)
    return count


def search_documents(
    subject: Heat | Calibration, *, by, at: datetime | None = None, told: Callable[[int, int], None] | None = None
) -> int:
    """Read the text of every document that judges are to look at for its team's names; how many documents name it.

    A page without text may show a name as a picture, so a document that has one is never without a finding.
    """
    at = at or timezone.now()
    named, versions = 0, list(documents_of(subject).select_related("document__entry"))
    for done, version in enumerate(versions, 1):
        found = _found_in(version)
        BlindCheck.objects.update_or_create(version=version, defaults={"found": found, "read_at": at})
        named += bool(found)
        if told:
            told(done, len(versions))
    audit.record(subject, "blind.search", by=by, after={"documents": len(versions), "named": named}, at=at)
    return named


def _found_in(version: DocumentVersion) -> list[dict]:
    try:
        pages = page_texts(version)
    except (PageMissingError, FileNotFoundError):
        return [{"page": 1, "kind": UNREADABLE, "text": "", "before": "", "after": ""}]
    if not pages:
        return [{"page": 1, "kind": UNREADABLE, "text": "", "before": "", "after": ""}]
    found = [*find(pages, names_of(version.document.entry.snapshot)), *unsearched(pages)]
    return [asdict(one) for one in sorted(found, key=lambda one: one.page)[:MOST_FOUND]]


def _check_of(version: DocumentVersion) -> BlindCheck:
    """The document's row of the check, locked, so that two officers cover one after the other."""
    BlindCheck.objects.get_or_create(version=version)
    return BlindCheck.objects.select_for_update().get(version=version)


def _measures(one: Redaction) -> tuple[int, int, int, int]:
    return one.left, one.top, one.width, one.height


def _lies_on_page(box: Sequence[int]) -> bool:
    if len(box) != SIDES or not all(isinstance(side, int) and side >= 0 for side in box):
        return False
    left, top, width, height = box
    return width > 0 and height > 0 and left + width <= WHOLE and top + height <= WHOLE
