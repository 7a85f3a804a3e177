"""A workbook of entries, read and checked cell by cell (docs/entry-workbook.md). Nothing here knows the database.

1. The sheet 报名 holds one entry a row under the headings of the season's template; 团队成员 one person a row, tied to
   an entry by the row key of column 行号.
2. Rows in which nothing but the row key stands are empty. At most MOST_ENTRIES entries and MOST_PEOPLE people.
3. What belongs to the template itself (the row of hints, check columns, hidden lists) is not read.
4. A heading that is not the template's is refused with the nearest one: nothing that somebody typed is lost silently.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.files import File
from django.utils.translation import gettext as _

from accounts.checks import checked_document
from accounts.states import IdKind
from core.problems import Refused
from projects.imports.book import Book, Cell, Page
from projects.imports.columns import Column
from projects.imports.fault import Fault
from projects.imports.values import Wrong, folded, nearest
from projects.states import MemberKind

MOST_MB = 10
MOST_ENTRIES = 200
MOST_PEOPLE = 3_000
MOST_FAULTS = 2_000
ENTRIES, PEOPLE, MARK = "报名", "团队成员", "_赛季"
HINTS = "填写提示"
CHECKS = frozenset({"证件校验", "信用代码校验", "本行检查", "怎么改"})


@dataclass(frozen=True)
class MemberRow:
    row: int
    values: dict[str, Any]


@dataclass
class EntryRow:
    """One entry as it was filled in: values by the key of the fact. Empty cells are absent."""

    row: int
    key: str
    values: dict[str, Any]
    members: list[MemberRow] = field(default_factory=list)


@dataclass
class Batch:
    """A workbook with everything that was found in it, right or wrong. `pages` are its cells, for the returned copy."""

    rows: list[EntryRow]
    faults: list[Fault]
    pages: dict[str, Page]
    places: dict[str, dict[str, int]]

    def fault(self, row: int, key: str, message: str, *, sheet: str = ENTRIES, heading: str = "") -> Fault:
        """A fault at the cell of a fact, or of a row where it has no cell."""
        column = self.places.get(sheet, {}).get(key, 0)
        return Fault("workbook", message, field=key, sheet=sheet, row=row, column=column, heading=heading)


def read_entries(
    file: File, *, name: str, mark: str, columns: Sequence[Column], member_columns: Sequence[Column]
) -> Batch:
    """Everything in a workbook. Refused only where nothing can be read; wrong cells stand in `faults`.

    `mark` is the season's, as the template carries it in a hidden sheet: one of another season is refused.
    """
    with Book(file, name=name, max_mb=MOST_MB) as book:
        pages = {one: book.page(one) for one in book.sheets if one in (ENTRIES, PEOPLE, MARK)}
    _check_mark(pages.pop(MARK, None), mark)
    if ENTRIES not in pages:
        raise Refused(
            _("The workbook has no sheet “%(name)s”. Fill in the template of this season and send that.")
            % {"name": ENTRIES},
            code="sheet",
        )
    entries = _Sheet(pages[ENTRIES], columns)
    people = _Sheet(pages.get(PEOPLE) or Page(PEOPLE), member_columns)
    batch = Batch([], [], pages, {ENTRIES: entries.places, PEOPLE: people.places})
    _read_rows(batch, entries)
    _read_people(batch, people)
    batch.faults = [*entries.faults, *people.faults, *batch.faults]
    if not batch.rows and not batch.faults:
        raise Refused(_("No row of the sheet “%(name)s” is filled in.") % {"name": ENTRIES}, code="empty")
    return batch


def _check_mark(page: Page | None, mark: str) -> None:
    found = page and page.rows.get(1, {}).get(1)
    if found and str(found.value) != mark:
        raise Refused(
            _("This workbook is the template of another season. Download the one of this season."), code="season"
        )


class _Sheet:
    """One sheet with its headings in the first row."""

    def __init__(self, page: Page, columns: Sequence[Column]):
        self.page, self.columns = page, columns
        self.faults: list[Fault] = []
        self.places = self._places()

    def _places(self) -> dict[str, int]:
        wanted = {folded(one.heading): one.key for one in self.columns}
        places: dict[str, int] = {}
        for place, cell in sorted(self.page.rows.get(1, {}).items()):
            heading = str(cell.value).strip().rstrip("*＊")
            key = wanted.get(folded(heading))
            if key and key not in places:
                places[key] = place
            elif key:
                self._at_heading(place, heading, _("This heading stands twice. Remove one of the two columns."))
            elif heading not in CHECKS:
                self._at_heading(place, heading, self._unknown(heading))
        missing = [one.heading for one in self.columns if one.needed and one.key not in places]
        if missing and self.page.rows:
            message = _("These columns of the template are missing: %(names)s.") % {"names": "、".join(missing)}
            self._at_heading(0, "", message)
        return places

    def _at_heading(self, place: int, heading: str, message: str) -> None:
        self.faults.append(Fault("heading", message, sheet=self.page.name, row=1, column=place, heading=heading[:40]))

    def _unknown(self, heading: str) -> str:
        near = nearest(heading, [one.heading for one in self.columns])
        if near:
            return _(
                "This heading is not the template's. Did you mean “%(near)s”? Otherwise remove the column; your own "
                "remarks may stand in the column 备注."
            ) % {"near": near}
        return _("This heading is not the template's. Remove the column; your own remarks may stand in 备注.")

    def filled(self) -> list[int]:
        """Rows with something to read: not the headings, not the hints, not a row key alone."""
        own = set(self.places.values()) - {self.places.get("row"), self.places.get("note")}
        return [
            number for number, cells in sorted(self.page.rows.items()) if number > 1 and self._is_filled(cells, own)
        ]

    def _is_filled(self, cells: Mapping[int, Cell], own: set[int]) -> bool:
        first = cells.get(self.places.get("row", 1))
        return not (first and str(first.value).startswith(HINTS)) and bool(own & cells.keys())

    def read(self, number: int) -> dict[str, Any]:
        """The values of a row by key; what can't be taken is noted as a fault at its cell."""
        cells, found = self.page.rows[number], {}
        for column in self.columns:
            place = self.places.get(column.key)
            cell = cells.get(place) if place else None
            if column.key == "note":
                continue
            if cell is None:
                if column.needed and place:
                    self._fault(number, column, self._missing(number, place))
                continue
            try:
                found[column.key] = column.read(cell)
            except Wrong as wrong:
                self._fault(number, column, wrong.message)
        return found

    def _missing(self, number: int, place: int) -> str:
        merged = self.page.merged_at(number, place)
        if merged:
            return _("This cell is merged (%(range)s). Unmerge it and fill in every row.") % {"range": merged}
        return _("This cell is empty. It is needed in every row.")

    def _fault(self, number: int, column: Column, message: str) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(
                Fault(
                    "cell", message, field=column.key, sheet=self.page.name, row=number,
                    column=self.places.get(column.key, 0), heading=column.heading,
                )
            )  # fmt: skip


