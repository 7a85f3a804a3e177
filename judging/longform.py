"""Marks in long form, for the doors that need no database: a CSV of entry, judge, criterion, mark (docs/doors.md)."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

COLUMNS = ("entry", "judge", "criterion", "mark")
MOST_ROWS = 5_000_000


class BadMarks(ValueError):  # noqa: N818 - an answer to whoever wrote the file
    """A row that can't be read; the message names its line and column."""


@dataclass(frozen=True, slots=True)
class Given:
    """One mark. An empty cell in the file is no mark at all and is left out."""

    entry: str
    judge: str
    criterion: str
    mark: Decimal


def read_marks(lines: Iterable[str]) -> list[Given]:
    """The marks of a file, in its order. Raises `BadMarks` for a wrong heading, number, or a mark given twice."""
    rows = csv.reader(lines)
    heading = [name.strip().lstrip("\ufeff").lower() for name in next(rows, [])]
    missing = [name for name in COLUMNS if name not in heading]
    if missing:
        raise BadMarks(f"line 1: a column {missing[0]} is expected; the columns are {', '.join(COLUMNS)}")
    places = [heading.index(name) for name in COLUMNS]
    found, seen = [], {}
    for row in rows:
        line = rows.line_num
        if not any(cell.strip() for cell in row):
            continue
        if len(row) <= max(places):
            raise BadMarks(f"line {line}: {len(row)} cells, {max(places) + 1} are expected")
        entry, judge, criterion, text = (row[place].strip() for place in places)
        for name, value in zip(COLUMNS, (entry, judge, criterion), strict=False):
            if not value:
                raise BadMarks(f"line {line}, column {name}: is empty")
        if not text:
            continue
        key = (entry, judge, criterion)
        if key in seen:
            raise BadMarks(f"line {line}: {entry}, {judge}, {criterion} has a mark on line {seen[key]} already")
        if len(found) >= MOST_ROWS:
            raise BadMarks(f"line {line}: more than {MOST_ROWS} marks")
        seen[key] = line
        found.append(Given(entry, judge, criterion, _number(text, line)))
    if not found:
        raise BadMarks("line 2: there is no mark")
    return found


def _number(text: str, line: int) -> Decimal:
    try:
        mark = Decimal(text)
    except InvalidOperation:
        raise BadMarks(f"line {line}, column mark: {text!r} is no number") from None
    if not mark.is_finite():
        raise BadMarks(f"line {line}, column mark: {text!r} is no number")
    return mark
