"""The workbook of a season's entries: the template, and the copy that goes back with its wrong cells marked.

Both are written anew from the season's form: what somebody sent is never opened for writing, so nothing of it but the
typed values comes back, and each of them as a value. The only formulas are the template's own hints; the product
never reads their results.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO

import xlsxwriter

from accounts.states import IdKind
from projects.imports import entries as reading
from projects.imports.book import Cell, Page, letter
from projects.imports.columns import AS_TEXT, Column, Kind
from projects.imports.fault import Fault
from projects.imports.values import folded
from projects.queries.offline import SeasonForm
from projects.workbooks.explanation import explanation

LISTS = "_选项"
FIRST = 3
PEOPLE_ROWS = 1_000
WIDE = {Kind.CHOICE: 18, Kind.CREDIT: 24, Kind.CODE: 14, Kind.DATE: 13, Kind.PHONE: 16, Kind.MAIL: 22, Kind.SEVERAL: 22}
ADVICE = "怎么改"
CODE_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
PLACES = "{" + ";".join(str(place) for place in range(1, 18)) + "}"
ID_WEIGHTS = "{" + ";".join(str(2 ** (17 - place) % 11) for place in range(17)) + "}"
CODE_WEIGHTS = "{" + ";".join(str(3**place % 31) for place in range(17)) + "}"


@dataclass(frozen=True)
class Place:
    """A column of the sheet: one that is read, or one that only checks."""

    heading: str
    column: Column | None = None


def mark_of(season) -> str:
    """By what a workbook says of which season it is the template."""
    return f"luyan:{season.contest.slug}:{season.year}:1"


def template(form: SeasonForm) -> bytes:
    return _Writer(form).written({}, [])


def returned(form: SeasonForm, pages: Mapping[str, Page], faults: Sequence[Fault]) -> bytes:
    """What somebody sent, value for value in its row, with wrong cells coloured, a comment in each and a last column
    that says what to do. Columns that are not the template's stand after it."""
    return _Writer(form).written(pages, faults)


