"""Decks are real PDFs: small, quick, different, with text that can be found."""

import io

import pikepdf
import pypdfium2
import pytest

from seeds.story.decks import deck
from seeds.story.decks.sheet import width_of, wrapped
from seeds.story.projects import project
from seeds.story.typeface import _signs


def text_of(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    return "".join(page.get_textpage().get_text_range() for page in document)


@pytest.fixture(scope="module")
def decks():
    return {index: deck(project(index)) for index in range(16)}


def test_decks_are_small_and_of_six_to_nine_pages(decks):
    for data in decks.values():
        assert len(data) < 75_000
        with pikepdf.open(io.BytesIO(data)) as document:
            assert 6 <= len(document.pages) <= 9
            assert document.pages[0].mediabox[2] / document.pages[0].mediabox[3] == pytest.approx(16 / 9, rel=0.01)


def test_decks_differ_and_come_back_the_same(decks):
    assert len(set(decks.values())) == len(decks)
    assert deck(project(3)) == decks[3]


def test_the_text_of_a_deck_can_be_found(decks):
    for index in (0, 5, 9):
        told, found = project(index), text_of(decks[index]).replace("\r\n", "")
        assert told.name.replace("——", "")[:8] in found.replace("——", "")
        assert told.offer.gain in found


def test_a_deck_names_nobody(decks):
    for index, data in decks.items():
        told = project(index)
        if told.offer:
            found = text_of(data)
            assert not [member.person.name for member in told.members if member.person.name in found]


def test_a_mentor_has_a_deck_too():
    told = next(one for one in map(project, range(400)) if one.offer is None)
    assert "辅导方法" in text_of(deck(told))


def test_the_cut_face_holds_every_sign_of_the_stories():
    for index in range(300):
        told = project(index)
        said = f"{told.name}{told.texts.one_line}{told.texts.market}{told.texts.business_model}{told.texts.innovation}"
        assert not set(said) - _signs()


def test_every_font_is_embedded(decks):
    with pikepdf.open(io.BytesIO(decks[0])) as document:
        for page in document.pages:
            for font in page.Resources.Font.values():
                assert "/FontFile2" in font.FontDescriptor


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("甲乙丙丁", ["甲乙", "丙丁"]),
        ("甲乙，丙丁", ["甲乙，", "丙丁"]),
        ("甲“乙丙”丁", ["甲", "“乙", "丙”", "丁"]),
        ("约1234亿", ["约", "1234", "亿"]),
        ("", []),
    ],
)
def test_lines_break_where_chinese_lines_may(text, lines):
    assert wrapped(text, 10, 24) == lines


def test_a_chinese_sign_is_an_em_wide():
    assert width_of("甲乙", 10) == 20
    assert width_of("A1", 10) == pytest.approx(11.2)
