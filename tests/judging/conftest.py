"""An open heat with one judge and a sheet that nobody has touched, for the tests of a judge's pages."""

import pytest

from contests.states import HeatState
from judging.states import SheetState
from tests import factories


@pytest.fixture
def heat():
    return factories.HeatFactory(state=HeatState.OPEN)


@pytest.fixture
def judge(heat):
    return factories.InvitationFactory(heat=heat).judge


@pytest.fixture
def sheet(heat, judge):
    """A draft: innovation up to 60, team up to 40, whole marks."""
    return factories.sheet(factories.ParticipationFactory(heat=heat), judge, state=SheetState.DRAFT)


@pytest.fixture
def web(signed_in, judge):
    return signed_in(judge.person.user)
