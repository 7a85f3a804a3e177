"""python -m judging.assignment PROBLEM.json: the assignment as JSON (docs/assignment-format.md)."""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from judging.assignment.problem import BadProblem, read
from judging.assignment.solve import FAIR, SECONDS, SUM, solve

IMPOSSIBLE, WRONG_FILE = 3, 2


@contextmanager
def _own_output() -> Iterator[None]:
    """Whatever a solver's own code prints goes to the standard error: the standard output is the answer's alone."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def _say(answer: dict) -> None:
    sys.stdout.write(f"{json.dumps(answer, ensure_ascii=False)}\n")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m judging.assignment", description=__doc__)
    parser.add_argument("file", type=Path, help="the problem, or - for the standard input")
    parser.add_argument("--objective", choices=[FAIR, SUM], help="the floor first (fair), or the sum alone")
    parser.add_argument("--seconds", type=float, help=f"give up proving after so long ({SECONDS:g})")
    options = parser.parse_args(arguments)
    try:
        text = sys.stdin.read() if str(options.file) == "-" else options.file.read_text(encoding="utf-8")
        data = json.loads(text)
        problem = read(data)
        objective = options.objective or data.get("objective", FAIR)
        if objective not in (FAIR, SUM):
            raise BadProblem(f"objective: {FAIR} or {SUM} is expected")
        seconds = options.seconds or float(data.get("seconds", SECONDS))
    except (OSError, ValueError) as error:
        _say({"status": "error", "message": str(error)})
        return WRONG_FILE
    with _own_output():
        answer = solve(problem, objective=objective, seconds=seconds)
    _say(answer.to_data())
    return 0 if answer.chosen is not None else IMPOSSIBLE


if __name__ == "__main__":
    sys.exit(main())
