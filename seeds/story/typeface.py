"""The two faces that the demo's PDFs are set in, cut down to the signs that the stories use.

A whole face has 30,000 glyphs and takes seconds to read; the cut one holds about 2,000 and is made in memory in
well under a second for each process.
"""

import io
from functools import cache

import uharfbuzz
from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from core.fonts import BOLD, FILES, REGULAR, ROOT, SANS
from seeds.story.places import DATA

NAMES = {REGULAR: "StorySans", BOLD: "StorySans-Bold"}
_ALWAYS = (
    "".join(map(chr, range(0x20, 0x7F)))
    + "年月日第一二三四五六七八九十零百千万亿元个人次家项目件台套吨示例·…—“”‘’（）《》【】、，。；：？！％×÷≥≤→√●■▲℃"
)
_DROPPED = ("GSUB", "GPOS", "GDEF", "BASE", "vhea", "vmtx", "VORG", "STAT", "DSIG", "gasp")


def embed(page: Canvas) -> tuple[str, str]:
    """Names of the regular and the bold face for this document, which is packed as bytes without a text armour."""
    page.setPageCompression(1)
    return faces()


@cache
def faces() -> tuple[str, str]:
    """Register both faces once in this process and give their names."""
    rl_config.useA85 = 0
    for weight, name in NAMES.items():
        pdfmetrics.registerFont(TTFont(name, io.BytesIO(_cut(weight)), asciiReadable=False))
    return NAMES[REGULAR], NAMES[BOLD]


def _cut(weight: int) -> bytes:
    face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(ROOT / FILES[SANS, weight]))
    wanted = uharfbuzz.SubsetInput()
    wanted.unicode_set.update(map(ord, _signs()))
    wanted.drop_table_tag_set.update(int.from_bytes(tag.encode(), "big") for tag in _DROPPED)
    wanted.flags = uharfbuzz.SubsetFlags.NO_HINTING | uharfbuzz.SubsetFlags.NO_LAYOUT_CLOSURE
    return wanted.subset(face).blob.data


@cache
def _signs() -> frozenset[str]:
    """Every sign of the reference data, from which all texts of the stories are made."""
    found = set(_ALWAYS)
    for path in (*DATA.rglob("*.yaml"), DATA / "regions.csv", DATA / "organisations.csv"):
        found.update(path.read_text(encoding="utf-8"))
    return frozenset(found - {"\n"})
