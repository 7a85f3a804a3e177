"""Reads a season file: what it would do, or does it."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from contests.imports import load_file, plan_of
from core.problems import Refused


class Command(BaseCommand):
    help = "Make a season from its file, or write one in preparation anew (docs/season-file.md)."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--check", action="store_true", help="say what the file would do and change nothing")
        parser.add_argument("--user", default="", help="the account in whose name it is written; system unless given")

    def handle(self, *, file: Path, check: bool, user: str, **_options):
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        content = file.read_bytes()
        plan = plan_of(content)
        for one in plan.mistakes:
            self.stderr.write(f"{file}:{one.line}:{one.column}: {one.where}: {one.message}")
        if plan.mistakes:
            raise CommandError(f"{len(plan.mistakes)} mistakes; nothing was changed.")
        if plan.refusal:
            raise CommandError(plan.refusal)
        self._tell(plan)
        if check:
            return
        by = User.objects.filter(username=user or "system").first()
        if by is None:
            raise CommandError(f"There is no account “{user or 'system'}”. Name one with --user.")
        try:
            season = load_file(content, by=by)
        except Refused as refusal:
            raise CommandError(refusal.message) from None
        self.stdout.write(f"{season}: {season.pk}")

    def _tell(self, plan) -> None:
        for name in plan.made:
            self.stdout.write(f"+ organisation {name}")
        for one in plan.differences:
            signs = (("+", one.added), ("-", one.removed), ("~", one.changed))
            for sign, rows in signs:
                for row in rows:
                    self.stdout.write(f"{sign} {one.section}: {row.title}")
                    for change in row.changes:
                        self.stdout.write(f"    {change.name}: {change.before} → {change.after}")
        if plan.changes_nothing:
            self.stdout.write("The season stands like this already.")
