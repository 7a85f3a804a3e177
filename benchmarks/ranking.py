"""How long a ranking and a draw take: python benchmarks/ranking.py [--entries 1500 60000] [--runs 5]

Five judges of 300 mark each entry on six criteria. Timed are scoring with trimming, ranks with a chain for ties,
promotion by quota over 16 zones, and the check code of the result: all that locking a heat computes. The second opinion
is timed whole: severities, adjusted values with their spans of places, agreement, graph, and each judge left out.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from judging import opinion, ranking
from judging.draw import Load, Problem, draw_judges
from judging.quota import QuotaRule, promote
from judging.scoring import Criterion, Entry, MarkSet, Rule, Sheet

JUDGES, PANEL, ZONES = 300, 5, 16
CRITERIA = tuple(Criterion(f"c{number}", Decimal(20), Decimal("0.8"), Decimal("0.5")) for number in range(6))
RULE = {
    "trim_high": 1,
    "trim_low": 1,
    "min_marks_to_trim": 5,
    "tie_chain": ["earlier_total", "untrimmed_sum", {"kind": "criterion", "criterion": "c0"}, "all_advance"],
}


def marks_of(entries: int) -> MarkSet:
    random = Random(entries)
    grid = [Decimal(half) / 2 for half in range(20, 41)]
    earlier = [Decimal(hundredths) / 100 for hundredths in range(7000, 9000)]

    def sheets() -> tuple[Sheet, ...]:
        seats = random.sample(range(1, JUDGES + 1), PANEL)
        return tuple(Sheet(str(seat), {one.key: random.choice(grid) for one in CRITERIA}) for seat in seats)

    return MarkSet(
        CRITERIA,
        tuple(Entry(f"e{number}", f"CY-{number}", sheets(), random.choice(earlier)) for number in range(entries)),
    )


def problem_of(entries: int, judges: int) -> Problem:
    """Judges of 16 cities who may not judge entries of their own, loads even but for one."""
    return Problem(
        {f"e{number}": PANEL for number in range(entries)},
        {f"j{seat}": Load(0, -(-entries * PANEL // judges) + 1) for seat in range(judges)},
        frozenset(
            (f"e{one}", f"j{two}") for one in range(entries) for two in range(judges) if (one - two) % ZONES == 0
        ),
    )


def timed(what: str, runs: int, work: Callable[..., object], *inputs: object) -> None:
    """Medians by the clock on the wall and by processor time; they part where the machine is shared."""
    wall, processor = [], []
    for _ in range(runs):
        start, used = time.perf_counter(), time.process_time()
        work(*inputs)
        wall.append(time.perf_counter() - start)
        processor.append(time.process_time() - used)
    print(f"{what:<48} {statistics.median(wall):8.3f} s, processor {statistics.median(processor):8.3f} s", flush=True)


def lock(marks: MarkSet, rule: Rule, zones: dict[str, str]) -> str:
    result = ranking.compute(marks, rule)
    quota = QuotaRule(len(marks.entries) // 10, by="share", at_least_one=True, reserves=2)
    promote(result, quota, zones=zones)
    return ranking.digest(result)


def look_again(marks: MarkSet, rule: Rule, ranked: dict) -> object:
    return opinion.second_opinion(marks, rule, ranked, through=150)


def draw(problem: Problem) -> object:
    return draw_judges(problem, secret="5f2a", witness="7")  # noqa: S106 - a benchmark has nothing to hide


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--entries", type=int, nargs="+", default=[1500, 60000])
    options.add_argument("--runs", type=int, default=5)
    chosen = options.parse_args()
    for entries in chosen.entries:
        marks = marks_of(entries)
        zones = {one.key: f"37{number % ZONES:02}" for number, one in enumerate(marks.entries)}
        for scope in ("criterion", "sheet"):
            rule = Rule.from_data(RULE | {"trim_scope": scope})
            timed(f"ranking, {entries} entries, trimmed by {scope}", chosen.runs, lock, marks, rule, zones)
    marks, rule = marks_of(1500), Rule.from_data(RULE | {"trim_scope": "sheet"})
    ranked = ranking.compute(marks, rule)
    timed("second opinion, 1500 entries, 300 judges", chosen.runs, look_again, marks, rule, ranked)
    for entries, judges in ((1500, 300), (5000, 1200)):
        problem = problem_of(entries, judges)
        timed(f"draw of {PANEL}, {entries} entries, {judges} judges", chosen.runs, draw, problem)


if __name__ == "__main__":
    main()
