"""Who is linked to whom: judges and entries as a graph, its parts, and the marks that alone hold two parts together."""

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from judging.reliability.table import Table


def parts(table: Table) -> tuple[int, np.ndarray, np.ndarray]:
    """(number of parts, part of each entry, part of each judge). Severities compare within one part only."""
    count, width = len(table.entries), len(table.judges)
    links = sparse.coo_matrix(
        (np.ones(len(table.entry)), (table.entry, table.judge + count)), shape=(count + width, count + width)
    )
    found, labels = csgraph.connected_components(links, directed=False)
    return found, labels[:count], labels[count:]


def bridges(table: Table) -> list[tuple[str, str]]:
    """(entry, judge) pairs without which the graph would fall apart; an entry with one mark is not counted."""
    count = len(table.entries)
    near: list[list[int]] = [[] for _ in range(count + len(table.judges))]
    for entry, judge in sorted(set(zip(table.entry.tolist(), table.judge.tolist(), strict=True))):
        near[entry].append(count + judge)
        near[count + judge].append(entry)
    seen, low = [0] * len(near), [0] * len(near)
    found, clock = [], 0
    for root in range(len(near)):
        if seen[root]:
            continue
        clock += 1
        seen[root] = low[root] = clock
        stack = [(root, -1, iter(near[root]))]
        while stack:
            node, parent, rest = stack[-1]
            step = next(rest, None)
            if step is None:
                stack.pop()
                if stack:
                    above = stack[-1][0]
                    low[above] = min(low[above], low[node])
                    if low[node] > seen[above]:
                        found.append((min(node, above), max(node, above)))
            elif not seen[step]:
                clock += 1
                seen[step] = low[step] = clock
                stack.append((step, node, iter(near[step])))
            elif step != parent:
                low[node] = min(low[node], seen[step])
    alone = {node for node in range(len(near)) if len(near[node]) == 1}
    return sorted((table.entries[one], table.judges[other - count]) for one, other in found if not {one, other} & alone)
