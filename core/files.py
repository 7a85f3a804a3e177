"""Files that people send: typed by what is in them, opened for real, measured against limits.

The name a sender gives decides nothing. A type is recognised by its first bytes, then the file is opened by the
library that knows it: a document that does not open, has a password, unpacks to a monster or carries macros is
refused with what to do about it.
"""

import hashlib
import threading
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import PurePath

import pypdfium2
from django.core.files import File
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from core.problems import Refused

MEGABYTE = 1024 * 1024
MOST_PAGES = 500
MOST_PIXELS = 60_000_000
MOST_UNPACKED = 600 * MEGABYTE
MOST_PARTS = 6000
HEAD = 4096

CONTENT_TYPES = {
    "pdf": "application/pdf",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt": "application/vnd.ms-powerpoint",
    "doc": "application/msword",
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "mp4": "video/mp4",
}
OFFICE_PARTS = {"ppt/presentation.xml": "pptx", "word/document.xml": "docx", "xl/workbook.xml": "xlsx"}
OLD_OFFICE = {"PowerPoint Document": "ppt", "WordDocument": "doc"}
PICTURES = frozenset({"jpg", "png", "webp"})
ALIASES = {"jpeg": "jpg"}

# PDFium is not safe to use from two threads at once.
pdfium = threading.RLock()


@dataclass(frozen=True)
class Content:
    """What a file turned out to be. `pages` counts pages of a PDF or slides of a deck; None where it means nothing."""

    extension: str
    content_type: str
    size: int
    sha256: str
    pages: int | None


def inspect(file: File, *, name: str, formats: Iterable[str], max_mb: int) -> Content:
    """Hash, type and open a file; refuse what is empty, too large, of another type than wanted, or broken."""
    wanted = [ALIASES.get(one.lower(), one.lower()) for one in formats]
    if not file.size:
        raise Refused(_("“%(name)s” is empty. Choose the file again.") % {"name": name}, code="empty")
    if file.size > max_mb * MEGABYTE:
        raise Refused(
            _(
                "“%(name)s” has %(size)s MB, more than the %(limit)s MB allowed here. "
                "Shrink its pictures or export it in a smaller quality, then send it again."
            )
            % {"name": name, "size": f"{file.size / MEGABYTE:.1f}", "limit": max_mb},
            code="too-large",
        )
    digest, head = _read(file)
    kind = _kind(file, head)
    if kind not in wanted:
        raise Refused(_wrong_type(name, kind, wanted), code="wrong-type")
    pages = OPENERS[kind](file, name) if kind in OPENERS else None
    file.seek(0)
    return Content(kind, CONTENT_TYPES[kind], file.size, digest, pages)


def plain_name(name: str) -> str:
    """A sender's file name without folders and invisible signs, short enough for the column, its ending kept."""
    name = "".join(sign for sign in PurePath(name.replace("\\", "/")).name if sign.isprintable()).strip() or "file"
    if len(name) <= 160:
        return name
    stem, dot, ending = name.rpartition(".")
    return f"{stem[: 155 - len(ending)]}…{dot}{ending}" if dot and len(ending) < 10 else name[:160]


def _read(file: File) -> tuple[str, bytes]:
    digest, head = hashlib.sha256(), b""
    file.seek(0)
    for chunk in file.chunks():
        if not head:
            head = bytes(chunk[:HEAD])
        digest.update(chunk)
    return digest.hexdigest(), head


def _kind(file: File, head: bytes) -> str:
    """The type by its first bytes; an empty text when it is none that we know."""
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp":
        return "mp4"
    if head.startswith(b"PK\x03\x04"):
        return _office_kind(file)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _old_office_kind(file)
    return ""


def _office_kind(file: File) -> str:
    try:
        with zipfile.ZipFile(file.file) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError):
        return ""
    return next((kind for part, kind in OFFICE_PARTS.items() if part in names), "zip")


def _old_office_kind(file: File) -> str:
    """Compound files name their streams in UTF-16; the directory may stand anywhere in them."""
    file.seek(0)
    tail = b""
    for chunk in file.chunks():
        stretch = tail + chunk
        for stream, kind in OLD_OFFICE.items():
            if stream.encode("utf-16-le") in stretch:
                return kind
        tail = stretch[-64:]
    return ""


def _wrong_type(name: str, kind: str, wanted: list[str]) -> str:
    facts = {"name": name, "found": kind.upper(), "wanted": "、".join(one.upper() for one in wanted)}
    if not kind:
        return _("“%(name)s” is of a type we can't read. Here we take %(wanted)s: save it as one of these.") % facts
    return _("Inside “%(name)s” is a %(found)s file. Here we take %(wanted)s: save it as one of these.") % facts


def _broken(name: str) -> Refused:
    return Refused(
        _("“%(name)s” does not open, it is damaged. Open it on your device, save it anew and send that file.")
        % {"name": name},
        code="damaged",
    )


def _open_pdf(file: File, name: str) -> int:
    file.seek(0)
    with pdfium:
        try:
            document = pypdfium2.PdfDocument(file.file)
        except pypdfium2.PdfiumError as error:
            if "password" in str(error).lower():
                raise Refused(
                    _("“%(name)s” asks for a password. Save it without one and send it again.") % {"name": name},
                    code="password",
                ) from None
            raise _broken(name) from None
        try:
            pages = len(document)
        finally:
            document.close()
    if not pages:
        raise _broken(name)
    _check_pages(name, pages)
    return pages


def _check_pages(name: str, pages: int) -> None:
    if pages > MOST_PAGES:
        raise Refused(
            _("“%(name)s” has %(pages)s pages; more than %(limit)s can't be read here. Send a shorter version.")
            % {"name": name, "pages": pages, "limit": MOST_PAGES},
            code="too-long",
        )


def _open_office(file: File, name: str) -> int | None:
    """Slides of a deck. The archive must hold together, stay small when unpacked and bring no macros."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file.file) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise Refused(
                    _("“%(name)s” unpacks to more than we can read. Save it as PDF and send that.") % {"name": name},
                    code="too-large-unpacked",
                )
            archive.read("[Content_Types].xml")
    except (zipfile.BadZipFile, zipfile.LargeZipFile, KeyError, NotImplementedError, RuntimeError, EOFError, OSError):
        raise _broken(name) from None
    if any(part.filename.endswith("vbaProject.bin") for part in parts):
        raise Refused(
            _("“%(name)s” contains macros. Save it without macros or as PDF and send that.") % {"name": name},
            code="macros",
        )
    slides = sum(_is_slide(part.filename) for part in parts)
    _check_pages(name, slides)
    return slides or None


def _is_slide(part: str) -> bool:
    return part.startswith("ppt/slides/slide") and part.endswith(".xml")


def _open_picture(file: File, name: str) -> int:
    file.seek(0)
    try:
        with Image.open(file.file) as picture:
            width, height = picture.size
            if width * height > MOST_PIXELS:
                raise Refused(
                    _("“%(name)s” has %(width)s × %(height)s pixels, too many to show. Send a smaller picture.")
                    % {"name": name, "width": width, "height": height},
                    code="too-many-pixels",
                )
            picture.verify()
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError):
        raise _broken(name) from None
    return 1


OPENERS: dict[str, Callable[[File, str], int | None]] = {
    "pdf": _open_pdf,
    "pptx": _open_office,
    "docx": _open_office,
    "xlsx": _open_office,
    "jpg": _open_picture,
    "png": _open_picture,
    "webp": _open_picture,
}
