"""What a rule answers about an entry."""

from collections.abc import Callable
from dataclasses import dataclass

from contests.models import EligibilityRule
from projects.facts import Facts


@dataclass(frozen=True)
class Answer:
    """`met` is None while a fact is missing. `doubt` marks what only a person can decide."""

    met: bool | None
    fact: str = ""
    message: str = ""
    field: str = ""
    doubt: bool = False


UNKNOWN = Answer(None)
MET = Answer(True)
Check = Callable[[EligibilityRule, Facts], Answer]
