"""What comes back by the clock: struck once whoever looks, made up for after a pause, run by the real worker."""

from datetime import timedelta

import pytest
from django_tasks import task

from core import periodic, upkeep
from core.management.commands import worker
from core.models import AuditEntry, Beat
from projects import tasks
from tests.factories import NOW

pytestmark = pytest.mark.django_db
struck = []


@task()
def strike() -> None:
    struck.append(1)


@pytest.fixture
def beat(monkeypatch):
    """One beat of ten minutes, and how often it was struck."""
    struck.clear()
    monkeypatch.setattr(periodic, "_periodic", {})
    periodic.every(minutes=10)(strike)
    return struck


def test_a_beat_comes_at_once_and_then_by_its_time(beat):
    looks = [periodic.put_due_in_queue(NOW + timedelta(minutes=at)) for at in (0, 9, 10, 10, 19, 20)]

    assert looks == [1, 0, 1, 0, 0, 1]
    assert len(beat) == 3


def test_a_pause_of_a_day_is_made_up_for_once(beat):
    periodic.put_due_in_queue(NOW)

    looks = [periodic.put_due_in_queue(NOW + timedelta(days=1, seconds=after)) for after in (0, 20, 599, 600)]

    assert looks == [1, 0, 0, 1]


def test_of_two_workers_that_saw_the_same_beat_one_strikes_it(beat):
    Beat.objects.create(name=strike.module_path, due_at=NOW)

    assert [periodic._strike(strike.module_path, NOW) for _worker in range(2)] == [True, False]
    assert len(beat) == 1


def test_the_beats_of_the_product():
    names = {upkeep.seal_audit, upkeep.forget_sessions, upkeep.forget_results, tasks.remind_drafts}
    names |= {tasks.sweep_uploads, tasks.compare_missing}

    assert {one.module_path for one in names} <= set(periodic._periodic)


def test_the_worker_strikes_and_runs_what_is_due(settings, monkeypatch):
    """The real loop and the real queue: it seals the trail, and stops when it would wait for more."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    upkeep_alone = {upkeep.seal_audit.module_path: (upkeep.seal_audit, timedelta(minutes=10))}
    monkeypatch.setattr(periodic, "_periodic", upkeep_alone)
    entry = AuditEntry.objects.create(at=NOW, verb="test", object_type="core.job", object_id="1", digest="0" * 64)
    for module in (worker, worker.db_worker):  # The test's own transaction lives on this connection.
        monkeypatch.setattr(module, "close_old_connections", lambda: None)
    running = worker.Command().worker()
    monkeypatch.setattr(worker.time, "sleep", lambda seconds: setattr(running, "running", False))

    running.run()

    entry.refresh_from_db()
    assert entry.seal.entries == 1
    assert Beat.objects.get().due_at > NOW
