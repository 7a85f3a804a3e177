"""Opens a file for real. Runs in a process of its own (`reader`): a file that breaks its library breaks only that.

Each opener answers what it found, or raises `Unreadable` with a code that `inspection` puts into words. No Django here.
"""

import base64
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image, ImageDraw, ImageOps, UnidentifiedImageError

from core.files.kinds import MEGABYTE, MOST_PARTS, entries_in_archive

MOST_PAGES = 500
MOST_PIXELS = 60_000_000
MOST_UNPACKED = 600 * MEGABYTE
MOST_DRAWN = 16_000_000
BOX_HEAD, LONG_BOX_HEAD = 8, 16
MOST_BOXES = 20_000
QUALITY = 82

# Pixels are counted here before any is read, so that the answer can say how many there are.
Image.MAX_IMAGE_PIXELS = None


class Unreadable(Exception):  # noqa: N818 - an answer about a file, not an error of ours
    def __init__(self, code: str, **facts: Any):
        super().__init__(code)
        self.code, self.facts = code, facts


def pdf(path: Path) -> dict:
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise Unreadable("password" if "password" in str(error).lower() else "damaged") from None
    try:
        pages = len(document)
    finally:
        document.close()
    try:
        # What the second library can't open could not be handed to readers without its scripts.
        pikepdf.open(path).close()
    except pikepdf.PdfError:
        raise Unreadable("damaged") from None
    return {"pages": _counted(pages)}


def _counted(pages: int) -> int:
    if not pages:
        raise Unreadable("damaged")
    if pages > MOST_PAGES:
        raise Unreadable("too-long", pages=pages, limit=MOST_PAGES)
    return pages


def office(path: Path) -> dict:
    """Slides of a deck. The archive must hold together, be small when really unpacked and bring no macros."""
    try:
        with path.open("rb") as file:
            if entries_in_archive(file) > MOST_PARTS:
                raise Unreadable("too-large-unpacked")
            with zipfile.ZipFile(file) as archive:
                parts = archive.infolist()
                _measure(archive, parts)
                archive.getinfo("[Content_Types].xml")
    except (zipfile.BadZipFile, zipfile.LargeZipFile, KeyError, NotImplementedError, RuntimeError, EOFError, OSError,
            ValueError):  # fmt: skip
        raise Unreadable("damaged") from None
    if any(part.filename.endswith("vbaProject.bin") for part in parts):
        raise Unreadable("macros")
    slides = sum(part.filename.startswith("ppt/slides/slide") and part.filename.endswith(".xml") for part in parts)
    return {"pages": _counted(slides) if slides else None}


def _measure(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    """Unpack every part to nowhere: what the list says counts first, then what really comes out, with its checksum."""
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Unreadable("too-large-unpacked")
    for part in parts:
        with archive.open(part) as stream:
            while stream.read(MEGABYTE):
                pass


def picture(path: Path) -> dict:
    try:
        with Image.open(path) as found:
            width, height = found.size
            if width * height > MOST_PIXELS:
                raise Unreadable("too-many-pixels", width=width, height=height)
            found.load()
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError, EOFError):
        raise Unreadable("damaged") from None
    return {"pages": 1}


def video(path: Path) -> dict:
    """An MP4 whose boxes fill the file to its last byte, with a table of contents, a moving picture and its data."""
    size = path.stat().st_size
    with path.open("rb") as file:
        boxes = _boxes(file, 0, size)
        names = [name for name, _, _ in boxes]
        if names[:1] != [b"ftyp"] or b"moov" not in names or not {b"mdat", b"moof"} & set(names):
            raise Unreadable("damaged")
        _, start, end = boxes[names.index(b"moov")]
        tracks = [one for one in _boxes(file, start, end) if one[0] == b"trak"]
        if not any(_shows_pictures(file, *track[1:]) for track in tracks):
            raise Unreadable("no-picture")
    return {"pages": None}


def _boxes(file: BinaryIO, start: int, end: int) -> list[tuple[bytes, int, int]]:
    """Boxes of one level: name, where the content begins, where it ends. They must fill the stretch exactly."""
    found, place = [], start
    while place < end:
        file.seek(place)
        head = file.read(BOX_HEAD)
        size, name, begins = int.from_bytes(head[:4], "big"), head[4:8], BOX_HEAD
        if size == 1:
            size, begins = int.from_bytes(file.read(8), "big"), LONG_BOX_HEAD
        elif size == 0:
            size = end - place
        if len(head) < BOX_HEAD or size < begins or place + size > end or len(found) > MOST_BOXES:
            raise Unreadable("damaged")
        found.append((name, place + begins, place + size))
        place += size
    return found


