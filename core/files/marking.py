"""Who looks at a page, written into its picture, and files that consist of such pictures and of nothing else.

The marks stand in the pixels, light and tiled: a photograph of the screen and a file passed on say whose it was.
Each is drawn twice, dark and light: one of them stands out from any ground, and what lies below stays readable.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import pikepdf
from PIL import Image, ImageDraw, ImageFont

from core import fonts

QUALITY = 85
STRENGTH = 44
TILT = 24
INK, LIGHT = (23, 32, 44), (255, 255, 255)
SHIFT, SLICES = 2, 8
SIGNS_ACROSS, LEAST_SIGN = 58, 8
# The longer side of a sheet of A4, in points.
LONG_SIDE = 842


@dataclass(frozen=True)
class Tile:
    """The text once, slanting, in upright slices cut to what is drawn: most of the box around it is empty."""

    wide: int
    high: int
    slices: list[tuple[tuple[int, int], Image.Image, Image.Image]]


def marked(picture: bytes, text: str) -> bytes:
    """A JPEG with the text all over it. Takes half as long again as to open and write the picture."""
    with Image.open(BytesIO(picture)) as page:
        page.load()
    wide, high = page.size
    tile = _tile(text, max(LEAST_SIGN, wide // SIGNS_ACROSS))
    across, down = tile.wide * 11 // 8, tile.high * 9 // 8
    for row, top in enumerate(range(-down // 3, high, down)):
        for left in range(-across // 2 if row % 2 else across // 8, wide, across):
            for (x, y), ink, strength in tile.slices:
                page.paste(ink, (left + x, top + y), strength)
    written = BytesIO()
    page.save(written, "JPEG", quality=QUALITY)
    return written.getvalue()


@lru_cache(maxsize=256)
def _tile(text: str, size: int) -> Tile:
    slant = _slanting(text, size)
    wide, high = slant.width + SHIFT, slant.height + SHIFT
    drawn = Image.new("RGBA", (wide, high))
    for ink, shift in ((INK, 0), (LIGHT, SHIFT)):
        strength = Image.new("L", drawn.size)
        strength.paste(slant, (shift, shift))
        layer = Image.new("RGB", drawn.size, ink)
        layer.putalpha(strength)
        drawn.alpha_composite(layer)
    slices = [drawn.crop((wide * n // SLICES, 0, wide * (n + 1) // SLICES, high)) for n in range(SLICES)]
    return Tile(slant.width, slant.height, [_cut(one, wide * n // SLICES) for n, one in enumerate(slices)])


def _cut(drawn: Image.Image, left: int) -> tuple[tuple[int, int], Image.Image, Image.Image]:
    """A slice without the empty rows above and below it: where it lies in the tile, its colours and their strength."""
    box = drawn.getchannel("A").getbbox() or (0, 0, 1, 1)
    drawn = drawn.crop(box)
    return (left + box[0], box[1]), drawn.convert("RGB"), drawn.getchannel("A")


def _slanting(text: str, size: int) -> Image.Image:
    font = _font(size)
    left, top, right, bottom = font.getbbox(text)
    tile = Image.new("L", (int(right - left) + 2, int(bottom - top) + 2))
    ImageDraw.Draw(tile).text((1 - left, 1 - top), text, font=font, fill=STRENGTH)
    return tile.rotate(TILT, Image.Resampling.BICUBIC, expand=True)


@lru_cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(fonts.face(fonts.SANS).path, size)


def pictures_pdf(pictures: Iterable[bytes], target: Path | BinaryIO) -> None:
    """A PDF with one JPEG to a page: no text, no metadata, no comment, no script, nothing that came with a file."""
    with pikepdf.new() as made:
        for picture in pictures:
            with Image.open(BytesIO(picture)) as found:
                wide, high = found.size
            scale = LONG_SIDE / max(wide, high)
            page = made.add_blank_page(page_size=(wide * scale, high * scale))
            drawn = made.make_stream(
                picture, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=wide, Height=high,
                ColorSpace=pikepdf.Name.DeviceRGB, BitsPerComponent=8, Filter=pikepdf.Name.DCTDecode,
            )  # fmt: skip
            page.add_resource(drawn, pikepdf.Name.XObject, pikepdf.Name.Page)
            page.Contents = made.make_stream(f"{wide * scale} 0 0 {high * scale} 0 0 cm /Page Do".encode())
        made.save(target, deterministic_id=True)


def marked_pdf(source: Path, text: str, target: BinaryIO) -> None:
    """A copy of what `pictures_pdf` made, each page with the text all over it."""
    with pikepdf.open(source) as found:
        pictures_pdf((marked(_picture_on(page), text) for page in found.pages), target)


def _picture_on(page: pikepdf.Page) -> bytes:
    (picture,) = page.get_images().values()
    return picture.read_raw_bytes()
