"""The verifiable draw: of the judges for each entry, and of the presenting order.

1. Before the draw the SHA-256 of a secret is published (`commitment`). At the draw a witness adds a word or number.
2. A list is ordered by HMAC-SHA256 with the key "secret:witness" over "purpose:id", ids being stable. Neither the
   organiser, bound by the commitment, nor the witness, who does not know the secret, can choose the outcome.
3. Judges: entries take turns in their drawn order. Each gets its judges from those with the lowest loads so far, in
   the order drawn for this entry (purpose "judges:entry"). Where that leaves an entry short, a judge below the minimum
   or loads unequal, entries are moved along the shortest chains (`judging.flow`).
4. No hard conflict and no load bound is ever broken. If the bounds can be kept at all they are kept; if not, nothing
   is drawn and `Infeasible` names who lacks how many and why. Loads come out as equal as they can be.
5. A record holds inputs, secret, witness and output; `verify` repeats the draw from it and compares.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from judging.flow import Flow, bits
from judging.ranking import digest

FORMAT = "luyan-draw-1"
ORDER, JUDGES = "order", "judges"


@dataclass(frozen=True)
class Load:
    """How many entries a judge takes: at least `least`, at most `most` (None: no upper bound)."""

    least: int = 0
    most: int | None = None

    def __post_init__(self):
        if self.least < 0 or (self.most is not None and self.most < self.least):
            raise ValueError(f"load: {self.least} to {self.most} is no range")


@dataclass(frozen=True)
class Problem:
    """What is to be drawn: entry → number of judges, judge → load, and (entry, judge) pairs in hard conflict."""

    entries: Mapping[str, int]
    judges: Mapping[str, Load]
    conflicts: frozenset[tuple[str, str]] = frozenset()

    def __post_init__(self):
        for entry, needs in self.entries.items():
            if needs < 0:
                raise ValueError(f"entry {entry}: {needs} judges cannot be drawn")
        for entry, judge in sorted(self.conflicts):
            if entry not in self.entries or judge not in self.judges:
                raise ValueError(f"conflict of {judge} with {entry}: one of them is not part of this draw")

    def to_data(self) -> dict[str, Any]:
        return {
            "entries": dict(self.entries),
            "judges": {judge: {"least": load.least, "most": load.most} for judge, load in self.judges.items()},
            "conflicts": [list(pair) for pair in sorted(self.conflicts)],
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Problem":
        return cls(
            dict(data["entries"]),
            {judge: Load(load["least"], load["most"]) for judge, load in data["judges"].items()},
            frozenset((entry, judge) for entry, judge in data["conflicts"]),
        )


@dataclass(frozen=True)
class EntryShort:
    """An entry that cannot get its judges: `conflicted` says how many of all judges it may not have."""

    entry: str
    needs: int
    lacks: int
    allowed: int
    conflicted: int

    @property
    def code(self) -> str:
        return "conflicts" if self.allowed < self.needs else "judges_full"


@dataclass(frozen=True)
class JudgeShort:
    """A judge who cannot be given the minimum: `allowed` is the number of entries without a conflict."""

    judge: str
    least: int
    lacks: int
    allowed: int

    @property
    def code(self) -> str:
        return "conflicts" if self.allowed < self.least else "entries_used_up"


@dataclass(frozen=True)
class Bottleneck:
    """Entries that need `needs` places among exactly these judges, who together have `places`."""

    entries: tuple[str, ...]
    judges: tuple[str, ...]
    needs: int
    places: int


class Infeasible(Exception):  # noqa: N818 - an answer with its reasons, not a fault
    """No assignment keeps every conflict and every bound. `entries` or `judges` name who lacks what, and why."""

    def __init__(
        self,
        entries: tuple[EntryShort, ...] = (),
        judges: tuple[JudgeShort, ...] = (),
        bottleneck: Bottleneck | None = None,
    ):
        short = [f"{one.entry} lacks {one.lacks} of {one.needs} judges ({one.code})" for one in entries]
        short += [f"{one.judge} lacks {one.lacks} of at least {one.least} entries ({one.code})" for one in judges]
        super().__init__("; ".join(short))
        self.entries = entries
        self.judges = judges
        self.bottleneck = bottleneck


@dataclass(frozen=True)
class Lot:
    """The secret and the witness's word: together they decide every order."""

    secret: str
    witness: str
    key: bytes = field(init=False, repr=False)

    def __post_init__(self):
        if not self.secret or ":" in self.secret:
            raise ValueError("secret: must be a text without colon, and not empty")
        object.__setattr__(self, "key", f"{self.secret}:{self.witness}".encode())

    def of(self, purpose: str, one: str) -> bytes:
        """The lot an id draws: the lower comes first."""
        return hmac.digest(self.key, f"{purpose}:{one}".encode(), "sha256")

    def order(self, ids: Iterable[str], purpose: str) -> list[str]:
        found = list(ids)
        if len(set(found)) != len(found):
            raise ValueError("ids: each may be there once")
        return sorted(found, key=lambda one: (self.of(purpose, one), one))


