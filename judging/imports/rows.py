"""A sheet with one row of headings: every filled row by its columns, every wrong place by row and column."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from core.problems import Refused
from projects.imports.book import Cell, Page
from projects.imports.columns import Column
from projects.imports.fault import Fault
from projects.imports.values import Wrong, folded, nearest


class Reader:
    """One pass over the rows; what is wrong is noted and the pass goes on. `own` are readers of single columns."""

    def __init__(self, page: Page, wanted: list[Column], own: Mapping[str, Callable[[Cell], Any]] | None = None):
        self.page, self.columns, self.own, self.faults = page, wanted, own or {}, []
        named = {folded(one.heading): one.key for one in wanted}
        self.places: dict[str, int] = {}
        for place, cell in sorted(page.rows.get(1, {}).items()):
            heading = str(cell.value).strip().rstrip("*＊")
            key = named.get(folded(heading))
            if key is None or key in self.places:
                self.faults.append(self._heading_fault(place, heading, key))
            else:
                self.places[key] = place
        missing = [one.heading for one in wanted if one.needed and one.key not in self.places]
        if missing:
            message = _("These columns of the template are missing: %(names)s.") % {"names": "、".join(missing)}
            self.faults.append(Fault("heading", message, sheet=page.name, row=1))

    def _heading_fault(self, place: int, heading: str, key: str | None) -> Fault:
        if key:
            message = _("This heading stands twice. Remove one of the two columns.")
        else:
            near = nearest(heading, [one.heading for one in self.columns])
            message = _("This heading is not the template's. Remove the column.")
            if near:
                message = _("This heading is not the template's. Did you mean “%(near)s”?") % {"near": near}
        return Fault("heading", message, sheet=self.page.name, row=1, column=place, heading=heading[:40])

    def row(self, number: int) -> dict[str, Any] | None:
        cells = self.page.rows[number]
        if not any(place in cells for place in self.places.values()):
            return None
        found: dict[str, Any] = {}
        for column in self.columns:
            cell = cells.get(self.places.get(column.key, 0))
            if cell is None:
                if column.needed and column.key in self.places:
                    self.fault(number, column.key, _("This cell is empty. It is needed in every row."))
                continue
            try:
                found[column.key] = self.own.get(column.key, column.read)(cell)
            except (Wrong, Refused) as wrong:
                self.fault(number, column.key, wrong.message)
        return None if any(one.row == number for one in self.faults) else found

    def fault(self, row: int, key: str, message: str) -> None:
        heading = next(one.heading for one in self.columns if one.key == key)
        place = self.places.get(key, 0)
        self.faults.append(
            Fault("cell", message, field=key, sheet=self.page.name, row=row, column=place, heading=heading)
        )
