"""Certificates printed: whole, legible, in place, and refused by name when they cannot be."""

import itertools
import zipfile
from dataclasses import replace
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageOps

from certificates.designs import Box, Flow
from certificates.patterns import QR, honour_certificate, project_certificate
from certificates.rendering import Way, check, render_batch, render_single, render_zip
from core import qr
from core.problems import Refused
from tests.certificates.reference import at_full_size, characters, laid_out, text_of
from tests.certificates.sample import FULL, SHORT, many

DESIGN = project_certificate(seal="第八届山东省创业大赛组织委员会")
DOTS = 200 / 25.4


def batch(design, fields, **options):
    out = BytesIO()
    printed = render_batch(design, fields, out=out, **options)
    return out.getvalue(), printed


def picture(document, page=0):
    return pypdfium2.PdfDocument(document)[page].render(scale=200 / 72).to_pil().convert("L")


def printed_values(fields):
    for value in fields.values().values():
        yield from [value] if isinstance(value, str) else value


@pytest.mark.parametrize("fields", [SHORT, FULL], ids=["short", "full"])
def test_every_value_can_be_copied_from_the_pdf(fields):
    text = text_of(render_single(DESIGN, fields))

    missing = [value for value in printed_values(fields) if "".join(value.split()) not in text]

    assert missing == []
    assert "荣誉证书" in text
    assert "特发此证，以资鼓励。" in text
    assert text.index(fields.leader) < text.index(fields.members[0])


def test_members_keep_their_order():
    text = text_of(render_single(DESIGN, FULL))

    assert "、".join("".join(name.split()) for name in FULL.members) in text


def test_the_document_is_sound_and_says_what_it_is():
    with pikepdf.open(BytesIO(render_single(DESIGN, FULL))) as document:
        assert document.check_pdf_syntax() == []
        assert document.Root.Lang == "zh-CN"
        assert FULL.number in str(document.docinfo.Title)


def test_characters_stand_where_the_page_engine_puts_them():
    """The same texts by the engine's own line breaks and glyphs: every character within a third of a point."""
    design = at_full_size(DESIGN)
    rows = [SHORT, *many(24)]
    stamped, engine = batch(design, rows)[0], laid_out(design, rows)
    for number, fields in enumerate(rows):
        ours, theirs = characters(stamped, number), characters(engine, number)

        assert [char for char, _x, _y in ours] == [char for char, _x, _y in theirs]
        away = max(max(abs(a[1] - b[1]), abs(a[2] - b[2])) for a, b in zip(ours, theirs, strict=True))
        assert away < 0.34, fields.number


@pytest.mark.parametrize("fields", [SHORT, FULL], ids=["short", "full"])
def test_texts_stay_in_their_boxes(fields):
    """No text runs off the frame, and the text of the certificate never touches the foot."""
    design = replace(DESIGN, seals=(), frame="")
    page = pypdfium2.PdfDocument(render_single(design, fields))[0]
    texts = page.get_textpage()
    millimetre = 72 / 25.4
    boxes = [
        texts.get_charbox(number) for number in range(texts.count_chars()) if texts.get_text_range(number, 1).strip()
    ]

    assert min(box[0] for box in boxes) >= 33.9 * millimetre
    assert max(box[2] for box in boxes) <= 263.1 * millimetre
    start = texts.get_text_range().index("特发此证")
    assert texts.get_charbox(start)[1] >= (210 - 148) * millimetre


def modules_on(image, fields):
    """The colours of the printed code at the middle of each module, laid over where the design puts it."""
    rows = qr.modules(fields.verify_url)
    step = QR.size * DOTS / len(rows)
    return [
        bytes(
            255
            if image.getpixel((round(QR.x * DOTS + (x + 0.5) * step), round(QR.y * DOTS + (y + 0.5) * step))) > 128
            else 0
            for x in range(len(rows))
        )
        for y in range(len(rows))
    ]


def test_the_code_reads_back_in_its_place_and_upright():
    image = picture(render_single(DESIGN, SHORT))

    (found,) = zxingcpp.read_barcodes(image)

    assert found.text == SHORT.verify_url
    assert found.position.top_left.x == pytest.approx(QR.x * DOTS, abs=4)
    assert found.position.top_left.y == pytest.approx(QR.y * DOTS, abs=4)
    assert found.position.bottom_right.x == pytest.approx((QR.x + QR.size) * DOTS, abs=4)
    assert modules_on(image, SHORT) == qr.modules(SHORT.verify_url)


def test_a_mirrored_or_turned_code_would_be_noticed():
    """Some readers accept a mirrored code, so the modules themselves are compared; this is the proof of that test."""
    image = picture(render_single(DESIGN, SHORT))
    place = tuple(round(side * DOTS) for side in (QR.x, QR.y, QR.x + QR.size, QR.y + QR.size))
    code = image.crop(place)
    for turned in (ImageOps.mirror(code), ImageOps.flip(code), code.rotate(90)):
        spoilt = image.copy()
        spoilt.paste(turned, place[:2])

        assert modules_on(spoilt, SHORT) != qr.modules(SHORT.verify_url)


