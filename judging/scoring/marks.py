"""What judges gave, as plain values: the input of a ranking, and its canonical JSON form."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from judging.scoring.figure import plain

COUNTED = "submitted"
UNCOUNTED = ("draft", "absent", "abstained", "recused", "void")


@dataclass(frozen=True, slots=True)
class Criterion:
    """A line of the rubric. Marks run from 0 to `maximum` on `step`; `name` is for people and never computed with."""

    key: str
    maximum: Decimal
    weight: Decimal = Decimal(1)
    step: Decimal = Decimal(1)
    name: str = field(default="", compare=False)

    def __post_init__(self):
        for name in ("maximum", "weight", "step"):
            value = getattr(self, name)
            if not isinstance(value, Decimal) or not value.is_finite() or value <= 0:
                raise ValueError(f"criterion {self.key}: {name} must be a decimal above 0, not {value!r}")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One judge's marks for one entry, criterion key → mark, None where the judge did not mark.

    Only a submitted sheet counts. Absent, abstained, recused, void and draft are states, never a zero.
    """

    key: str
    marks: Mapping[str, Decimal | None] = field(default_factory=dict)
    state: str = COUNTED

    def __post_init__(self):
        if self.state != COUNTED and self.state not in UNCOUNTED:
            raise ValueError(f"sheet {self.key}: state must be one of {', '.join((COUNTED, *UNCOUNTED))}")


@dataclass(frozen=True, slots=True)
class Entry:
    """What is ranked. `number` orders equals for display, `earlier` is the earlier round's total.

    `withdrawn` is the reason why the entry no longer competes, empty while it does. `further` are the totals of the
    rounds before the earlier one, nearest first, and `room` is where it was judged: both only where the rule asks.
    """

    key: str
    number: str
    sheets: tuple[Sheet, ...] = ()
    earlier: Decimal | None = None
    withdrawn: str = ""
    further: tuple[Decimal | None, ...] = ()
    room: str = ""

    def __post_init__(self):
        for one in (self.earlier, *self.further):
            if one is not None and not (one.is_finite() and one >= 0):
                raise ValueError(f"entry {self.key}: earlier total must be 0 or more, not {one}")
        if len({sheet.key for sheet in self.sheets}) != len(self.sheets):
            raise ValueError(f"entry {self.key}: a sheet is there twice")


@dataclass(frozen=True, slots=True)
class Decision:
    """The jury's recorded order, best first, of entries that nothing before could separate."""

    order: tuple[str, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class MarkSet:
    """Everything a ranking is computed from, beside the rule."""

    criteria: tuple[Criterion, ...]
    entries: tuple[Entry, ...]
    jury: tuple[Decision, ...] = ()

    def __post_init__(self):
        _check_distinct("criterion", [one.key for one in self.criteria])
        _check_distinct("entry", [one.key for one in self.entries])
        if not self.criteria:
            raise ValueError("criteria: a rubric has at least one criterion")
        unknown = {key for one in self.jury for key in one.order} - {one.key for one in self.entries}
        if unknown:
            raise ValueError(f"jury: {min(unknown)} is not an entry of this ranking")

    def to_data(self) -> dict[str, Any]:
        """Canonical JSON: the same marks give the same bytes, whatever order or notation they came in."""
        return {
            "criteria": [
                {
                    "key": one.key,
                    "maximum": plain(one.maximum),
                    "weight": plain(one.weight),
                    "step": plain(one.step),
                }
                for one in self.criteria
            ],
            "entries": [
                {
                    "key": one.key,
                    "number": one.number,
                    "earlier": _text(one.earlier),
                    "withdrawn": one.withdrawn,
                    **({"further": [_text(total) for total in one.further]} if one.further else {}),
                    **({"room": one.room} if one.room else {}),
                    "sheets": [
                        {
                            "key": sheet.key,
                            "state": sheet.state,
                            "marks": {
                                key: plain(mark) for key, mark in sorted(sheet.marks.items()) if mark is not None
                            },
                        }
                        for sheet in sorted(one.sheets, key=lambda sheet: natural(sheet.key))
                    ],
                }
                for one in sorted(self.entries, key=lambda one: natural(one.key))
            ],
            "jury": [{"order": list(one.order), "reason": one.reason} for one in self.jury],
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "MarkSet":
        return cls(
            criteria=tuple(
                Criterion(one["key"], Decimal(one["maximum"]), Decimal(one["weight"]), Decimal(one["step"]))
                for one in data["criteria"]
            ),
            entries=tuple(_entry(one) for one in data["entries"]),
            jury=tuple(Decision(tuple(one["order"]), one["reason"]) for one in data["jury"]),
        )


def _entry(data: Mapping[str, Any]) -> Entry:
    sheets = tuple(
        Sheet(one["key"], {key: Decimal(mark) for key, mark in one["marks"].items()}, one["state"])
        for one in data["sheets"]
    )
    further = tuple(_number(one) for one in data.get("further", ()))
    earlier = _number(data["earlier"])
    return Entry(data["key"], data["number"], sheets, earlier, data["withdrawn"], further, data.get("room", ""))


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _text(number: Decimal | None) -> str | None:
    return None if number is None else plain(number)


def _check_distinct(what: str, keys: list[str]) -> None:
    seen = set()
    for key in keys:
        if key in seen:
            raise ValueError(f"{what} {key} is there twice")
        seen.add(key)


@lru_cache(maxsize=200_000)
def natural(text: str) -> tuple[list[int | str], str]:
    """Sort key that reads digits as numbers: 2 before 10, and a fixed order for any two different texts."""
    parts = re.split(r"([0-9]+)", text)
    return [int(part) if place % 2 else part for place, part in enumerate(parts)], text
