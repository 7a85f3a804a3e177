"""The scoring and ranking rules a second time, the slow and plain way, random input for both, and small rankings."""

from decimal import Decimal
from fractions import Fraction
from math import floor

from hypothesis import strategies as st

from judging import ranking
from judging.scoring import Criterion, Entry, MarkSet, Rule, Sheet, TieStep

STATES = (*["submitted"] * 20, "absent", "recused", "abstained", "void", "draft")


def half_up(value: Fraction, digits: int | None) -> Fraction:
    if digits is None:
        return value
    return Fraction(floor(value * 10**digits + Fraction(1, 2)), 10**digits)


def valid_marks(entry: Entry, key: str) -> list[Fraction]:
    return [
        Fraction(sheet.marks[key])
        for sheet in entry.sheets
        if sheet.state == "submitted" and sheet.marks.get(key) is not None
    ]


def sheet_totals(entry: Entry, criteria, rule: Rule) -> list[Fraction]:
    totals = []
    for sheet in entry.sheets:
        if sheet.state == "submitted" and all(sheet.marks.get(one.key) is not None for one in criteria):
            total = sum(Fraction(sheet.marks[one.key]) * Fraction(one.weight) for one in criteria)
            totals.append(total if rule.trim_scope == "criterion" else half_up(total, rule.sheet_digits))
    return totals


def trimmed(marks: list[Fraction], rule: Rule) -> list[Fraction]:
    left = sorted(marks)
    if len(left) >= rule.min_marks_to_trim:
        for _ in range(rule.trim_low):
            left.remove(min(left))
        for _ in range(rule.trim_high):
            left.remove(max(left))
    return left


def mean(marks: list[Fraction]) -> Fraction:
    return sum(marks) / len(marks)


def stage(entry: Entry, criteria, rule: Rule) -> Fraction | None:
    if entry.withdrawn:
        return None
    if rule.trim_scope == "criterion":
        value = Fraction(0)
        for one in criteria:
            marks = valid_marks(entry, one.key)
            if len(marks) < rule.min_valid_marks:
                return None
            average = half_up(mean(trimmed(marks, rule)), rule.criterion_digits)
            value += half_up(average * Fraction(one.weight), rule.product_digits)
    else:
        totals = sheet_totals(entry, criteria, rule)
        if len(totals) < rule.min_valid_marks:
            return None
        value = mean(trimmed(totals, rule))
    return half_up(value, rule.total_digits)


def total(entry: Entry, marks: MarkSet, rule: Rule) -> Decimal | None:
    value = stage(entry, marks.criteria, rule)
    if value is None:
        return None
    if rule.room_correction == "factor" and entry.room:
        stages = [(one.room, stage(one, marks.criteria, rule)) for one in marks.entries if one.room]
        everybody = [found for _, found in stages if found is not None]
        own = [found for room, found in stages if found is not None and room == entry.room]
        if sum(own):
            value = half_up(value * half_up(mean(everybody) / mean(own), rule.room_digits), rule.total_digits)
    if rule.earlier_weight is not None:
        weights = [rule.earlier_weight, *rule.further_weights]
        before = [entry.earlier, *entry.further][: len(weights)]
        if len(before) < len(weights) or None in before:
            return None
        value *= 1 - sum(Fraction(one) for one in weights)
        for one, weight in zip(before, weights, strict=True):
            value += Fraction(one) * Fraction(weight)
        value = half_up(value, rule.total_digits)
    return Decimal(value.numerator) / Decimal(value.denominator)


def grid(maximum: str, step: str) -> st.SearchStrategy[Decimal]:
    return st.integers(0, int(Decimal(maximum) / Decimal(step))).map(lambda number: number * Decimal(step))


@st.composite
def sheets(draw, criteria, gaps: bool) -> tuple[Sheet, ...]:
    found = []
    for seat in range(draw(st.integers(1, 8))):
        marks = {}
        for one in criteria:
            mark = draw(grid(str(one.maximum), str(one.step)))
            if not (gaps and draw(st.integers(0, 39)) == 17):
                marks[one.key] = mark
        found.append(Sheet(str(seat + 8), marks, draw(st.sampled_from(STATES))))
    return tuple(found)


@st.composite
def mark_sets(draw, entries: int | None = None, most: int = 5, coarse: bool = False, gaps: bool = True) -> MarkSet:
    """Marks of a few entries. `coarse` marks make many ties."""
    steps = ("1",) if coarse else ("0.25", "0.5", "1")
    criteria = tuple(
        Criterion(
            key,
            Decimal(2 if coarse else draw(st.sampled_from((10, 30)))),
            Decimal(1 if coarse else draw(st.sampled_from(("1", "0.8", "1.25", "0.3333")))),
            Decimal(draw(st.sampled_from(steps))),
        )
        for key in ("a", "b", "c")[: draw(st.integers(1, 3))]
    )
    number = entries or draw(st.integers(1, most))
    earlier = st.sampled_from((80, "80.5", 81, "81.5", "80.25", None)).map(lambda value: value and Decimal(value))
    return MarkSet(
        criteria,
        tuple(
            Entry(
                f"e{place}",
                str(draw(st.integers(1, 20))),
                draw(sheets(criteria, gaps)),
                draw(earlier),
                draw(st.sampled_from((*[""] * 12, "left"))),
                tuple(draw(st.lists(earlier, max_size=2))),
                draw(st.sampled_from(("", "一号厅", "二号厅", "二号厅"))),
            )
            for place in range(number)
        ),
    )


@st.composite
def rules(draw, scopes=("criterion", "sheet", "none"), chains: bool = False) -> Rule:
    scope = draw(st.sampled_from(scopes))
    high, low = (0, 0) if scope == "none" else (draw(st.integers(0, 2)), draw(st.integers(0, 2)))
    digits = st.none() | st.integers(0, 3)
    kinds = ["earlier_total", "criterion", "untrimmed_sum", "highest_raw"]
    chain = draw(st.permutations(kinds))[: draw(st.integers(0, 4))] if chains else []
    share = draw(st.none() | st.sampled_from(("0.5", "0.3", "0.125")).map(Decimal))
    return Rule(
        trim_scope=scope,
        trim_high=high,
        trim_low=low,
        min_marks_to_trim=high + low + 1 + draw(st.integers(0, 3)),
        min_valid_marks=draw(st.sampled_from((1, 1, 2, 3))),
        criterion_digits=draw(digits),
        product_digits=draw(digits),
        sheet_digits=draw(digits),
        total_digits=draw(st.integers(0, 3)),
        earlier_weight=share,
        further_weights=() if share is None else draw(st.sampled_from(((), (), (Decimal("0.3"),)))),
        room_correction=draw(st.sampled_from(("off", "off", "factor"))),
        room_digits=draw(digits),
        tie_chain=tuple(TieStep(kind, "a" if kind == "criterion" else "") for kind in chain),
    )


def ranking_of(*totals: int, apart: tuple[str, ...] = ()) -> dict:
    """A ranking of entries e1, e2 … with these totals, highest first, and of some that are apart."""
    entries = [
        Entry(f"e{place}", str(place), (Sheet("1", {"total": Decimal(total)}),))
        for place, total in enumerate(totals, 1)
    ]
    entries += [Entry(key, key, withdrawn="Did not come") for key in apart]
    rule = Rule(min_valid_marks=1, tie_chain=(TieStep("all_advance"),))
    return ranking.compute(MarkSet((Criterion("total", Decimal(100)),), tuple(entries)), rule)