def test_a_batch_is_the_single_certificates_page_by_page():
    rows = [*many(3), FULL]
    document, printed = batch(DESIGN, rows)

    assert printed.count == 4
    assert printed.way is Way.STAMPED
    assert printed.note == ""
    for number, fields in enumerate(rows):
        assert characters(document, number) == characters(render_single(DESIGN, fields))
        (found,) = zxingcpp.read_barcodes(picture(document, number))
        assert found.text == fields.verify_url


def test_artwork_and_fonts_are_in_a_batch_once():
    one, _ = batch(DESIGN, many(1))
    hundred, _ = batch(DESIGN, many(100))
    with pikepdf.open(BytesIO(hundred)) as document:
        assert len(document.pages) == 100
        assert len({page.Resources.XObject["/Under"].objgen for page in document.pages}) == 1
        assert len({page.Resources.Font["/F1"].objgen for page in document.pages}) == 1

    assert len(hundred) - len(one) < 100 * 2500


def test_a_batch_larger_than_a_branch_of_the_page_tree_stays_in_order():
    rows = many(150)
    document, _ = batch(DESIGN, iter(rows))

    assert all(fields.number in text_of(document, number) for number, fields in enumerate(rows))


def test_the_same_certificates_give_the_same_bytes(tmp_path):
    assert render_single(DESIGN, FULL) == render_single(DESIGN, FULL)
    render_zip(DESIGN, many(2), out=tmp_path / "one.zip")
    render_zip(DESIGN, many(2), out=tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_progress_is_told(tmp_path):
    told = []
    batch(DESIGN, many(60), progress=lambda done, total: told.append((done, total)))
    assert told == [(25, 60), (50, 60), (60, 60)]

    told.clear()
    render_zip(
        DESIGN, iter(many(26)), out=tmp_path / "all.zip", progress=lambda done, total: told.append((done, total))
    )
    assert told == [(25, None), (26, 26)]


def test_a_zip_holds_every_certificate_by_number():
    rows = [replace(SHORT, number="鲁创〔2026〕7号"), *many(2)]
    out = BytesIO()
    printed = render_zip(DESIGN, rows, out=out)

    with zipfile.ZipFile(out) as archive:
        assert archive.namelist() == ["鲁创_2026_7号.pdf", "SDCY-2026-0831-0001.pdf", "SDCY-2026-0831-0002.pdf"]
        assert "鲁创〔2026〕7号" in text_of(archive.read("鲁创_2026_7号.pdf"))
    assert printed.count == 3


@pytest.mark.parametrize("field", ["project", "unit", "leader", "contest", "award"])
def test_a_character_without_glyph_is_refused_by_name(field):
    with pytest.raises(Refused) as refusal:
        render_single(DESIGN, replace(SHORT, **{field: "𠮷"}))

    assert refusal.value.field == field
    assert refusal.value.code == "missing-glyph"
    assert "𠮷（U+20BB7）" in refusal.value.message
    assert SHORT.number in refusal.value.message


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("project", "超长项目名称" * 100),
        ("unit", "超长单位名称" * 40),
        ("members", tuple(f"成员某某某{number}" for number in range(200))),
        ("advisers", ("指导教师某某",) * 200),
        ("contest", "超长赛事名称" * 15),
        ("issuers", ("主办单位名称",) * 9),
        ("number", "0123456789" * 9),
    ],
)
def test_what_does_not_fit_at_the_smallest_size_is_refused_by_field(field, value):
    problems = check(DESIGN, replace(SHORT, **{field: value}))

    assert problems
    assert {(problem.code, problem.field) for problem in problems} == {("too-long", field)}


def test_a_title_may_not_be_without_its_award():
    problems = check(DESIGN, replace(SHORT, award=" ", issuers=()))

    assert [(problem.code, problem.field) for problem in problems] == [("empty", "award"), ("empty", "issuers")]
    assert check(DESIGN, SHORT) == []


def test_a_batch_names_every_certificate_in_the_way_and_writes_nothing(tmp_path):
    rows = many(5)
    rows[1] = replace(rows[1], leader="𠮷")
    rows[3] = replace(rows[3], project="长" * 400)

    for render, name in ((render_batch, "all.pdf"), (render_zip, "all.zip")):
        with pytest.raises(Refused) as refusal:
            render(DESIGN, rows, out=tmp_path / name)

        found = [(problem.code, problem.field) for problem in refusal.value.problems]
        assert found == [("missing-glyph", "leader"), ("too-long", "project")]
        assert rows[1].number in refusal.value.problems[0].message
        assert rows[3].number in refusal.value.problems[1].message
    assert list(tmp_path.iterdir()) == []


