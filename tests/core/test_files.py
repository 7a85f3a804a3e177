"""Files typed by their content: what is taken, and what is refused with what to do about it."""

import pikepdf
import pytest
from django.core.files.base import ContentFile

from core import files
from core.files import openers
from core.problems import Refused
from tests.core.media import compound, deck, film, office, pdf, picture

ANY = ["pdf", "pptx", "docx", "xlsx", "ppt", "doc", "jpeg", "png", "webp", "mp4"]


def inspect(body: bytes, *, name="路演.pdf", formats=ANY, max_mb=20) -> files.Content:
    return files.inspect(ContentFile(body), name=name, formats=formats, max_mb=max_mb)


@pytest.mark.parametrize(
    ("body", "extension", "pages"),
    [
        (pdf(3), "pdf", 3),
        (b"\xef\xbb\xbf\n" + pdf(1), "pdf", 1),
        (deck(4), "pptx", 4),
        (office("word/document.xml"), "docx", None),
        (office("xl/workbook.xml"), "xlsx", None),
        (compound("PowerPoint Document"), "ppt", None),
        (compound("WordDocument"), "doc", None),
        (picture("JPEG"), "jpg", 1),
        (picture("PNG"), "png", 1),
        (picture("WEBP"), "webp", 1),
        (film(), "mp4", None),
    ],
)
def test_types_by_content_whatever_the_name(body, extension, pages):
    found = inspect(body, name="something.else")

    assert (found.extension, found.pages, found.size) == (extension, pages, len(body))
    assert found.content_type == files.CONTENT_TYPES[extension]
    assert len(found.sha256) == 64


@pytest.mark.parametrize(
    ("body", "formats", "code"),
    [
        (b"", ANY, "empty"),
        (b"hello", ANY, "wrong-type"),
        (b"MZ" + b"\0" * 200, ANY, "wrong-type"),
        (b"<!doctype html><script>alert(1)</script>", ANY, "wrong-type"),
        (picture("PNG"), ["pdf"], "wrong-type"),
        (film(brand=b"heic"), ["jpg", "mp4"], "wrong-type"),
        (office("index.html"), ANY, "wrong-type"),
        (compound("Something"), ANY, "wrong-type"),
        (b"%PDF-1.7 cut off", ANY, "damaged"),
        (pdf(1, encryption=pikepdf.Encryption(owner="a", user="b")), ANY, "password"),
        (pdf(openers.MOST_PAGES + 1), ANY, "too-long"),
        (deck(2)[:-30], ANY, "wrong-type"),
        (deck(1, "ppt/vbaProject.bin"), ANY, "macros"),
        (picture("PNG")[:40], ANY, "damaged"),
    ],
)
def test_refusals(body, formats, code):
    with pytest.raises(Refused) as refusal:
        inspect(body, formats=formats)

    assert refusal.value.code == code
    assert "路演.pdf" in refusal.value.message


def test_a_file_of_exactly_the_limit_is_taken_one_byte_more_is_not():
    body = pdf()
    assert inspect(body + b"\0" * (files.MEGABYTE - len(body)), max_mb=1).size == files.MEGABYTE

    with pytest.raises(Refused) as refusal:
        inspect(body + b"\0" * (files.MEGABYTE - len(body) + 1), max_mb=1)
    assert refusal.value.code == "too-large"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\lin\\路演.pptx", "路演.pptx"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("", "file"),
    ],
)
def test_names_are_plain(sent, kept):
    assert files.plain_name(sent) == kept


def test_a_long_name_keeps_its_ending():
    name = files.plain_name("长" * 300 + ".pdf")

    assert len(name) <= 160
    assert name.endswith("….pdf")
