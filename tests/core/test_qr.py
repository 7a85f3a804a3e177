"""QR codes: what goes in comes out, upright."""

from io import BytesIO

import pytest
import zxingcpp
from PIL import Image

from core import qr

ADDRESS = "https://dasai.example.gov.cn/v/SDCY-2026-0831-0007?k=8F3K2M"


@pytest.mark.parametrize("text", [ADDRESS, "a", "https://例.cn/证书", ADDRESS * 4])
def test_a_png_reads_back(text):
    image = Image.open(BytesIO(qr.png(text)))

    (found,) = zxingcpp.read_barcodes(image)

    assert image.mode == "1"
    assert found.text == text
    assert found.orientation == 0


def test_the_bitmap_is_the_modules_eight_times_as_large():
    rows = qr.modules(ADDRESS)
    side, data = qr.bitmap(ADDRESS)
    image = Image.frombytes("1", (side, side), data)

    assert side == 8 * len(rows)
    assert all(
        (image.getpixel((8 * x + 4, 8 * y + 4)) > 0) == (value > 0)
        for y, row in enumerate(rows)
        for x, value in enumerate(row)
    )


def test_finders_stand_in_three_corners_and_not_in_the_fourth():
    rows = qr.modules(ADDRESS)
    last = len(rows) - 7

    def is_finder(left, top):
        return all(rows[top][left + step] == 0 and rows[top + step][left] == 0 for step in range(7))

    assert [is_finder(0, 0), is_finder(last, 0), is_finder(0, last), is_finder(last, last)] == [True, True, True, False]


def test_a_png_is_small_and_the_same_every_time():
    assert qr.png(ADDRESS) == qr.png(ADDRESS)
    assert len(qr.png(ADDRESS)) < 1000
