"""A list of experts from Excel: read and checked, nobody matched yet. Nothing here knows the database.

One row is one judge. The identity number, or else the mobile number, says who it is; both are kept encrypted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.files import File
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.checks import checked_document
from accounts.states import IdKind, OrganisationKind
from judging.imports.rows import Reader
from judging.states import Grade, JudgeKind, Language
from projects.imports import values
from projects.imports.book import Book
from projects.imports.columns import Column, Kind
from projects.imports.fault import all_or_nothing
from projects.imports.values import Wrong, folded
from projects.states import Industry

MOST_MB, MOST_ROWS, MOST_FIELDS = 10, 2_000, 8
SHEET = "评委"
GRADES = {"1": Grade.SOME, "2": Grade.GOOD, "3": Grade.EXPERT}


def _chinese(choices) -> dict[str, str]:
    """Names of choices as the workbook has them, whatever language its reader uses."""
    with override("zh-hans"):
        return {str(label): value for value, label in choices}


def columns(regions: Mapping[str, str]) -> list[Column]:
    """The columns of the template, in order. `regions` are names of cities with their codes."""
    kinds = _chinese(JudgeKind.choices)
    return [
        Column("name", "姓名", most=80, needed=True, note="与证件一致"),
        Column("kind", "类型", Kind.CHOICE, kinds, needed=True, note="、".join(kinds)),
        Column("second_kind", "兼任类型", Kind.CHOICE, kinds, note="选填"),
        Column("employer", "单位", most=120, needed=True, note="单位全称"),
        Column(
            "employer_kind", "单位性质", Kind.CHOICE, _chinese(OrganisationKind.choices), needed=True, note="见下拉选项"
        ),
        Column("title", "职务职称", most=60, note="选填"),
        Column("region", "城市", Kind.CHOICE, regions, note="设区市；省外评委留空"),
        Column("fields", "专业领域", note="最多8个，用顿号分开；可注明等级1、2、3，如：海洋经济3、现代农业1"),
        Column("languages", "外语", Kind.SEVERAL, _chinese(Language.choices), note="选填，用顿号分开"),
        Column("profile", "简介与成果", most=2000, note="选填，用于与项目匹配"),
        Column("id_number", "身份证号", Kind.CODE, most=40, note="选填，18位；用于确认是不是同一个人，加密保存"),
        Column("phone", "手机号", Kind.PHONE, note="选填，加密保存"),
        Column("email", "电子邮箱", Kind.MAIL, note="选填"),
    ]


@dataclass(frozen=True)
class JudgeRow:
    """One judge as the list says it: values by the name of the fact, what is not filled in is absent."""

    row: int
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.values["name"]

    @property
    def employer(self) -> str:
        return self.values["employer"]

    def facts(self) -> dict:
        """What the library keeps, in the words of its service; the employer aside."""
        names = ("kind", "second_kind", "title", "fields", "languages", "profile")
        return {name: self.values[name] for name in names if name in self.values}


def read_judges(file: File, *, name: str, regions: Mapping[str, str]) -> list[JudgeRow]:
    """Every filled row. Refused with every wrong place by row and column, else whole."""
    with Book(file, name=name, max_mb=MOST_MB) as book:
        page = book.page(SHEET if SHEET in book.sheets else book.sheets[0])
    reader = Reader(page, columns(regions), {"fields": _fields, "id_number": _document})
    rows = [JudgeRow(number, found) for number in sorted(page.rows) if number > 1 and (found := reader.row(number))]
    _note_doubles(rows, reader)
    all_or_nothing(rows, reader.faults, most_rows=MOST_ROWS)
    return rows


def _document(cell) -> str:
    return checked_document(IdKind.RESIDENT, values.code(cell))


def _fields(cell) -> dict[str, int]:
    """Fields with their grades: a name, and 1, 2 or 3 behind it where one was given; else it is known well."""
    known, found = _chinese(Industry.choices), {}
    for part in values.BREAKS.split(values.prose(cell)):
        text = part.strip().rstrip(")）")
        if not text:
            continue
        grade = GRADES.get(values.folded(text[-1]))
        name = text[:-1].rstrip(" (（") if grade else text
        found[values.known(name, known)] = (grade or Grade.GOOD).value
    if len(found) > MOST_FIELDS:
        raise Wrong(_("At most %(most)s fields. Leave out the weakest.") % {"most": MOST_FIELDS})
    return found


def _note_doubles(rows: list[JudgeRow], reader: Reader) -> None:
    """Two rows of one person: by identity number, else by name and employer."""
    first: dict[tuple, int] = {}
    for one in rows:
        number = one.values.get("id_number")
        key = ("id", number) if number else ("name", folded(one.name), folded(one.employer))
        if key in first:
            reader.fault(one.row, "name", _("This judge stands in row %(row)s already.") % {"row": first[key]})
        first.setdefault(key, one.row)
