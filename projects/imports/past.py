"""Entries and winners of earlier years from Excel (docs/past-format.md): read and checked, nothing matched yet.

One row is one project of one year. The identity number of a leader is only used to find the person; it is kept
encrypted with the person, never with the row.
"""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.files import File
from django.utils.translation import gettext as _

from core.identity import is_credit_code, is_resident_id
from core.problems import Refused
from projects.imports import values
from projects.imports.book import Book, Cell, Page
from projects.imports.fault import Fault, all_or_nothing
from projects.imports.values import Wrong, folded
from projects.names import plain_company

MOST_MB = 20
MOST_ROWS = 5_000
FIRST_YEAR = 2000
COLUMNS: dict[str, tuple[str, ...]] = {
    "year": ("年份", "年度", "year"),
    "title": ("项目名称", "项目", "参赛项目", "project"),
    "track": ("赛道", "组别", "赛道（组别）", "track"),
    "level": ("奖项", "获奖等次", "奖项等级", "award"),
    "company_name": ("单位名称", "企业名称", "公司名称", "单位", "company"),
    "credit_code": ("统一社会信用代码", "信用代码", "credit code"),
    "leader_name": ("负责人", "负责人姓名", "项目负责人", "leader"),
    "id_number": ("负责人身份证号", "身份证号", "身份证号码", "证件号码", "resident id"),
    "region": ("地区", "城市", "所在地", "推荐市", "region"),
}
NEEDED = ("year", "title")
WHOSE = ("company_name", "credit_code", "leader_name", "id_number")
LONGEST = {"title": 120, "track": 60, "level": 40, "company_name": 120, "leader_name": 80}
NO_AWARD = {"无", "未获奖", "-", "—", "/", "none"}
CITY = re.compile(r"^(?:山东省?)?(?:[\u4e00-\u9fff]{2,3}市)?(?:山东省?)?")
FORM = re.compile(r"(?:股份|集团|控股)?(?:有限责任公司|有限公司|公司|合作社|厂|店|中心)$")
BRACKETED = re.compile(r"\(.*?\)")


@dataclass(frozen=True)
class PastRow:
    row: int
    year: int
    title: str
    track: str = ""
    level: str = ""
    company_name: str = ""
    credit_code: str = ""
    leader_name: str = ""
    id_number: str = ""
    region: str = ""

    def key(self, contest: str) -> str:
        """By what a row is recognised when its file comes again: contest, year, project and who stands behind it."""
        who = self.credit_code or plain_company(self.company_name)
        parts = [contest, str(self.year), folded(self.title), who, folded(self.leader_name)]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def core_company(name: str) -> str:
    """The part of a company's name that is its own: without place, brackets and legal form."""
    text = BRACKETED.sub("", unicodedata.normalize("NFKC", plain_company(name)))
    return FORM.sub("", CITY.sub("", text)) or text


def read_past(file: File, *, name: str, regions: Mapping[str, str], this_year: int) -> list[PastRow]:
    """Every row of the first sheet that has the headings. Refused with every wrong place, else whole.

    `regions` are names of places with their codes.
    """
    with Book(file, name=name, max_mb=MOST_MB) as book:
        page, top, places = _headed(book)
    reader = _Reader(page, places, regions, this_year)
    rows = [found for number in sorted(page.rows) if number > top and (found := reader.row(number))]
    all_or_nothing(rows, reader.faults + _doubles(rows, page.name, places), most_rows=MOST_ROWS)
    return rows


def _headed(book: Book) -> tuple[Page, int, dict[str, int]]:
    """The sheet with the rows, the row of its headings, and the column of each fact."""
    for name in book.sheets:
        page = book.page(name)
        for number in sorted(page.rows)[:10]:
            places = _places(page.rows[number])
            if all(one in places for one in NEEDED):
                return page, number, places
    raise Refused(
        _(
            "No sheet has the headings %(headings)s in its first rows. Download the template and put your rows there, "
            "or rename your headings."
        )
        % {"headings": "、".join(COLUMNS[one][0] for one in NEEDED)},
        code="headings",
    )


def _places(cells: dict[int, Cell]) -> dict[str, int]:
    names = {folded(alias): key for key, aliases in COLUMNS.items() for alias in aliases}
    found: dict[str, int] = {}
    for column, cell in cells.items():
        key = names.get(folded(str(cell.value).rstrip("*＊")))
        if key:
            found.setdefault(key, column)
    return found


