"""Excel files in: opened under limits, read row by row, never calculated.

A workbook from outside is a zip of XML. Its parts are counted and measured before any is parsed, document types
(which could hold entities) are refused, and rows come as a stream. A cell that holds a formula is known as one; its
formula is never evaluated and its last result never believed.
"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.files import File
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException

from core.files import MEGABYTE, inspect
from core.problems import Refused

MOST_UNPACKED = 60 * MEGABYTE
MOST_ROWS = 10_000
MOST_COLUMNS = 200
MOST_CELLS = 400_000
MOST_MERGED = 5_000
CHUNK = 256 * 1024
MARKUP = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=[\"']([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})[\"']")
WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")


@dataclass(frozen=True)
class Cell:
    """What somebody left in a cell: a text, a number, a date, true or false. A formula keeps its text."""

    value: Any
    formula: bool = False
    error: bool = False
    percent: bool = False


@dataclass
class Page:
    """The filled cells of one sheet, by row and column as Excel counts them, and its merged ranges."""

    name: str
    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)

    def merged_at(self, row: int, column: int) -> str:
        """The merged range around a cell, such as `B3:B5`; empty when it stands alone."""
        for top, left, bottom, right in self.merged:
            if top <= row <= bottom and left <= column <= right:
                return f"{letter(left)}{top}:{letter(right)}{bottom}"
        return ""


def letter(column: int) -> str:
    """A column as Excel calls it: 1 is A, 28 is AB."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


class Book:
    """A workbook that was looked at from outside and may be read. Used as a context: it closes the file."""

    def __init__(self, file: File, *, name: str, max_mb: int):
        inspect(file, name=name, formats=["xlsx"], max_mb=max_mb)
        self.name, self.file = name, file
        _measure(file, name)
        file.seek(0)
        try:
            self._book = load_workbook(file.file, read_only=True, data_only=False, keep_links=False)
        except (InvalidFileException, KeyError, ValueError, TypeError, SyntaxError, AttributeError, OSError):
            raise _unreadable(name) from None

    def __enter__(self) -> "Book":
        return self

    def __exit__(self, *_error) -> None:
        self._book.close()
        self.file.seek(0)

    @property
    def sheets(self) -> list[str]:
        return [sheet.title for sheet in self._book.worksheets]

    def page(self, name: str) -> Page:
        """Every filled cell of a sheet. More rows, columns or cells than the limits are refused, never cut off."""
        sheet = self._book[name]
        page, cells = Page(name), 0
        page.merged = self._merged(sheet)
        try:
            for row in sheet.iter_rows(max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS + 1):
                for number, place, cell in _filled(row):
                    cells += 1
                    if number > MOST_ROWS or place > MOST_COLUMNS or cells > MOST_CELLS:
                        raise _too_long(name)
                    page.rows.setdefault(number, {})[place] = cell
        except (KeyError, ValueError, TypeError, SyntaxError, AttributeError, OSError, zipfile.BadZipFile):
            raise _unreadable(self.name) from None
        return page

    def _merged(self, sheet) -> list[tuple[int, int, int, int]]:
        """Read-only reading leaves merged ranges out, so they are looked up in the sheet's own part."""
        self.file.seek(0)
        with zipfile.ZipFile(self.file.file) as archive:
            found = MERGED.findall(archive.read(sheet._worksheet_path.lstrip("/")))
        bounds = [range_boundaries(ref.decode()) for ref in found[:MOST_MERGED]]
        return [(top, left, bottom, right) for left, top, right, bottom in bounds]


def _filled(row) -> Iterator[tuple[int, int, Cell]]:
    for cell in row:
        if cell.value is None or (isinstance(cell.value, str) and not cell.value.strip()):
            continue
        percent = isinstance(cell.value, int | float) and "%" in (cell.number_format or "")
        yield cell.row, cell.column, Cell(cell.value, cell.data_type == "f", cell.data_type == "e", percent)


def _measure(file: File, name: str) -> None:
    """Refuse what would unpack to a monster, or could make the parser do more than read."""
    file.seek(0)
    with zipfile.ZipFile(file.file) as archive:
        parts = archive.infolist()
        if sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise _too_long(name)
        try:
            for part in parts:
                if part.filename.endswith((".xml", ".rels", ".vml")):
                    _look_for_markup(archive, part, name)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError):
            raise _unreadable(name) from None


def _look_for_markup(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> None:
    with archive.open(part) as stream:
        tail = b""
        while chunk := stream.read(CHUNK):
            if (not tail and chunk.startswith(WIDE)) or MARKUP.search(tail + chunk):
                raise _unreadable(name)
            tail = chunk[-16:]


def _unreadable(name: str) -> Refused:
    return Refused(
        _("“%(name)s” can't be read as an Excel workbook. Open it in Excel or WPS, save it as .xlsx and send that.")
        % {"name": name},
        code="workbook",
    )


def _too_long(name: str) -> Refused:
    return Refused(
        _(
            "“%(name)s” holds more than we read at once (%(rows)s rows, %(columns)s columns). Delete what doesn't "
            "belong to it, also far below and far right, or send it in parts."
        )
        % {"name": name, "rows": MOST_ROWS, "columns": MOST_COLUMNS},
        code="too-many-rows",
    )