def test_an_empty_batch_is_refused(tmp_path):
    with pytest.raises(Refused):
        render_batch(DESIGN, [], out=tmp_path / "all.pdf")


def test_what_is_empty_leaves_no_trace():
    text = text_of(render_single(DESIGN, replace(SHORT, members=(), advisers=(), year="")))

    assert "项目成员" not in text
    assert "指导教师" not in text
    assert "（年）" not in text
    assert "项目负责人：林晓棠" in text


def test_marks_without_shape_and_line_ends_in_names_are_smoothed():
    text = text_of(render_single(DESIGN, replace(SHORT, project="海藻\n基\u200b膜", unit="Jose\u0301 公司")))

    assert "“海藻基膜”" in text
    assert "José公司" in text


def test_an_honour_has_no_project():
    fields = replace(SHORT, project="", leader="", members=(), award="优秀组织奖", unit="青岛市人力资源和社会保障局")
    text = text_of(render_single(honour_certificate(), fields))

    assert "青岛市人力资源和社会保障局：" in text
    assert "荣获优秀组织奖。" in text


def test_a_sample_is_marked_and_the_real_one_is_not():
    assert "不具效力" in text_of(render_single(DESIGN, SHORT))
    assert "样章" in text_of(render_single(DESIGN, SHORT))
    real = text_of(render_single(project_certificate(seal="组织委员会", sample=False), SHORT))
    assert "不具效力" not in real
    assert "样章" not in real


def test_an_offices_own_seal_is_drawn():
    out = BytesIO()
    Image.new("RGBA", (40, 40), (200, 0, 0, 128)).save(out, "PNG")
    seal = replace(DESIGN.seals[0], image=out.getvalue())
    image = pypdfium2.PdfDocument(render_single(replace(DESIGN, seals=(seal,)), SHORT))[0].render(scale=1).to_pil()

    red, green, _blue = image.getpixel((round((seal.x + 18) * 72 / 25.4), round((seal.y + 18) * 72 / 25.4)))[:3]
    assert red - green > 60


FREE = Flow(
    Box(34, 62, 229, 86),
    "<h2>{unit}</h2><p>{project}，{award}</p><ul><li>{leader}</li><li>{members}</li></ul>",
)


def free_text(**changes):
    head, foot = DESIGN.blocks[:2], DESIGN.blocks[3:]
    return replace(DESIGN, blocks=(*head, *foot), flow=replace(FREE, **changes))


def test_free_text_is_laid_out_by_the_engine_and_says_so():
    rows = [*many(2), replace(SHORT, unit="甲 & 乙 <研究院>")]
    document, printed = batch(free_text(), rows)

    assert printed.way is Way.FLOWED
    assert printed.note
    for number, fields in enumerate(rows):
        text = text_of(document, number)
        assert "".join(fields.unit.split()) in text
        assert fields.number in text
        (found,) = zxingcpp.read_barcodes(picture(document, number))
        assert found.text == fields.verify_url


def test_free_text_that_runs_over_shrinks_alone_or_is_refused():
    long = replace(SHORT, project="较长的项目名称" * 25)
    document, printed = batch(free_text(), [SHORT, long])
    assert printed.count == 2
    assert long.project in text_of(document, 1)

    with pytest.raises(Refused) as refusal:
        batch(free_text(), [SHORT, replace(SHORT, number="X-2", project="过长的项目名称" * 90)])
    assert [problem.code for problem in refusal.value.problems] == ["too-long"]
    assert "X-2" in refusal.value.problems[0].message


def test_free_text_cannot_read_files():
    with pytest.raises(ValueError, match="passwd"):
        batch(free_text(html='<img src="file:///etc/passwd">{unit}'), [SHORT])


def test_every_pair_of_neighbours_differs():
    """The sample rows are no copies of each other, or the tests above would prove little."""
    assert all(one.project != two.project for one, two in itertools.pairwise(many(20)))


def test_a_seal_is_ink_on_ink():
    """Under the star text stays as dark as without the seal, and paper beside it keeps its colour."""
    plain, sealed = picture(render_single(replace(DESIGN, seals=()), SHORT)), picture(render_single(DESIGN, SHORT))
    seal = DESIGN.seals[0]
    star = tuple(round(side * DOTS) for side in (seal.x - 7, seal.y - 7, seal.x + 7, seal.y + 7))
    pairs = list(zip(plain.crop(star).tobytes(), sealed.crop(star).tobytes(), strict=True))

    assert sum(old < 60 for old, _new in pairs) > 100
    assert max(new for old, new in pairs if old < 60) < 70
    assert sum(old == new for old, new in pairs if old > 240) > len(pairs) / 3
