"""A judge's score file: the own sheets of a heat as an Excel workbook, filled in without a network and read back.

1. One row for each sheet. Its first cell ties it to the sheet and to the version that was written out; rows and
   columns may be moved.
2. An empty cell takes a mark away, as an empty field does. A formula is no mark: only what was typed counts.
3. Whatever is wrong is told by its row and column, all of it at once, and then nothing is taken.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from django.core.files import File
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from contests.models import Criterion
from core.problems import Problem, Refused
from core.templatetags.luyan import plain
from core.xlsx import workbook
from judging.queries.queue import OwnRow
from judging.states import SheetState
from judging.typed import number
from projects.imports.book import Book, Cell, letter

CODE = re.compile(r"S(\d{1,12})-(\d{1,9})")
LARGEST_MB = 5
FACTS = 3


@dataclass
class Row:
    """What one row of the file asks for. `place` is the row as Excel counts it."""

    place: int
    sheet: int
    version: int
    marks: dict[str, Decimal | None] = field(default_factory=dict)
    comment: str = ""


def written(rows: Iterable[OwnRow], criteria: list[Criterion]) -> bytes:
    """The file of a judge's rows. Private notes stay out of it."""
    heads = [_("Code (do not change)"), pgettext("of a sheet in its file", "No."), _("Project")]
    heads += [heading(one) for one in criteria] + [_("Comment"), _("State")]
    lines = [
        [
            f"S{row.sheet.pk}-{row.sheet.version}",
            row.sheet.assignment.participation.order or None,
            row.title,
            *row.marks,
            row.sheet.comment,
            SheetState(row.sheet.state).label,
        ]
        for row in rows
    ]
    return workbook([(_("Scores"), heads, lines)])


def heading(criterion: Criterion) -> str:
    return _("%(criterion)s (0 to %(most)s, step %(step)s)") % {
        "criterion": criterion.local_name,
        "most": plain(criterion.maximum),
        "step": plain(criterion.step),
    }


def read(file: File, *, name: str, criteria: list[Criterion]) -> list[Row]:
    """The rows of a filled file; `Refused` with a problem for each cell that can't be read."""
    with Book(file, name=name, max_mb=LARGEST_MB) as book:
        page = book.page(book.sheets[0])
    heads = {str(cell.value).strip(): column for column, cell in page.rows.get(1, {}).items()}
    columns = {one.key: heads.get(heading(one)) for one in criteria}
    lost = [one.local_name for one in criteria if columns[one.key] is None]
    if lost:
        raise Refused(
            _("Columns are missing: %(names)s. Download the file again and fill in that one.")
            % {"names": "、".join(lost)},
            field="file",
        )
    code_column, comment_column = heads.get(_("Code (do not change)"), 1), heads.get(_("Comment"))
    rows, problems = [], []
    for place, cells in sorted(page.rows.items()):
        if place == 1:
            continue
        found = CODE.fullmatch(str(cells[code_column].value).strip()) if code_column in cells else None
        if found is None:
            problems.append(
                _at(place, code_column, _("Whose sheet is this? Its code is missing. Download the file again."))
            )
            continue
        row = Row(place, int(found[1]), int(found[2]))
        for criterion in criteria:
            _take(row, criterion.key, columns[criterion.key], cells, problems)
        said = cells.get(comment_column)
        row.comment = str(said.value).strip() if said else ""
        rows.append(row)
    problems += _doubles(rows, code_column)
    if problems:
        raise Refused(_("Nothing was taken over: some rows have to be mended."), field="file", problems=problems)
    return rows


def _take(row: Row, key: str, column: int, cells: dict[int, Cell], problems: list[Problem]) -> None:
    cell = cells.get(column)
    if cell is None:
        row.marks[key] = None
        return
    if cell.formula or cell.error or isinstance(cell.value, bool):
        problems.append(_at(row.place, column, _("This is a formula. Type the mark itself.")))
        return
    try:
        row.marks[key] = number(str(cell.value))
    except InvalidOperation:
        text = _("“%(text)s” is not a number. Please type digits.") % {"text": str(cell.value)[:20]}
        problems.append(_at(row.place, column, text))


def _doubles(rows: list[Row], column: int) -> list[Problem]:
    first: dict[int, int] = {}
    found = []
    for row in rows:
        if row.sheet in first:
            text = _("This sheet stands in row %(row)s already. Keep one of them.") % {"row": first[row.sheet]}
            found.append(_at(row.place, column, text))
        first.setdefault(row.sheet, row.place)
    return found


def _at(row: int, column: int, text: str) -> Problem:
    return Problem("cell", f"{letter(column)}{row}: {text}", field="file")
