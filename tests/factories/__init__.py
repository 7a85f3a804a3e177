"""Rows for tests, made straight in the tables. Whoever tests a journey uses the services instead.

Every factory stands alone: `EntryFactory(state="submitted")` brings its season, track, unit and leader.
Time is fixed: `NOW` lies inside the entry period of an open season.
"""

from tests.factories.contests import (
    AwardLevelFactory,
    ContestFactory,
    DeclarationFactory,
    DocumentRequirementFactory,
    EligibilityRuleFactory,
    HeatFactory,
    QuestionFactory,
    RecommendingUnitFactory,
    RubricFactory,
    ScoringRuleFactory,
    SeasonFactory,
    StageFactory,
    TrackFactory,
    administrator,
    city,
    clerk,
    grant,
    province,
    supervisor,
)
from tests.factories.judging import AssignmentFactory, InvitationFactory, JudgeFactory, sheet
from tests.factories.matching import ConsentFactory, DealFactory, InstitutionFactory, InterestFactory
from tests.factories.people import (
    NOW,
    PASSWORD,
    OrganisationFactory,
    PersonFactory,
    RegionFactory,
    UserFactory,
    credit_code,
    qingdao,
    resident_id,
)
from tests.factories.projects import EntryFactory, ParticipationFactory, ProjectFactory

__all__ = [
    "NOW",
    "PASSWORD",
    "AssignmentFactory",
    "AwardLevelFactory",
    "ConsentFactory",
    "ContestFactory",
    "DealFactory",
    "DeclarationFactory",
    "DocumentRequirementFactory",
    "EligibilityRuleFactory",
    "EntryFactory",
    "HeatFactory",
    "InstitutionFactory",
    "InterestFactory",
    "InvitationFactory",
    "JudgeFactory",
    "OrganisationFactory",
    "ParticipationFactory",
    "PersonFactory",
    "ProjectFactory",
    "QuestionFactory",
    "RecommendingUnitFactory",
    "RegionFactory",
    "RubricFactory",
    "ScoringRuleFactory",
    "SeasonFactory",
    "StageFactory",
    "TrackFactory",
    "UserFactory",
    "administrator",
    "city",
    "clerk",
    "credit_code",
    "grant",
    "province",
    "qingdao",
    "resident_id",
    "sheet",
    "supervisor",
]
