"""Who judges what, what they marked, and what came of it."""

from judging.models.draw import Assignment, Draw
from judging.models.judge import Conflict, Invitation, Judge
from judging.models.plan import Plan
from judging.models.ranking import Place, Ranking
from judging.models.sheet import Mark, MarkRevision, ScoreSheet

__all__ = [
    "Assignment", "Conflict", "Draw", "Invitation", "Judge", "Mark", "MarkRevision", "Place", "Plan", "Ranking",
    "ScoreSheet",
]  # fmt: skip
