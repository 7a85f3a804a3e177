"""What a file is, told by its bytes: the name a sender gives decides nothing."""

import zipfile
from typing import BinaryIO

MEGABYTE = 1024 * 1024
HEAD = 4096
MOST_PARTS = 6000
END_OF_ARCHIVE = b"PK\x05\x06"
TAIL = 66 * 1024

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
# Old formats are typed only: nothing of ours reads them.
UNOPENED = frozenset({"ppt", "doc"})
ARCHIVES = frozenset({"pptx", "docx", "xlsx", "zip"})
PICTURES = frozenset({"jpg", "png", "webp"})
ALIASES = {"jpeg": "jpg"}
# What phones and cameras write into the same box format as MP4: said by name, so that people know what to change.
BRANDS = {b"heic": "heic", b"heix": "heic", b"mif1": "heic", b"avif": "avif", b"qt  ": "mov", b"crx ": "raw"}


def kind_of(file: BinaryIO) -> str:
    """The type by the first bytes; an empty text when it is none that we know."""
    file.seek(0)
    head = file.read(HEAD)
    # White space and a byte order mark may stand before a PDF. Anything else there is another file in front of it.
    if head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\0\t\n\f\r ").startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp":
        return BRANDS.get(head[8:12], "mp4")
    if head.startswith(b"PK\x03\x04"):
        return _office_kind(file)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _old_office_kind(file)
    return ""


def is_two_files(file: BinaryIO, kind: str) -> bool:
    """Whether an archive hangs on behind a file of another type: read by one program it is this, by another that."""
    if kind in ARCHIVES or not kind:
        return False
    return zipfile.is_zipfile(file)


def entries_in_archive(file: BinaryIO) -> int:
    """How many entries an archive says it has, read from its end alone: a list of millions is never loaded."""
    size = file.seek(0, 2)
    file.seek(max(0, size - TAIL))
    tail = file.read(TAIL)
    place = tail.rfind(END_OF_ARCHIVE)
    return int.from_bytes(tail[place + 10 : place + 12], "little") if place >= 0 else 0


def _office_kind(file: BinaryIO) -> str:
    if entries_in_archive(file) > MOST_PARTS:
        return "zip"
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return ""
    return next((kind for part, kind in OFFICE_PARTS.items() if part in names), "zip")


def _old_office_kind(file: BinaryIO) -> str:
    """Compound files name their streams in UTF-16; the directory may stand anywhere in them."""
    file.seek(0)
    tail = b""
    while chunk := file.read(MEGABYTE):
        stretch = tail + chunk
        for stream, kind in OLD_OFFICE.items():
            if stream.encode("utf-16-le") in stretch:
                return kind
        tail = stretch[-64:]
    return ""
