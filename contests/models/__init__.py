"""A contest as data: contest → season → track and stage, and who may do what in which scope."""

from contests.models.contest import Contest, ContestHost
from contests.models.grant import Grant
from contests.models.notice import Notice, NoticeLine
from contests.models.question import Question
from contests.models.rubric import Criterion, Rubric, ScoringRule
from contests.models.season import AwardLevel, Declaration, DocumentRequirement, EligibilityRule, Season, Track
from contests.models.stage import Heat, Quota, Room, Segment, Stage
from contests.models.unit import RecommendingUnit

__all__ = [
    "AwardLevel", "Contest", "ContestHost", "Criterion", "Declaration", "DocumentRequirement", "EligibilityRule",
    "Grant", "Heat", "Notice", "NoticeLine", "Question", "Quota", "RecommendingUnit", "Room", "Rubric", "ScoringRule",
    "Season", "Segment", "Stage", "Track",
]  # fmt: skip
