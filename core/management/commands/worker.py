import time

from django.core.management.base import BaseCommand
from django.db import OperationalError, close_old_connections
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands import db_worker
from django_tasks_db.utils import is_locked_database_exception

from core.periodic import put_due_in_queue

IDLE_SECONDS = 1
LOOK_SECONDS = 20


class Worker(db_worker.Worker):
    """Looks at the clock between any two tasks, so that a long queue delays no beat."""

    looked_at = -LOOK_SECONDS

    def run(self) -> None:
        while self.running:
            self._look_at_the_clock()
            before = self._run_tasks
            self.max_tasks = before + 1
            super().run()
            if self.running and self._run_tasks == before:
                time.sleep(self.interval)

    def _look_at_the_clock(self) -> None:
        if time.monotonic() - self.looked_at < LOOK_SECONDS:
            return
        self.looked_at = time.monotonic()
        close_old_connections()
        try:
            put_due_in_queue()
        except OperationalError as error:
            if not is_locked_database_exception(error):
                raise


class Command(BaseCommand):
    help = "The task worker: runs what waits in the queue and what comes back by the clock. Any number may run at once."

    def handle(self, **options):
        worker = self.worker()
        worker.configure_signals()
        worker.run()

    def worker(self) -> Worker:
        return Worker(
            queue_names=["*"], excluded_queue_names=[], backend_name="default", worker_id=get_random_string(32),
            interval=IDLE_SECONDS, startup_delay=False, batch=True, max_tasks=None,
        )  # fmt: skip
