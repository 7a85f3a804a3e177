"""The name of who looks stands in the picture itself: everywhere, on any ground, and light enough to read through."""

from io import BytesIO

import pikepdf
import pytest
from PIL import Image, ImageChops

from core.files.marking import marked, marked_pdf, pictures_pdf

WHO = "王评委 12 2026-11-24 09:30"


def picture(ground, size=(800, 450)) -> bytes:
    written = BytesIO()
    Image.new("RGB", size, ground).save(written, "JPEG", quality=95)
    return written.getvalue()


def opened(body: bytes) -> Image.Image:
    return Image.open(BytesIO(body)).convert("L")


@pytest.mark.parametrize("ground", ["white", "black", "grey", (46, 107, 79)])
@pytest.mark.parametrize("size", [(800, 450), (240, 135), (500, 900)])
def test_no_corner_of_a_page_is_without_marks_and_none_hides_what_is_below(ground, size):
    clean = picture(ground, size)
    apart = ImageChops.difference(opened(clean), opened(marked(clean, WHO)))
    wide, high = size
    for left in range(0, wide, wide // 2):
        for top in range(0, high - high // 3, high // 3):
            most = apart.crop((left, top, left + wide // 2, top + high // 3)).getextrema()[1]
            assert 12 < most < 90


def test_each_reader_has_another_picture():
    clean = picture("white")
    assert marked(clean, WHO) == marked(clean, WHO)
    assert marked(clean, WHO) != marked(clean, WHO.replace("12", "13"))


def test_a_copy_of_pages_has_the_mark_on_each_and_nothing_but_pictures(tmp_path):
    clean, made = [picture("white"), picture("black", (450, 800))], tmp_path / "copy.pdf"
    pictures_pdf(iter(clean), made)
    again = tmp_path / "again.pdf"
    pictures_pdf(clean, again)
    assert made.read_bytes() == again.read_bytes()

    copy = BytesIO()
    marked_pdf(made, WHO, copy)
    with pikepdf.open(copy) as found:
        drawn = [image.read_raw_bytes() for page in found.pages for image in page.get_images().values()]
        assert drawn == [marked(one, WHO) for one in clean]
        assert (set(found.Root.keys()), len(found.docinfo)) == ({"/Type", "/Pages"}, 0)
        assert [page.mediabox[2:] == [842, 473.625] for page in found.pages] == [True, False]
