"""Paper: closed to the outside, no silent fallback of fonts, the same bytes every time."""

import pypdfium2
import pytest

from core import fonts, pdf, qr
from core.problems import Refused

RARE = "㛃䶮𬭎"


def page(body: str) -> str:
    return f'<!doctype html><html lang="zh-CN"><head><title>样</title></head><body>{body}</body></html>'


def text_of(document: bytes) -> str:
    opened = pypdfium2.PdfDocument(document)
    return "".join(opened[number].get_textpage().get_text_range() for number in range(len(opened)))


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "file://elsewhere/etc/passwd",
        "http://127.0.0.1/picture.png",
        "https://example.com/picture.png",
        "ftp://example.com/picture.png",
        "data:image/png;base64,iVBORw0KGgo=",
        "asset:unknown",
        "../manage.py",
        "css/../../config/settings.py",
        "img/%2e%2e/%2e%2e/config/settings.py",
    ],
)
def test_an_address_that_is_not_ours_stops_the_print(address):
    with pytest.raises(pdf.ForeignFileError):
        pdf.write(page(f'<img src="{address}" alt="">'))


def test_a_style_sheet_cannot_reach_out_either():
    with pytest.raises(pdf.ForeignFileError):
        pdf.write(page("<p>一</p>"), css="p { background: url(file:///etc/hostname) }")


def test_our_own_picture_and_a_handed_in_one_are_drawn():
    document = pdf.write(
        page('<img src="img/certificate-classic.svg" alt=""><img src="asset:code" alt="">'),
        assets={"code": qr.png("https://example.com/1")},
    )

    assert document.startswith(b"%PDF")


def test_rare_characters_are_printed_and_can_be_copied():
    assert RARE in text_of(pdf.write(page(f"<p>{RARE}</p>")))


def test_only_our_fonts_are_embedded():
    found = pypdfium2.PdfDocument(pdf.write(page("<h1>题</h1><p>文<b>重</b></p><h2>节</h2>")))
    names = {
        piece.get_font().get_base_name() for piece in found[0].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT])
    }

    assert names
    assert all("Luyan" in name for name in names)


def test_a_missing_glyph_is_refused_by_name():
    with pytest.raises(Refused) as refusal:
        pdf.write(page("<p>姓名：𠮷田<i>🙂</i></p>"))

    assert refusal.value.code == "missing-glyph"
    assert "𠮷（U+20BB7）" in refusal.value.message
    assert "🙂（U+1F642）" in refusal.value.message


def test_a_form_that_must_come_out_shows_the_substitute():
    found = text_of(pdf.write(page("<p>𠮷田</p>"), substitute=True))

    assert f"{fonts.SUBSTITUTE}田" in found


def test_a_glyph_that_only_a_style_sheet_names_stops_the_print():
    with pytest.raises(pdf.ForeignFontError):
        pdf.write(page("<p>一</p>"), css='p::before { content: "☑" }')


def test_the_same_document_gives_the_same_bytes():
    html = page("<h1>记录</h1><p>第一次抽签</p>")

    assert pdf.write(html) == pdf.write(html)


def test_a_template_prints_with_page_numbers(tmp_path, settings):
    (tmp_path / "receipt.html").write_text(
        '{% extends "pdf/base.html" %}{% block heading %}参赛报名回执{% endblock %}'
        '{% block running %}SDCY-0001{% endblock %}{% block body %}<p class="paper-text">{{ text }}</p>{% endblock %}'
    )
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], tmp_path]}]

    found = text_of(pdf.render("receipt.html", {"text": "已收到 <b>"}))

    assert "参赛报名回执" in found
    assert "已收到 <b>" in found
    assert "第1页 共1页" in found
    assert "SDCY-0001" in found


def test_readable_text_is_composed_and_loses_what_has_no_shape():
    assert fonts.readable("Jose\u0301\u200b\ufe0f辻\U000e0100\n山") == "José辻\n山"


def test_every_face_holds_the_rare_characters():
    assert fonts.missing(RARE + "山东省〇·—…“”（）《》①㎡℃") == []


def test_a_combining_mark_left_alone_is_refused():
    assert fonts.missing(fonts.readable("q\u0301")) == ["\u0301"]
