"""The product's own server is ended by kill -9 amid saves: whatever it acknowledged is in the sheet and the trail.

The same with a thousand saves and five kills: benchmarks/judges.py --kill.
"""

import http.client
import json
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from contests.states import HeatState
from core.models import AuditEntry
from judging.models import Mark
from judging.states import SheetState
from tests import factories
from tests.server import Server
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)
TOKEN = "a" * 32
WRITERS, SAVES, MOST = 3, 30, 60


@pytest.fixture
def sheets():
    """One draft for each writer, in an open heat."""
    heat = factories.HeatFactory(state=HeatState.OPEN)
    judges = [factories.InvitationFactory(heat=heat).judge for _ in range(WRITERS)]
    return [factories.sheet(factories.ParticipationFactory(heat=heat), one, state=SheetState.DRAFT) for one in judges]


def cookie_of(sheet) -> dict[str, str]:
    browser = Client()
    browser.force_login(sheet.assignment.judge.person.user, backend="django.contrib.auth.backends.ModelBackend")
    session = browser.cookies[settings.SESSION_COOKIE_NAME].value
    return {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN}


def test_a_server_killed_amid_saves_keeps_every_acknowledged_one(sheets):
    server = Server(reverse("account_login"), workers=1).start()
    acknowledged = {sheet.pk: [] for sheet in sheets}

    def write(sheet, cookie):
        """Save one mark after the other until nobody answers any more."""
        path = reverse("judging:save_sheet", args=[sheet.pk])
        for turn in count(1):
            mark = turn % MOST
            body = json.dumps({"marks": {"innovation": str(mark)}})
            try:
                answer = server.ask("POST", path, body, Content_Type="application/json", **cookie)
            except (OSError, http.client.HTTPException):
                return
            assert answer.status == 200
            acknowledged[sheet.pk].append(mark)

    cookies = [cookie_of(sheet) for sheet in sheets]
    with ThreadPoolExecutor(WRITERS) as pool:
        writers = [pool.submit(write, *one) for one in zip(sheets, cookies, strict=True)]
        try:
            until(lambda: sum(map(len, acknowledged.values())) >= SAVES or any(one.done() for one in writers))
        finally:
            server.kill()
    for one in writers:
        one.result()
    assert sum(map(len, acknowledged.values())) >= SAVES
    for sheet in sheets:
        saves = AuditEntry.objects.filter(object_type="judging.scoresheet", object_id=str(sheet.pk), verb="sheet.save")
        kept = [
            int(float(after["marks"]["innovation"])) for after in saves.order_by("pk").values_list("after", flat=True)
        ]
        told = acknowledged[sheet.pk]
        assert kept[: len(told)] == told
        assert len(kept) <= len(told) + 1  # A save may hold whose answer was still on its way.
        sheet.refresh_from_db()
        stored = Mark.objects.get(sheet=sheet, criterion__key="innovation").value
        assert (sheet.version, stored) == (len(kept), kept[-1])
