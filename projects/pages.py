"""Pictures of the pages of a document, drawn on demand and kept: what a reader sees is never the file itself.

A picture carries nothing of the file but what can be seen: no links, no scripts, no metadata, no author's name.
"""

from io import BytesIO

import pypdfium2
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageOps

from core.files import PICTURES, pdfium
from projects.models import DocumentVersion

SMALL, LARGE = 240, 1600
MOST_PIXELS = 16_000_000
QUALITY = 82
DECKS = frozenset({"pptx", "ppt", "docx", "doc"})


class PageMissingError(LookupError):
    """There is no such page, or the document can't be shown as pages here."""


def converted_name(version: DocumentVersion) -> str:
    """Where the PDF of an office file lies once it has been converted."""
    return f"pages/{version.sha256[:2]}/{version.sha256}/converted.pdf"


def is_shown(version: DocumentVersion) -> bool:
    """Whether pages of this document can be looked at here; otherwise it can only be downloaded."""
    if version.extension == "pdf" or version.extension in PICTURES:
        return True
    return version.extension in DECKS and default_storage.exists(converted_name(version))


def page_image(version: DocumentVersion, number: int, *, width: int = LARGE) -> bytes:
    """The page (counted from 1) as WebP, at most `width` pixels wide."""
    place = f"pages/{version.sha256[:2]}/{version.sha256}/{number}-{width}.webp"
    if default_storage.exists(place):
        with default_storage.open(place) as kept:
            return kept.read()
    drawn = _picture(version, number, width) if version.extension in PICTURES else _page(version, number, width)
    body = BytesIO()
    drawn.save(body, "WEBP", quality=QUALITY, method=4)
    default_storage.save(place, ContentFile(body.getvalue()))
    return body.getvalue()


def _picture(version: DocumentVersion, number: int, width: int) -> Image.Image:
    if number != 1:
        raise PageMissingError(number)
    with version.file.open("rb") as file, Image.open(file) as picture:
        upright = ImageOps.exif_transpose(picture).convert("RGB")
    upright.thumbnail((width, width * 3))
    return upright


def _page(version: DocumentVersion, number: int, width: int) -> Image.Image:
    with _pdf(version) as file, pdfium:
        document = pypdfium2.PdfDocument(file.file)
        try:
            if not 1 <= number <= len(document):
                raise PageMissingError(number)
            page = document[number - 1]
            wide, high = page.get_size()
            scale = min(width / wide, (MOST_PIXELS / (wide * high)) ** 0.5)
            return page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
        finally:
            document.close()


def _pdf(version: DocumentVersion):
    if version.extension == "pdf":
        return version.file.open("rb")
    place = converted_name(version)
    if version.extension in DECKS and default_storage.exists(place):
        return default_storage.open(place)
    raise PageMissingError(version.extension)
