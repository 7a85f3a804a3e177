"""Excel files out: text stays text (no formula, phone numbers and leading zeros whole), and writing is quick."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from io import BytesIO

import xlsxwriter
from django.utils import timezone

WIDEST = 40


def workbook(sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence]]]) -> bytes:
    """An .xlsx file of (sheet title, headings, rows). Strings are never read as formulas, links or numbers."""
    out = BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    heading = book.add_format(
        {"bold": True, "bg_color": "#F0F3F7", "bottom": 1, "text_wrap": True, "valign": "vcenter"}
    )
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for title, headings, rows in sheets:
        _fill(book.add_worksheet(title[:31]), headings, rows, heading, moment, day)
    book.close()
    return out.getvalue()


def _fill(sheet, headings, rows, heading, moment, day) -> None:
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, [str(text) for text in headings], heading)
    widths = [_width(str(text)) for text in headings]
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            _write(sheet, number, column, value, moment, day)
            if number < 200 and isinstance(value, str):
                widths[column] = max(widths[column], _width(value))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, min(width + 2, WIDEST))


def _write(sheet, row: int, column: int, value, moment, day) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        if hasattr(value, "hour"):
            sheet.write_datetime(row, column, timezone.localtime(value).replace(tzinfo=None), moment)
        elif hasattr(value, "isoformat"):
            sheet.write_datetime(row, column, value, day)
        else:
            sheet.write_string(row, column, str(value))
    else:
        sheet.write_number(row, column, value)


def _width(text: str) -> int:
    return sum(2 if ord(sign) > 0x2E80 else 1 for sign in text)
