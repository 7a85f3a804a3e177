"""Why nothing keeps every rule, by names and numbers, and the fewest places by which rules would have to give way.

The reason is a least cut: entries that need more places than the judges open to them have. The loosening is a flow (or,
with covers and groups, a whole-number program) in which a limit may be raised, a minimum lowered or a place left empty,
each at its price.
"""

from typing import Any

import highspy
import numpy as np
from ortools.graph.python import max_flow
from scipy import sparse

from judging.assignment.engine import Engine
from judging.assignment.network import Network
from judging.assignment.problem import PAIR, Problem

LIMIT, MINIMUM, KIND, EMPTY = 2, 2, 3, 7
WIDE = 1_000_000


def explain(problem: Problem) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """(reasons, loosening), ready to be printed."""
    reasons = list(plain_reasons(problem))
    if problem.is_flow:
        return reasons or [_cut(problem)], _loosened_flow(problem)
    return reasons, _loosened_program(problem)


def plain_reasons(problem: Problem):
    """What a look at each row tells: too few places in all, or for one entry."""
    seats = int(problem.demand.sum())
    if problem.most.sum() < seats:
        yield {"because": "places", "needs": seats, "places": int(problem.most.sum())}
    if problem.least.sum() > seats:
        yield {"because": "load_min", "needs": int(problem.least.sum()), "places": seats}
    free = problem.allowed.sum(axis=1)
    for row in np.nonzero(free < problem.demand)[0]:
        yield {
            "because": "conflicts", "entry": problem.entries[row], "needs": int(problem.demand[row]),
            "places": int(free[row]),
        }  # fmt: skip
    for rule in problem.rules:
        inside = (problem.allowed & rule.member).sum(axis=1)
        for row in np.nonzero((inside < rule.least) | (rule.least > problem.demand))[0]:
            yield {
                "because": rule.name, "entry": problem.entries[row], "needs": int(rule.least[row]),
                "places": int(min(inside[row], problem.demand[row])),
            }  # fmt: skip


def _cut(problem: Problem) -> dict[str, Any]:
    """Entries whose seats exceed the places of the judges open to them: `judges` are full with these entries."""
    network = Network(problem)
    supplies = network.supplies()
    source, drain = network.sink + 1, network.sink + 2
    rows, columns = np.nonzero(problem.allowed)
    tails = network.tails(rows, columns)
    flow = max_flow.SimpleMaxFlow()
    flow.add_arcs_with_capacity(tails, network.judge + columns, np.ones(len(rows), np.int64))
    for entry, place in network.slots:
        flow.add_arc_with_capacity(int(entry), int(network.slot[entry, place]), int(supplies[entry]))
    for column in range(network.width):
        flow.add_arc_with_capacity(
            network.judge + column, network.sink, int(problem.most[column] - problem.least[column])
        )
    for node, supply in enumerate(supplies):
        if supply > 0:
            flow.add_arc_with_capacity(source, node, int(supply))
        elif supply < 0:
            flow.add_arc_with_capacity(node, drain, int(-supply))
    flow.solve(source, drain)
    side = set(flow.get_source_side_min_cut())
    pressed = sorted({node if node < network.count else network.slots[node - network.count][0] for node in side
                      if node < network.judge})  # fmt: skip
    full = [column for column in range(network.width) if network.judge + column in side]
    needs = int(sum(supplies[node] for node in side if node < network.judge))
    crossing = sum(
        int(tail in side and network.judge + column not in side) for tail, column in zip(tails, columns, strict=True)
    )
    return {
        "because": "bottleneck",
        "types": sorted(
            {
                problem.types[place].name
                for node, (_entry, place) in enumerate(network.slots, network.count)
                if node in side
            }
        ),
        "entries": sorted(problem.entries[row] for row in pressed),
        "judges": sorted(problem.judges[column] for column in full),
        "needs": needs,
        "places": int(problem.most[full].sum()) + crossing,
    }


