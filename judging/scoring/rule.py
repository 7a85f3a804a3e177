"""How marks become a total and a rank: one edition's rule as data (domain §3, Combining and Ties)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal, InvalidOperation
from typing import Any

from judging.scoring.figure import plain

SCOPES = ("criterion", "sheet", "none")
CORRECTIONS = ("off", "factor")
TIE_KINDS = ("earlier_total", "criterion", "untrimmed_sum", "highest_raw", "jury", "all_advance")
MOST_DIGITS = 4
INTEGERS = ("trim_high", "trim_low", "min_marks_to_trim", "min_valid_marks", "total_digits")
OPEN_DIGITS = ("criterion_digits", "product_digits", "sheet_digits", "room_digits")
# Written out only where they say something, so that check codes from before they existed still fit.
LATER = {"further_weights": (), "room_correction": "off", "room_digits": 4}


class RuleError(ValueError):
    """A rule that cannot be applied. `field` names the part to mend, the message what is wrong with it."""

    def __init__(self, field: str, message: str):
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


@dataclass(frozen=True)
class TieStep:
    """One link of the chain that separates equal totals; `criterion` is the key that the kind "criterion" compares."""

    kind: str
    criterion: str = ""

    @classmethod
    def from_data(cls, data: Any) -> "TieStep":
        if isinstance(data, str):
            return cls(data)
        if not isinstance(data, Mapping) or not set(data) <= {"kind", "criterion"} or "kind" not in data:
            raise RuleError("tie_chain", f"each step is a kind, with a criterion where it needs one, not {data!r}")
        return cls(data["kind"], data.get("criterion", ""))

    def to_data(self) -> dict[str, str]:
        return {"kind": self.kind, "criterion": self.criterion} if self.criterion else {"kind": self.kind}


@dataclass(frozen=True)
class Rule:
    """A scoring rule, checked when made.

    1. `trim_scope` "criterion": the marks of each criterion are trimmed and averaged (`criterion_digits`), times
       the weight (`product_digits`), summed, rounded (`total_digits`).
    2. "sheet": each judge's weighted sum (`sheet_digits`) is a figure; figures are trimmed, averaged, rounded
       (`total_digits`). "none": the same without trimming, the plain mean of small panels.
    3. Trimming drops `trim_high` highest and `trim_low` lowest, only from `min_marks_to_trim` valid marks on.
    4. Fewer than `min_valid_marks` valid marks: the entry is incomplete, is scored again and has no rank.
    5. Digits None keep that step exact. Every rounding is half up. A blend is rounded to `total_digits` again.
    6. `room_correction` "factor": the total of this round is multiplied by the mean of all rooms ÷ the mean of its own
       room (`room_digits`) and rounded to `total_digits`, before anything is blended in.
    7. `earlier_weight` is the share of the earlier round's total, `further_weights` those of the rounds before it,
       nearest first; together below 1. None ignores earlier rounds.
    8. `tie_chain` separates equal totals in its order; "all_advance", if there, ends it.
    """

    trim_scope: str = "none"
    trim_high: int = 0
    trim_low: int = 0
    min_marks_to_trim: int = 5
    min_valid_marks: int = 3
    criterion_digits: int | None = 2
    product_digits: int | None = 2
    sheet_digits: int | None = 2
    total_digits: int = 2
    earlier_weight: Decimal | None = None
    further_weights: tuple[Decimal, ...] = ()
    room_correction: str = "off"
    room_digits: int | None = 4
    tie_chain: tuple[TieStep, ...] = ()

    @classmethod
    def from_data(cls, data: Any) -> "Rule":
        """The rule a JSON object describes. What is left out keeps its default; an unknown name is refused."""
        if not isinstance(data, Mapping):
            raise RuleError("rule", "must be an object of named fields")
        unknown = sorted(str(name) for name in set(data) - {field.name for field in fields(cls)})
        if unknown:
            raise RuleError(unknown[0], "is not a field of a scoring rule")
        values = dict(data)
        if values.get("earlier_weight") is not None:
            values["earlier_weight"] = _decimal("earlier_weight", values["earlier_weight"])
        if "further_weights" in values:
            values["further_weights"] = _shares(values["further_weights"])
        if "tie_chain" in values:
            values["tie_chain"] = _chain(values["tie_chain"])
        return cls(**values)

    def to_data(self) -> dict[str, Any]:
        """Plain JSON that `from_data` reads back to an equal rule, every field written out but for `LATER`."""
        data = {field.name: getattr(self, field.name) for field in fields(self)}
        data["further_weights"] = [plain(one) for one in self.further_weights]
        data["earlier_weight"] = None if self.earlier_weight is None else plain(self.earlier_weight)
        data["tie_chain"] = [step.to_data() for step in self.tie_chain]
        return {name: value for name, value in data.items() if getattr(self, name) != LATER.get(name, self)}

    def __post_init__(self):
        if self.trim_scope not in SCOPES:
            raise RuleError("trim_scope", f"must be one of {', '.join(SCOPES)}, not {self.trim_scope!r}")
        for name in INTEGERS:
            _check_integer(name, getattr(self, name))
        for name in OPEN_DIGITS:
            if getattr(self, name) is not None:
                _check_integer(name, getattr(self, name))
        for name in (*OPEN_DIGITS, "total_digits"):
            if (getattr(self, name) or 0) > MOST_DIGITS:
                raise RuleError(name, f"must be at most {MOST_DIGITS}, not {getattr(self, name)}")
        self._check_trimming()
        if self.room_correction not in CORRECTIONS:
            raise RuleError("room_correction", f"must be one of {', '.join(CORRECTIONS)}, not {self.room_correction!r}")
        self._check_shares()
        self._check_chain()

    def _check_trimming(self):
        if self.min_valid_marks < 1:
            raise RuleError("min_valid_marks", "must be at least 1")
        if self.trim_scope == "none":
            for name in ("trim_high", "trim_low"):
                if getattr(self, name):
                    raise RuleError(name, "must be 0 when nothing is trimmed (trim_scope is none)")
        dropped = self.trim_high + self.trim_low
        if dropped and self.min_marks_to_trim <= dropped:
            raise RuleError(
                "min_marks_to_trim", f"must be above {dropped}, so that a mark is left after dropping {dropped}"
            )

    def _check_shares(self):
        if self.earlier_weight is not None and not 0 < _decimal("earlier_weight", self.earlier_weight) < 1:
            raise RuleError("earlier_weight", f"must lie between 0 and 1, both excluded, not {self.earlier_weight}")
        if not self.further_weights:
            return
        if self.earlier_weight is None:
            raise RuleError("further_weights", "must be empty where the earlier round doesn't count")
        if min(self.further_weights) <= 0 or self.earlier_weight + sum(self.further_weights) >= 1:
            raise RuleError("further_weights", "each must be above 0, all shares of earlier rounds together below 1")

    def _check_chain(self):
        seen = set()
        for place, step in enumerate(self.tie_chain, 1):
            if not isinstance(step, TieStep) or step.kind not in TIE_KINDS:
                raise RuleError("tie_chain", f"step {place} must be one of {', '.join(TIE_KINDS)}")
            if (step.kind == "criterion") != bool(step.criterion) or not isinstance(step.criterion, str):
                raise RuleError("tie_chain", f"step {place} names a criterion exactly when it compares a criterion")
            if step in seen:
                raise RuleError("tie_chain", f"step {place} repeats an earlier step")
            if step.kind == "all_advance" and place < len(self.tie_chain):
                raise RuleError("tie_chain", "all_advance must be the last step")
            seen.add(step)

    def check_criteria(self, keys: Iterable[str]) -> None:
        """Refuse a chain that compares a criterion which the rubric lacks."""
        known = set(keys)
        for step in self.tie_chain:
            if step.criterion and step.criterion not in known:
                raise RuleError("tie_chain", f"the rubric has no criterion {step.criterion!r}")

    @property
    def earlier_shares(self) -> tuple[Decimal, ...]:
        """The shares of all earlier rounds that count, nearest first."""
        return () if self.earlier_weight is None else (self.earlier_weight, *self.further_weights)

    @property
    def all_advance(self) -> bool:
        """Whether those who stay equal on a promotion line all go on."""
        return bool(self.tie_chain) and self.tie_chain[-1].kind == "all_advance"


def _check_integer(name: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise RuleError(name, f"must be a whole number of 0 or more, not {value!r}")


def _decimal(name: str, value: Any) -> Decimal:
    if isinstance(value, float | bool) or not isinstance(value, str | int | Decimal):
        raise RuleError(name, f"must be a decimal written as text, not {value!r}")
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise RuleError(name, f"must be a decimal number, not {value!r}") from None
    if not number.is_finite():
        raise RuleError(name, f"must be a finite number, not {value!r}")
    return number


def _shares(data: Any) -> tuple[Decimal, ...]:
    if isinstance(data, str) or not isinstance(data, list | tuple):
        raise RuleError("further_weights", "must be a list of shares")
    return tuple(_decimal("further_weights", one) for one in data)


def _chain(data: Any) -> tuple[TieStep, ...]:
    if isinstance(data, str) or not isinstance(data, list | tuple):
        raise RuleError("tie_chain", "must be a list of steps")
    return tuple(step if isinstance(step, TieStep) else TieStep.from_data(step) for step in data)
