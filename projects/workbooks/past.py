"""The template of a list of earlier years (docs/past-format.md)."""

from io import BytesIO

import xlsxwriter

from projects.imports.past import COLUMNS, NEEDED

ROWS = 2000
WIDTHS = {"title": 34, "company_name": 34, "credit_code": 22, "id_number": 22, "region": 18}
NOTES = {
    "year": "必填，四位数字，如2022",
    "title": "必填，与获奖文件一致",
    "track": "选填",
    "level": "获奖的填写奖项，如一等奖；未获奖的留空",
    "company_name": "单位和负责人至少填写一项",
    "credit_code": "18位；填写后按代码准确匹配",
    "leader_name": "填写身份证号时必填",
    "id_number": "选填，18位；只用于匹配，加密保存",
    "region": "选填，如青岛市、青岛市崂山区",
}


def past_template() -> bytes:
    """Headings with a comment each, every cell a text so that no number loses a digit, and a sheet that explains."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    heading = book.add_format({"bold": True, "bg_color": "#E3ECF8", "bottom": 1, "num_format": "@"})
    text = book.add_format({"num_format": "@"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet, notes = book.add_worksheet("往届项目"), book.add_worksheet("填写说明")
    sheet.freeze_panes(1, 0)
    notes.write_row(0, 0, ["列", "怎么填", "也可以写作"], heading)
    notes.set_column(0, 0, 22)
    notes.set_column(1, 2, 48, wrapped)
    for place, (key, names) in enumerate(COLUMNS.items()):
        name = f"{names[0]}*" if key in NEEDED else names[0]
        sheet.set_column(place, place, WIDTHS.get(key, 14), text)
        sheet.write_string(0, place, name, heading)
        sheet.write_comment(0, place, NOTES[key])
        notes.write_row(place + 1, 0, [name, NOTES[key], "、".join(names[1:])])
    sheet.data_validation(1, 0, ROWS, 0, {
        "validate": "length", "criteria": "==", "value": 4, "error_title": "年份",
        "error_message": "请填写四位数字，如2022",
    })  # fmt: skip
    book.close()
    return out.getvalue()
