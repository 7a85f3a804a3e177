"""Projects and their entries."""

import factory
from factory.django import DjangoModelFactory

from projects.models import Entry, Participation, Project, TeamMember
from projects.states import EntryState, MemberKind
from tests.factories.contests import HeatFactory, RecommendingUnitFactory, SeasonFactory, TrackFactory
from tests.factories.people import NOW, PersonFactory, UserFactory, stems


class ProjectFactory(DjangoModelFactory):
    """A project without a company, led by a person of its own."""

    class Meta:
        model = Project
        skip_postgeneration_save = True

    owner = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda n: f"示例项目{stems(n)}")
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
