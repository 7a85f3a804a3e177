"""QR codes for paper and pages, always upright, dark on light.

The mask is fixed. Any of the eight masks makes a valid code; weighing all eight costs five times as much as
drawing one, and 1,500 certificates are printed in a sitting. Level M bears 15 % of damage, enough for paper.
"""

from functools import lru_cache
from io import BytesIO

import segno
from PIL import Image

MASK = 4
QUIET_ZONE = 4
PIXELS = 8


@lru_cache(maxsize=64)
def modules(text: str) -> tuple[bytes, ...]:
    """Rows of the code from the top, one byte a module, 1 for dark, without the quiet zone."""
    code = segno.make(text, error="m", mask=MASK, micro=False, boost_error=False)
    return tuple(bytes(row) for row in code.matrix)


def bitmap(text: str) -> tuple[int, bytes]:
    """The side in pixels and the rows packed to one bit a pixel, 0 for dark: the body of a 1-bit image.

    A module is drawn eight pixels wide, so that a viewer that smooths enlarged images keeps edges sharp, and one
    module is exactly one byte.
    """
    rows = modules(text)
    dark_is_zero = bytes.maketrans(b"\x00\x01", b"\xff\x00")
    return len(rows) * PIXELS, b"".join(row.translate(dark_is_zero) * PIXELS for row in rows)


def png(text: str) -> bytes:
    """A 1-bit PNG with its quiet zone, for pages and for documents laid out from a template."""
    side, rows = bitmap(text)
    margin = QUIET_ZONE * PIXELS
    image = Image.new("1", (side + 2 * margin, side + 2 * margin), 1)
    image.paste(Image.frombytes("1", (side, side), rows), (margin, margin))
    out = BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()