def _shows_pictures(file: BinaryIO, start: int, end: int) -> bool:
    for name, begins, ends in _boxes(file, start, end):
        if name == b"mdia":
            for inner, at, _ in _boxes(file, begins, ends):
                file.seek(at + BOX_HEAD)
                if inner == b"hdlr" and file.read(4) == b"vide":
                    return True
    return False


# ---------------------------------------------------------------- what readers get instead of the file


def pdf_page(path: Path, number: int, width: int, target: Path, bare: bool, boxes: list[list[int]]) -> dict:
    """One page as a picture: no links, no scripts, nothing but what can be seen; `bare` without comments as well."""
    document = pypdfium2.PdfDocument(path)
    try:
        if not 1 <= number <= len(document):
            raise Unreadable("no-page")
        page = _bared(document, number - 1) if bare else document[number - 1]
        wide, high = page.get_size()
        scale = min(width / max(wide, 1), (MOST_DRAWN / max(wide * high, 1)) ** 0.5)
        _keep(page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB"), boxes, target)
    finally:
        document.close()
    return {}


def _bared(document: pypdfium2.PdfDocument, index: int) -> pypdfium2.PdfPage:
    """A page whose comments are gone and whose filled fields are text of the page, to be drawn and searched alike."""
    page = document[index]
    for place in reversed(range(pdfium.FPDFPage_GetAnnotCount(page))):
        note = pdfium.FPDFPage_GetAnnot(page, place)
        kind = pdfium.FPDFAnnot_GetSubtype(note)
        pdfium.FPDFPage_CloseAnnot(note)
        if kind != pdfium.FPDF_ANNOT_WIDGET:
            pdfium.FPDFPage_RemoveAnnot(page, place)
    if pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY) != pdfium.FLATTEN_SUCCESS:
        return page
    return document[index]


def picture_page(path: Path, number: int, width: int, target: Path, boxes: list[list[int]]) -> dict:
    """A picture upright and of the wanted width, without what the camera noted."""
    if number != 1:
        raise Unreadable("no-page")
    with Image.open(path) as found:
        found.draft("RGB", (width, width * 3))
        upright = ImageOps.exif_transpose(found).convert("RGB")
    upright.thumbnail((width, width * 3))
    _keep(upright, boxes, target)
    return {}


def _keep(drawn: Image.Image, boxes: list[list[int]], target: Path) -> None:
    """Write a picture with rectangles filled; what lies under them is not in it.

    `boxes` are left, top, width and height in ten-thousandths of the page.
    """
    wide, high = drawn.size
    pen = ImageDraw.Draw(drawn)
    for left, top, width, height in boxes:
        corners = (
            left * wide // WHOLE,
            top * high // WHOLE,
            (left + width) * wide / WHOLE,
            (top + height) * high / WHOLE,
        )
        pen.rectangle(corners, fill=COVER)
    drawn.info.clear()
    drawn.save(target, quality=QUALITY)


LOOKED_AT, WORDS = 640, 4000
WHOLE, COVER = 10_000, (38, 45, 56)


def looks(path: Path, kind: str, numbers: list[int], side: int) -> dict:
    """What pages look like, to be compared: each as a grey square of `side` × `side` bytes, and the words on it."""
    if kind != "pdf":
        with Image.open(path) as found:
            return {"pages": [_look(ImageOps.exif_transpose(found), "", side)] if 1 in numbers else []}
    document, pages = pypdfium2.PdfDocument(path), []
    try:
        for number in numbers:
            if number <= len(document):
                page = document[number - 1]
                wide, high = page.get_size()
                scale = min(LOOKED_AT / max(wide, 1), (MOST_DRAWN / max(wide * high, 1)) ** 0.5)
                words = page.get_textpage().get_text_range()[:WORDS]
                pages.append(_look(page.render(scale=scale, may_draw_forms=False).to_pil(), words, side))
    finally:
        document.close()
    return {"pages": pages}


