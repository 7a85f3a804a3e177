"""Blind stages: which names are withheld, from which texts and pictures, and who lets a document go to the judges."""

import io

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from PIL import Image

from contests.states import HeatState
from core.models import AuditEntry
from core.problems import Refused
from judging import services
from judging.blind import find, masked, names_of, pages_to_look_at, spans, unsearched
from judging.models import BlindCheck, Redaction
from judging.queries.blind import look_of
from judging.states import SheetState
from projects.models import DocumentVersion
from tests import factories

pytestmark = pytest.mark.django_db

SNAPSHOT = {
    "title": "海藻云——田间可降解地膜",
    "unit": {"name": "寿光市人力资源和社会保障局"},
    "zone": {"name": "潍坊市人力资源和社会保障局"},
    "project": {
        "company_name": "山东海藻云生物科技有限公司",
        "credit_code": "91370783MA3TESTX0A",
        "legal_representative": "欧阳文澜",
        "one_line": "海藻云让地膜半年降解，寿光市两地试验，电话13805361234",
        "region": {"code": "370783", "name": "潍坊市寿光市", "name_en": "Shouguang"},
    },
    "leader": {"name": "欧阳文澜", "school": "山东农业大学", "employer": "山东海藻云生物科技有限公司"},
    "team": [{"name": "王冉", "school": "中国海洋大学"}],
}


@pytest.mark.parametrize(
    "text",
    ["山东海藻云生物科技有限公司", "海藻云生物科技", "海藻云", "寿光", "潍坊市", "欧阳文澜", "王 冉", "中国海\n洋大学",
     "寿光市人力资源和社会保障局", "138 0536 1234", "0536-1234567", "wang@haizaoyun.cn", "www.haizaoyun.cn",
     "shouguang"],
)  # fmt: skip
def test_every_name_is_withheld_wherever_it_is_cut(text):
    names = names_of(SNAPSHOT)
    assert masked(f"由{text}研发", names) == "由■■研发"
    assert [(one.page, one.before, one.after) for one in find(["", f"由{text}研发"], names)] == [(2, "由", "研发")]


def test_texts_without_names_stay_whole():
    names = names_of(SNAPSHOT)
    text = "山东省内推广面积1.2万亩，营收2026年6000万元，ISO 9001"
    assert masked(text, names) == text
    assert find([text], names) == []
    assert names_of(None) == ()


@pytest.fixture
def heat():
    return factories.HeatFactory(state=HeatState.OPEN, stage__blind=True)


@pytest.fixture
def version(heat):
    """A judged picture of one page, grey all over."""
    grey = io.BytesIO()
    Image.new("RGB", (400, 200), (200, 200, 200)).save(grey, "PNG")
    entry = factories.EntryFactory(season=heat.stage.season, title=SNAPSHOT["title"], number="T-370783-0001")
    requirement = factories.DocumentRequirementFactory(season=heat.stage.season, judged=True)
    document = entry.documents.create(requirement=requirement)
    made = DocumentVersion(document=document, name="海藻云.png", extension="png", content_type="image/png", size=1,
                           sha256="ab" * 32, pages=1, by=factories.UserFactory(), at=factories.NOW)  # fmt: skip
    made.file.save("x", ContentFile(grey.getvalue()))
    document.current = made
    document.save()
    kept = {"version": made.pk, "label": "路演文稿", "label_en": "", "judged": True, "extension": "png",
            "sha256": made.sha256, "pages": 1}  # fmt: skip
    entry.snapshot = {**SNAPSHOT, "documents": [kept]}
    entry.save()
    return made


@pytest.fixture
def judge(heat):
    return factories.InvitationFactory(heat=heat).judge


@pytest.fixture
def sheet(heat, version, judge):
    participation = factories.ParticipationFactory(heat=heat, entry=version.document.entry)
    return factories.sheet(participation, judge, state=SheetState.DRAFT)


@pytest.fixture
def officer(heat):
    return factories.province(heat.stage.season)


WITHHELD = ("海藻云", "欧阳文澜", "寿光", "潍坊", "13805361234")


def test_no_page_message_or_file_of_a_judge_names_the_team(signed_in, judge, sheet, heat, version):
    web = signed_in(judge.person.user)
    pages = [web.get(reverse("judging:sheet", args=[sheet.pk])), web.get(reverse("judging:own_marks", args=[heat.pk]))]
    pages.append(web.post(reverse("judging:recuse", args=[sheet.pk]), {"tie": "no", "reason": "太忙"}, follow=True))
    for page in pages:
        text = page.content.decode()
        assert "田间可降解地膜" in text
        assert not [name for name in WITHHELD if name in text]
    file = web.get(reverse("judging:score_file", args=[heat.pk]))
    assert not [name for name in WITHHELD if name.encode() in file.content]
    assert version.document.entry.number not in pages[0].content.decode()


