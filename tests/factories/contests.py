"""A season with what hangs on it, and the accounts that run it."""

from datetime import timedelta
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from accounts.models import User
from accounts.states import OrganisationKind, Role
from contests.models import (
    AwardLevel,
    Contest,
    Criterion,
    Declaration,
    DocumentRequirement,
    EligibilityRule,
    Grant,
    Heat,
    Question,
    RecommendingUnit,
    Rubric,
    ScoringRule,
    Season,
    Stage,
    Track,
)
from contests.states import DocumentKind, HeatState, QuestionKind, RuleKind, SeasonState, StageKind, UnitKind
from tests.factories.people import NOW, OrganisationFactory, RegionFactory, UserFactory, stems


class ContestFactory(DjangoModelFactory):
    class Meta:
        model = Contest

    slug = factory.Sequence(lambda n: f"contest-{n}")
    name = factory.Sequence(lambda n: f"示例创业大赛{stems(n)}")
    name_en = factory.Sequence(lambda n: f"Sample contest {n}")
    short_name = factory.Sequence(lambda n: f"示例赛{stems(n)}")
    number_prefix = factory.Sequence(lambda n: f"T{n}")


class SeasonFactory(DjangoModelFactory):
    """A running season, open for entries at NOW."""

    class Meta:
        model = Season

    contest = factory.SubFactory(ContestFactory)
    year = 2026
    ordinal = 1
    title = factory.LazyAttribute(lambda season: f"{season.year}年{season.contest.name}")
    title_en = factory.LazyAttribute(lambda season: f"{season.contest.name_en} {season.year}")
    state = SeasonState.RUNNING
    entry_opens = NOW - timedelta(days=30)
    entry_closes = NOW + timedelta(days=30)


class TrackFactory(DjangoModelFactory):
    class Meta:
        model = Track

    season = factory.SubFactory(SeasonFactory)
    code = factory.Sequence(lambda n: f"track-{n}")
    name = factory.Sequence(lambda n: f"赛道{stems(n)}")
    name_en = factory.Sequence(lambda n: f"Track {n}")


class DocumentRequirementFactory(DjangoModelFactory):
    class Meta:
        model = DocumentRequirement

    season = factory.SubFactory(SeasonFactory)
    kind = DocumentKind.DECK
    label = "路演文稿"
    formats = ["pdf", "pptx"]
    judged = True


class QuestionFactory(DjangoModelFactory):
    """A text question of the whole season."""

    class Meta:
        model = Question

    season = factory.SubFactory(SeasonFactory)
    code = factory.Sequence(lambda n: f"question-{n}")
    kind = QuestionKind.TEXT
    label = factory.Sequence(lambda n: f"附加问题{stems(n)}")
    label_en = factory.Sequence(lambda n: f"Question {n}")


class EligibilityRuleFactory(DjangoModelFactory):
    class Meta:
        model = EligibilityRule

    season = factory.SubFactory(SeasonFactory)
    kind = RuleKind.STATED
    phrase = "参赛条件（示例）"


class DeclarationFactory(DjangoModelFactory):
    class Meta:
        model = Declaration

    season = factory.SubFactory(SeasonFactory)
    code = factory.Sequence(lambda n: f"declaration-{n}")
    title = "材料真实承诺"
    text = "所填写的信息和提交的材料真实、准确、完整。"


class AwardLevelFactory(DjangoModelFactory):
    class Meta:
        model = AwardLevel

    season = factory.SubFactory(SeasonFactory)
    name = "一等奖"
    name_en = "First prize"
    metal = "gold"
    places = 1


class RecommendingUnitFactory(DjangoModelFactory):
    """A city's own unit: a zone, since it has no parent."""

    class Meta:
        model = RecommendingUnit

    season = factory.SubFactory(SeasonFactory)
    organisation = factory.SubFactory(OrganisationFactory, kind=OrganisationKind.DEPARTMENT)
    kind = UnitKind.CITY
    name = factory.LazyAttribute(lambda unit: unit.organisation.name)
    region = factory.SubFactory(RegionFactory)


class RubricFactory(DjangoModelFactory):
    """Two criteria: 60 and 40, whole marks."""

    class Meta:
        model = Rubric
        skip_postgeneration_save = True

    season = factory.SubFactory(SeasonFactory)
    name = factory.Sequence(lambda n: f"评分标准{stems(n)}")

    @factory.post_generation
    def criteria(rubric, create, extracted, **_):
        for order, (key, maximum) in enumerate(extracted or [("innovation", 60), ("team", 40)]):
            Criterion.objects.create(rubric=rubric, key=key, name=key, maximum=Decimal(maximum), order=order)


class ScoringRuleFactory(DjangoModelFactory):
    class Meta:
        model = ScoringRule

    season = factory.SubFactory(SeasonFactory)
    name = factory.Sequence(lambda n: f"计分规则{stems(n)}")
    data = factory.LazyFunction(dict)


class StageFactory(DjangoModelFactory):
    class Meta:
        model = Stage

    season = factory.SubFactory(SeasonFactory)
    order = factory.Sequence(lambda n: n + 1)
    kind = StageKind.PAPER
    name = "初赛"
    name_en = "Preliminary round"
    opens = NOW - timedelta(days=5)
    closes = NOW + timedelta(days=40)
    judges_per_entry = 3
    rubric = factory.SubFactory(RubricFactory, season=factory.SelfAttribute("..season"))
    scoring_rule = factory.SubFactory(ScoringRuleFactory, season=factory.SelfAttribute("..season"))


class HeatFactory(DjangoModelFactory):
    class Meta:
        model = Heat

    stage = factory.SubFactory(StageFactory)
    name = factory.Sequence(lambda n: f"第{stems(n)}场")
    state = HeatState.PREPARING
    rubric = factory.SelfAttribute("stage.rubric")
    scoring_rule = factory.SelfAttribute("stage.scoring_rule")
    opened_at = factory.LazyAttribute(lambda heat: None if heat.state == HeatState.PREPARING else NOW)


def grant(user: User, role: Role, **scope) -> Grant:
    return Grant.objects.create(user=user, role=role, starts=NOW - timedelta(days=365), **scope)


def administrator() -> User:
    user = UserFactory()
    grant(user, Role.ADMINISTRATOR)
    return user


def province(season: Season) -> User:
    user = UserFactory()
    grant(user, Role.PROVINCE, contest=season.contest)
    return user


def supervisor(season: Season) -> User:
    user = UserFactory()
    grant(user, Role.SUPERVISOR, contest=season.contest)
    return user


def city(unit: RecommendingUnit) -> User:
    user = UserFactory()
    grant(user, Role.CITY, region=unit.region)
    return user


def clerk(unit: RecommendingUnit) -> User:
    user = UserFactory()
    grant(user, Role.UNIT, organisation=unit.organisation)
    return user
