"""Templates of the lists that offices send: experts, and holdings."""

from collections.abc import Mapping, Sequence
from io import BytesIO

import xlsxwriter

from judging.imports import holdings, judges
from projects.imports.columns import Column, Kind

WIDTHS = {"employer": 30, "fields": 34, "profile": 44, "id_number": 22, "email": 24,
          "company": 34, "company_code": 24, "holder": 34, "holder_code": 24, "note": 34}  # fmt: skip


def judges_template(regions: Mapping[str, str]) -> bytes:
    return _template(judges.SHEET, judges.columns(regions), judges.MOST_ROWS)


def holdings_template() -> bytes:
    return _template(holdings.SHEET, holdings.COLUMNS, holdings.MOST_ROWS)


def _template(name: str, columns: Sequence[Column], most_rows: int) -> bytes:
    """Headings with a comment each, every cell a text, drop-downs where there is a list, and a sheet that explains."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    heading = book.add_format({"bold": True, "bg_color": "#E3ECF8", "bottom": 1, "num_format": "@"})
    text, wrapped = book.add_format({"num_format": "@"}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet, notes = book.add_worksheet(name), book.add_worksheet("填写说明")
    lists = book.add_worksheet("_选项")
    lists.hide()
    sheet.freeze_panes(1, 1)
    notes.write_row(0, 0, ["列", "怎么填"], heading)
    notes.set_column(0, 0, 16)
    notes.set_column(1, 1, 70, wrapped)
    for place, column in enumerate(columns):
        heading_name = f"{column.heading}*" if column.needed else column.heading
        sheet.set_column(place, place, WIDTHS.get(column.key, 14), text)
        sheet.write_string(0, place, heading_name, heading)
        sheet.write_comment(0, place, column.note)
        notes.write_row(place + 1, 0, [heading_name, column.note])
        if column.kind == Kind.CHOICE:
            lists.write_column(0, place, list(column.choices))
            first = f"='_选项'!${chr(65 + place)}$1:${chr(65 + place)}${len(column.choices)}"
            sheet.data_validation(1, place, most_rows, place, {"validate": "list", "source": first})
    book.close()
    return out.getvalue()
