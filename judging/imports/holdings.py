"""A list of holdings from Excel: read and checked, nobody matched yet. Nothing here knows the database."""

from dataclasses import dataclass
from decimal import Decimal

from django.core.files import File
from django.utils.translation import gettext as _

from judging.imports.rows import Reader
from projects.imports.book import Book
from projects.imports.columns import Column, Kind
from projects.imports.fault import all_or_nothing
from projects.names import plain_company

MOST_MB, MOST_ROWS = 10, 2_000
SHEET = "持股关系"
COMPANY, HOLDER = "company", "holder"
COLUMNS = [
    Column(COMPANY, "企业名称", most=120, needed=True, note="被持股企业的全称"),
    Column("company_code", "企业统一社会信用代码", Kind.CREDIT, note="选填；填写后按代码确认是哪家企业"),
    Column(HOLDER, "股东名称", most=120, needed=True, note="企业、基金或自然人"),
    Column("holder_code", "股东统一社会信用代码", Kind.CREDIT, note="选填；自然人股东留空"),
    Column("share", "持股比例（%）", Kind.SHARE, note="选填，0到100"),
    Column("note", "依据", most=200, needed=True, note="如：国家企业信用信息公示系统，2026年6月"),
]


@dataclass(frozen=True)
class HoldingRow:
    """One holding as the list says it; empty where nothing is filled in."""

    row: int
    company: str
    holder: str
    note: str
    company_code: str = ""
    holder_code: str = ""
    share: Decimal | None = None

    @property
    def keys(self) -> tuple[str, str]:
        return plain_company(self.company)[:120], plain_company(self.holder)[:120]

    def side(self, side: str) -> tuple[str, str]:
        """Name and credit code of the company or of the holder."""
        return (self.company, self.company_code) if side == COMPANY else (self.holder, self.holder_code)


def read_holdings(file: File, *, name: str) -> list[HoldingRow]:
    """Every filled row. Refused with every wrong place by row and column, else whole."""
    with Book(file, name=name, max_mb=MOST_MB) as book:
        page = book.page(SHEET if SHEET in book.sheets else book.sheets[0])
    reader = Reader(page, COLUMNS)
    rows = [HoldingRow(number, **found) for number in sorted(page.rows) if number > 1 and (found := reader.row(number))]
    first: dict[tuple[str, str], int] = {}
    for one in rows:
        if one.keys[0] == one.keys[1]:
            reader.fault(one.row, HOLDER, _("A company does not hold itself. Name the shareholder."))
        elif one.keys in first:
            reader.fault(one.row, HOLDER, _("This holding stands in row %(row)s already.") % {"row": first[one.keys]})
        first.setdefault(one.keys, one.row)
    all_or_nothing(rows, reader.faults, most_rows=MOST_ROWS)
    return rows
