"""Rows for tests, made straight in the tables. Whoever tests a journey uses the services instead.

Every factory stands alone: `EntryFactory(state="submitted")` brings its season, track, unit and leader.
Time is fixed: `NOW` lies inside the entry period of an open season.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory
from stdnum.cn import ric, uscc

from accounts.models import Organisation, Person, User
from accounts.states import OrganisationKind, Role
from contests.models import (
    AwardLevel,
    Contest,
    Criterion,
    DocumentRequirement,
    Grant,
    Heat,
    RecommendingUnit,
    Rubric,
    ScoringRule,
    Season,
    Stage,
    Track,
)
from contests.states import DocumentKind, HeatState, SeasonState, StageKind, UnitKind
from core.models import Region
from judging.models import Assignment, Invitation, Judge, Mark, ScoreSheet
from judging.states import AssignmentSource, InvitationState, JudgeKind, SheetState
from matching.models import Consent, Deal, Institution, InstitutionMember, Interest
from matching.states import ConsentPurpose, InstitutionKind, InstitutionState, InterestState
from projects.models import Entry, Participation, Project, TeamMember
from projects.states import EntryState, MemberKind

NOW = datetime(2026, 6, 18, 9, 0, tzinfo=UTC)
PASSWORD = "plain-long-password"


def resident_id(number: int, born: date = date(1995, 3, 2), region: str = "370102") -> str:
    """A resident ID number with a right check digit; `number` keeps them apart."""
    body = f"{region}{born:%Y%m%d}{number % 1000:03d}"
    return body + ric.calc_check_digit(f"{body}0")


def credit_code(number: int) -> str:
    body = f"91370100MA3C{number:05d}"
    return body + uscc.calc_check_digit(body)


class RegionFactory(DjangoModelFactory):
    class Meta:
        model = Region
        django_get_or_create = ["code"]

    code = "370100"
    name = "济南市"
    short_name = "济南"
    name_en = "Jinan"
    level = Region.Level.CITY


def qingdao() -> Region:
    return RegionFactory(code="370200", name="青岛市", short_name="青岛", name_en="Qingdao")


class OrganisationFactory(DjangoModelFactory):
    class Meta:
        model = Organisation

    kind = OrganisationKind.COMPANY
    name = factory.Sequence(lambda n: f"山东示例{n}科技有限公司")
    credit_code = factory.Sequence(credit_code)


class PersonFactory(DjangoModelFactory):
    class Meta:
        model = Person
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"李示{n}")
    birth_date = date(1995, 3, 2)

    @factory.sequence
    def id_number(n):
        return resident_id(n)

    @classmethod
    def _create(cls, model_class, *args, id_number="", phone="", **kwargs):
        person = model_class(*args, **kwargs)
        if id_number:
            person.set_document(kwargs.get("id_kind", "resident"), id_number)
        if phone:
            person.set_phone(phone)
        person.save()
        return person


class UserFactory(DjangoModelFactory):
    """An account; `roles` are given with `grant`. Its password is PASSWORD."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    display_name = factory.Sequence(lambda n: f"用户{n}")
    password = factory.django.Password(PASSWORD)


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


# ---------------------------------------------------------------- a contest


class ContestFactory(DjangoModelFactory):
    class Meta:
        model = Contest

    slug = factory.Sequence(lambda n: f"contest-{n}")
    name = factory.Sequence(lambda n: f"示例创业大赛{n}")
    name_en = factory.Sequence(lambda n: f"Sample contest {n}")
    short_name = factory.Sequence(lambda n: f"示例赛{n}")
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
    name = factory.Sequence(lambda n: f"赛道{n}")
    name_en = factory.Sequence(lambda n: f"Track {n}")


class DocumentRequirementFactory(DjangoModelFactory):
    class Meta:
        model = DocumentRequirement

    season = factory.SubFactory(SeasonFactory)
    kind = DocumentKind.DECK
    label = "路演文稿"
    formats = ["pdf", "pptx"]
    judged = True


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
    name = factory.Sequence(lambda n: f"评分标准{n}")

    @factory.post_generation
    def criteria(rubric, create, extracted, **_):
        for order, (key, maximum) in enumerate(extracted or [("innovation", 60), ("team", 40)]):
            Criterion.objects.create(rubric=rubric, key=key, name=key, maximum=Decimal(maximum), order=order)


class ScoringRuleFactory(DjangoModelFactory):
    class Meta:
        model = ScoringRule

    season = factory.SubFactory(SeasonFactory)
    name = factory.Sequence(lambda n: f"计分规则{n}")
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
    name = factory.Sequence(lambda n: f"第{n}场")
    state = HeatState.PREPARING
    rubric = factory.SelfAttribute("stage.rubric")
    scoring_rule = factory.SelfAttribute("stage.scoring_rule")
    opened_at = factory.LazyAttribute(lambda heat: None if heat.state == HeatState.PREPARING else NOW)


# ---------------------------------------------------------------- projects


class ProjectFactory(DjangoModelFactory):
    """A project without a company, led by a person of its own."""

    class Meta:
        model = Project
        skip_postgeneration_save = True

    owner = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda n: f"示例项目{n}")
    has_company = False

    @factory.post_generation
    def leader(project, create, extracted, **_):
        person = extracted or project.owner.person or PersonFactory()
        TeamMember.objects.create(project=project, person=person, kind=MemberKind.LEADER)


