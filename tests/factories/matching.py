"""After the prize: institutions, consents, interests, deals."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from accounts.states import OrganisationKind
from matching.models import Consent, Deal, Institution, InstitutionMember, Interest
from matching.states import ConsentPurpose, InstitutionKind, InstitutionState, InterestState
from projects.states import EntryState
from tests.factories.people import NOW, OrganisationFactory, UserFactory
from tests.factories.projects import EntryFactory, ProjectFactory


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