class _Reader:
    """One pass over the rows; what is wrong is noted and the pass goes on."""

    def __init__(self, page: Page, places: dict[str, int], regions: Mapping[str, str], this_year: int):
        self.page, self.places, self.this_year = page, places, this_year
        self.regions = regions
        self.faults: list[Fault] = []

    def row(self, number: int) -> PastRow | None:
        cells = self.page.rows[number]
        if not any(column in cells for column in self.places.values()):
            return None
        facts = {key: self._fact(number, key, cells.get(column)) for key, column in self.places.items()}
        for key in NEEDED:
            if not facts.get(key) and not self._is_faulty(number, key):
                self._fault(number, key, self._missing(number, key))
        if not any(self.places.get(key) in cells for key in WHOSE):
            self._fault(number, "title", _("Say whose project it was: fill in the company or the leader."))
        if facts.get("id_number") and not facts.get("leader_name"):
            self._fault(number, "id_number", _("Fill in the leader's name beside the number."))
        if self._is_faulty(number):
            return None
        return PastRow(row=number, **{key: value for key, value in facts.items() if value is not None})

    def _missing(self, number: int, key: str) -> str:
        merged = self.page.merged_at(number, self.places[key])
        if merged:
            return _("This cell is merged (%(range)s). Unmerge it and fill in every row.") % {"range": merged}
        return _("This cell is empty. It is needed in every row.")

    def _is_faulty(self, number: int, key: str = "") -> bool:
        return any(one.row == number and key in ("", one.field) for one in reversed(self.faults))

    def _fault(self, number: int, key: str, message: str) -> None:
        self.faults.append(fault_at(self.page.name, number, key, self.places, message))

    def _fact(self, number: int, key: str, cell: Cell | None):
        if cell is None:
            return None
        try:
            return getattr(self, f"_{key}", self._text)(key, cell)
        except Wrong as wrong:
            self._fault(number, key, wrong.message)
            return None

    def _text(self, key: str, cell: Cell) -> str:
        text = " ".join(values.prose(cell).split())
        if len(text) > LONGEST[key]:
            raise Wrong(_("%(length)s characters; at most %(most)s fit.") % {"length": len(text), "most": LONGEST[key]})
        return text

    def _year(self, _key: str, cell: Cell) -> int:
        found = re.fullmatch(r"((?:19|20)\d\d)(?:年|年度)?", values.code(cell))
        if not found or not FIRST_YEAR <= int(found[1]) <= self.this_year:
            raise Wrong(
                _("Write the year with four digits, from %(first)s to %(last)s.")
                % {"first": FIRST_YEAR, "last": self.this_year}
            )
        return int(found[1])

    def _level(self, key: str, cell: Cell) -> str:
        text = self._text(key, cell)
        return "" if folded(text) in NO_AWARD else text

    def _credit_code(self, _key: str, cell: Cell) -> str:
        text = values.code(cell)
        if not is_credit_code(text):
            raise Wrong(_("This is not a valid credit code. Compare all 18 characters, or leave the cell empty."))
        return text

    def _id_number(self, _key: str, cell: Cell) -> str:
        text = values.code(cell)
        if not is_resident_id(text):
            raise Wrong(_("This is not a valid resident ID number. Compare all 18 digits, or leave the cell empty."))
        return text

    def _region(self, _key: str, cell: Cell) -> str:
        return values.choice(cell, self.regions)


def fault_at(sheet: str, row: int, key: str, places: Mapping[str, int], message: str) -> Fault:
    return Fault("past", message, field=key, sheet=sheet, row=row, column=places.get(key, 0), heading=COLUMNS[key][0])


def _doubles(rows: list[PastRow], sheet: str, places: dict[str, int]) -> list[Fault]:
    """A row that stands twice would count an award twice."""
    first: dict[str, int] = {}
    found = []
    for row in rows:
        before = first.setdefault(row.key(""), row.row)
        if before != row.row:
            message = _("The same project stands in row %(row)s already. Remove one of the two.") % {"row": before}
            found.append(fault_at(sheet, row.row, "title", places, message))
    return found
