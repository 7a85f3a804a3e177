"""Saving and locking at the same moment: whatever was confirmed is in the ranking, the rest was refused."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from threading import Barrier, Event

import pytest
from django.db import connection

from contests.states import HeatState
from core.problems import Refused
from judging import replay, services
from judging.models import Mark, Ranking, ScoreSheet
from judging.states import SheetState
from tests.factories import NOW
from tests.judging.heats import opened

pytestmark = pytest.mark.django_db(transaction=True)


def test_judges_who_hand_in_while_the_heat_is_locked_are_in_or_are_refused():
    made = opened(entries=3, judges=3, per_entry=3)
    made.fill(lambda entry, seat: (20 + seat, 30 - entry))
    contested = list(ScoreSheet.objects.order_by("pk")[:4])
    ScoreSheet.objects.filter(pk__in=[sheet.pk for sheet in contested]).update(state=SheetState.DRAFT)
    start, somebody_saved, everybody_is_done = Barrier(len(contested) + 1), Event(), Event()

    def hand_in(sheet) -> bool:
        start.wait()
        try:
            for value in range(20, 26):
                services.save_sheet(sheet, marks={"innovation": Decimal(value)}, by=made.by, at=NOW)
                somebody_saved.set()
            services.submit_sheet(sheet, by=made.by, at=NOW)
            return True
        except Refused:
            return False
        finally:
            connection.close()

    def lock() -> int:
        """Try after each save until it holds, so that a single writer leaves the judges their turn; the last try
        begins after every judge has finished."""
        start.wait()
        try:
            while True:
                somebody_saved.wait()
                somebody_saved.clear()
                last = everybody_is_done.is_set()
                try:
                    return len(services.lock_heat(made.heat, by=made.by, at=NOW + timedelta(hours=1)))
                except Refused:
                    if last:
                        raise
        finally:
            connection.close()

    with ThreadPoolExecutor(len(contested) + 1) as pool:
        locking = pool.submit(lock)
        try:
            handed_in = [one.result() for one in [pool.submit(hand_in, sheet) for sheet in contested]]
        finally:
            everybody_is_done.set()
            somebody_saved.set()

    assert locking.result() == 1
    assert handed_in == [True] * len(contested)
    assert_frozen_whole(made, contested)


def assert_frozen_whole(made, contested):
    made.heat.refresh_from_db()
    assert made.heat.state == HeatState.LOCKED
    kept = Mark.objects.filter(sheet__in=contested, criterion__key="innovation").values_list("value", flat=True)
    assert set(kept) == {Decimal(25)}
    assert replay.differences_of_ranking(Ranking.objects.get()) == []
    with pytest.raises(Refused):
        services.reopen_sheet(contested[0], reason="太晚", by=made.by, at=NOW)
