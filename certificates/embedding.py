"""A face inside a PDF: noted while pages are written, cut down and embedded when the last one is known.

Text is written in glyph numbers of the whole font, so nothing has to be known in advance; a map from those to the
numbers in the subset goes in with the font. The Unicode map keeps every character searchable and copyable, also
those beyond the first plane (𬭎), and gives a joined glyph (——) back as the characters it stands for.
"""

import hashlib
import zlib

import pikepdf
import uharfbuzz
from pikepdf import Array, Dictionary, Name, Stream

from certificates.shaping import Shape
from core import fonts

UNEMBEDDED = ("BASE", "DSIG", "GDEF", "GPOS", "GSUB", "OS/2", "STAT", "cmap", "gasp", "name", "post", "vhea", "vmtx")
FULL_WIDTH = 1000
SYMBOLIC, SERIF = 1 << 2, 1 << 1
STEM = {fonts.REGULAR: 80, fonts.BOLD: 140}
MAP_BATCH = 100  # the most entries a table of a Unicode map may hold
MAP_HEAD = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <ffff>
endcodespacerange
"""
MAP_FOOT = "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"


def packed(pdf: pikepdf.Pdf, data: bytes, **entries) -> Stream:
    """A stream deflated here: the writer has nothing left to do, and the same input gives the same bytes."""
    return Stream(pdf, zlib.compress(data), Filter=Name.FlateDecode, **entries)


class EmbeddedFace:
    """One face in one document, under a resource name such as /F1."""

    def __init__(self, face: fonts.Face, name: str, pdf: pikepdf.Pdf):
        self.face, self.name, self.pdf = face, name, pdf
        self.font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type0, Encoding=Name("/Identity-H")))
        self.texts: dict[int, str] = {}

    def note(self, shape: Shape) -> None:
        """Remember the glyphs of a text and what each stands for; the first text a glyph is met in counts."""
        if shape.starts is None:
            for glyph, char in zip(shape.glyphs, shape.text, strict=True):
                if glyph not in self.texts:
                    self.texts[glyph] = char
            return
        ends = [*shape.starts[1:], len(shape.text)]
        for glyph, start, end in zip(shape.glyphs, shape.starts, ends, strict=True):
            self.texts.setdefault(glyph, shape.text[start:end])

    def embed(self) -> None:
        data, numbers = self._subset()
        name = self._base_name(data)
        self.font.BaseFont = name
        self.font.ToUnicode = packed(self.pdf, self._to_unicode())
        self.font.DescendantFonts = Array(
            [
                self.pdf.make_indirect(
                    Dictionary(
                        Type=Name.Font,
                        Subtype=Name.CIDFontType2,
                        BaseFont=name,
                        CIDSystemInfo=Dictionary(Registry="Adobe", Ordering="Identity", Supplement=0),
                        CIDToGIDMap=packed(self.pdf, numbers),
                        DW=FULL_WIDTH,
                        W=self._widths(),
                        FontDescriptor=self._descriptor(name, data),
                    )
                )
            ]
        )

    def _subset(self) -> tuple[bytes, bytes]:
        """The font file with only the noted glyphs, and the map from the whole font's glyph numbers to its own."""
        wanted = uharfbuzz.SubsetInput()
        for glyph in self.texts:
            wanted.glyph_set.add(glyph)
        dropped = wanted.sets(uharfbuzz.SubsetInputSets.DROP_TABLE_TAG)
        for table in UNEMBEDDED:
            dropped.add(int.from_bytes(table.encode(), "big"))
        wanted.flags = uharfbuzz.SubsetFlags.NO_HINTING | uharfbuzz.SubsetFlags.NO_LAYOUT_CLOSURE
        plan = uharfbuzz.SubsetPlan(self.face.face, wanted)
        numbers = bytearray(2 * (max(self.texts) + 1))
        for old, new in dict(plan.old_to_new_glyph_mapping).items():
            if old in self.texts:
                numbers[2 * old : 2 * old + 2] = new.to_bytes(2, "big")
        return plan.execute().blob.data, bytes(numbers)

    def _base_name(self, data: bytes) -> Name:
        """The name of a subset carries six letters of its own, here from its content."""
        letters = "".join(chr(65 + byte % 26) for byte in hashlib.sha256(data).digest()[:6])
        family = self.face.family.replace(" ", "")
        return Name(f"/{letters}+{family}-{'Bold' if self.face.weight == fonts.BOLD else 'Regular'}")

    def _to_unicode(self) -> bytes:
        lines = [f"<{glyph:04x}> <{text.encode('utf-16-be').hex()}>" for glyph, text in sorted(self.texts.items())]
        batches = [lines[start : start + MAP_BATCH] for start in range(0, len(lines), MAP_BATCH)]
        tables = [f"{len(batch)} beginbfchar\n" + "\n".join(batch) + "\nendbfchar\n" for batch in batches]
        return (MAP_HEAD + "".join(tables) + MAP_FOOT).encode("ascii")

    def _widths(self) -> Array:
        """Widths of the glyphs that are not a full em wide."""
        widths = {glyph: round(self.face.advances[glyph] * FULL_WIDTH) for glyph in sorted(self.texts)}
        entries = Array()
        for glyph, width in widths.items():
            if width != FULL_WIDTH:
                entries.append(glyph)
                entries.append(Array([width]))
        return entries

    def _descriptor(self, name: Name, data: bytes) -> pikepdf.Object:
        ascent, descent = self.face.extents
        return self.pdf.make_indirect(
            Dictionary(
                Type=Name.FontDescriptor,
                FontName=name,
                Flags=SYMBOLIC | (SERIF if self.face.family == fonts.SERIF else 0),
                FontBBox=[-1000, round(-descent * 1000), 3000, round(ascent * 1000)],
                ItalicAngle=0,
                Ascent=round(ascent * 1000),
                Descent=round(-descent * 1000),
                CapHeight=round(ascent * 1000),
                StemV=STEM[self.face.weight],
                FontFile2=packed(self.pdf, data, Length1=len(data)),
            )
        )