def commitment(secret: str) -> str:
    """What is published before the draw: SHA-256 of the secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def order(ids: Iterable[str], *, secret: str, witness: str, purpose: str = ORDER) -> list[str]:
    """The ids in drawn order, whatever order they came in."""
    return Lot(secret, witness).order(ids, purpose)


def assign(problem: Problem, *, secret: str, witness: str) -> dict[str, list[str]]:
    """Entry → its judges. Raises `Infeasible` when the conflicts and bounds cannot all be kept."""
    lot = Lot(secret, witness)
    entries, judges = lot.order(problem.entries, "entries"), lot.order(problem.judges, "judges")
    flow = _flow(problem, entries, judges)
    for place, entry in enumerate(entries):
        flow.fill(place, lambda judge, entry=entry: lot.of(f"{JUDGES}:{entry}", judges[judge]))
    short = flow.complete()
    if short:
        raise _entries_short(flow, short, entries, judges)
    idle = flow.raise_minimums()
    if idle:
        raise _judges_short(flow, idle, judges)
    flow.balance()
    return {entry: [judges[one] for one in bits(chosen)] for entry, chosen in zip(entries, flow.chosen, strict=True)}


def _flow(problem: Problem, entries: list[str], judges: list[str]) -> Flow:
    place = {entry: number for number, entry in enumerate(entries)}
    seat = {judge: number for number, judge in enumerate(judges)}
    allowed = [(1 << len(judges)) - 1] * len(entries)
    for entry, judge in problem.conflicts:
        allowed[place[entry]] &= ~(1 << seat[judge])
    loads = [problem.judges[judge] for judge in judges]
    return Flow(
        needs=[problem.entries[entry] for entry in entries],
        allowed=allowed,
        least=[load.least for load in loads],
        most=[len(entries) if load.most is None else load.most for load in loads],
    )


def _entries_short(flow: Flow, short: list[int], entries: list[str], judges: list[str]) -> Infeasible:
    group, full = flow.bottleneck(short)
    outside = sum((flow.chosen[entry] & ~full).bit_count() for entry in bits(group))
    return Infeasible(
        entries=tuple(
            EntryShort(
                entries[one],
                flow.needs[one],
                flow.lacking(one),
                flow.allowed[one].bit_count(),
                len(judges) - flow.allowed[one].bit_count(),
            )
            for one in short
        ),
        bottleneck=Bottleneck(
            tuple(entries[one] for one in bits(group)),
            tuple(judges[one] for one in bits(full)),
            sum(flow.needs[one] for one in bits(group)) - outside,
            sum(flow.most[one] for one in bits(full)),
        ),
    )


def _judges_short(flow: Flow, idle: list[int], judges: list[str]) -> Infeasible:
    return Infeasible(
        judges=tuple(
            JudgeShort(
                judges[one],
                flow.least[one],
                flow.least[one] - flow.load[one],
                sum(mask >> one & 1 for mask in flow.allowed),
            )
            for one in idle
        )
    )


def draw_order(ids: Iterable[str], *, secret: str, witness: str, purpose: str = ORDER) -> dict[str, Any]:
    """The record of a drawn order, for instance of presenting. The purpose "judges" is kept for `draw_judges`."""
    if purpose == JUDGES:
        raise ValueError(f"purpose: {JUDGES} is drawn with entries, loads and conflicts")
    ids = sorted(ids)
    return _record(purpose, {"ids": ids}, order(ids, secret=secret, witness=witness, purpose=purpose), secret, witness)


def draw_judges(problem: Problem, *, secret: str, witness: str) -> dict[str, Any]:
    """The record of a draw of judges: `output` has the panel of each entry and the load of each judge."""
    panels = assign(problem, secret=secret, witness=witness)
    loads = dict.fromkeys(sorted(problem.judges), 0)
    for judge in (judge for panel in panels.values() for judge in panel):
        loads[judge] += 1
    return _record(JUDGES, problem.to_data(), {"panels": panels, "loads": loads}, secret, witness)


def _record(purpose: str, inputs: Any, output: Any, secret: str, witness: str) -> dict[str, Any]:
    record = {
        "format": FORMAT,
        "purpose": purpose,
        "commitment": commitment(secret),
        "secret": secret,
        "witness": witness,
        "inputs": inputs,
        "inputs_digest": digest(inputs),
        "output": output,
    }
    return record | {"digest": digest(record)}


def verify(record: Mapping[str, Any]) -> list[str]:
    """The parts of a draw's record that do not come out again; empty when all do. A record of another shape fails."""
    parts = ("format", "purpose", "commitment", "secret", "witness", "inputs", "inputs_digest", "output", "digest")
    missing = [part for part in parts if part not in record]
    if missing or record["format"] != FORMAT:
        return missing or ["format"]
    lot = {"secret": record["secret"], "witness": record["witness"]}
    try:
        if record["purpose"] == JUDGES:
            again = draw_judges(Problem.from_data(record["inputs"]), **lot)
        else:
            again = draw_order(record["inputs"]["ids"], purpose=record["purpose"], **lot)
    except (Infeasible, ValueError, KeyError, TypeError, AttributeError):
        return ["inputs"]
    return [part for part in parts if record[part] != again[part]]


def next_judge(record: Mapping[str, Any], entry: str, *, taken: Iterable[str], loads: Mapping[str, int]) -> str | None:
    """Who replaces a judge of this entry: the next in the order drawn for it, without conflict and with room.

    `taken` are the judges it has or had, `loads` what everybody holds now. None when nobody is left.
    """
    problem = Problem.from_data(record["inputs"])
    barred = {*taken, *(judge for other, judge in problem.conflicts if other == entry)}
    for judge in Lot(record["secret"], record["witness"]).order(problem.judges, f"{JUDGES}:{entry}"):
        most = problem.judges[judge].most
        if judge not in barred and (most is None or loads.get(judge, 0) < most):
            return judge
    return None