class _Writer:
    def __init__(self, form: SeasonForm):
        self.form, self.out = form, BytesIO()
        self.book = xlsxwriter.Workbook(
            self.out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        )
        make = self.book.add_format
        self.heading = make({"bold": True, "bg_color": "#E3ECF8", "text_wrap": True, "valign": "vcenter", "border": 1})
        self.needed = make({"bold": True, "bg_color": "#1F4E8C", "font_color": "#FFFFFF", "text_wrap": True,
                            "valign": "vcenter", "border": 1})  # fmt: skip
        self.hint = make({"font_color": "#6B7280", "font_size": 9, "text_wrap": True, "valign": "top"})
        self.check = make({"font_color": "#2E7D32", "bg_color": "#F5F6F8"})
        self.todo = make({"font_color": "#9B1C1C", "text_wrap": True, "valign": "top"})
        self.text = make({"num_format": "@", "valign": "top"})
        self.day = make({"num_format": "yyyy-mm-dd", "valign": "top"})
        self.plain = make({"valign": "top"})
        wrong = {"bg_color": "#F9D0CE", "font_color": "#7A1512", "valign": "top", "border": 1}
        self.wrong, self.wrong_day = make({**wrong, "num_format": "@"}), make({**wrong, "num_format": "yyyy-mm-dd"})
        self.red = make({"font_color": "#B3261E", "bold": True})
        self.lists: dict[tuple, str] = {}

    def written(self, pages: Mapping[str, Page], faults: Sequence[Fault]) -> bytes:
        self.by_cell, self.by_row = _sorted(faults)
        self.has_faults = bool(faults)
        about = self.book.add_worksheet("填写说明")
        entries, people = self.book.add_worksheet(reading.ENTRIES), self.book.add_worksheet(reading.PEOPLE)
        self.options, mark = self.book.add_worksheet(LISTS), self.book.add_worksheet(reading.MARK)
        self.options.very_hidden()
        mark.very_hidden()
        mark.write_string(0, 0, mark_of(self.form.season))
        explanation(self.book, about, self.form)
        self._sheet(entries, self._entry_places(), pages.get(reading.ENTRIES), reading.MOST_ENTRIES, keys=True)
        self._sheet(people, self._people_places(), pages.get(reading.PEOPLE), PEOPLE_ROWS, keys=False)
        if self.has_faults:
            entries.activate()
        self.book.close()
        return self.out.getvalue()

    def _entry_places(self) -> list[Place]:
        found = []
        for column in self.form.columns:
            found.append(Place(column.heading, column))
            if column.key == "leader.id_number":
                found.append(Place("证件校验"))
            elif column.key == "credit_code":
                found.append(Place("信用代码校验"))
        return [*found, Place("本行检查")]

    def _people_places(self) -> list[Place]:
        found = []
        for column in self.form.member_columns:
            found.append(Place(column.heading, column))
            if column.key == "id_number":
                found.append(Place("证件校验"))
        return found

    # ------------------------------------------------------------ one sheet

    def _sheet(self, sheet, places: list[Place], page: Page | None, rows: int, *, keys: bool) -> None:
        page = page or Page(sheet.name)
        has_hints = not page.rows or str((page.rows.get(2, {}).get(1) or Cell("")).value).startswith(reading.HINTS)
        first = FIRST if has_hints else FIRST - 1
        last = max([first + rows - 1, *page.rows])
        strange = self._strange(page)
        sheet.freeze_panes(FIRST - 1 if has_hints else 1, 1)
        sheet.set_row(0, 34)
        where = {one.column.key: number for number, one in enumerate(places) if one.column}
        for number, one in enumerate(places):
            self._head(sheet, number, one, has_hints)
            if one.column:
                self._guide(sheet, number, one.column, first - 1, last - 1)
        self._checks(sheet, places, where, first, last)
        if keys and not page.rows:
            for number in range(rows):
                sheet.write_string(first - 1 + number, 0, str(number + 1), self.text)
        extra = {place: len(places) + at for at, place in enumerate(strange)}
        for place, at in extra.items():
            fault = self.by_cell.get((sheet.name, 1, place))
            sheet.write_string(0, at, str(page.rows[1][place].value), self.wrong if fault else self.heading)
            self._comment(sheet, 0, at, fault)
        self._values(sheet, page, places, extra, has_hints)
        if self.has_faults:
            self._todo(sheet, len(places) + len(extra))

    def _strange(self, page: Page) -> list[int]:
        """Columns of a page that are not the template's."""
        known = {folded(one) for one in reading.CHECKS}
        known |= {folded(one.heading) for one in (*self.form.columns, *self.form.member_columns)}
        heads = page.rows.get(1, {})
        return [place for place, cell in sorted(heads.items()) if folded(str(cell.value).rstrip("*＊")) not in known]

    def _head(self, sheet, number: int, place: Place, has_hints: bool) -> None:
        column = place.column
        heading = f"{place.heading}*" if column and column.needed else place.heading
        sheet.write_string(0, number, heading, self.needed if column and column.needed else self.heading)
        long = bool(column and column.most > 100)
        kind = column.kind if column else Kind.TEXT
        width = 40 if long else WIDE.get(kind, 16)
        if column and (column.key.endswith("id_number") or column.key == "name"):
            width = 22
        style = (
            self.check if column is None else self.text if kind in AS_TEXT else self.day if kind == Kind.DATE else None
        )
        sheet.set_column(number, number, 8 if column and column.key == "row" else width, style)
        if has_hints:
            words = f"{reading.HINTS}（本行不读入）" if number == 0 else hint(column) if column else "自动计算，不用填"
            sheet.write_string(1, number, words, self.hint)

    def _guide(self, sheet, number: int, column: Column, top: int, bottom: int) -> None:
        """Drop-downs and lengths, as Excel offers them while somebody types."""
        if column.kind in (Kind.CHOICE, Kind.SEVERAL, Kind.YES):
            names = ["是", "否"] if column.kind == Kind.YES else list(column.choices)
            strict = "stop" if column.kind != Kind.SEVERAL else "information"
            rule = {"validate": "list", "source": self._source(names), "error_type": strict,
                    "error_title": column.heading[:32], "error_message": "请从下拉列表中选择"}  # fmt: skip
            if column.kind == Kind.SEVERAL:
                rule["error_message"] = "可以填写多项，各项之间用顿号隔开，每项须与列表一致"
            if names:
                sheet.data_validation(top, number, bottom, number, rule)
        elif column.most and column.kind == Kind.TEXT:
            rule = {
                "validate": "length", "criteria": "<=", "value": column.most, "error_type": "warning",
                "error_title": column.heading[:32], "error_message": f"最多{column.most}个字，超出的部分不能提交",
            }  # fmt: skip
            sheet.data_validation(top, number, bottom, number, rule)

    def _source(self, names: list[str]) -> str:
        """The range of hidden cells that holds a list; the same list stands there once."""
        key = tuple(names)
        if key not in self.lists:
            at = len(self.lists)
            self.options.write_column(0, at, names)
            self.lists[key] = f"='{LISTS}'!${letter(at + 1)}$1:${letter(at + 1)}${max(len(names), 1)}"
        return self.lists[key]

    def _checks(self, sheet, places: list[Place], where: dict[str, int], first: int, last: int) -> None:
        prefix = "leader." if "leader.id_number" in where else ""
        for number, one in enumerate(places):
            if one.column is not None:
                continue
            sheet.conditional_format(first - 1, number, last - 1, number, {
                "type": "text", "criteria": "not containing", "value": "✓", "format": self.red,
            })  # fmt: skip
            for row in range(first, last + 1):
                at = {key: f"{letter(place + 1)}{row}" for key, place in where.items()}
                sheet.write_formula(row - 1, number, _formula(one.heading, at, prefix, places), self.check, "")

    def _values(self, sheet, page: Page, places: list[Place], extra: dict[int, int], has_hints: bool) -> None:
        by_heading = {folded(one.heading): number for number, one in enumerate(places) if one.column}
        columns = {number: one.column for number, one in enumerate(places)}
        targets = dict(extra)
        for place, cell in page.rows.get(1, {}).items():
            target = by_heading.get(folded(str(cell.value).rstrip("*＊")))
            if target is not None and target not in targets.values():
                targets[place] = target
        for row, cells in page.rows.items():
            if row == 1 or (row == 2 and has_hints):
                continue
            for place, target in targets.items():
                fault = self.by_cell.get((sheet.name, row, place))
                if place in cells or fault:
                    self._value(sheet, row - 1, target, cells.get(place), columns.get(target), wrong=bool(fault))
                    self._comment(sheet, row - 1, target, fault)

    def _value(self, sheet, row: int, at: int, cell: Cell | None, column: Column | None, *, wrong: bool) -> None:
        value = cell.value if cell else ""
        if isinstance(value, datetime | date):
            sheet.write_datetime(row, at, value, self.wrong_day if wrong else self.day)
        elif isinstance(value, bool) or not isinstance(value, int | float) or cell.formula:
            words = ("是" if value else "否") if isinstance(value, bool) else str(value)
            sheet.write_string(row, at, words, self.wrong if wrong else self.text) if words else sheet.write_blank(
                row, at, None, self.wrong
            )
        elif column is not None and column.kind in AS_TEXT and float(value).is_integer():
            sheet.write_string(row, at, str(int(value)), self.wrong if wrong else self.text)
        else:
            sheet.write_number(row, at, value, self.wrong if wrong else self.plain)

    def _comment(self, sheet, row: int, at: int, messages: list[str] | None) -> None:
        if messages:
            size = {"x_scale": 2, "y_scale": 1.2, "author": "路演台"}
            sheet.write_comment(row, at, "\n".join(messages), size)

    def _todo(self, sheet, at: int) -> None:
        sheet.write_string(0, at, ADVICE, self.wrong)
        sheet.set_column(at, at, 60)
        for (name, row), messages in self.by_row.items():
            if name == sheet.name and row > 1:
                sheet.write_string(row - 1, at, "\n".join(messages), self.todo)


