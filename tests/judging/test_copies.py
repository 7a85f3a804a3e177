"""Files that judges take along: pictures of pages with their name in them, and nothing else of what was sent in."""

import re
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pikepdf
import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from PIL import Image

from contests.states import HeatState
from core.models import AuditEntry
from judging import services
from judging.states import SheetState
from projects import conversion
from projects.models import DocumentVersion
from projects.pages import copy_name, make_copy, page_image, page_texts
from projects.tasks import convert_deck
from tests import factories

pytestmark = pytest.mark.django_db

NAME = "Ouyang Wenlan"
DECK = Path(__file__).parents[1] / "projects/papers/deck.pptx"


def telling_pdf() -> bytes:
    """A PDF that tells its author wherever a PDF can: on the page, unseen, aside, in files, scripts and metadata."""
    made = pikepdf.new()
    made.add_blank_page(page_size=(800, 450))
    page, name = made.pages[0], pikepdf.Name
    font = pikepdf.Dictionary(Type=name.Font, Subtype=name.Type1, BaseFont=name.Helvetica)
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=made.make_indirect(font)))
    said = f"BT /F1 40 Tf 20 380 Td ({NAME}) Tj 3 Tr 0 -300 Td (unseen {NAME}) Tj ET".encode()
    page.Contents = made.make_stream(said)
    drawn = made.make_stream(b"1 0 0 rg 0 0 200 60 re f", Type=name.XObject, Subtype=name.Form, BBox=[0, 0, 200, 60])
    note = pikepdf.Dictionary(Type=name.Annot, Subtype=name.FreeText, Rect=[500, 20, 700, 80], Contents=NAME, T=NAME,
                              F=4, AP=pikepdf.Dictionary(N=drawn))  # fmt: skip
    page.Annots = pikepdf.Array([made.make_indirect(note)])
    page.PieceInfo = pikepdf.Dictionary(Editor=pikepdf.Dictionary(Private=NAME))
    made.docinfo["/Author"] = made.docinfo["/Title"] = NAME
    with made.open_metadata() as xmp:
        xmp["dc:creator"] = [NAME]
    made.attachments["who.txt"] = NAME.encode()
    script = pikepdf.Dictionary(S=name.JavaScript, JS=f"app.alert('{NAME}')")
    made.Root.OpenAction = made.make_indirect(script)
    with made.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem(NAME, 0))
    written = BytesIO()
    made.save(written)
    return written.getvalue()


def everything_in(pdf: bytes) -> bytes:
    """All objects and unpacked streams of a PDF as one text."""
    with pikepdf.open(BytesIO(pdf)) as found:
        parts = [pdf]
        for one in found.objects:
            parts.append(repr(one).encode())
            if isinstance(one, pikepdf.Stream):
                picture = one.get("/Filter") == "/DCTDecode"
                parts.append(one.read_raw_bytes() if picture else one.read_bytes())
        return b"\n".join(parts)


def tells(content: bytes, name: str) -> bool:
    forms = {name, name.replace(" ", "")}
    return any(form.encode(code) in content for form in forms for code in ("utf-8", "utf-16-be", "utf-16-le"))


@pytest.fixture
def heat():
    stage = {"stage__blind": True, "stage__judges_download": True}
    return factories.HeatFactory(state=HeatState.OPEN, **stage)


@pytest.fixture
def sheet(heat, judge):
    project = {"leader": {"name": NAME}, "project": {}}
    entry = factories.EntryFactory(season=heat.stage.season, number="T-370783-0001")
    requirement = factories.DocumentRequirementFactory(season=heat.stage.season, judged=True, label="路演文稿")
    document = entry.documents.create(requirement=requirement)
    made = DocumentVersion(document=document, name=f"{NAME}.pdf", extension="pdf", content_type="application/pdf",
                           sha256=uuid4().hex * 2, size=1, pages=1, by=factories.UserFactory(),
                           at=factories.NOW)  # fmt: skip
    made.file.save("x.pdf", ContentFile(telling_pdf()))
    document.current = made
    document.save()
    kept = {"version": made.pk, "label": "路演文稿", "judged": True, "extension": "pdf", "sha256": made.sha256,
            "pages": 1}  # fmt: skip
    entry.snapshot = {**project, "documents": [kept]}
    entry.save()
    return factories.sheet(factories.ParticipationFactory(heat=heat, entry=entry), judge, state=SheetState.DRAFT)


