"""Judges and what they mark."""

from decimal import Decimal

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from judging.models import Assignment, Invitation, Judge, Mark, ScoreSheet
from judging.states import AssignmentSource, InvitationState, JudgeKind, SheetState
from projects.models import Participation
from tests.factories.contests import HeatFactory
from tests.factories.people import NOW, OrganisationFactory, PersonFactory, UserFactory
from tests.factories.projects import ParticipationFactory


class JudgeFactory(DjangoModelFactory):
    """A judge with an account: `judge.person.user`."""

    class Meta:
        model = Judge
        skip_postgeneration_save = True

    person = factory.SubFactory(PersonFactory)
    kind = JudgeKind.TECHNICAL
    employer = factory.SubFactory(OrganisationFactory)
    confirmed_at = factory.LazyFunction(timezone.now)

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