def _sorted(faults: Iterable[Fault]) -> tuple[dict, dict]:
    """Messages by cell and by row."""
    by_cell, by_row = defaultdict(list), defaultdict(list)
    for one in faults:
        if one.column:
            by_cell[one.sheet, one.row, one.column].append(one.message)
        by_row[one.sheet, one.row].append(f"{one.heading}：{one.message}" if one.heading else one.message)
    return by_cell, by_row


def hint(column: Column) -> str:
    """What belongs in a column, in a few words."""
    words = {
        Kind.CHOICE: "从下拉列表中选", Kind.SEVERAL: "可多选，用顿号隔开", Kind.YES: "是或否",
        Kind.DATE: "如2024-03-01",
        Kind.NUMBER: "数字，最多两位小数", Kind.SHARE: "0到100的数字", Kind.WHOLE: "整数", Kind.CREDIT: "18位",
        Kind.PHONE: "11位手机号；境外号码写+和国家代码", Kind.MAIL: "电子邮箱",
    }  # fmt: skip
    parts = ["必填" if column.needed else "", words.get(column.kind, "")]
    parts += [f"最多{column.most}字" if column.most and column.kind == Kind.TEXT else "", column.note]
    return "；".join(part for part in parts if part)


def _formula(heading: str, at: Mapping[str, str], prefix: str, places: list[Place]) -> str:
    """The template's own hints: they help whoever fills it in, and are never read."""
    if heading == "证件校验":
        number, kind = at[f"{prefix}id_number"], at[f"{prefix}id_kind"]
        resident = IdKind.RESIDENT.label
        digit = f'MID("10X98765432",MOD(SUMPRODUCT(MID({number},{PLACES},1)*{ID_WEIGHTS}),11)+1,1)'
        right = f"IFERROR({digit}=UPPER(RIGHT({number},1)),FALSE)"
        length = f'IF(LEN({number})<>18,"应为18位，现为"&LEN({number})&"位",IF({right},"✓","校验位不符，请核对"))'
        return f'=IF({number}="","",IF(AND({kind}<>"",{kind}<>"{resident}"),"✓",{length}))'
    if heading == "信用代码校验":
        code = at["credit_code"]
        total = f'SUMPRODUCT((FIND(MID(UPPER({code}),{PLACES},1),"{CODE_SIGNS}")-1)*{CODE_WEIGHTS})'
        right = f'IFERROR(MID("{CODE_SIGNS}",MOD(31-MOD({total},31),31)+1,1)=RIGHT(UPPER({code}),1),FALSE)'
        length = f'IF(LEN({code})<>18,"应为18位，现为"&LEN({code})&"位",IF({right},"✓","校验位不符，请核对"))'
        return f'=IF({code}="","",{length})'
    needed = [at[one.column.key] for one in places if one.column and one.column.needed and one.column.key != "row"]
    begun = f'AND({at["name"]}="",{at["leader.name"]}="",{at["leader.id_number"]}="")'
    empty = ",".join(f'{one}=""' for one in needed)
    return f'=IF({begun},"",IF(OR({empty}),"还有必填项没有填","✓"))'
