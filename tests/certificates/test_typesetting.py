"""Line breaks, squeezed marks and fitting."""

import random
from dataclasses import replace
from io import BytesIO
from itertools import pairwise

import pytest
import uharfbuzz

from certificates.designs import Accent, Block, Box, Design, Paragraph
from certificates.rendering import render_batch
from certificates.shaping import CLOSING, OPENING, SQUEEZING_FIRST, SQUEEZING_OPENING, break_places, squeezes
from certificates.typesetting import POINTS_A_MM, TooLongError, set_block
from core import fonts
from tests.certificates.reference import characters, laid_out
from tests.certificates.sample import SHORT


def broken(text):
    places = [0, *break_places(text), len(text)]
    return "|".join(text[start:end] for start, end in pairwise(places))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("山东创业", "山|东|创|业"),
        ("项目“海藻膜”，在", "项|目|“海|藻|膜”，|在"),
        ("（一期）《通知》", "（一|期）|《通|知》"),
        ("2026年9月25日", "2026|年|9|月|25|日"),
        ("增长38%，达1,250.5万元", "增|长|38%，|达|1,250.5|万|元"),
        ("AI-driven平台", "AI-|driven|平|台"),
        ("第2026-09-25号", "第|2026-09-25|号"),
        ("Shandong Blue 公司", "Shandong |Blue |公|司"),
        ("创业齐鲁·共赢", "创|业|齐|鲁·|共|赢"),
        ("动态——智能……", "动|态|——|智|能……"),
        ("国际(International)组", "国|际|(International)|组"),
        ("José Müller先生", "José |Müller|先|生"),
    ],
)
def test_where_a_line_may_break(text, lines):
    assert broken(text) == lines


def test_no_line_starts_with_a_closing_mark_or_ends_with_an_opening_one():
    alphabet = OPENING + CLOSING + "山东AZ09 -/—.,%()"
    chance = random.Random(3)
    for _ in range(300):
        text = "".join(chance.choices(alphabet, k=30))
        for place in break_places(text):
            assert text[place] not in CLOSING
            assert text[place - 1] not in OPENING
            assert not (text[place - 1].isascii() and text[place].isascii() and (text[place - 1 : place + 1]).isalnum())


@pytest.mark.parametrize("weight", [fonts.REGULAR, fonts.BOLD])
def test_marks_share_a_blank_half_exactly_where_the_font_says_so(weight):
    face = fonts.face(fonts.SERIF, weight)
    for first in SQUEEZING_FIRST + SQUEEZING_OPENING + "山":
        for second in SQUEEZING_FIRST + SQUEEZING_OPENING + "山":
            buffer = uharfbuzz.Buffer()
            buffer.add_str(first + second)
            buffer.direction, buffer.script, buffer.language = "ltr", "Hani", "zh-cn"
            uharfbuzz.shape(face.font, buffer, {"chws": True})
            width = sum(place.x_advance for place in buffer.glyph_positions) / face.units

            assert width == (1.5 if squeezes(first, second) else 2), first + second


def words(chance):
    """Made-up Chinese with what project names hold: figures, Latin words, quotes, brackets, dashes."""
    ideographs = "山东省创业大赛海藻基全降解农用地膜黄河流域盐碱水智能监测䶮𬭎㛃"

    def run(longest):
        return "".join(chance.choices(ideographs, k=chance.randint(1, longest)))

    kinds = [
        lambda: run(6),
        lambda: run(6),
        lambda: run(6),
        lambda: chance.choice(["AI", "5G", "B2B", "AI-driven", "TCP/IP", "3D", "e-commerce"]),
        lambda: chance.choice(["2026年", "38%", "1.2万亩", "3.14", "12,500元", "2026-09-25", "第2.0版"]),
        lambda: chance.choice("，。、；：！？"),
        lambda: f"“{run(4)}”",
        lambda: f"（{chance.choice(['一期', '2026年', 'Phase II'])}）",
        lambda: f"《{run(3)}》",
        lambda: f"{run(2)}——{run(2)}",
        lambda: f"{run(2)}……",
    ]
    return "".join(chance.choice(kinds)() for _ in range(40)).strip("，。、；：！？")


def lines_of(document, page):
    lines, last = [], 1e9
    for char, left, _bottom in characters(document, page):
        if left < last - 100:
            lines.append("")
        lines[-1] += char
        last = left
    return lines


def test_lines_break_where_the_page_engine_breaks_them():
    """The engine hangs the second half of a squeezed pair over the margin; where a line ends so, the two may differ."""
    chance = random.Random(7)
    text = Block(Box(20, 10, 149, 270), (Paragraph("{project}", 15),))
    design = Design(blocks=(text,), frame="", width=210, height=297)
    compared = 0
    rows = [replace(SHORT, project=words(chance)) for _ in range(40)]
    out = BytesIO()
    render_batch(design, rows, out=out)
    engine = laid_out(design, rows)
    for page in range(len(rows)):
        ours, theirs = lines_of(out.getvalue(), page), lines_of(engine, page)
        for number, (mine, other) in enumerate(zip(ours, theirs, strict=False)):
            following = "".join(ours[number + 1 : number + 2])[:1]
            if squeezes(mine[-1], following or "山") or (len(other) > len(mine) and squeezes(other[-1], "，")):
                break
            assert mine == other
            compared += 1
    assert compared > 150


