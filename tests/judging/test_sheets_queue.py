"""A judge's pages around the sheets: the queue, the own marks side by side, invitation and pledge."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contests.states import HeatState
from judging.models import ScoreSheet
from judging.services import sheets as services
from judging.states import InvitationState, SheetState
from tests import factories

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"judging:{name}", args=args)


def cost_of(call) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert call().status_code == 200
    return len(queries)


def test_the_queue_offers_the_next_sheet(web, sheet, heat, judge):
    factories.sheet(factories.ParticipationFactory(heat=heat), judge, 50, 30)

    page = web.get(url("queue")).content.decode()

    assert url("sheet", sheet.pk) in page
    assert "1 / 2" in page


def test_queue_and_own_marks_cost_the_same_with_more_rows(web, sheet, heat, judge):
    pages = [url("queue"), url("own_marks", heat.pk)]
    costs = []
    for _ in range(3):
        factories.sheet(factories.ParticipationFactory(heat=heat), judge, 50, 30)
        factories.InvitationFactory(judge=judge, state=InvitationState.SENT, pledged_at=None)
        opened = factories.InvitationFactory(judge=judge, heat=factories.HeatFactory(state=HeatState.OPEN)).heat
        factories.sheet(factories.ParticipationFactory(heat=opened), judge)
        costs.append([cost_of(lambda page=page: web.get(page)) for page in pages])

    assert costs[1] == costs[2]
    assert max(costs[2]) <= 10


def test_own_marks_stand_side_by_side(web, sheet, heat, judge):
    services.save_sheet(sheet, marks={"innovation": Decimal(50)}, by=judge.person.user)

    page = web.get(url("own_marks", heat.pk))

    row = page.context["rows"][0]
    assert (row.marks, row.total, row.is_complete) == ([50, None], 50, False)


def test_complete_sheets_are_submitted_together(web, sheet, heat, judge):
    complete = factories.sheet(factories.ParticipationFactory(heat=heat), judge, 50, 30, state=SheetState.DRAFT)

    web.post(url("submit_complete", heat.pk))

    assert dict(ScoreSheet.objects.values_list("pk", "state")) == {
        sheet.pk: SheetState.DRAFT,
        complete.pk: SheetState.SUBMITTED,
    }


def test_a_heat_of_others_has_no_own_marks(web, sheet):
    assert web.get(url("own_marks", factories.HeatFactory(state=HeatState.OPEN).pk)).status_code == 404


@pytest.fixture
def invitation(judge):
    return factories.InvitationFactory(
        judge=judge, state=InvitationState.SENT, answered_at=None, pledged_at=None, pledged_name=""
    )


def test_accepting_leads_to_the_pledge_and_the_name_signs_it(web, invitation):
    web.post(url("invitation", invitation.pk), {"accepted": "yes"})
    web.post(url("secrecy", invitation.pk), {"typed_name": invitation.judge.person.name})
    web.post(url("ties", invitation.pk), {"close": "1"})
    wrong = web.post(url("pledge", invitation.pk), {"typed_name": "别人"})
    web.post(url("pledge", invitation.pk), {"typed_name": invitation.judge.person.name})

    invitation.refresh_from_db()
    assert wrong.status_code == 422
    assert invitation.state == InvitationState.ACCEPTED
    assert invitation.pledged_name == invitation.judge.person.name


def test_declining_needs_a_reason(web, invitation):
    without = web.post(url("invitation", invitation.pk), {"accepted": "no"})
    web.post(url("invitation", invitation.pk), {"accepted": "no", "reason": "出差"})

    invitation.refresh_from_db()
    assert without.status_code == 422
    assert (invitation.state, invitation.reason) == (InvitationState.DECLINED, "出差")


def test_anothers_invitation_is_not_there(web):
    other = factories.InvitationFactory()

    assert web.get(url("invitation", other.pk)).status_code == 404
    assert web.post(url("pledge", other.pk), {"typed_name": other.judge.person.name}).status_code == 404
