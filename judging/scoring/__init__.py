"""From marks to totals: the rule, the marks, and the exact arithmetic between them. No database, no clock."""

from judging.scoring.marks import Criterion, Decision, Entry, MarkSet, Sheet
from judging.scoring.rule import Rule, RuleError, TieStep
from judging.scoring.score import Ledger, Scored, score, score_all
from judging.scoring.words import Step, describe

__all__ = [
    "Criterion", "Decision", "Entry", "Ledger", "MarkSet", "Rule", "RuleError", "Scored", "Sheet", "Step", "TieStep",
    "describe", "score", "score_all",
]  # fmt: skip
