"""From the rules of a stage and the facts of its people to a problem for the solver, and what a pair would break.

The problem is plain data in whole numbers under names of the record (`judging.masking`), so that it can be stored,
hashed and published. `docs/assignment-format.md` names its fields; `fit` stands for `similarity`, in millionths.
"""

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from judging import assignment
from judging.fit import UNIT, EntrySide, JudgeSide, fits

FORMAT = "luyan-plan-1"
DROPPABLE = ("types", "outside", "employer_max", "load_min", "city")


@dataclass(frozen=True)
class Rules:
    """What an assignment keeps, as the stage has it (`contests.schema.ASSIGNMENT`)."""

    demand: int
    avoid_city: bool = True
    load_min: int = 0
    load_max: int | None = None
    standby: int = 0
    types: Mapping[str, int] = field(default_factory=dict)
    outside: int = 0
    home: str = "city"
    employer_max: int | None = None
    by: str = "lots"

    @classmethod
    def of(cls, stage) -> "Rules":
        held = dict(stage.assignment or {})
        types = {one["type"]: one["least"] for one in held.pop("types", [])}
        return cls(stage.judges_per_entry, stage.avoid_same_city, types=types, **held)

    def to_data(self) -> dict[str, Any]:
        return {**vars(self), "types": dict(sorted(self.types.items()))}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Rules":
        return cls(**data)

    @property
    def active(self) -> list[str]:
        """Rules that could be left out, of those that are set."""
        held = {
            "types": bool(self.types), "outside": self.outside > 0, "employer_max": self.employer_max is not None,
            "load_min": self.load_min > 0, "city": self.avoid_city,
        }  # fmt: skip
        return [name for name in DROPPABLE if held[name]]

    def without(self, name: str) -> "Rules":
        none = {"types": {}, "outside": 0, "employer_max": None, "load_min": 0, "avoid_city": False}
        key = "avoid_city" if name == "city" else name
        return replace(self, **{key: none[key]})


@dataclass(frozen=True)
class EntryFacts:
    """An entry by its name on the record, with its home city."""

    side: EntrySide
    city: str = ""

    @property
    def name(self) -> str:
        return self.side.name


@dataclass(frozen=True)
class JudgeFacts:
    """A judge by the name on the record; `most` is what the judge takes, None for no limit of their own."""

    side: JudgeSide
    kinds: tuple[str, ...]
    city: str = ""
    employer: str = ""
    most: int | None = None

    @property
    def name(self) -> str:
        return self.side.name

    @property
    def first_field(self) -> str:
        grades = self.side.grades
        return min(grades, key=lambda one: (-grades[one], one)) if grades else ""


@dataclass(frozen=True)
class Facts:
    """Everything that decides: people, pairs that may not be (with whether only the city keeps them apart), costs."""

    entries: Sequence[EntryFacts]
    judges: Sequence[JudgeFacts]
    apart: Mapping[tuple[str, str], bool] = field(default_factory=dict)
    costs: Mapping[tuple[str, str], int] = field(default_factory=dict)


def problem_of(facts: Facts, rules: Rules) -> dict[str, Any]:
    """The problem as data, entries and judges in the order of their names."""
    entries, judges = sorted(facts.entries, key=lambda one: one.name), sorted(facts.judges, key=lambda one: one.name)
    rows = {one.name: place for place, one in enumerate(entries)}
    columns = {one.name: place for place, one in enumerate(judges)}
    found = fits([one.side for one in entries], [one.side for one in judges], facts.costs).tolist()
    for (entry, judge), only_city in facts.apart.items():
        if entry in rows and judge in columns and (rules.avoid_city or not only_city):
            found[rows[entry]][columns[judge]] = None
    most = [min(one for one in (rules.load_max, judge.most, len(entries)) if one is not None) for judge in judges]
    data = {
        "format": FORMAT,
        "entries": list(rows),
        "judges": list(columns),
        "fit": found,
        "demand": rules.demand,
        "load_min": [min(rules.load_min, one) for one in most],
        "load_max": most,
        "types": [list(judge.kinds) for judge in judges],
        "type_min": dict(sorted(rules.types.items())),
    }
    if rules.outside:
        by_city = rules.home == "city"
        data["panels"] = [(judge.city if by_city else judge.first_field) or None for judge in judges]
        data["home"] = [(entry.city if by_city else entry.side.industry) or None for entry in entries]
        data["outside_min"] = rules.outside
    if rules.employer_max is not None:
        data["groups"] = [judge.employer or None for judge in judges]
        data["group_max"] = rules.employer_max
    return data


def as_problem(data: Mapping[str, Any], *, seed: str) -> assignment.Problem:
    """The solver's own form."""
    known = {name: data[name] for name in data if name not in {"format", "fit"}}
    rows = [[None if one is None else one / UNIT for one in row] for row in data["fit"]]
    return assignment.read({**known, "similarity": rows, "seed": seed})


def packed(data: Mapping[str, Any]) -> bytes:
    return zlib.compress(json.dumps(data, separators=(",", ":"), sort_keys=True).encode(), 6)


def unpacked(blob: bytes) -> dict[str, Any]:
    return json.loads(zlib.decompress(bytes(blob)))


def solved(answer: assignment.Answer) -> dict[str, Any]:
    """An answer in whole millionths, without anything that the clock decides."""
    told = answer.to_data()
    if answer.chosen is None:
        return {"status": told["status"], "proven": told["proven"], "pairs": [], "reasons": told["reasons"],
                "loosening": told["loosening"]}  # fmt: skip
    return {
        "status": told["status"],
        "proven": told["proven"],
        "pairs": told["pairs"],
        "sum": answer.total,
        "sum_bound": int(answer.sum_bound) if answer.sum_bound is not None else None,
        "minimum": answer.worst,
        "bound": answer.floor_bound,
        "minimum_proven": told["minimum_proven"],
        "worst_served": told["worst_served"],
    }