def test_a_document_goes_to_judges_covered_and_only_after_an_officer_looked(signed_in, judge, sheet, version, officer):
    web, address = signed_in(judge.person.user), reverse("judging:page", args=[sheet.pk, version.pk, 1])
    assert web.get(address).status_code == 404
    services.cover_page(version, page=1, boxes=[[0, 0, 5000, 10000]], by=officer)
    services.look_at_page(version, page=1, by=officer)
    services.clear_document(version, by=officer)

    drawn = Image.open(io.BytesIO(web.get(address).content))

    left, right = drawn.getpixel((50, 100)), drawn.getpixel((350, 100))
    assert (max(left) < 80, min(right) > 180) == (True, True)
    services.cover_page(version, page=1, boxes=[], by=officer)
    assert web.get(address).status_code == 404, "What was uncovered has to be looked through again."


@pytest.mark.parametrize(
    "boxes", [[[0, 0, 0, 10]], [[9000, 0, 1001, 10]], [[-1, 0, 10, 10]], [[0, 0, 10]], [[0, 0, "1", 1]]]
)
def test_a_cover_lies_on_its_page(version, officer, boxes):
    with pytest.raises(Refused):
        services.cover_page(version, page=1, boxes=boxes, by=officer)
    with pytest.raises(Refused):
        services.cover_page(version, page=2, boxes=[], by=officer)
    assert not Redaction.objects.exists()


def test_a_page_without_text_is_for_a_person_to_look_at(heat, sheet, version, officer):
    assert services.search_documents(heat, by=officer) == 1
    assert [one["kind"] for one in BlindCheck.objects.get().found] == ["no-text"]
    assert look_of(version, version.blind_check).unsearched == "1"
    with pytest.raises(Refused):
        services.clear_unnamed(heat, by=officer)
    BlindCheck.objects.update(found=[])
    assert services.clear_unnamed(heat, by=officer) == 1
    assert BlindCheck.objects.get().cleared_by == officer


def test_what_nobody_searched_is_cleared_only_after_somebody_looked_at_every_page(version, officer):
    version.pages = 3
    version.save()
    services.look_at_page(version, page=2, by=officer)
    with pytest.raises(Refused, match="1、3"):
        services.clear_document(version, by=officer)
    services.look_at_page(version, page=1, by=officer)
    services.look_at_page(version, page=3, by=officer)
    services.look_at_page(version, page=3, by=officer)
    assert services.clear_document(version, by=officer).looked == [1, 2, 3]
    assert AuditEntry.objects.filter(verb="blind.look", actor=officer).count() == 3


def test_a_document_without_pages_is_never_cleared(heat, sheet, version, officer, monkeypatch):
    version.pages = None
    version.save()
    with pytest.raises(Refused):
        services.look_at_page(version, page=1, by=officer)
    with pytest.raises(Refused):
        services.clear_document(version, by=officer)
    monkeypatch.setattr(services.blind, "page_texts", lambda version: [])
    services.search_documents(heat, by=officer)
    assert [one["kind"] for one in BlindCheck.objects.get().found] == ["unreadable"]
    with pytest.raises(Refused):
        services.clear_unnamed(heat, by=officer)


def test_a_mixed_deck_says_page_by_page_what_was_not_searched():
    pages = ["田间可降解地膜的技术路线", "3", "", "团队成员王冉负责试验与推广", "", "市场规模与融资计划说明"]
    found = [{"page": one.page, "kind": one.kind} for one in (*find(pages, names_of(SNAPSHOT)), *unsearched(pages))]
    assert pages_to_look_at(found, 6) == [2, 3, 4, 5]
    assert spans([2, 3, 5, 7, 8, 9]) == "2–3、5、7–9"
    assert pages_to_look_at(None, 3) == pages_to_look_at([{"page": 1, "kind": "unreadable"}], 3) == [1, 2, 3]
    many = [{"page": 2, "kind": "person"}] * 500
    assert pages_to_look_at(many, 4) == [2, 3, 4], "What was found beyond the kept ones is unknown."


def test_the_officer_covers_and_clears_on_the_page(signed_in, heat, sheet, version, officer):
    web, address = signed_in(officer), reverse("judging:cover", args=[heat.pk, version.pk])
    assert web.post(address, {"boxes": "[[1,2,300,400]]"}).status_code == 302
    assert "[[1, 2, 300, 400]]" in web.get(address).content.decode()
    assert web.post(address, {"boxes": "nothing"}).status_code == 422
    clear = reverse("judging:clear_document", args=[heat.pk, version.pk])
    web.post(clear)
    assert not BlindCheck.objects.get().cleared_at, "Nobody has looked at the page."
    web.post(reverse("judging:look", args=[heat.pk, version.pk]) + "?page=1")
    assert web.get(address).context["look"].waiting == ()
    web.post(clear)
    assert (
        version.document.entry.number
        in web.get(reverse("judging:blind", args=[heat.pk]) + "?show=done").content.decode()
    )
