"""Seconds and memory of the exact assignment: python benchmarks/assignment.py [--large] [--runs 3]

Fits are angles between drawn fields of entries and judges, one pair in twenty is a conflict, half of the judges have
one of two types that every entry needs, loads may exceed the even share by a fifth (or, `tight`, not at all).
"""

import argparse
import resource
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from judging.assignment.problem import UNIT, Cover, Problem
from judging.assignment.solve import FAIR, SUM, solve


def drawn(entries: int, judges: int, demand: int, *, room: float, seed: int = 5) -> Problem:
    chance = np.random.default_rng(seed)
    wants, knows = chance.dirichlet(np.full(20, 0.15), entries), chance.dirichlet(np.full(20, 0.3), judges)
    wants /= np.linalg.norm(wants, axis=1)[:, None]
    knows /= np.linalg.norm(knows, axis=1)[:, None]
    kinds = chance.integers(0, 4, judges)
    share = entries * demand / judges
    types = [
        Cover(name, np.ones(entries, np.int64), np.broadcast_to(kinds == kind, (entries, judges)))
        for kind, name in enumerate(("investor", "technical"))
    ]
    return Problem(
        tuple(f"E{number}" for number in range(entries)),
        tuple(f"J{number}" for number in range(judges)),
        (np.round(wants @ knows.T, 4) * UNIT).astype(np.int64),
        chance.random((entries, judges)) > 0.05,
        np.full(entries, demand),
        np.full(judges, int(share * 0.6)),
        np.full(judges, int(np.ceil(share * room))),
        tuple(types),
        seed="benchmark",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--large", action="store_true", help="5,000 entries and 1,200 judges as well")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    cases = [(1500, 300, 1.2), (1500, 300, 1.0)] + [(5000, 1200, 1.2)] * options.large
    print(f"{'entries × judges':<20}{'loads':<8}{'first':<7}{'seconds':>8}{'minimum':>9}{'sum':>12}  status    MB")
    for entries, judges, room in cases:
        problem = drawn(entries, judges, 5, room=room)
        for objective in (SUM, FAIR):
            times = []
            for _ in range(options.runs if entries < 5000 else 1):
                begun = time.perf_counter()
                answer = solve(problem, objective=objective)
                times.append(time.perf_counter() - begun)
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            print(
                f"{f'{entries} × {judges} × 5':<20}{'tight' if room == 1 else 'roomy':<8}{objective:<7}"
                f"{statistics.median(times):>8.2f}{answer.worst / UNIT:>9.4f}{answer.total / UNIT:>12.4f}"
                f"  {answer.status:<8}{memory:>5}"
            )


if __name__ == "__main__":
    main()