@dataclass(frozen=True)
class Break:
    """One rule that an assignment would break: for whom, how many there are and how many the rule allows or asks."""

    rule: str
    who: str
    found: int = 0
    bound: int = 0


class Keeper:
    """Holds pairs against the rules of a problem, so that a move by hand is checked by what the solver keeps."""

    def __init__(self, data: Mapping[str, Any]):
        self.data = data
        self.row = {name: place for place, name in enumerate(data["entries"])}
        self.column = {name: place for place, name in enumerate(data["judges"])}

    def fit(self, entry: str, judge: str) -> int | None:
        """None for a pair that may not be."""
        if entry not in self.row or judge not in self.column:
            return None
        return self.data["fit"][self.row[entry]][self.column[judge]]

    def demand(self, entry: str) -> int:
        asked = self.data["demand"]
        return asked if isinstance(asked, int) else asked[self.row[entry]]

    def breaks(self, pairs: Iterable[tuple[str, str]], *, only: frozenset[str] | None = None) -> list[Break]:
        """Every broken rule, or those that concern these entries and judges."""
        by_entry: dict[str, list[str]] = {name: [] for name in self.row}
        loads = dict.fromkeys(self.column, 0)
        found = []
        for entry, judge in pairs:
            if self.fit(entry, judge) is None:
                found.append(Break("conflict", f"{entry} {judge}"))
                continue
            by_entry[entry].append(judge)
            loads[judge] += 1
        for entry, judges in by_entry.items():
            if only is None or entry in only:
                found += self._of_entry(entry, judges)
        for judge, load in loads.items():
            if only is not None and judge not in only:
                continue
            least, most = self.data["load_min"][self.column[judge]], self.data["load_max"][self.column[judge]]
            if load > most:
                found.append(Break("load_max", judge, load, most))
            if load < least:
                found.append(Break("load_min", judge, load, least))
        return found

    def _of_entry(self, entry: str, judges: list[str]) -> list[Break]:
        data, found = self.data, []
        if len(judges) != self.demand(entry):
            found.append(Break("demand", entry, len(judges), self.demand(entry)))
        for kind, least in data["type_min"].items():
            have = sum(kind in data["types"][self.column[one]] for one in judges)
            if have < least:
                found.append(Break(kind, entry, have, least))
        if data.get("outside_min"):
            home = data["home"][self.row[entry]]
            have = sum(home is None or data["panels"][self.column[one]] != home for one in judges)
            if have < data["outside_min"]:
                found.append(Break("outside", entry, have, data["outside_min"]))
        if "groups" in data:
            groups = [data["groups"][self.column[one]] for one in judges]
            worst = max((groups.count(one) for one in set(groups) - {None}), default=0)
            if worst > data["group_max"]:
                found.append(Break("group_max", entry, worst, data["group_max"]))
        return found


def exchange(keeper: Keeper, pairs: list[tuple[str, str]], entry: str, judge: str, *, floor: int) -> "Exchange":
    """Why not this judge: what keeps the pair from being, or what the best exchange that keeps all costs."""
    if keeper.fit(entry, judge) is None:
        return Exchange("conflict")
    held = {one for other, one in pairs if other == entry}
    own = [other for other, one in pairs if one == judge]
    at_limit = len(own) >= keeper.data["load_max"][keeper.column[judge]]
    best = None
    for out in sorted(held):
        plain = [pair for pair in pairs if pair != (entry, out)] + [(entry, judge)]
        ways = [(plain, None)] if not at_limit else []
        ways += [
            ([*(pair for pair in plain if pair != (other, judge)), (other, out)], other)
            for other in own
            if keeper.fit(other, out) is not None and (other, out) not in pairs
        ]
        for made, other in ways:
            loss = _loss(keeper, pairs, made, {entry, other} - {None})
            if best is not None and loss >= best.loss:
                continue
            if not keeper.breaks(made, only=frozenset({entry, other, judge, out} - {None})):
                best = Exchange("exchange", out, other, loss, min(_sums(keeper, made, {entry, other} - {None})) < floor)
    return best or Exchange("load" if at_limit else "rules")


@dataclass(frozen=True)
class Exchange:
    """How a pair could come about: `out` leaves the entry, and `other` takes `out` for the judge, at a loss of fit.

    `because` is conflict, load, rules (no single exchange keeps them) or exchange. `sinks` says that an entry would
    fall below what the worst-served one has.
    """

    because: str
    out: str = ""
    other: str | None = None
    loss: int = 0
    sinks: bool = False


def _sums(keeper: Keeper, pairs, entries) -> list[int]:
    return [sum(keeper.fit(*pair) or 0 for pair in pairs if pair[0] == entry) for entry in entries]


def _loss(keeper: Keeper, before, after, entries) -> int:
    return sum(_sums(keeper, before, entries)) - sum(_sums(keeper, after, entries))


def matrix(problem: assignment.Problem, pairs: Iterable[tuple[str, str]]) -> np.ndarray:
    """Pairs by name as the solver's matrix; those it doesn't know are left out."""
    rows = {name: place for place, name in enumerate(problem.entries)}
    columns = {name: place for place, name in enumerate(problem.judges)}
    found = np.zeros(problem.fit.shape, bool)
    for entry, judge in pairs:
        if entry in rows and judge in columns:
            found[rows[entry], columns[judge]] = True
    return found
