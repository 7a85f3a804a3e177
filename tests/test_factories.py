"""The rows other tests start from can be made, in every state."""

import pytest

from core.identity import is_credit_code, is_resident_id
from projects.models import Entry
from projects.states import EntryState
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", EntryState.values)
def test_an_entry_in_every_state(state):
    entry = factories.EntryFactory(state=state)

    assert Entry.objects.get() == entry
    assert entry.track.season == entry.season == entry.unit.season
    assert is_resident_id(entry.leader.id_number)


def test_a_judged_heat_stays_in_one_season():
    participation = factories.ParticipationFactory()
    judge = factories.JudgeFactory()

    sheet = factories.sheet(participation, judge, 50, 30)

    assert participation.entry.season == participation.heat.stage.season
    assert [mark.value for mark in sheet.marks.all()] == [50, 30]
    assert is_credit_code(judge.employer.credit_code)