def _loosened_flow(problem: Problem) -> list[dict[str, Any]]:
    network = Network(problem)
    supplies = network.supplies()
    nobody = network.sink + 1
    rows, columns = np.nonzero(problem.allowed)
    flow = network.flow(rows, columns, np.zeros(len(rows), np.int64))
    arcs: dict[int, dict[str, Any]] = {}
    for entry, place in network.slots:
        slot, rule = int(network.slot[entry, place]), problem.types[place]
        flow.add_arc_with_capacity_and_unit_cost(int(entry), slot, WIDE, 0)
        note = {"rule": "type_min", "type": rule.name, "entry": problem.entries[entry], "sign": -1}
        arcs[flow.add_arc_with_capacity_and_unit_cost(slot, int(entry), int(rule.least[entry]), KIND)] = note
    for row in range(network.count):
        note = {"rule": "demand", "entry": problem.entries[row], "sign": -1}
        arcs[flow.add_arc_with_capacity_and_unit_cost(row, nobody, int(problem.demand[row]), EMPTY)] = note
    for column in range(network.width):
        judge = network.judge + column
        flow.add_arc_with_capacity_and_unit_cost(
            judge, network.sink, int(problem.most[column] - problem.least[column]), 0
        )
        note = {"rule": "load_max", "judge": problem.judges[column], "sign": 1}
        arcs[flow.add_arc_with_capacity_and_unit_cost(judge, network.sink, WIDE, LIMIT)] = note
        note = {"rule": "load_min", "judge": problem.judges[column], "sign": -1}
        arcs[flow.add_arc_with_capacity_and_unit_cost(nobody, judge, int(problem.least[column]), MINIMUM)] = note
    # Whatever nobody judges, and whatever nobody gives, meets in one place that always balances.
    flow.add_arc_with_capacity_and_unit_cost(nobody, network.sink, WIDE * 100, 0)
    flow.add_arc_with_capacity_and_unit_cost(network.sink, nobody, WIDE * 100, 0)
    flow.set_nodes_supplies(np.arange(network.sink + 1), supplies)
    if flow.solve() != flow.OPTIMAL:
        return []
    return _told((note, flow.flow(arc)) for arc, note in arcs.items())


def _told(found) -> list[dict[str, Any]]:
    told = [{**{key: value for key, value in note.items() if key != "sign"}, "by": note["sign"] * int(count)}
            for note, count in found if count]  # fmt: skip
    return sorted(told, key=lambda one: (one["rule"], one.get("entry", one.get("judge", "")), str(one)))


def _loosened_program(problem: Problem) -> list[dict[str, Any]]:
    """The same with covers and groups: a whole-number program with one slack for each bound."""
    rows, columns = np.nonzero(problem.allowed)
    height, coefficients, low, high, notes, costs = 0, [], [], [], [], []
    count = len(rows)

    def bound(places, pairs, least, most, slacks):
        nonlocal height
        coefficients.extend((int(place) + height, int(pair), 1.0) for place, pair in zip(places, pairs, strict=True))
        for note, price, sign, names in slacks:
            for place, name in enumerate(names):
                coefficients.append((place + height, count + len(notes), -float(sign)))
                notes.append({**note, **name, "sign": sign})
                costs.append(price)
        low.extend(map(float, least))
        high.extend(map(float, most))
        height += len(least)

    pairs = np.arange(count)
    entries = [{"entry": name} for name in problem.entries]
    judges = [{"judge": name} for name in problem.judges]
    free = np.full(len(entries), highspy.kHighsInf)
    bound(rows, pairs, problem.demand, problem.demand, [({"rule": "demand"}, EMPTY, -1, entries)])
    bound(
        columns, pairs, problem.least, problem.most,
        [({"rule": "load_max"}, LIMIT, 1, judges), ({"rule": "load_min"}, MINIMUM, -1, judges)],
    )  # fmt: skip
    for rule in problem.rules:
        inside = rule.member[rows, columns]
        note = {"rule": "outside_min"} if rule in problem.covers else {"rule": "type_min", "type": rule.name}
        slacks = [] if rule.name == PAIR else [(note, KIND, -1, entries)]
        bound(rows[inside], pairs[inside], rule.least, free, slacks)
    for group in problem.groups:
        inside = group.member[columns]
        most = np.full(len(entries), group.most)
        note = {"rule": "group_max", "group": group.name}
        bound(rows[inside], pairs[inside], -free, most, [(note, KIND, 1, entries)])
    places, positions, values = zip(*coefficients, strict=True)
    matrix = sparse.csc_matrix((values, (places, positions)), shape=(height, count + len(notes)))
    return _told(zip(notes, _least_slack(matrix, low, high, count, costs), strict=True))


def _least_slack(matrix, low, high, count: int, costs: list[int]) -> list[int]:
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = matrix.shape
    model.col_cost_ = np.concatenate([np.zeros(count), np.array(costs, float)])
    model.col_lower_ = np.zeros(matrix.shape[1])
    model.col_upper_ = np.concatenate([np.ones(count), np.full(len(costs), float(WIDE))])
    model.row_lower_, model.row_upper_ = np.array(low), np.array(high)
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
    model.integrality_ = [highspy.HighsVarType.kInteger] * matrix.shape[1]
    engine = Engine(time_limit=30.0)
    engine.passModel(model)
    engine.run()
    return [round(value) for value in engine.getSolution().col_value[count:]]
