"""The division into rooms as a program in whole numbers (HiGHS).

Rows and columns stand in the order that the lots draw: neither numbers nor rows of a table decide between equal
divisions. A search ends after so many nodes, so that the same lots give the same answer everywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import highspy
import numpy as np

from judging.assignment.engine import Engine
from judging.assignment.program import PRECISE
from judging.assignment.shortage import EMPTY, KIND, LIMIT
from judging.draw import Lot
from judging.rooms import problem as rules

NODES = 300
WHOLE, CLOSE = 0.9, 10.0
FOUND = 2


@dataclass
class Model:
    """Entries and judges in rooms as a program; `entry[name, room]` is 1 where it is.

    It keeps every rule; a `loose` one may give way, each at its price, and notes in `given` what would be given.
    """

    problem: Mapping[str, Any]
    lot: Lot
    loose: bool = False
    given: list[tuple[dict[str, str], int, Any]] = field(default_factory=list)
    engine: Engine = field(default_factory=lambda: Engine(**PRECISE, mip_max_nodes=NODES))

    def __post_init__(self):
        problem, engine = self.problem, self.engine
        self.rooms = self.lot.order(problem["rooms"], "rooms")
        entries, judges = (self.lot.order(problem[who], f"rooms:{who}") for who in ("entries", "judges"))
        self.entry = {(name, room): engine.addBinary() for name in entries for room in self.rooms}
        self.judge = {(name, room): engine.addBinary() for name in judges for room in self.rooms}
        sizes = dict(zip(problem["rooms"], problem["sizes"], strict=True))
        for name in entries:
            engine.addConstr(self.total(self.entry[name, room] for room in self.rooms) == 1)
        for room in self.rooms:
            engine.addConstr(self.total(self.entry[name, room] for name in entries) == sizes[room])
        for name in judges:
            engine.addConstr(self.total(self.judge[name, room] for room in self.rooms) <= 1)
        for room in self.rooms:
            self._panel(room, judges, sizes[room])
        self._recused()

    def gives(self, price: int, **note: str):
        """What may be missing here, or too many; nothing where every rule is kept."""
        if not self.loose:
            return 0
        slack = self.engine.addIntegral(lb=0, ub=len(self.problem["entries"]) + len(self.problem["judges"]))
        self.given.append((note, price, slack))
        return slack

    def total(self, parts):
        return self.engine.qsum(list(parts))

    def of_kind(self, kind: str, room: str):
        named = zip(self.problem["judges"], self.problem["types"], strict=True)
        return self.total(self.judge[name, room] for name, kinds in named if kind in kinds)

    def of_groups(self, room: str):
        """The judges of each employer who could be too many."""
        held: dict[str, list[str]] = {}
        for name, group in zip(self.problem["judges"], self.problem["groups"], strict=True):
            held.setdefault(group or "", []).append(name)
        held.pop("", None)
        most = self.problem["group_max"]
        named = ((group, names) for group, names in sorted(held.items()) if most is not None and len(names) > most)
        return [(group, self.total(self.judge[name, room] for name in names)) for group, names in named]

    def _panel(self, room: str, judges, size: int) -> None:
        problem, engine = self.problem, self.engine
        sitting = self.total(self.judge[name, room] for name in judges)
        engine.addConstr(sitting + self.gives(EMPTY, rule="seats", room=room) == problem["seats"])
        for kind, least in problem["type_min"].items():
            given = self.gives(KIND, rule="type_min", type=kind, room=room)
            engine.addConstr(self.of_kind(kind, room) + given >= least)
        for group, members in self.of_groups(room):
            given = self.gives(KIND, rule="group_max", group=group, room=room)
            engine.addConstr(members - given <= problem["group_max"])
        for name, most in zip(problem["judges"], problem["most"], strict=True):
            if most is not None and most < size:
                given = self.gives(LIMIT, rule="load_max", judge=name)
                engine.addConstr((size - most) * self.judge[name, room] - given <= 0)

    def _recused(self) -> None:
        """What keeps judges from entries of their room, and that every entry keeps enough others."""
        spare, kept_from = self.problem["seats"] - self.problem["enough"], {}
        for entry, judge in self.problem["apart"]:
            kept_from.setdefault(entry, []).append(self._met(entry, judge))
        for entry, met in kept_from.items():
            given = self.gives(LIMIT, rule="enough", entry=entry)
            self.engine.addConstr(self.total(met) - given <= spare)
        self.recused = [one for met in kept_from.values() for one in met]

    def _met(self, entry: str, judge: str):
        """1 where the two share a room."""
        met = self.engine.addVariable(lb=0, ub=1)
        for room in self.rooms:
            self.engine.addConstr(self.entry[entry, room] + self.judge[judge, room] - met <= 1)
        return met

    # ------------------------------------------------------------ what each level makes small

    def lots(self):
        places = enumerate(self.problem["judges"])
        return self.total(place * self.judge[name, room] for place, name in places for room in self.rooms)

    def avoid(self):
        return self.total(self._met(entry, judge) for entry, judge in self.problem["avoid"])

    def uneven(self, kind: str):
        off, names = [], self.problem["entries"]
        for rows in rules.values_of(self.problem, kind).values():
            least, most = len(rows) // len(self.rooms), -(-len(rows) // len(self.rooms))
            for room in self.rooms:
                held = self.total(self.entry[names[row], room] for row in rows)
                away = self.engine.addVariable(lb=0, ub=len(rows))
                self.engine.addConstr(held - away <= most)
                self.engine.addConstr(held + away >= least)
                off.append(away)
        return self.total(off)

    def spread(self):
        """Highest less lowest mean of the rooms, in hundredths."""
        scores = dict(zip(self.problem["entries"], rules.earlier_of(self.problem), strict=True))
        sizes = dict(zip(self.problem["rooms"], self.problem["sizes"], strict=True))
        middle = sum(scores.values()) / len(scores)
        high, low = (self.engine.addVariable(lb=-highspy.kHighsInf, ub=highspy.kHighsInf) for _end in range(2))
        for room in self.rooms:
            mean = self.total((scores[name] - middle) / sizes[room] * self.entry[name, room] for name in scores)
            self.engine.addConstr(mean <= high)
            self.engine.addConstr(mean >= low)
        self.engine.addConstr(high >= low)
        return high - low

    def strength(self):
        """What of the spread lies beyond the distance that is let pass."""
        beyond = self.engine.addVariable(lb=0, ub=highspy.kHighsInf)
        self.engine.addConstr(self.spread() - beyond <= rules.WITHIN)
        return beyond

    def level(self, name: str):
        """What a level makes small; None where there is nothing to be uneven."""
        if name == "lots":
            spare = len(self.problem["judges"]) > self.problem["seats"] * len(self.rooms)
            return self.lots() if spare else None
        if name == "recused":
            return self.total(self.recused) if self.recused else None
        if name == "avoid":
            return self.avoid() if self.problem["avoid"] else None
        if name in rules.MEANS:
            return getattr(self, name)() if rules.earlier_of(self.problem) else None
        return self.uneven(name) if rules.values_of(self.problem, name) else None

    # ------------------------------------------------------------ the search

    def cells(self):
        return {**self.entry, **self.judge}.items()

    def ran(self, seconds: float, aim=None, *, gap: float = WHOLE) -> bool:
        """Search for the least of `aim`, or for any division; whether there is one."""
        engine = self.engine
        engine.setOptionValue("mip_abs_gap", gap)
        engine.setOptionValue("time_limit", engine.getRunTime() + seconds)
        engine.minimize(aim)
        return engine.getInfo().primal_solution_status == FOUND

    def start_from(self, placed: Mapping[str, str]) -> None:
        cells = [(cell.index, float(placed.get(name) == room)) for (name, room), cell in self.cells()]
        places, values = (np.array(part) for part in zip(*cells, strict=True))
        self.engine.setSolution(len(cells), places.astype(np.int32), values)

    def placed(self) -> dict[str, str]:
        values = self.engine.getSolution().col_value
        return {name: room for (name, room), cell in self.cells() if values[cell.index] > 0.5}
