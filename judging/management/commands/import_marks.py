"""Imports a file of marks, ranks it, and compares with the official figures where the file has them."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q
from django.utils import translation

from accounts.models import User
from accounts.services import create_account
from accounts.states import Role
from core.problems import Refused
from judging.imports import Table, read
from judging.queries.imported import Comparison, compare
from judging.services.imported import TRIM_FROM, import_marks


class Command(BaseCommand):
    help = "Import a CSV file of marks (docs/marks-format.md) through the product's own sheets and ranking."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="Check the file, say what it holds, write nothing.")
        parser.add_argument("--check-official", action="store_true", help="Fail when a figure is not the official one.")
        parser.add_argument("--by", metavar="USER", help="The account in whose name the import is recorded.")
        parser.add_argument(
            "--trim-from", type=int, default=TRIM_FROM, metavar="N",
            help=f"Drop the highest and the lowest mark from N marks on (3 or more; {TRIM_FROM} if not given).",
        )  # fmt: skip

    def handle(self, *, file, dry_run, check_official, by, trim_from, **options):
        if trim_from <= 2:
            raise CommandError("--trim-from: two marks are dropped, so it takes 3 or more.")
        with translation.override("en"):
            table = self._read(file)
            if dry_run:
                self.stdout.write("Dry run: the file is right, nothing was written.")
                return
            imported = import_marks(table, by=_actor(by), trim_from=trim_from, told=self._progress)
            if not imported.new:
                self.stdout.write(f"The same marks were imported before ({imported.season}); nothing was written.")
            self._report(compare(imported.season, table), check_official)

    def _read(self, file: Path) -> Table:
        try:
            data = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from None
        try:
            table = read(data, name=file.stem)
        except Refused as refusal:
            for problem in refusal.problems:
                self.stderr.write(problem.message)
            raise CommandError(refusal.message) from None
        self.stdout.write(
            f"{table.rows} rows: {len(table.competitions)} competitions, {len(table.panels)} programs,"
            f" {table.entries} entries, {table.marks} marks by up to {len(table.judges)} judges."
        )
        if table.ignored:
            self.stdout.write(f"Columns not read: {', '.join(table.ignored)}.")
        return table

    def _progress(self, done: int, total: int) -> None:
        if done == total or done % 8 == 0:
            self.stdout.write(f"Entered, locked and ranked {done} of {total} programs.")
            self.stdout.flush()

    def _report(self, found: Comparison, check_official: bool) -> None:
        for one in found.differences:
            what = f"panel score of {one.what}" if one.what else "total"
            self.stdout.write(
                f"{one.panel.competition}, {one.panel.program}, {one.entry.name}:"
                f" {what} {one.ours}, official {one.official}."
            )
        if not found.panels and not found.totals:
            self.stdout.write("The file has no official figures to compare with.")
        self.stdout.write(str(found))
        if check_official and not found.is_equal:
            raise CommandError("Not every figure is the official one.")


def _actor(username: str | None) -> User:
    """The named account; else an administrator; on an installation without one, an account nobody can sign in with."""
    if username:
        try:
            return User.objects.get(username=username)
        except User.DoesNotExist:
            raise CommandError(f"--by: there is no account {username}.") from None
    administrators = User.objects.filter(Q(is_superuser=True) | Q(grants__role=Role.ADMINISTRATOR), is_active=True)
    found = administrators.order_by("pk").first() or User.objects.filter(username="import").first()
    return found or create_account(username="import", display_name="导入", by=None)
