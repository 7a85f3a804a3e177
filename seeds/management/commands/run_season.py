"""Run a whole small season of a contest, from the call to the certificates, and leave its papers in a folder."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core.problems import Refused
from seeds.rehearsal import run


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--contest", required=True, help="short name of the contest, such as veteran")
        parser.add_argument("--out", required=True, type=Path, help="folder for the papers")
        parser.add_argument("--entries", type=int, default=40, help="how many projects enter")

    def handle(self, *, contest, out, entries, **_options):
        if settings.PRODUCTION:
            raise CommandError("A rehearsal has no place in production: unset PRODUCTION.")
        if not 10 <= entries <= 2000:
            raise CommandError("Let between 10 and 2,000 projects enter.")
        try:
            left = run(contest, out, entries=entries, say=self._say)
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal
        for path in (left.ranking, left.notice, left.certificates, left.pipeline):
            self.stdout.write(f"  {path.name}: {path.stat().st_size:,} bytes")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
