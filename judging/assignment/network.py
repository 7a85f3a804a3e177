"""The best sum as a flow of least cost, and what keeps a problem from having any flow.

Entries send their demand to judges, through a slot for each type that they need a minimum of; a slot's minimum is its
own supply, a judge's minimum its own demand, so that all bounds are kept by the flow itself. Costs differ for every
pair by a drawn number too small to change the best sum, so that one assignment is the best.
"""

import hashlib
from dataclasses import dataclass

import numpy as np
from ortools.graph.python import min_cost_flow

from judging.assignment.problem import Problem

LARGEST = 2**61
NOISES = (1000, 100, 10, 2)


@dataclass
class Network:
    """Numbers of nodes: entries, then slots, then judges, then the sink."""

    problem: Problem

    def __post_init__(self):
        problem = self.problem
        self.count, self.width = problem.fit.shape
        self.slots = [(entry, place) for place, rule in enumerate(problem.types) for entry in np.nonzero(rule.least)[0]]
        self.slot = np.full((self.count, max(len(problem.types), 1)), -1)
        for number, (entry, place) in enumerate(self.slots):
            self.slot[entry, place] = self.count + number
        self.judge = self.count + len(self.slots)
        self.sink = self.judge + self.width
        self.kind = np.full(self.width, -1)
        for place, rule in enumerate(problem.types):
            self.kind[rule.member[0]] = place

    def tails(self, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """The node from which a pair's arc leaves: the entry's slot of the judge's type, or the entry itself."""
        kinds = self.kind[columns]
        slots = np.where(kinds >= 0, self.slot[rows, kinds], -1)
        return np.where(slots >= 0, slots, rows)

    def supplies(self) -> np.ndarray:
        problem = self.problem
        found = np.zeros(self.sink + 1, np.int64)
        found[: self.count] = problem.demand
        for number, (entry, place) in enumerate(self.slots):
            found[self.count + number] = problem.types[place].least[entry]
            found[entry] -= problem.types[place].least[entry]
        found[self.judge : self.sink] = -problem.least
        found[self.sink] = -(problem.demand.sum() - problem.least.sum())
        return found

    def flow(self, rows: np.ndarray, columns: np.ndarray, costs: np.ndarray) -> min_cost_flow.SimpleMinCostFlow:
        """A flow with one arc for each pair; the arc's number is the pair's place."""
        found = min_cost_flow.SimpleMinCostFlow()
        found.add_arcs_with_capacity_and_unit_cost(
            self.tails(rows, columns), self.judge + columns, np.ones(len(rows), np.int64), costs
        )
        return found

    def frame(self, flow) -> None:
        """The arcs that cost nothing: entries to their slots, judges to the sink above their minimum."""
        entries = np.array([entry for entry, _place in self.slots], np.int64)
        if len(entries):
            room = self.supplies()[entries]
            flow.add_arcs_with_capacity_and_unit_cost(
                entries, self.count + np.arange(len(entries)), room, np.zeros(len(entries), np.int64)
            )
        flow.add_arcs_with_capacity_and_unit_cost(
            self.judge + np.arange(self.width),
            np.full(self.width, self.sink),
            self.problem.most - self.problem.least,
            np.zeros(self.width, np.int64),
        )


def best_sum(problem: Problem) -> np.ndarray | None:
    """The pairs of the greatest sum of fits, ties drawn by the seed; None where no assignment keeps every rule."""
    network = Network(problem)
    supplies = network.supplies()
    if (supplies[: network.count] < 0).any() or supplies[network.sink] > 0:
        return None
    rows, columns = np.nonzero(problem.allowed)
    flow = network.flow(rows, columns, _costs(problem, network, rows, columns))
    network.frame(flow)
    flow.set_nodes_supplies(np.arange(network.sink + 1), supplies)
    status = flow.solve()
    if status == flow.INFEASIBLE:
        return None
    if status != flow.OPTIMAL:
        raise ArithmeticError(f"the flow ended with status {status}")
    used = flow.flows(np.arange(len(rows))) > 0
    chosen = np.zeros(problem.fit.shape, bool)
    chosen[rows[used], columns[used]] = True
    return chosen


def _costs(problem: Problem, network: Network, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Whole costs in the order of sums first and of the lots second. Raises OverflowError beyond 64 bits."""
    pairs = int(problem.demand.sum())
    greatest = int(np.abs(problem.fit).max(initial=0)) + 1
    for noise in NOISES:
        scale = pairs * noise + 1
        if greatest * scale * (network.sink + 2) < LARGEST:
            return -(problem.fit[rows, columns] * scale + _lots(problem, noise)[rows, columns])
    raise OverflowError("too many entries for exact sums: lower the number of digits of the similarities")


def _lots(problem: Problem, noise: int) -> np.ndarray:
    key = int.from_bytes(hashlib.sha256(f"lots:{problem.seed}".encode()).digest()[:16], "big")
    drawn = np.random.Philox(key=key).random_raw(problem.fit.size)
    return (drawn % noise).astype(np.int64).reshape(problem.fit.shape)
