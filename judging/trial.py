"""A scoring rule tried on the marks of an earlier ranking, before it is locked. Nothing is written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from judging import ranking
from judging.moves import Move, Stand, moves, stands
from judging.scoring import Criterion, MarkSet, Rule


@dataclass(frozen=True)
class Trial:
    """The places under both rules. `left_out` are criteria of the chain that the earlier rubric doesn't have."""

    before: Mapping[str, Stand]
    after: Mapping[str, Stand]
    moved: list[Move]
    left_out: list[str]
    new_weights: bool
    ties: tuple[int, int]
    through: int
    enter: list[str]
    leave: list[str]


def attempt(inputs: Mapping[str, Any], ranked: Mapping[str, Any], rule: Rule, rubric: Iterable[Criterion], *, through):
    """Rank stored marks by this rule. `rubric` gives the weights where it has the criteria that were marked.

    Links of the chain that compare a criterion which nobody marked are left out. `through` first places count as won.
    """
    marks = MarkSet.from_data(inputs)
    known = {one.key for one in marks.criteria}
    left_out = [step.criterion for step in rule.tie_chain if step.criterion and step.criterion not in known]
    rule = replace(rule, tie_chain=tuple(step for step in rule.tie_chain if step.criterion not in left_out))
    weights = {one.key: (one.maximum, one.weight) for one in rubric}
    fits = weights.keys() == known and all(weights[one.key][0] == one.maximum for one in marks.criteria)
    if fits:
        marks = replace(marks, criteria=tuple(replace(one, weight=weights[one.key][1]) for one in marks.criteria))
    again = ranking.compute(marks, rule)
    before, after = stands(ranked), stands(again)
    first = [{number for number, one in found.items() if one.rank and one.rank <= through} for found in (before, after)]
    return Trial(
        before, after, moves(before, after), left_out, fits,
        tuple(sum(one["tied"] for one in found["places"]) for found in (ranked, again)), through,
        sorted(first[1] - first[0]), sorted(first[0] - first[1]),
    )  # fmt: skip
