"""What a file of marks says: panels, their rubrics, their entries and every mark."""

import hashlib
import json
from dataclasses import dataclass, field
from decimal import Decimal

from core.templatetags.luyan import plain


@dataclass
class Criterion:
    """One line of a program's rubric, as far as the file tells."""

    name: str
    row: int
    weight: Decimal
    maximum: Decimal | None = None
    step: Decimal | None = None


@dataclass
class Entry:
    """One entry of a program: criterion → marks in the order of the judges, and the official figures beside them."""

    name: str
    nation: str
    row: int
    marks: dict[str, tuple[Decimal | None, ...]] = field(default_factory=dict)
    panel: dict[str, Decimal] = field(default_factory=dict)
    total: Decimal | None = None


@dataclass
class Panel:
    """One program of one competition: judged by one panel on one rubric, ranked by itself."""

    competition: str
    program: str
    criteria: dict[str, Criterion] = field(default_factory=dict)
    entries: dict[tuple[str, str], Entry] = field(default_factory=dict)

    def judges(self) -> list[int]:
        """Places of the judges who marked anything here; the others did not sit on this panel."""
        sat = {
            place
            for entry in self.entries.values()
            for marks in entry.marks.values()
            for place, mark in enumerate(marks)
            if mark is not None
        }
        return sorted(sat)


@dataclass
class Table:
    """A whole file: what it calls its judges and their seat numbers, then panel by panel.

    `digest` is taken over the contents, so that the same marks are known again in any encoding or notation.
    """

    name: str
    judges: list[str]
    seats: list[int] = field(default_factory=list)
    panels: dict[tuple[str, str], Panel] = field(default_factory=dict)
    rows: int = 0
    ignored: list[str] = field(default_factory=list)
    digest: str = ""

    @property
    def entries(self) -> int:
        return sum(len(panel.entries) for panel in self.panels.values())

    @property
    def marks(self) -> int:
        given = (
            marks
            for panel in self.panels.values()
            for entry in panel.entries.values()
            for marks in entry.marks.values()
        )
        return sum(mark is not None for marks in given for mark in marks)

    @property
    def competitions(self) -> list[str]:
        return list(dict.fromkeys(panel.competition for panel in self.panels.values()))


def digest_of(table: Table) -> str:
    content = [
        [panel.competition, panel.program, criterion.name, plain(criterion.weight), plain(criterion.maximum),
         plain(criterion.step), entry.name, entry.nation,
         [mark and plain(mark) for mark in entry.marks[criterion.name]]]
        for panel in table.panels.values()
        for entry in panel.entries.values()
        for criterion in panel.criteria.values()
    ]  # fmt: skip
    return hashlib.sha256(json.dumps([table.judges, content], ensure_ascii=False).encode()).hexdigest()


def identity_of(table: Table, trim_from: int) -> str:
    """The same marks under the same rule are the same import."""
    return hashlib.sha256(f"{table.digest}:{trim_from}".encode()).hexdigest()