@pytest.fixture
def version(sheet):
    return DocumentVersion.objects.get()


@pytest.fixture
def officer(heat):
    return factories.province(heat.stage.season)


def clear(version, officer):
    services.look_at_page(version, page=1, by=officer)
    services.clear_document(version, by=officer)


def address(sheet, version):
    return reverse("judging:copy", args=[sheet.pk, version.pk])


def test_what_a_judge_takes_along_tells_nobodys_name_in_any_stream(web, judge, sheet, version, officer):
    assert tells(everything_in(telling_pdf()), NAME)
    services.cover_page(version, page=1, boxes=[[0, 0, 6000, 2500]], by=officer)
    assert web.get(address(sheet, version)).status_code == 404, "Nobody has looked through it."
    clear(version, officer)
    assert web.get(address(sheet, version)).status_code == 404, "It is not made yet."
    assert (services.make_copies(most=5), services.make_copies(most=5)) == (1, 0)

    answer = web.get(address(sheet, version))

    content = everything_in(answer.content)
    assert not tells(content, NAME)
    assert not re.findall(rb"/JavaScript|/EmbeddedFile|/Annot|/Metadata|/Info", content)
    assert re.search(r"filename\*=utf-8''\d+-", answer["Content-Disposition"])
    assert "T-370783" not in answer["Content-Disposition"]
    with pikepdf.open(BytesIO(answer.content)) as found:
        (picture,) = found.pages[0].get_images().values()
        drawn = Image.open(BytesIO(picture.read_raw_bytes())).convert("L")
    wide, high = drawn.size
    assert drawn.crop((0, 0, wide // 2, high // 5)).getextrema()[1] < 110, "What was covered is gone from the picture."
    assert drawn.crop((wide // 2, high // 2, wide, high)).getextrema()[0] > 150, "The comment is gone."
    assert AuditEntry.objects.filter(verb="document.copy", actor=judge.person.user).count() == 1
    assert address(sheet, version) in web.get(reverse("judging:sheet", args=[sheet.pk])).content.decode()


def test_no_stage_gives_files_by_itself(web, heat, sheet, version, officer):
    clear(version, officer)
    heat.stage.judges_download = False
    heat.stage.save()
    assert services.make_copies(most=5) == 0
    make_copy(version, bare=True, boxes={})
    assert web.get(address(sheet, version)).status_code == 404
    assert "/files/" not in web.get(reverse("judging:sheet", args=[sheet.pk])).content.decode()


def test_covers_drawn_later_shut_the_file_again(web, sheet, version, officer):
    clear(version, officer)
    services.make_copies(most=5)
    assert web.get(address(sheet, version)).status_code == 200
    services.cover_page(version, page=1, boxes=[[0, 0, 6000, 2500]], by=officer)
    assert web.get(address(sheet, version)).status_code == 404
    clear(version, officer)
    assert web.get(address(sheet, version)).status_code == 404, "The copy with the new cover is still to be made."


def test_comments_are_neither_drawn_nor_searched_in_blind_rounds_and_stay_for_other_readers(version):
    def reddest(**how):
        drawn = Image.open(BytesIO(page_image(version, 1, width=400, **how))).convert("RGB")
        return drawn.crop((260, 180, 340, 215)).getchannel("G").getextrema()[0]

    assert (reddest() < 60, reddest(bare=True) > 240) == (True, True)
    assert page_texts(version)[0].count(NAME) == 2


@pytest.mark.skipif(not conversion.converter(), reason="LibreOffice is not installed: bin/start says how to get it")
def test_a_deck_loses_its_hidden_slide_notes_comments_and_author(sheet, version):
    """The file holds 欧阳文澜 in each of these places; LibreOffice reads all of them."""
    version.extension, version.sha256 = "pptx", uuid4().hex * 2
    version.file.save("x.pptx", ContentFile(DECK.read_bytes()))
    version.save()
    convert_deck.func(version.pk)
    version.refresh_from_db()

    make_copy(version, bare=True, boxes={})

    assert version.pages == 3
    assert "欧阳文澜" not in "".join(page_texts(version))
    with version.file.storage.open(copy_name(version, bare=True, boxes={})) as made:
        content = everything_in(made.read())
    assert not tells(content, "欧阳文澜")
    assert content.count(b"/DCTDecode") >= 3
