"""Several windows, several judges and the lock at once, on real connections: nothing is lost and nothing slips in."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Event

import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from contests.states import HeatState
from core.problems import Refused
from judging.models import Mark, Ranking, ScoreSheet
from judging.services import rankings, sheets
from judging.states import SheetState
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)
WINDOWS = 12
PATIENCE = 30  # Seconds that a thread may wait for another before the test gives up.


def in_threads(calls):
    """The results of calls that run at once, each on a connection of its own; a refusal is a result as well."""

    def run(call):
        try:
            return call()
        except Refused as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@pytest.fixture
def heat():
    stage = factories.StageFactory(scoring_rule__data={"min_valid_marks": 1})
    return factories.HeatFactory(stage=stage, state=HeatState.OPEN)


@pytest.fixture
def judge(heat):
    return factories.InvitationFactory(heat=heat).judge


@pytest.fixture
def sheet(heat, judge):
    """A draft without rows for its marks, as a window finds it that saves first."""
    made = factories.sheet(factories.ParticipationFactory(heat=heat), judge, state=SheetState.DRAFT)
    made.marks.all().delete()
    return made


def signed_in(user) -> Client:
    web = Client()
    web.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return web


def autosave(web, sheet, mark) -> int:
    body = json.dumps({"version": 0, "marks": {"innovation": str(mark)}})
    return web.post(reverse("judging:save_sheet", args=[sheet.pk]), body, content_type="application/json").status_code


def test_twelve_first_saves_of_different_marks_make_one_row(sheet, judge):
    windows = [signed_in(judge.person.user) for _ in range(WINDOWS)]

    found = in_threads([lambda web=web, mark=mark: autosave(web, sheet, mark) for mark, web in enumerate(windows)])

    assert Counter(found) == {200: 1, 409: WINDOWS - 1}
    sheet.refresh_from_db()
    kept = Mark.objects.get(sheet=sheet)
    assert (sheet.version, kept.value) == (1, found.index(200))


def test_twelve_times_the_same_save_is_confirmed_twelve_times(sheet, judge):
    windows = [signed_in(judge.person.user) for _ in range(WINDOWS)]

    found = in_threads([lambda web=web: autosave(web, sheet, 50) for web in windows])

    assert Counter(found) == {200: WINDOWS}
    sheet.refresh_from_db()
    assert (sheet.version, Mark.objects.get(sheet=sheet).value) == (1, 50)


def test_judges_do_not_wait_for_each_other(heat):
    participation = factories.ParticipationFactory(heat=heat)
    made = [factories.sheet(participation, factories.JudgeFactory(), state=SheetState.DRAFT) for _ in range(6)]
    user = factories.UserFactory()
    marks = {"innovation": Decimal(50), "team": Decimal(30)}

    found = in_threads([lambda one=one: sheets.save_sheet(one, marks=marks, by=user, at=NOW) for one in made])

    assert {one.version for one in found} == {1}
    assert Mark.objects.filter(value=None).count() == 0


def hold(monkeypatch, module, name: str) -> tuple[Event, Event]:
    """Stop a function of a module after its work: (it is there, it may go on)."""
    there, go_on = Event(), Event()
    real = getattr(module, name)

    def held(*args, **kwargs):
        result = real(*args, **kwargs)
        there.set()
        assert go_on.wait(PATIENCE)
        return result

    monkeypatch.setattr(module, name, held)
    return there, go_on


def test_a_sheet_handed_in_while_the_heat_is_locked_is_in_the_ranking(sheet, heat, judge, monkeypatch):
    """The judge holds the sheet first: the lock waits, and counts what was handed in."""
    organiser = factories.UserFactory()
    sheets.save_sheet(sheet, marks={"innovation": Decimal(50), "team": Decimal(30)}, by=judge.person.user)
    there, go_on = hold(monkeypatch, sheets, "_check_draft")

    def lock():
        assert there.wait(PATIENCE)
        go_on.set()
        return rankings.lock_heat(heat, by=organiser)

    submitted, ranked = in_threads([lambda: sheets.submit_sheet(sheet, by=judge.person.user), lock])

    assert submitted.state == SheetState.SUBMITTED
    assert [one.places.get().total for one in ranked] == [Decimal(80)]


def test_a_save_that_comes_after_the_lock_is_refused_whole(sheet, heat, judge, monkeypatch):
    """The lock holds the sheets first: the save waits, finds the heat locked, and leaves no trace."""
    organiser = factories.UserFactory()
    user = judge.person.user
    sheets.save_sheet(sheet, marks={"innovation": Decimal(50), "team": Decimal(30)}, by=user)
    sheets.submit_sheet(sheet, by=user)
    there, go_on = hold(monkeypatch, rankings, "_lock_sheets")

    def save():
        assert there.wait(PATIENCE)
        go_on.set()
        return sheets.save_sheet(sheet, marks={"innovation": Decimal(60)}, by=user)

    refused, ranked = in_threads([save, lambda: rankings.lock_heat(heat, by=organiser)])

    assert refused.code == "locked"
    assert [one.places.get().total for one in ranked] == [Decimal(80)]
    assert Mark.objects.get(sheet=sheet, criterion__key="innovation").value == 50


def test_locking_twice_at_once_makes_one_ranking(sheet, heat, judge):
    organiser = factories.UserFactory()
    sheets.save_sheet(sheet, marks={"innovation": Decimal(50), "team": Decimal(30)}, by=judge.person.user)
    sheets.submit_sheet(sheet, by=judge.person.user)

    found = in_threads([lambda: rankings.lock_heat(heat, by=organiser)] * 2)

    assert sorted(isinstance(one, Refused) for one in found) == [False, True]
    assert Ranking.objects.count() == 1


def test_a_sheet_can_be_handed_in_once(sheet, judge):
    user = judge.person.user
    sheets.save_sheet(sheet, marks={"innovation": Decimal(50), "team": Decimal(30)}, by=user)

    found = in_threads([lambda: sheets.submit_sheet(sheet, by=user)] * 4)

    assert sum(isinstance(one, ScoreSheet) for one in found) == 1
    assert {one.code for one in found if isinstance(one, Refused)} == {"settled"}


def test_the_database_locks_rows_or_lets_one_writer_in():
    """What the tests above rely on: row locks, or immediate transactions."""
    immediate = connection.settings_dict["OPTIONS"].get("transaction_mode") == "IMMEDIATE"
    assert connection.features.has_select_for_update or immediate
