"""Who judges what, exactly: `solve(problem)` (issue by issue in `solve`), and `python -m judging.assignment FILE`."""

from judging.assignment.answer import UNKNOWN, Answer
from judging.assignment.problem import BadProblem, Problem, read, with_pair
from judging.assignment.solve import solve

__all__ = ["UNKNOWN", "Answer", "BadProblem", "Problem", "read", "solve", "with_pair"]
