"""python -m judging.reliability MARKS.csv: how far these marks can be trusted, as JSON (docs/doors.md)."""

import argparse
import json
import sys
from pathlib import Path

from judging.longform import read_marks
from judging.reliability.report import report
from judging.reliability.table import totals

WRONG_FILE = 2


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m judging.reliability", description=__doc__)
    parser.add_argument("marks", type=Path, help="marks in long form: entry, judge, criterion, mark")
    parser.add_argument("--criterion", help="this criterion alone instead of the sheets' totals")
    parser.add_argument("--weight", action="append", default=[], metavar="CRITERION=NUMBER", help="1 unless said")
    parser.add_argument("--winners", type=int, default=10, help="first places that a judge left out may change (10)")
    options = parser.parse_args(arguments)
    try:
        weights = {name: float(number) for name, _, number in (one.partition("=") for one in options.weight)}
        with options.marks.open(encoding="utf-8-sig", newline="") as lines:
            given = [one for one in read_marks(lines) if options.criterion in (None, one.criterion)]
        if not given:
            raise ValueError(f"--criterion: {options.criterion} has no marks in this file")
        table, partial = totals(given, weights)
        if not len(table.value):
            raise ValueError("no judge gave every criterion to any entry; choose one with --criterion")
    except (OSError, ValueError) as error:
        sys.stdout.write(f"{json.dumps({'status': 'error', 'message': str(error)}, ensure_ascii=False)}\n")
        return WRONG_FILE
    answer = {"status": "ok", **report(table, winners=options.winners), "partial": [list(pair) for pair in partial]}
    sys.stdout.write(f"{json.dumps(answer, ensure_ascii=False, allow_nan=False)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
