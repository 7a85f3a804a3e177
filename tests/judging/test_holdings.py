"""Holdings from Excel: wrong places by row and column, doubtful names decided by a human, and twice is once."""

from io import BytesIO

import openpyxl
import pytest
from django.core.files import File
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.translation import override

from core.models import Job
from core.problems import Refused
from judging import tasks
from judging.imports.holdings import read_holdings
from judging.models import Holding
from judging.services.noted import NAME_ONLY, check_holdings, import_holdings
from judging.workbook import holdings_template
from tests import factories

pytestmark = pytest.mark.django_db
ROW = {
    "企业名称": "示例海洋（青岛）有限公司",
    "股东名称": "齐鲁示例创投有限公司",
    "持股比例（%）": "12.5",
    "依据": "公示系统",
}
CODE = "91350100M000100Y43"


def workbook(*rows) -> bytes:
    book = openpyxl.load_workbook(BytesIO(holdings_template()))
    sheet = book["持股关系"]
    places = {str(cell.value).rstrip("*"): cell.column for cell in sheet[1]}
    for number, row in enumerate(rows, start=2):
        for heading, value in row.items():
            sheet.cell(number, places[heading], value)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def read(*rows):
    return read_holdings(File(BytesIO(workbook(*rows)), "持股.xlsx"), name="持股.xlsx")


def test_every_wrong_place_is_named_and_nothing_is_read_in_by_halves():
    with pytest.raises(Refused) as refused:
        read(
            ROW | {"持股比例（%）": "120"},
            {"企业名称": "示例公司"},
            ROW,
            ROW | {"股东名称": "齐鲁示例创投有限责任公司"},
            ROW | {"股东名称": ROW["企业名称"]},
            ROW | {"企业统一社会信用代码": "123"},
        )
    places = {(one.row, one.heading) for one in refused.value.problems}
    assert {
        (2, "持股比例（%）"),
        (3, "股东名称"),
        (3, "依据"),
        (5, "股东名称"),
        (6, "股东名称"),
        (7, "企业统一社会信用代码"),
    } <= places


def test_names_are_matched_by_code_then_folded_and_a_repeat_changes_nothing():
    by = factories.province(factories.SeasonFactory())
    company = factories.OrganisationFactory(name="示例海洋(青岛)有限责任公司", credit_code=CODE)
    twins = [factories.OrganisationFactory(name="齐鲁示例创投有限公司", credit_code=None) for _ in range(2)]
    rows = read(ROW, ROW | {"企业名称": "改名前的公司", "企业统一社会信用代码": CODE, "股东名称": "王示例"})

    report = check_holdings(rows)
    assert (report.new, [one.key for one in report.doubtful]) == (2, ["2-holder", "3-company"])
    assert not Holding.objects.exists()
    with pytest.raises(Refused):
        import_holdings(rows, decided={"2-holder": str(twins[1].pk)}, by=by)
    decided = {"2-holder": str(twins[1].pk), "3-company": NAME_ONLY}
    assert import_holdings(rows, decided=decided, by=by).new == 2
    first, second = Holding.objects.order_by("pk")
    assert (first.company, first.holder, str(first.share)) == (company, twins[1], "12.50")
    assert (second.company, second.holder_name) == (None, "王示例")
    assert import_holdings(rows, decided=decided, by=by).same == 2
    assert import_holdings(read(ROW | {"持股比例（%）": "20"}), decided=decided, by=by).changed == 1
    assert Holding.objects.count() == 2


def test_the_page_checks_asks_and_reads_in(signed_in):
    by = factories.province(factories.SeasonFactory())
    factories.OrganisationFactory(name="海示科技有限公司", credit_code=CODE)
    browser, page = signed_in(by), reverse("judging:holdings_import")
    wrong = SimpleUploadedFile("持股.xlsx", workbook(ROW | {"依据": ""}))
    assert browser.post(page, {"file": wrong}).status_code == 422
    good = SimpleUploadedFile("持股.xlsx", workbook(ROW | {"企业统一社会信用代码": CODE}))
    shown = browser.post(page, {"file": good}).context
    (doubtful,) = shown["report"].doubtful
    sent = {"file": shown["digest"], "name": shown["name"]}
    confirm = reverse("judging:holdings_confirm")
    assert browser.post(confirm, sent).status_code == 422
    assert browser.post(confirm, sent | {f"who{doubtful.key}": NAME_ONLY}).status_code == 302
    with override("en"):
        assert "1 holdings are new" in tasks.run_holdings(Job.objects.get(kind="judging.holdings")).message
    assert Holding.objects.get().company is None
    assert browser.get(reverse("judging:holdings_template")).status_code == 200
