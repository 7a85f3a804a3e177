"""Who judges what, what they marked, and what came of it."""

from judging.models.blind import BlindCheck, Redaction
from judging.models.calibration import Calibration, ReferenceMark, Sample, SampleMark, SampleSheet
from judging.models.draw import Assignment, Draw
from judging.models.holding import Holding
from judging.models.judge import Conflict, Invitation, Judge
from judging.models.opinion import JudgeFigure, JuryDecision, Opinion, OpinionPlace
from judging.models.panel import JudgeList
from judging.models.paper import PaperEntry
from judging.models.payment import PayAccount
from judging.models.plan import Plan
from judging.models.promise import PromiseText, Signature
from judging.models.ranking import Place, Ranking
from judging.models.record import OpenRecord
from judging.models.sheet import Mark, MarkRevision, ScoreSheet

__all__ = [
    "Assignment", "BlindCheck", "Calibration", "Conflict", "Draw", "Holding", "Invitation", "Judge", "JudgeFigure",
    "JudgeList", "JuryDecision", "Mark", "MarkRevision", "OpenRecord", "Opinion", "OpinionPlace", "PaperEntry",
    "PayAccount", "Place", "Plan", "PromiseText", "Ranking", "Redaction", "ReferenceMark", "Sample", "SampleMark",
    "SampleSheet", "ScoreSheet", "Signature",
]  # fmt: skip
