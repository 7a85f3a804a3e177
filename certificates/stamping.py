"""Certificates stamped into a PDF: the artwork once, the text and the QR code of each on its page.

The artwork (frame, background, seals) is drawn once by the page engine and shared by all pages. Pages are written
as they come; the fonts, cut down to the glyphs used, go in when the last page is known. What a page adds is a
content stream, a QR code and two dictionaries: time and size grow evenly with the number of certificates.
"""

from collections.abc import Iterable
from functools import lru_cache
from io import BytesIO
from typing import BinaryIO

import pikepdf
from pikepdf import Array, Dictionary, Name

from certificates.designs import Design, QrPlace
from certificates.embedding import EmbeddedFace, packed
from certificates.flowing import FlowedPage
from certificates.typesetting import POINTS_A_MM, Piece
from core import fonts, qr

BRANCH = 64  # pages on a branch of the page tree
HEX = [f"{glyph:04x}" for glyph in range(0x10000)]


class Sheaf:
    """A PDF being filled: shared artwork, shared fonts, one page a certificate."""

    def __init__(self, design: Design, artwork: bytes, *, title: str):
        self.design = design
        self.pdf = pikepdf.new()
        self.faces: dict[fonts.Face, EmbeddedFace] = {}
        self.fonts = self.pdf.make_indirect(Dictionary())
        self.pages: list[pikepdf.Object] = []
        self.under, self.over = self._forms(artwork)
        # A seal is ink on ink: it multiplies with the text under it. Isolated, or paper and text would count twice.
        self.over.Group = Dictionary(S=Name.Transparency, I=True, CS=Name.DeviceRGB)
        self.blends = self.pdf.make_indirect(Dictionary(Multiply=Dictionary(BM=Name.Multiply)))
        self.pdf.docinfo[Name.Title] = title
        self.pdf.Root.Lang = "zh-CN"
        self.pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)

    def _forms(self, artwork: bytes) -> list[pikepdf.Object]:
        """The artwork's two pages, what lies under the text and what over it, as forms of this document."""
        with pikepdf.open(BytesIO(artwork)) as drawn:
            return [self.pdf.copy_foreign(page.as_form_xobject()) for page in drawn.pages]

    def add(self, pieces: Iterable[Piece], verify_url: str, flowed: FlowedPage | None = None) -> None:
        """Add one certificate: its texts, its code, and the page of free text laid out for it, if any.

        Text stands between q and Q, so that whatever it sets is undone before the QR code is drawn; a page of the
        page engine goes in as a form, because it turns the y axis over and never turns it back.
        """
        design = self.design
        objects = {"/Under": self.under, "/Over": self.over}
        content = [b"/Under Do\nq\n", self._text(pieces), b"Q\n"]
        if flowed:
            objects["/Flowed"] = self.pdf.copy_foreign(flowed.page.as_form_xobject())
            content.append(b"/Flowed Do\n")
        if design.qr:
            objects["/Qr"] = self._qr(verify_url)
            content.append(_upright(design.qr, design.height))
        content.append(b"/Multiply gs /Over Do\n")
        page = Dictionary(
            Type=Name.Page,
            MediaBox=[0, 0, round(design.width * POINTS_A_MM, 2), round(design.height * POINTS_A_MM, 2)],
            Resources=Dictionary(Font=self.fonts, XObject=Dictionary(objects), ExtGState=self.blends),
            Contents=packed(self.pdf, b"".join(content)),
        )
        self.pages.append(self.pdf.make_indirect(page))

    def _qr(self, verify_url: str) -> pikepdf.Stream:
        """The code as a stencil: dark modules take the ink, light ones let the paper through."""
        side, rows = qr.bitmap(verify_url)
        return packed(
            self.pdf,
            rows,
            Type=Name.XObject,
            Subtype=Name.Image,
            Width=side,
            Height=side,
            ImageMask=True,
            BitsPerComponent=1,
        )

    def _text(self, pieces: Iterable[Piece]) -> bytes:
        """The pieces as text operators; colour, font and spacing are written only when they change."""
        height = self.design.height * POINTS_A_MM
        current = ("", "", "")
        out = ["BT"]
        for piece in pieces:
            style = piece.style
            face = self._face(style.face)
            face.note(piece.shape)
            wanted = (_ink(style.colour), f"{face.name} {piece.size:.3f} Tf", f"{piece.spacing:.3f} Tc")
            out += [now for now, before in zip(wanted, current, strict=True) if now != before]
            current = wanted
            out.append(f"1 0 0 1 {piece.x:.2f} {height - piece.y:.2f} Tm {_shown(piece)}")
        out.append("ET\n")
        return "\n".join(out).encode("ascii")

    def _face(self, face: fonts.Face) -> EmbeddedFace:
        if face not in self.faces:
            self.faces[face] = EmbeddedFace(face, f"/F{len(self.faces) + 1}", self.pdf)
            self.fonts[self.faces[face].name] = self.faces[face].font
        return self.faces[face]

    def save(self, out: BinaryIO) -> None:
        """Embed the fonts and write the document."""
        for face in self.faces.values():
            face.embed()
        self._bind()
        self.pdf.save(
            out,
            deterministic_id=True,
            compress_streams=False,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )

    def _bind(self) -> None:
        """Hang the pages on branches of the page tree; appending them one by one takes time that grows as n²."""
        root = self.pdf.Root.Pages
        root.Kids = Array()
        root.Count = len(self.pages)
        for start in range(0, len(self.pages), BRANCH):
            pages = self.pages[start : start + BRANCH]
            branch = Dictionary(Type=Name.Pages, Parent=root, Kids=Array(pages), Count=len(pages))
            branch = self.pdf.make_indirect(branch)
            root.Kids.append(branch)
            for page in pages:
                page.Parent = branch


def _shown(piece: Piece) -> str:
    """The glyphs of a piece; where the shape departs from the font's own widths, the difference is written."""
    span = slice(piece.first, piece.last)
    glyphs = [HEX[glyph] for glyph in piece.shape.glyphs[span]]
    if piece.shape.moves is None:
        return f"<{''.join(glyphs)}> Tj"
    shown = []
    for glyph, (before, after) in zip(glyphs, piece.shape.moves[span], strict=True):
        shown.append(f"{before or ''}<{glyph}>{after or ''}")
    return f"[{''.join(shown).replace('><', '')}] TJ"


def _upright(place: QrPlace, height: float) -> bytes:
    """The QR code in black at its place. Both factors are positive: a negative one would mirror it."""
    size = place.size * POINTS_A_MM
    x, y = place.x * POINTS_A_MM, (height - place.y - place.size) * POINTS_A_MM
    return f"q 0 g {size:.3f} 0 0 {size:.3f} {x:.3f} {y:.3f} cm /Qr Do Q\n".encode("ascii")


@lru_cache
def _ink(colour: str) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return f"{red:.3f} {green:.3f} {blue:.3f} rg"