class EntryFactory(DjangoModelFactory):
    """An entry in any state; past draft it has its number and snapshot, as the tables demand."""

    class Meta:
        model = Entry

    season = factory.SubFactory(SeasonFactory)
    project = factory.SubFactory(ProjectFactory)
    track = factory.SubFactory(TrackFactory, season=factory.SelfAttribute("..season"))
    unit = factory.SubFactory(RecommendingUnitFactory, season=factory.SelfAttribute("..season"))
    zone = factory.LazyAttribute(lambda entry: entry.unit and entry.unit.zone)
    state = EntryState.DRAFT
    title = factory.SelfAttribute("project.name")
    leader = factory.LazyAttribute(lambda entry: entry.project.leader)
    leader_name = factory.LazyAttribute(lambda entry: entry.leader.name if entry.leader else "")
    region = factory.LazyAttribute(lambda entry: entry.unit and entry.unit.region)

    class Params:
        sent = factory.LazyAttribute(lambda entry: entry.state not in {EntryState.DRAFT, EntryState.WITHDRAWN})

    number = factory.LazyAttributeSequence(lambda entry, n: f"T-{n:05d}" if entry.sent else None)
    snapshot = factory.LazyAttribute(lambda entry: {"title": entry.title} if entry.sent else None)
    submitted_at = factory.LazyAttribute(lambda entry: NOW if entry.sent else None)
    holder = factory.LazyAttribute(lambda entry: entry.unit if entry.state == EntryState.SUBMITTED else None)
    qualified_at = factory.LazyAttribute(lambda entry: NOW if entry.state == EntryState.QUALIFIED else None)


class ParticipationFactory(DjangoModelFactory):
    """A qualified entry in a heat of its own season."""

    class Meta:
        model = Participation

    heat = factory.SubFactory(HeatFactory)
    entry = factory.SubFactory(
        EntryFactory, season=factory.SelfAttribute("..heat.stage.season"), state=EntryState.QUALIFIED
    )
    track = factory.SelfAttribute("entry.track")


# ---------------------------------------------------------------- judging


class JudgeFactory(DjangoModelFactory):
    """A judge with an account: `judge.person.user`."""

    class Meta:
        model = Judge
        skip_postgeneration_save = True

    person = factory.SubFactory(PersonFactory)
    kind = JudgeKind.TECHNICAL
    employer = factory.SubFactory(OrganisationFactory)

    @factory.post_generation
    def account(judge, create, extracted, **_):
        if extracted is not False:
            UserFactory(person=judge.person, display_name=judge.person.name)


class InvitationFactory(DjangoModelFactory):
    """An invitation accepted and its pledge signed."""

    class Meta:
        model = Invitation

    heat = factory.SubFactory(HeatFactory)
    judge = factory.SubFactory(JudgeFactory)
    seat = factory.Sequence(lambda n: n + 1)
    state = InvitationState.ACCEPTED
    sent_at = NOW
    answered_at = NOW
    pledged_name = factory.SelfAttribute("judge.person.name")
    pledged_at = NOW


class AssignmentFactory(DjangoModelFactory):
    class Meta:
        model = Assignment

    judge = factory.SubFactory(JudgeFactory)
    participation = factory.SubFactory(ParticipationFactory)
    source = AssignmentSource.HAND


def sheet(participation: Participation, judge: Judge, *marks, state: SheetState = SheetState.SUBMITTED) -> ScoreSheet:
    """A score sheet with marks in the order of the criteria; None leaves one empty."""
    made = ScoreSheet.objects.create(
        assignment=AssignmentFactory(judge=judge, participation=participation),
        state=state,
        saved_at=NOW,
        submitted_at=NOW if state == SheetState.SUBMITTED else None,
    )
    criteria = participation.heat.rubric.criteria.all()
    Mark.objects.bulk_create(
        Mark(sheet=made, criterion=criterion, value=None if value is None else Decimal(str(value)))
        for criterion, value in zip(criteria, marks or [None] * len(criteria), strict=True)
    )
    return made


# ---------------------------------------------------------------- after the prize


class InstitutionFactory(DjangoModelFactory):
    """An admitted investor with one member: `institution.members.get().user`."""

    class Meta:
        model = Institution
        skip_postgeneration_save = True

    organisation = factory.SubFactory(OrganisationFactory, kind=OrganisationKind.FUND)
    kind = InstitutionKind.INVESTOR
    state = InstitutionState.ADMITTED
    admitted_at = NOW

    @factory.post_generation
    def member(institution, create, extracted, **_):
        InstitutionMember.objects.create(institution=institution, user=extracted or UserFactory())


class ConsentFactory(DjangoModelFactory):
    """A project shows its brief to every admitted institution, for longer than any test looks ahead."""

    class Meta:
        model = Consent

    entry = factory.SubFactory(EntryFactory, state=EntryState.QUALIFIED)
    project = factory.SelfAttribute("entry.project")
    purpose = ConsentPurpose.TEASER
    text = "同意向入驻机构展示项目简介"
    text_version = "1"
    by = factory.SelfAttribute("project.owner")
    given_at = NOW
    expires_on = date(2099, 12, 31)


class InterestFactory(DjangoModelFactory):
    class Meta:
        model = Interest

    institution = factory.SubFactory(InstitutionFactory)
    project = factory.SubFactory(ProjectFactory)
    by = factory.LazyAttribute(lambda interest: interest.institution.members.get().user)
    at = NOW


class DealFactory(DjangoModelFactory):
    class Meta:
        model = Deal

    interest = factory.SubFactory(InterestFactory, state=InterestState.ACCEPTED)
    institution = factory.SelfAttribute("interest.institution")
    project = factory.SelfAttribute("interest.project")
    opened_at = NOW
    moved_at = NOW
