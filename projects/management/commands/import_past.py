"""Reads entries and winners of earlier years from an Excel file, as the page does."""

from pathlib import Path

from django.core.files.base import ContentFile
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from accounts.models import User
from contests.models import Contest
from core.problems import Refused
from projects.imports.past import read_past
from projects.queries.past import brings_past, place_names
from projects.services.past import PastReport, check_past, import_past


class Command(BaseCommand):
    help = "Import earlier years of a contest from an .xlsx file (docs/past-format.md); all rows or none."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--contest", required=True, metavar="SLUG", help="Whose earlier years these are.")
        parser.add_argument("--check", action="store_true", help="Check and match the file, write nothing.")
        parser.add_argument("--by", metavar="USER", help="The account in whose name it is recorded (not with --check).")

    def handle(self, *, file, contest, check, by, **options):
        with translation.override("en"):
            found = self._contest(contest)
            actor = None if check else _actor(by, found)
            try:
                rows = read_past(
                    ContentFile(file.read_bytes(), file.name), name=file.name, regions=place_names(),
                    this_year=timezone.localdate().year,
                )  # fmt: skip
                report = check_past(found, rows) if check else import_past(found, rows, by=actor)
            except OSError as error:
                raise CommandError(f"{file}: {error.strerror}") from None
            except Refused as refusal:
                for one in refusal.problems:
                    self.stderr.write(f"{one.where[:1].upper()}{one.where[1:]}: {one.message}")
                raise CommandError(refusal.message) from None
            self._tell(report, check)

    def _contest(self, slug: str) -> Contest:
        try:
            return Contest.objects.get(slug=slug)
        except Contest.DoesNotExist:
            known = ", ".join(Contest.objects.held().values_list("slug", flat=True))
            raise CommandError(f"There is no contest {slug}. Known: {known}.") from None

    def _tell(self, report: PastReport, check: bool) -> None:
        self.stdout.write(f"{report.rows} rows: {report.new} new, {report.changed} changed, {report.same} as before.")
        self.stdout.write(f"Matched: {report.sure}; to be decided: {report.doubtful}; nobody known: {report.nobody}.")
        if check:
            self.stdout.write("Dry run: nothing was written.")


def _actor(username: str | None, contest: Contest) -> User:
    """Whoever the import is recorded for must be allowed to do it on the page as well."""
    if not username:
        raise CommandError("--by: name the organiser or administrator in whose name this is recorded.")
    found = User.objects.filter(username=username, is_active=True).first()
    if found is None:
        raise CommandError(f"--by: there is no account {username}.")
    if not brings_past(found, contest):
        raise CommandError(f"--by: {username} does not run {contest}.")
    return found
