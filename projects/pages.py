"""Pictures of the pages of a document, drawn on demand and kept: what a reader sees is never the file itself.

A picture carries nothing of the file but what can be seen: no links, no scripts, no metadata, no author's name.
"""

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from core.files import PICTURES, disk, reader
from core.files.marking import pictures_pdf
from projects.models import DocumentVersion

SMALL, LARGE = 240, 1600
LOOKED_AT_ONCE = 5
DECKS = frozenset({"pptx", "ppt", "docx", "doc"})
# Page → rectangles on it.
Boxes = Mapping[int, Sequence[Sequence[int]]]


class PageMissingError(LookupError):
    """There is no such page, or the document can't be shown as pages here."""


def converted_name(version: DocumentVersion) -> str:
    """Where the PDF of an office file lies once it has been converted."""
    return f"{_folder(version)}/converted.pdf"


def given_up_name(version: DocumentVersion) -> str:
    """What lies there of an office file that could not be converted, so that it isn't tried for ever."""
    return f"{_folder(version)}/not-converted"


def pages_of_pdf(path: Path) -> int | None:
    """How many pages a PDF made here has; None when it can't be read."""
    try:
        return reader.ask(do="open", kind="pdf", path=str(path)).get("pages")
    except reader.TooMuchError:
        return None


def is_shown(version: DocumentVersion) -> bool:
    """Whether pages of this document can be looked at here; otherwise it can only be downloaded."""
    if version.extension == "pdf" or version.extension in PICTURES:
        return True
    return version.extension in DECKS and default_storage.exists(converted_name(version))


def page_image(
    version: DocumentVersion,
    number: int,
    *,
    width: int = LARGE,
    form: str = "webp",
    bare: bool = False,
    boxes: Sequence[Sequence[int]] = (),
) -> bytes:
    """The page (counted from 1), at most `width` pixels wide. A process apart draws it, under limits.

    `form` "jpg" is larger and opened and written again in a tenth of the time. `bare` leaves comments out; `boxes`
    (left, top, width, height in ten-thousandths of the page) are filled in the picture itself.
    """
    boxes = [list(box) for box in boxes]
    asked = [number, width, *(["bare"] if bare else []), *([_digest(boxes)] if boxes else [])]
    place = f"{_folder(version)}/{'-'.join(map(str, asked))}.{form}"
    if not default_storage.exists(place):
        with disk.stored(_source(version)) as path, disk.made(place) as target:
            question = {"path": str(path), "number": number, "width": width, "boxes": boxes, "target": str(target)}
            if version.extension in PICTURES:
                _ask(version, do="picture_page", **question)
            else:
                _ask(version, do="pdf_page", bare=bare, **question)
    with default_storage.open(place) as kept:
        return kept.read()


def copy_name(version: DocumentVersion, *, bare: bool, boxes: Boxes) -> str:
    """Where the copy lies that shows these pages and holds nothing else of the file."""
    return f"{_folder(version)}/copy-{_digest([bare, sorted(boxes.items())])}.pdf"


def make_copy(version: DocumentVersion, *, bare: bool, boxes: Boxes) -> None:
    """A PDF of pictures of the pages. What is covered or not drawn is not in it, nor text, names or scripts."""
    pages = range(1, (version.pages or 1) + 1)
    drawn = (page_image(version, one, form="jpg", bare=bare, boxes=boxes.get(one, ())) for one in pages)
    with disk.made(copy_name(version, bare=bare, boxes=boxes)) as target:
        pictures_pdf(drawn, target)


def _digest(asked) -> str:
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:16]


def page_texts(version: DocumentVersion) -> list[str]:
    """The text of each page; a picture or a scan has none."""
    if version.extension in PICTURES:
        return [""]
    with disk.stored(_source(version)) as path:
        return _ask(version, do="words", path=str(path))["pages"]


def page_looks(version: DocumentVersion, *, side: int, most: int) -> Iterator[tuple[bytes, str]]:
    """Of the first pages, each as a grey square of `side` × `side` bytes and the words on it, to be compared."""
    source = _source(version)
    kind = version.extension if version.extension in PICTURES else "pdf"
    with disk.stored(source) as path:
        for first in range(1, most + 1, LOOKED_AT_ONCE):
            numbers = list(range(first, min(first + LOOKED_AT_ONCE, most + 1)))
            found = _ask(version, do="looks", path=str(path), kind=kind, numbers=numbers, side=side)["pages"]
            for page in found:
                yield base64.b64decode(page["grey"]), page["words"]
            if len(found) < len(numbers):
                return


def quiet_name(version: DocumentVersion) -> str:
    """The stored name of what readers download: the PDF itself, or a copy without scripts and files inside it."""
    if version.extension != "pdf":
        return version.file.name
    place, clean = f"{_folder(version)}/quiet.pdf", f"{_folder(version)}/nothing-active"
    if default_storage.exists(place):
        return place
    if not default_storage.exists(clean):
        with disk.stored(version.file.name) as path, disk.made(place) as target:
            found = _ask(version, do="quiet", path=str(path), target=str(target))
        if found["removed"]:
            return place
        default_storage.save(clean, ContentFile(b""))
    return version.file.name


def _ask(version: DocumentVersion, **question) -> dict:
    try:
        found = reader.ask(**question)
    except reader.TooMuchError:
        raise PageMissingError(version.pk) from None
    if "refused" in found:
        raise PageMissingError(version.pk, found["refused"])
    return found


def _folder(version: DocumentVersion) -> str:
    return f"pages/{version.sha256[:2]}/{version.sha256}"


def _source(version: DocumentVersion) -> str:
    """The stored file that is drawn: the picture or PDF itself, or the PDF made of an office file."""
    if version.extension == "pdf" or version.extension in PICTURES:
        return version.file.name
    place = converted_name(version)
    if version.extension in DECKS and default_storage.exists(place):
        return place
    raise PageMissingError(version.extension)
