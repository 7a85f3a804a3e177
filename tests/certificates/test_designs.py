"""Designs and fields as data."""

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.designs import Accent, Block, Box, Design, Flow, Paragraph, Seal, check_design, parts
from certificates.fields import LABELS, Fields, chinese_date
from certificates.patterns import honour_certificate, project_certificate
from core.problems import Refused
from tests.certificates.sample import FULL

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


@pytest.mark.parametrize(
    "design",
    [
        project_certificate(seal="组织委员会"),
        honour_certificate(sample=False),
        replace(
            project_certificate(),
            seals=(Seal(1, 2, 30, image=PNG),),
            background=PNG,
            flow=Flow(Box(0, 0, 10, 10), "{unit}"),
        ),
    ],
    ids=["project", "honour", "everything"],
)
def test_a_design_survives_its_json(design):
    assert Design.from_data(json.loads(json.dumps(design.to_data()))) == design


def test_fields_survive_their_json():
    assert Fields.from_data(json.loads(json.dumps(FULL.to_data()))) == FULL


@pytest.mark.parametrize(
    "change",
    [
        {"unknown": 1},
        {"blocks": [{"box": 3}]},
        {"width": "wide"},
        {"blocks": [{"paragraphs": []}]},
        {"background": "!"},
    ],
)
def test_a_design_that_cannot_be_read_is_refused(change):
    with pytest.raises(Refused):
        Design.from_data(project_certificate().to_data() | change)


def test_the_designs_we_offer_have_no_problem():
    assert check_design(project_certificate(seal="组织委员会")) == []
    assert check_design(honour_certificate()) == []


def test_every_field_of_a_certificate_has_a_name_and_a_place():
    assert set(FULL.values()) == set(LABELS)
    assert project_certificate().named_fields() == set(LABELS)


def one(paragraph=None, box=None, **changes):
    block = Block(box or Box(10, 10, 100, 50), (paragraph or Paragraph("文", 12),))
    return Design(blocks=(block,), **changes)


@pytest.mark.parametrize(
    ("design", "code"),
    [
        (one(Paragraph("{nobody}", 12)), "markup"),
        (one(Paragraph("[开", 12)), "markup"),
        (one(Paragraph("*开", 12)), "markup"),
        (one(Paragraph("开}", 12)), "markup"),
        (one(Paragraph("[[开]]", 12)), "markup"),
        (one(Paragraph("文", 12, align="diagonal")), "style"),
        (one(Paragraph("文", 12, colour="red; }")), "style"),
        (one(Paragraph("文", 6)), "type-small"),
        (one(Paragraph("文", 10, one_line_down_to=0.5)), "type-small"),
        (one(Paragraph("文", 12, each=True)), "each"),
        (one(box=Box(250, 10, 100, 50)), "outside"),
        (one(box=Box(10, 10, 0, 50)), "outside"),
        (one(frame="other"), "frame"),
        (one(paper="url(x)"), "frame"),
        (one(background=b"<svg/>"), "picture"),
        (one(seals=(Seal(50, 50, 40, image=PNG + b"0" * 3_000_000),)), "picture"),
        (one(seals=(Seal(10, 50, 40, "章"),)), "outside"),
        (one(seals=(Seal(100, 50, 40, "𠮷章"),)), "missing-glyph"),
        (one(accents=(Accent("nobody"),)), "accent"),
    ],
)
def test_what_keeps_a_design_from_print(design, code):
    assert [problem.code for problem in check_design(design)] == [code]


def test_a_paragraph_is_taken_apart():
    found = [(part.text, part.field, part.bold, part.group) for part in parts("*{unit}*：[（{year}年）][和{track}]")]

    assert found == [
        ("", "unit", True, 0),
        ("：", "", False, 0),
        ("（", "", False, 1),
        ("", "year", False, 1),
        ("年）", "", False, 1),
        ("和", "", False, 2),
        ("", "track", False, 2),
    ]


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 9, 25), "二〇二六年九月二十五日"),
        (date(2030, 10, 10), "二〇三〇年十月十日"),
        (date(2027, 1, 31), "二〇二七年一月三十一日"),
        (date(2028, 12, 20), "二〇二八年十二月二十日"),
        (date(2025, 11, 1), "二〇二五年十一月一日"),
    ],
)
def test_a_date_in_chinese(day, words):
    assert chinese_date(day) == words


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_two_days_are_never_written_alike(one_day, other_day):
    assert (chinese_date(one_day) == chinese_date(other_day)) == (one_day == other_day)
