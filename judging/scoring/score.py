"""From one entry's marks to its total, with every step written down.

The record of an entry is plain JSON, numbers as text:

- `sheets`, one per judge: `sheet`, `state`, `marks` (criterion → mark) and `total`, the judge's weighted sum, None
  while a mark is missing;
- `criteria` (scope "criterion"), one per criterion: how many marks were `valid`, whether trimming was `done`,
  `too_few` or `off` (`trim`), the sheets `used`, `dropped_high` and `dropped_low`, and `sum`, `mean`, `product` of the
  marks used, left out where too few were valid;
- `panel` (scopes "sheet" and "none"): the same of the judges' weighted sums, without mean and product;
- `stage`, the total of this round, `room`, how it was corrected between rooms, `blend`, what the earlier rounds added,
  `total`, the figure that is ranked.

Among equal marks the highest dropped is that of the last sheet key, the lowest that of the first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from judging.scoring import rooms
from judging.scoring.figure import Figure, digits_of, fixed, rounded, text_of, total_of, units_of, written
from judging.scoring.marks import COUNTED, Criterion, Entry, MarkSet, Sheet, natural
from judging.scoring.rule import Rule

SCORED, INCOMPLETE, WITHDRAWN = "scored", "incomplete", "withdrawn"
Marks = Sequence[int | None]


@dataclass(slots=True)
class Scored:
    """One entry after scoring. `units` is the total in units of its last decimal, None where there is none, and `stage`
    the same of this round alone.

    The rest are the exact figures that separate ties: the mean of each criterion, all valid weighted `sums` over
    `scale` with their numbers of marks, and the highest sum of a single judge.
    """

    entry: Entry
    state: str
    record: dict[str, Any]
    reason: dict[str, Any] | None = None
    stage: int | None = None
    units: int | None = None
    means: Sequence[Figure] = ()
    sums: Sequence[int] = ()
    counts: Sequence[int] = ()
    scale: int = 1
    highest: Figure | None = None

    @property
    def total(self) -> Decimal | None:
        return None if self.units is None else Decimal(self.record["total"])


class Ledger:
    """The rubric and the rule made ready to score any number of entries.

    Marks lie on a grid, so the same sums come up again and again: what was computed once for a mark, a sum of marks
    or a sheet is kept, which makes a large ranking several times quicker and changes no digit.
    """

    def __init__(self, criteria: Iterable[Criterion], rule: Rule):
        self.criteria = tuple(criteria)
        self.rule = rule
        self.keys = tuple(one.key for one in self.criteria)
        self.known = frozenset(self.keys)
        rule.check_criteria(self.keys)
        self.mark_digits = max(digits_of(one.step) for one in self.criteria)
        self.mark_scale = 10**self.mark_digits
        self.weight_scale = 10 ** max(digits_of(one.weight) for one in self.criteria)
        self.weights = tuple(units_of(one.weight, self.weight_scale) for one in self.criteria)
        self.by_criterion = rule.trim_scope == "criterion"
        self.trims = bool(rule.trim_high or rule.trim_low)
        self.shares = tuple(share.as_integer_ratio() for share in rule.earlier_shares)
        self.rest = (1 - sum(rule.earlier_shares)).as_integer_ratio()
        self._marks: list[dict[Decimal, tuple[int, str]]] = [{} for _ in self.criteria]
        self._means: list[dict[tuple[int, int], tuple[Figure, Figure, str, str, str]]] = [{} for _ in self.criteria]
        self._sheets: dict[int, tuple[Figure, str]] = {}

    def score(self, entry: Entry) -> Scored:
        """One entry by itself. ValueError names the entry, sheet and criterion of a mark that cannot be."""
        return self.finish([self.stage_of(entry)])[0]

    def stage_of(self, entry: Entry) -> Scored:
        """The round's own total of one entry, before rooms and earlier rounds."""
        rows, counted = [], []
        for sheet in sorted(entry.sheets, key=_seat):
            row = {"sheet": sheet.key, "state": sheet.state, "marks": {}, "total": None}
            rows.append(row)
            if sheet.state == COUNTED:
                counted.append((row, self._read_sheet(entry, sheet, row)))
        scored = Scored(entry, SCORED, {"sheets": rows})
        if entry.withdrawn:
            scored.state, scored.reason = WITHDRAWN, {"code": "withdrawn", "reason": entry.withdrawn}
            return scored
        stage = self._score_criteria(scored, counted) if self.by_criterion else self._score_sheets(scored, counted)
        if stage is not None:
            scored.stage, _ = rounded(stage, self.rule.total_digits)
            scored.record["stage"] = fixed(scored.stage, self.rule.total_digits)
        return scored

    def finish(self, scored: list[Scored]) -> list[Scored]:
        """Correct the totals of a round between its rooms and blend in the earlier rounds, as the rule says."""
        found = rooms.factors(scored, self.rule) if self.rule.room_correction == "factor" else {}
        for one in scored:
            if one.stage is not None:
                self._blend(one, rooms.correct(one, found, self.rule.total_digits) if found else one.stage)
        return scored

    def _read_sheet(self, entry: Entry, sheet: Sheet, row: dict[str, Any]) -> tuple[Marks, Figure | None]:
        """Write the sheet's line; its marks in units of `mark_scale`, and its weighted sum if no mark is missing."""
        marks = sheet.marks
        if not marks.keys() <= self.known:
            strange = min(marks.keys() - self.known)
            raise ValueError(f"entry {entry.key}, sheet {sheet.key}: {strange} is not a criterion of this rubric")
        values, texts = [], row["marks"]
        raw = 0
        for place, key in enumerate(self.keys):
            mark = marks.get(key)
            if mark is None:
                values.append(None)
                continue
            found = self._marks[place].get(mark) if type(mark) is Decimal else None
            if found is None:
                found = self._read_mark(entry, sheet, place, mark)
            values.append(found[0])
            texts[key] = found[1]
            raw += found[0] * self.weights[place]
        if None in values:
            return values, None
        figure, row["total"] = self._sheets.get(raw) or self._weigh_sheet(raw)
        return values, figure

    def _read_mark(self, entry: Entry, sheet: Sheet, place: int, mark: Decimal) -> tuple[int, str]:
        """Check a mark that is met for the first time, and keep it as a whole number and as text."""
        criterion = self.criteria[place]
        where = f"entry {entry.key}, sheet {sheet.key}, criterion {criterion.key}"
        if not isinstance(mark, Decimal) or not mark.is_finite():
            raise ValueError(f"{where}: {mark!r} is not a decimal number")
        if not 0 <= mark <= criterion.maximum:
            raise ValueError(f"{where}: {mark} is outside 0 to {criterion.maximum}")
        units = units_of(mark, self.mark_scale)
        if units is None or units % units_of(criterion.step, self.mark_scale):
            raise ValueError(f"{where}: {mark} is not on the step of {criterion.step}")
        found = self._marks[place][mark] = units, text_of((units, self.mark_scale), digits_of(criterion.step))
        return found

    def _weigh_sheet(self, raw: int) -> tuple[Figure, str]:
        """A judge's weighted sum: rounded where sheets are what is averaged, exact where it is only shown."""
        figure = (raw, self.mark_scale * self.weight_scale)
        if not self.by_criterion:
            figure = rounded(figure, self.rule.sheet_digits)
        found = self._sheets[raw] = figure, text_of(figure, self.rule.sheet_digits or 0)
        return found

    def _score_criteria(self, scored: Scored, counted: list) -> Figure | None:
        """Trim and average each criterion, weigh the means, add the products."""
        seats = [row["sheet"] for row, _ in counted]
        rows = scored.record["criteria"] = []
        means, products, sums, counts = [], [], [], []
        for place, key in enumerate(self.keys):
            column = [(values[place], seat) for seat, (_, (values, _)) in enumerate(counted)]
            marks = [pair for pair in column if pair[0] is not None]
            row, kept, used = self._trim(marks, seats)
            row["criterion"] = key
            rows.append(row)
            if len(marks) < self.rule.min_valid_marks:
                self._too_few(scored, len(marks), key)
                continue
            mean, product, row["sum"], row["mean"], row["product"] = self._means[place].get(
                (kept, used)
            ) or self._weigh_mean(place, kept, used)
            means.append(mean)
            products.append(product)
            sums.append(sum([mark for mark, _ in marks]) * self.weights[place])
            counts.append(len(marks))
        if scored.reason:
            return None
        scored.means, scored.sums, scored.counts = means, sums, counts
        scored.scale = self.mark_scale * self.weight_scale
        scored.highest = max((figure for _, (_, figure) in counted if figure), default=None)
        return total_of(products)

    def _weigh_mean(self, place: int, kept: int, used: int) -> tuple[Figure, Figure, str, str, str]:
        """Mean and product of a sum of so many marks, each rounded where the rule says so, and their texts."""
        rule = self.rule
        mean = rounded((kept, used * self.mark_scale), rule.criterion_digits)
        product = rounded((mean[0] * self.weights[place], mean[1] * self.weight_scale), rule.product_digits)
        found = self._means[place][kept, used] = (
            mean,
            product,
            fixed(kept, self.mark_digits),
            written(mean, rule.criterion_digits),
            written(product, rule.product_digits),
        )
        return found

    def _score_sheets(self, scored: Scored, counted: list) -> Figure | None:
        """Average the judges' weighted sums, trimmed or not. A sheet with a gap has no sum and does not count."""
        rule = self.rule
        full = [(row["sheet"], values, figure) for row, (values, figure) in counted if figure]
        figures = [(figure[0], seat) for seat, (_, _, figure) in enumerate(full)]
        row, kept, used = self._trim(figures, [sheet for sheet, _, _ in full])
        scored.record["panel"] = row
        if len(full) < rule.min_valid_marks:
            self._too_few(scored, len(full))
            return None
        scale = full[0][2][1]
        row["sum"] = text_of((kept, scale), rule.sheet_digits or 0)
        counting = [values for sheet, values, _ in full if sheet in row["used"]]
        scored.means = [
            rounded((sum(column), used * self.mark_scale), rule.criterion_digits)
            for column in zip(*counting, strict=True)
        ]
        scored.sums, scored.counts, scored.scale = [sum([figure for figure, _ in figures])], [len(full)], scale
        scored.highest = max(figures)[0], scale
        return kept, used * scale

    def _trim(self, marks: list[tuple[int, int]], seats: list[str]) -> tuple[dict[str, Any], int, int]:
        """Drop the extremes of (mark, seat) pairs where the rule says so: the row, the sum left and its number."""
        rule, valid = self.rule, len(marks)
        trim, kept, high, low = "off", marks, (), ()
        if self.trims:
            trim = "too_few" if valid < rule.min_marks_to_trim else "done"
        if trim == "done":
            ordered = sorted(marks)
            top = valid - rule.trim_high
            low, kept, high = ordered[: rule.trim_low], ordered[rule.trim_low : top], ordered[top:]
        row = {
            "valid": valid,
            "trim": trim,
            "used": [seats[seat] for seat in sorted([seat for _, seat in kept])],
            "dropped_high": [seats[seat] for _, seat in high],
            "dropped_low": [seats[seat] for _, seat in low],
        }
        return row, sum([mark for mark, _ in kept]), len(kept)

    def _too_few(self, scored: Scored, valid: int, criterion: str = "") -> None:
        if scored.reason is None:
            scored.state = INCOMPLETE
            scored.reason = {"code": "too_few_marks", "valid": valid, "needed": self.rule.min_valid_marks}
            if criterion:
                scored.reason["criterion"] = criterion

    def _blend(self, scored: Scored, units: int) -> None:
        """Add the earlier rounds' totals by their shares where the rule says so; the sum is rounded again."""
        digits, record = self.rule.total_digits, scored.record
        if self.shares:
            totals = (scored.entry.earlier, *scored.entry.further)[: len(self.shares)]
            if len(totals) < len(self.shares) or None in totals:
                scored.state, scored.reason = INCOMPLETE, {"code": "no_earlier_total"}
                return
            parts = [(units * self.rest[0], 10**digits * self.rest[1])]
            told = []
            for total, (share, whole) in zip(totals, self.shares, strict=True):
                figure = total.as_integer_ratio()
                parts.append((figure[0] * share, figure[1] * whole))
                told.append({"earlier": text_of(figure, digits), "weight": text_of((share, whole))})
            units, _ = rounded(total_of(parts), digits)
            record["blend"] = told[0] | ({"further": told[1:]} if told[1:] else {})
        scored.units = units
        record["total"] = fixed(units, digits)


def score(entry: Entry, criteria: Iterable[Criterion], rule: Rule) -> Scored:
    """Score a single entry; for many use one `Ledger` or `score_all`."""
    return Ledger(criteria, rule).score(entry)


def score_all(marks: MarkSet, rule: Rule) -> list[Scored]:
    ledger = Ledger(marks.criteria, rule)
    return ledger.finish([ledger.stage_of(entry) for entry in marks.entries])


def _seat(sheet: Sheet):
    return natural(sheet.key)