def _look(drawn: Image.Image, words: str, side: int) -> dict:
    grey = drawn.convert("L").resize((side, side), Image.Resampling.LANCZOS)
    return {"grey": base64.b64encode(grey.tobytes()).decode(), "words": words}


def words(path: Path) -> dict:
    """The text of every page of a PDF, to be searched: what is drawn of it `bare`."""
    document = pypdfium2.PdfDocument(path)
    try:
        pages = [_bared(document, index) for index in range(len(document))]
        return {"pages": [page.get_textpage().get_text_range()[: WORDS * 4] for page in pages]}
    finally:
        document.close()


ACTIVE_KEYS = ("/OpenAction", "/AA", "/Collection")
ACTIVE_NAMES = ("/JavaScript", "/EmbeddedFiles")
ACTIVE_NOTES = frozenset({"/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"})
ACTIONS = frozenset({"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/GoToR", "/Rendition"})


def quiet_pdf(path: Path, target: Path) -> dict:
    """A copy of a PDF without scripts, launches, forms that send and files inside; `removed` counts what was taken."""
    with pikepdf.open(path) as document:
        removed = _silence_root(document.Root)
        for page in document.pages:
            removed += _drop(page.obj, "/AA")
            removed += _silence_notes(page.obj)
        if removed:
            document.save(target)
    return {"removed": removed}


def _silence_root(root: pikepdf.Object) -> int:
    removed = sum(_drop(root, key) for key in ACTIVE_KEYS)
    if isinstance(root.get("/Names"), pikepdf.Dictionary):
        removed += sum(_drop(root.Names, key) for key in ACTIVE_NAMES)
    form = root.get("/AcroForm")
    if isinstance(form, pikepdf.Dictionary):
        removed += _drop(form, "/XFA")
        for field in form.get("/Fields", []):
            removed += _drop(field, "/AA") + _drop_action(field)
    return removed


def _silence_notes(page: pikepdf.Object) -> int:
    notes = page.get("/Annots")
    if not isinstance(notes, pikepdf.Array):
        return 0
    kept = [one for one in notes if not (isinstance(one, pikepdf.Dictionary) and one.get("/Subtype") in ACTIVE_NOTES)]
    removed = len(notes) - len(kept)
    for one in kept:
        if isinstance(one, pikepdf.Dictionary):
            removed += _drop(one, "/AA") + _drop_action(one)
    if len(kept) < len(notes):
        page["/Annots"] = pikepdf.Array(kept)
    return removed


def _drop_action(holder: pikepdf.Object) -> int:
    action = holder.get("/A") if isinstance(holder, pikepdf.Dictionary) else None
    if not isinstance(action, pikepdf.Dictionary):
        return 0
    return _drop(holder, "/A") if action.get("/S") in ACTIONS or "/Next" in action else 0


def _drop(holder: pikepdf.Object, key: str) -> int:
    if not isinstance(holder, pikepdf.Dictionary) or key not in holder:
        return 0
    del holder[key]
    return 1


OPENERS: dict[str, Callable[[Path], dict]] = {
    "pdf": pdf,
    "pptx": office,
    "docx": office,
    "xlsx": office,
    "jpg": picture,
    "png": picture,
    "webp": picture,
    "mp4": video,
}


def answer(question: dict) -> dict:
    """Does what the other process asks for."""
    path = Path(question["path"])
    try:
        if question["do"] == "open":
            return OPENERS[question["kind"]](path)
        if question["do"] == "quiet":
            return quiet_pdf(path, Path(question["target"]))
        if question["do"] == "words":
            return words(path)
        if question["do"] == "looks":
            return looks(path, question["kind"], question["numbers"], question["side"])
        asked = {name: question[name] for name in ("number", "width")} | {"target": Path(question["target"])}
        asked["boxes"] = question.get("boxes", [])
        if question["do"] == "pdf_page":
            return pdf_page(path, bare=question.get("bare", False), **asked)
        return picture_page(path, **asked)
    except Unreadable as refusal:
        return {"refused": refusal.code, "facts": refusal.facts}
    except (pypdfium2.PdfiumError, pikepdf.PdfError, OSError, ValueError, SyntaxError, MemoryError,
            Image.DecompressionBombError):  # fmt: skip
        return {"refused": "damaged", "facts": {}}
