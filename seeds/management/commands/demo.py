"""Fill the demo: five contests, 16 cities, projects at every stage, by the services that people use."""

import gc
from time import monotonic

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from seeds.demo.fill import fill, is_filled


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--projects", type=int, default=1500, help="how many projects over the five contests")
        parser.add_argument("--judges", type=int, default=300, help="how many judges in the library")

    def handle(self, *, projects, judges, **_options):
        if settings.PRODUCTION:
            raise CommandError("The demo has no place in production: unset PRODUCTION.")
        if is_filled():
            self.stdout.write("The demo is filled already.")
            return
        if projects < 20:
            raise CommandError("The demo needs at least 20 projects.")
        start = monotonic()
        gc.set_threshold(200_000, 20, 50)  # The run makes millions of short-lived rows; the usual pace costs a tenth.
        fill(projects, say=self._say, judges=judges)
        self.stdout.write(f"The demo is filled: {projects} projects in {monotonic() - start:.0f} s.")

    def _say(self, what: str, done: int, total: int) -> None:
        self.stdout.write(f"  {what} {done}/{total}")
        self.stdout.flush()