def _read_rows(batch: Batch, sheet: _Sheet) -> None:
    numbers = sheet.filled()
    if len(numbers) > MOST_ENTRIES:
        raise Refused(
            _("%(count)s rows are filled in; at most %(most)s are read at once. Send the rest in a second workbook.")
            % {"count": len(numbers), "most": MOST_ENTRIES},
            code="too-many-rows",
        )
    batch.rows = [EntryRow(number, (found := sheet.read(number)).pop("row", ""), found) for number in numbers]
    for one in batch.rows:
        _check_document(batch, sheet, one.row, one.values, "leader.")
    keys: dict[str, int] = {}
    people: dict[tuple, int] = {}
    for one in batch.rows:
        if one.key and keys.setdefault(folded(one.key), one.row) != one.row:
            before = {"key": one.key, "row": keys[folded(one.key)]}
            batch.faults.append(
                batch.fault(
                    one.row, "row", _("The row key “%(key)s” stands in row %(row)s already.") % before, heading="行号"
                )
            )
        who = (one.values.get("leader.id_number"), folded(one.values.get("name", "")))
        if all(who) and people.setdefault(who, one.row) != one.row:
            message = _("The same leader with the same project stands in row %(row)s already. Remove one of the two.")
            batch.faults.append(batch.fault(one.row, "name", message % {"row": people[who]}))


def _check_document(batch: Batch, sheet: _Sheet, row: int, found: dict[str, Any], prefix: str) -> None:
    """A document number by its kind: a resident ID has its check digit."""
    key = f"{prefix}id_number"
    if not found.get(key):
        return
    try:
        found[key] = checked_document(found.get(f"{prefix}id_kind") or IdKind.RESIDENT, found[key])
    except Refused as refusal:
        heading = next(one.heading for one in sheet.columns if one.key == key)
        batch.faults.append(batch.fault(row, key, refusal.message, sheet=sheet.page.name, heading=heading))


def _read_people(batch: Batch, sheet: _Sheet) -> None:
    numbers = sheet.filled()
    if len(numbers) > MOST_PEOPLE:
        raise Refused(_("More than %(most)s people. Send them in parts.") % {"most": MOST_PEOPLE}, code="too-many-rows")
    by_key = {folded(one.key): one for one in batch.rows if one.key}
    for number in numbers:
        found = sheet.read(number)
        key = found.pop("row", "")
        found.setdefault("id_kind", IdKind.RESIDENT)
        _check_document(batch, sheet, number, found, "")
        entry = by_key.get(folded(key))
        if entry is not None:
            entry.members.append(MemberRow(number, found))
        elif key:
            message = _("No row of the sheet 报名 has the row key “%(key)s”.") % {"key": key}
            batch.faults.append(batch.fault(number, "row", message, sheet=PEOPLE, heading="行号"))
    for entry in batch.rows:
        kinds = (MemberKind.MEMBER, MemberKind.ADVISER)
        entry.members.sort(
            key=lambda one: (
                kinds.index(one.values.get("kind", MemberKind.MEMBER)), one.values.get("order") or MOST_PEOPLE, one.row
            )
        )  # fmt: skip
