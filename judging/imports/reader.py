"""From bytes to a checked table.

Every problem names its row (as a spreadsheet counts, the heading is row 1) and its column, and a file with a single
problem is refused as a whole. A mark of 0 or an empty cell means that the judge did not mark.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from core.problems import Problem, Refused
from core.templatetags.luyan import plain
from judging.imports.table import Criterion, Entry, Panel, Table, digest_of

MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 200_000
MOST_JUDGES = 99
MOST_PROBLEMS = 200
LENGTHS = {"competition": 120, "program": 60, "entry": 80, "nation": 80, "criterion": 60}
REQUIRED = ("competition", "program", "entry", "criterion", "factor")
NAMES = {
    "competition": {"competition", "赛事", "比赛"},
    "program": {"program", "track", "赛道", "组别"},
    "entry": {"entry", "参赛项目", "项目"},
    "nation": {"nation", "unit", "单位", "地区"},
    "criterion": {"criterion", "评分项"},
    "factor": {"factor", "weight", "权重", "系数"},
    "maximum": {"maximum", "满分"},
    "step": {"step", "步长"},
    "panel_score": {"panel_score", "评分项得分"},
    "component_total": {"component_total", "总分"},
}
JUDGE = re.compile(r"(?:j|judge|评委)[ _-]?([0-9]{1,3})")
NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
STEPS = tuple(Decimal(text) for text in ("1", "0.5", "0.25", "0.2", "0.1", "0.05", "0.01"))
SCALES = (Decimal(10), Decimal(100))
SHARE_INSIDE_SCALE = 9, 10
HIGHEST = Decimal("9999.99")


@dataclass(frozen=True)
class CellProblem(Problem):
    """A problem at one place of the file, `text` without naming the place; row 0 means the file as a whole."""

    row: int = 0
    column: str = ""
    text: str = ""


def read(data: bytes, *, name: str) -> Table:
    """The checked table of a file, or a refusal that lists every problem by row and column."""
    rows = _rows(_text(data))
    return _Reader(name, next(rows, []), rows).table()


def _text(data: bytes) -> str:
    """The file as text: UTF-8 with or without its mark, UTF-16 with it, else GB 18030 (what Excel writes here)."""
    if not data.strip():
        raise _whole(_("The file is empty. Choose another one."))
    if len(data) > MOST_BYTES:
        raise _whole(_("The file has more than %(most)s MB. Split it.") % {"most": MOST_BYTES // 1024 // 1024})
    if data[:2] == b"PK" or data[:4] == b"\xd0\xcf\x11\xe0":
        raise _whole(_("This is an Excel workbook. Save it as “CSV UTF-8” and choose that file."))
    encodings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise _whole(_("The file is no text that we can read. Save it as “CSV UTF-8” and choose that file."))


def _rows(text: str) -> Iterator[list[str]]:
    heading = text.partition("\n")[0]
    delimiter = max(",;\t", key=heading.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            yield [_tidy(cell) for cell in row]
    except csv.Error:
        facts = {"row": reader.line_num}
        raise _whole(_("Row %(row)s: the quotes don't fit together. Save the file anew as CSV.") % facts) from None


def _tidy(cell: str) -> str:
    """Full-width digits and signs as half-width, no spaces around."""
    return cell.strip() if cell.isascii() else unicodedata.normalize("NFKC", cell).strip()


def _whole(message: str) -> Refused:
    return Refused(
        message, field="file", code="file", problems=[CellProblem("file", message, field="file", text=message)]
    )


class _Reader:
    """Reads row by row into panels and gathers problems instead of stopping at the first."""

    def __init__(self, name: str, heading: list[str], rows: Iterator[list[str]]):
        self.problems: list[CellProblem] = []
        self.heading, self.rows = heading, rows
        self.columns: dict[str, int] = {}
        self.judges: dict[int, int] = {}
        self.result = Table(name=name, judges=[])
        self.seen: dict[tuple, int] = {}

    def table(self) -> Table:
        self._read_heading()
        self._stop_if_wrong()
        for number, cells in enumerate(self.rows, start=2):
            if any(cells):
                self._read_row(number, cells)
            if len(self.problems) >= MOST_PROBLEMS or self.result.rows > MOST_ROWS:
                break
        if not self.result.rows and not self.problems:
            self._add(0, "", _("The file has a heading but no rows."))
        if self.result.rows > MOST_ROWS:
            self._add(0, "", _("The file has more than %(most)s rows. Split it.") % {"most": MOST_ROWS})
        self._check_panels()
        self._stop_if_wrong()
        self.result.digest = digest_of(self.result)
        return self.result

    def _add(self, row: int, column: str, text: str) -> None:
        message, facts = text, {"row": row, "column": column, "message": text}
        if row and column:
            message = _("Row %(row)s, column %(column)s: %(message)s") % facts
        elif row:
            message = _("Row %(row)s: %(message)s") % facts
        self.problems.append(CellProblem("cell", message, field="file", row=row, column=column, text=text))

    def _stop_if_wrong(self) -> None:
        if not self.problems:
            return
        self.problems.sort(key=lambda problem: problem.row)
        text = _("Nothing was imported. Mend the places listed below in the file, then choose it again.")
        raise Refused(text, field="file", code="file", problems=self.problems[:MOST_PROBLEMS])

    # ------------------------------------------------------------ heading

    def _read_heading(self) -> None:
        known = {alias: key for key, aliases in NAMES.items() for alias in aliases}
        for place, title in enumerate(self.heading):
            plain_title = title.casefold()
            judge = JUDGE.fullmatch(plain_title)
            if judge and int(judge[1]) in self.judges:
                self._add(1, title, _("this judge has a column already; name them J1, J2 and so on."))
            elif judge:
                self.judges[int(judge[1])] = place
            elif plain_title in known and known[plain_title] in self.columns:
                self._add(1, title, _("this column is there twice; remove one."))
            elif plain_title in known:
                self.columns[known[plain_title]] = place
            elif title:
                self.result.ignored.append(title)
        for key in REQUIRED:
            if key not in self.columns:
                self._add(1, key, _("this column is missing; see the description of the format."))
        self._name_judges()

    def _name_judges(self) -> None:
        """Judges by number; in a file without numbered judges, every column that is nothing else is a judge's."""
        if not self.judges:
            self.judges = {seat: self.heading.index(title) for seat, title in enumerate(self.result.ignored, 1)}
            self.result.ignored = []
        if not 0 < len(self.judges) <= MOST_JUDGES:
            self._add(1, "J1", _("the columns of the judges' marks, J1, J2 and so on, are missing or too many."))
        self.judges = dict(sorted(self.judges.items()))
        self.result.seats = list(self.judges)
        self.result.judges = [self.heading[place] for place in self.judges.values()]

    # ------------------------------------------------------------ rows

    def _read_row(self, number: int, cells: list[str]) -> None:
        self.result.rows += 1
        if len(cells) != len(self.heading):
            facts = {"found": len(cells), "wanted": len(self.heading)}
            self._add(number, "", _("%(found)s cells where the heading has %(wanted)s.") % facts)
            return
        words = {key: self._word(number, cells, key) for key in LENGTHS}
        weight = self._number(number, cells, "factor", digits=4, most=Decimal("99.9999"), needed=True)
        marks = tuple(self._mark(number, cells, place) for place in self.judges.values())
        panel_score = self._number(number, cells, "panel_score", digits=4, most=HIGHEST)
        total = self._number(number, cells, "component_total", digits=4, most=Decimal(99999))
        scale = {key: self._number(number, cells, key, digits=2, most=HIGHEST) for key in ("maximum", "step")}
        if not all(words[key] for key in REQUIRED[:4]) or weight is None:
            return
        panel = self._panel(words)
        self._criterion(panel, words["criterion"], number, weight, scale)
        entry = panel.entries.setdefault(
            (words["entry"], words["nation"]), Entry(words["entry"], words["nation"], number)
        )
        if words["criterion"] in entry.marks:
            first = self.seen[id(entry), words["criterion"]]
            self._add(number, "criterion", _("“%(name)s” of this entry is in row %(row)s already; remove one.") % {
                "name": words["criterion"], "row": first,
            })  # fmt: skip
            return
        self.seen[id(entry), words["criterion"]] = number
        entry.marks[words["criterion"]] = marks
        if panel_score is not None:
            entry.panel[words["criterion"]] = panel_score
        self._total(entry, number, total)

    def _panel(self, words: dict[str, str]) -> Panel:
        key = words["competition"], words["program"]
        return self.result.panels.setdefault(key, Panel(*key))

    def _criterion(self, panel: Panel, name: str, number: int, weight: Decimal, scale: dict) -> None:
        known = panel.criteria.setdefault(name, Criterion(name, number, weight, **scale))
        for column, mine, theirs in (
            ("factor", weight, known.weight),
            ("maximum", scale["maximum"], known.maximum),
            ("step", scale["step"], known.step),
        ):
            if mine != theirs:
                facts = {"name": name, "mine": plain(mine), "theirs": plain(theirs), "row": known.row}
                self._add(
                    number,
                    column,
                    _("%(mine)s for “%(name)s”, but %(theirs)s in row %(row)s of the same program.") % facts,
                )

    def _total(self, entry: Entry, number: int, total: Decimal | None) -> None:
        if total is None:
            return
        if entry.total is not None and entry.total != total:
            facts = {"mine": plain(total), "theirs": plain(entry.total), "row": entry.row}
            self._add(
                number, "component_total", _("%(mine)s, but %(theirs)s in row %(row)s of the same entry.") % facts
            )
        entry.total = total

    def _word(self, number: int, cells: list[str], key: str) -> str:
        text = cells[self.columns[key]] if key in self.columns else ""
        if not text and key in REQUIRED:
            self._add(number, key, _("is empty."))
        elif len(text) > LENGTHS[key]:
            self._add(number, key, _("has %(count)s characters, at most %(most)s fit.") % {
                "count": len(text), "most": LENGTHS[key],
            })  # fmt: skip
        elif not text.isprintable():
            self._add(number, key, _("holds signs that can't be printed."))
        return text

    def _mark(self, number: int, cells: list[str], place: int) -> Decimal | None:
        value = self._decimal(number, self.heading[place], cells[place], digits=2, most=HIGHEST)
        return value or None

    def _number(
        self, number: int, cells: list[str], key: str, *, digits: int, most: Decimal, needed: bool = False
    ) -> Decimal | None:
        text = cells[self.columns[key]] if key in self.columns else ""
        value = self._decimal(number, key, text, digits=digits, most=most)
        if needed and not text:
            self._add(number, key, _("is empty."))
        elif value == 0 and key in ("factor", "maximum", "step"):
            self._add(number, key, _("must be above 0."))
            return None
        return value

    def _decimal(self, number: int, column: str, text: str, *, digits: int, most: Decimal) -> Decimal | None:
        if not text:
            return None
        if not NUMBER.fullmatch(text):
            self._add(number, column, _("“%(text)s” is not a number.") % {"text": text[:20]})
            return None
        value = Decimal(text)
        if value < 0:
            self._add(number, column, _("%(text)s is below 0.") % {"text": text[:20]})
        elif value > most:
            self._add(number, column, _("%(text)s is above %(most)s.") % {"text": text[:20], "most": plain(most)})
        elif value != round(value, digits):
            self._add(number, column, _("%(text)s has more than %(digits)s decimals.") % {
                "text": text[:20], "digits": digits,
            })  # fmt: skip
        else:
            return value
        return None

    # ------------------------------------------------------------ what belongs together

    def _check_panels(self) -> None:
        """What only the whole file shows. A row that was not read must not be called missing as well."""
        unread = bool(self.problems)
        for panel in self.result.panels.values():
            if not unread:
                self._check_complete(panel)
            for criterion in panel.criteria.values():
                self._settle_scale(panel, criterion)

    def _check_complete(self, panel: Panel) -> None:
        for entry in panel.entries.values():
            for name in panel.criteria.keys() - entry.marks.keys():
                facts = {"name": name, "entry": entry.name}
                self._add(entry.row, "criterion", _("“%(name)s” is missing for “%(entry)s”.") % facts)

    def _settle_scale(self, panel: Panel, criterion: Criterion) -> None:
        """Highest mark and step of a criterion: as written in the file, else what its marks show."""
        given = [
            (entry, place, mark)
            for entry in panel.entries.values()
            for place, mark in enumerate(entry.marks.get(criterion.name, ()))
            if mark is not None
        ]
        marks = [mark for _entry, _place, mark in given]
        guessed = criterion.maximum is None
        if guessed:
            criterion.maximum = _scale(marks)
        if criterion.step is None:
            criterion.step = next((step for step in STEPS if not any(mark % step for mark in marks)), STEPS[-1])
        for entry, place, mark in given:
            row, column = self.seen[id(entry), criterion.name], self.result.judges[place]
            facts = {"mark": plain(mark), "most": plain(criterion.maximum), "step": plain(criterion.step)}
            if mark > criterion.maximum and guessed:
                text = _(
                    "%(mark)s is above %(most)s, the scale of the other marks. If it is right, add a column “maximum”."
                )
                self._add(row, column, text % facts)
            elif mark > criterion.maximum:
                self._add(row, column, _("%(mark)s is above the highest mark, %(most)s.") % facts)
            elif mark % criterion.step:
                self._add(row, column, _("%(mark)s is not a whole number of steps of %(step)s.") % facts)


def _scale(marks: list[Decimal]) -> Decimal:
    """10 where nine tenths of the marks fit into it, else 100: a few beyond are slips, not another scale."""
    part, whole = SHARE_INSIDE_SCALE
    inside = sum(mark <= SCALES[0] for mark in marks)
    return SCALES[0] if inside * whole >= len(marks) * part else SCALES[1]
