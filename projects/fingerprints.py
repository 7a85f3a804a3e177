"""What an entry is compared by, taken from its frozen form and its deck."""

import logging
from dataclasses import dataclass

from contests.states import DocumentKind, TrackKind
from projects.models import Document, Entry
from projects.names import short_company, short_name
from projects.pages import PageMissingError, page_looks
from projects.similarity import (
    SIDE,
    Band,
    Page,
    number_of,
    picture_hash,
    picture_marks,
    signature,
    text_marks,
    words_mark,
)

MOST_PAGES = 40
TEXTS = ("one_line", "summary", "innovation", "business_model", "market", "rights")
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Taken:
    """The short name, the text's signature, the deck's pages, and the company's short name."""

    name: str
    signature: bytes = b""
    pages: tuple[Page, ...] = ()
    company: str = ""

    def marks(self) -> list[tuple[Band, int]]:
        """Every mark once."""
        found = [(Band.TEXT, value) for value in text_marks(self.signature)]
        for page in self.pages:
            found += [(Band.PICTURE, value) for value in picture_marks(page.picture)]
            found += [(Band.WORDS, page.words)] if page.words is not None else []
        if self.company:
            found.append((Band.COMPANY, number_of(self.company.encode())))
        return list(dict.fromkeys(found))


def taken(entry: Entry) -> Taken:
    """The fingerprint of a submitted entry.

    In a track for persons the name alone counts: texts of careers sound alike, and no project is entered twice there.
    """
    facts = (entry.snapshot or {}).get("project") or {}
    name = short_name(entry.title)
    if entry.track and entry.track.kind == TrackKind.PERSON:
        return Taken(name)
    text = " ".join(str(facts.get(key) or "") for key in TEXTS)
    return Taken(name, signature(text), _pages(entry), short_company(entry.company_name))


def _pages(entry: Entry) -> tuple[Page, ...]:
    """Pages of the first deck that can be drawn; blank ones are left out."""
    decks = Document.objects.filter(entry=entry, requirement__kind=DocumentKind.DECK, current__isnull=False)
    for deck in decks.select_related("current").order_by("requirement__order", "pk"):
        try:
            looks = list(page_looks(deck.current, side=SIDE, most=MOST_PAGES))
        except (PageMissingError, OSError) as error:
            log.info("No pages of document %s to compare: %s", deck.pk, error)
            continue
        pages = (Page(number, picture_hash(grey), words_mark(words)) for number, (grey, words) in enumerate(looks, 1))
        return tuple(page for page in pages if page.picture or page.words is not None)
    return ()