def block(*paragraphs, height=60, width=100, **options):
    return Block(Box(10, 20, width, height), paragraphs, **options)


def sizes(pieces):
    return {round(piece.size, 2) for piece in pieces}


def rows(pieces):
    return sorted({round(piece.y, 2) for piece in pieces})


def test_a_text_shrinks_to_stay_on_its_line_then_wraps_then_is_refused():
    paragraph = Paragraph("{unit}", 20, one_line_down_to=0.8, max_lines=2)
    room = 100 * POINTS_A_MM

    assert sizes(set_block(block(paragraph), {"unit": "山" * 14})) == {20}
    shrunk = set_block(block(paragraph), {"unit": "山" * 16})
    assert len(rows(shrunk)) == 1
    assert sizes(shrunk) == {round(room / 16, 2)}
    wrapped = set_block(block(paragraph), {"unit": "山" * 25})
    assert len(rows(wrapped)) == 2
    assert sizes(wrapped) == {16}
    with pytest.raises(TooLongError) as error:
        set_block(block(paragraph), {"unit": "山" * 60})
    assert error.value.field == "unit"


def test_a_block_shrinks_as_a_whole_and_blames_the_longest_field():
    shrinking = block(
        Paragraph("{unit}：", 20), Paragraph("{project}", 15), Paragraph("完", 20), height=40, min_scale=0.6
    )
    pieces = set_block(shrinking, {"unit": "甲公司", "project": "海" * 60})

    big, small = max(sizes(pieces)), min(sizes(pieces))
    assert 12 <= big < 20
    assert small / big == pytest.approx(15 / 20, abs=0.01)
    with pytest.raises(TooLongError) as error:
        set_block(shrinking, {"unit": "甲公司", "project": "海" * 300})
    assert error.value.field == "project"


@pytest.mark.parametrize(("valign", "share"), [("top", 0), ("middle", 0.5), ("bottom", 1)])
def test_a_block_hangs_where_it_is_told(valign, share):
    paragraph = Paragraph("山东", 10, leading=2)
    (piece,) = set_block(block(paragraph, valign=valign), {})
    ascent, descent = fonts.face().extents

    top = (20 + 60 * share) * POINTS_A_MM - 20 * share
    assert piece.y == pytest.approx(top + (20 + (ascent - descent) * 10) / 2)


@pytest.mark.parametrize(("align", "share"), [("left", 0), ("center", 0.5), ("right", 1), ("justify", 0)])
def test_a_line_stands_where_it_is_told(align, share):
    (piece,) = set_block(block(Paragraph("山东", 10, align=align)), {})

    assert piece.x == pytest.approx((10 + 100 * share) * POINTS_A_MM - 20 * share)


def test_justified_lines_end_at_the_margin_but_the_last_does_not():
    pieces = set_block(block(Paragraph("{project}", 15, align="justify")), {"project": "海藻 Phase 地膜" * 6})
    *full, last = pieces

    assert last.spacing == 0
    for piece in full:
        advance = sum(piece.shape.advances[piece.first : piece.last])
        count = piece.last - piece.first
        end = piece.x + advance * piece.size + piece.spacing * (count - 1)
        assert end == pytest.approx(110 * POINTS_A_MM, abs=15 * 0.26) or piece.spacing == 0


def test_names_in_a_list_are_never_split():
    names = tuple(f"阿迪力·买买提{number}" for number in range(12))
    pieces = set_block(block(Paragraph("{members}", 15)), {"members": names})
    lines = {}
    for piece in pieces:
        shown = piece.shape.text[piece.first : piece.last]
        lines[piece.y] = lines.get(piece.y, "") + shown

    assert [name for line in lines.values() for name in line.strip("、").split("、")] == list(names)


def test_an_accented_field_stays_whole_but_one_wider_than_the_line_breaks():
    accent = Accent("award", size=1.2)
    paragraph = Paragraph("在决赛中荣获{award}。", 20)
    short = set_block(block(paragraph), {"award": "最佳人气奖项得主"}, (accent,))
    assert len({piece.y for piece in short if piece.size == 24}) == 1

    wide = set_block(block(paragraph), {"award": "奖" * 20}, (accent,))
    assert len({piece.y for piece in wide if piece.size == 24}) > 1


def test_each_item_gets_a_line_of_its_own():
    paragraph = Paragraph("{issuers}", 10, each=True)

    assert len(rows(set_block(block(paragraph), {"issuers": ("甲厅", "乙厅", "丙厅")}))) == 3


def test_a_double_dash_is_one_joined_stroke():
    (piece,) = set_block(block(Paragraph("动态——智能", 10)), {})

    assert len(piece.shape.glyphs) == 5
    assert sum(piece.shape.advances) == pytest.approx(6)
