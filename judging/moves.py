"""Who stands elsewhere in one ranking than in another: between two versions, or under two rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple


class Stand(NamedTuple):
    """Where an entry stands: no rank where it has none; `outcome` is a code, `word` what pages say."""

    rank: int | None
    total: str
    outcome: str = ""
    word: str = ""


@dataclass(frozen=True)
class Move:
    """One entry before and after; `steps` counts ranks upwards, None where it had or has no rank."""

    number: str
    before: Stand | None
    after: Stand | None

    @property
    def steps(self) -> int | None:
        ranks = [one and one.rank for one in (self.before, self.after)]
        return None if None in ranks else ranks[0] - ranks[1]


def moves(before: Mapping[str, Stand], after: Mapping[str, Stand]) -> list[Move]:
    """Every entry whose rank or outcome differs, in the order of the new ranking, those without a rank last."""
    found = [
        Move(number, before.get(number), after.get(number))
        for number in before.keys() | after.keys()
        if _standing(before.get(number)) != _standing(after.get(number))
    ]
    return sorted(found, key=lambda one: (_place(one.after), _place(one.before), one.number))


def stands(result: Mapping[str, Any]) -> dict[str, Stand]:
    """The places of a computed ranking, by entry number."""
    found = {one["number"]: Stand(one["rank"], one["total"]) for one in result["places"]}
    return found | {one["number"]: Stand(None, "") for one in result["apart"]}


def _standing(one: Stand | None):
    return one and (one.rank, one.outcome)


def _place(one: Stand | None) -> float:
    return float("inf") if one is None or one.rank is None else one.rank
