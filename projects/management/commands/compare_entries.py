"""Compare entries that were not compared yet, or all again: looks for the same project entered twice."""

from django.core.management.base import BaseCommand, CommandError

from contests.models import Season
from projects.models import Entry
from projects.services.comparing import compare, not_compared


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--season", help="one season only, as CONTEST-YEAR, for example startup-2026")
        parser.add_argument("--again", action="store_true", help="also those that were compared before")

    def handle(self, *, season, again, **_options):
        entries = not_compared()
        if again:
            entries = Entry.objects.submitted().filter(submitted_at__isnull=False).select_related("track")
        if season:
            entries = entries.filter(season=self._season(season))
        done = pairs = 0
        for key in list(entries.order_by("submitted_at", "pk").values_list("pk", flat=True)):
            pairs += len(compare(Entry.objects.select_related("track").get(pk=key)))
            done += 1
            if done % 100 == 0:
                self.stdout.write(f"  {done} compared")
        self.stdout.write(f"{done} entries compared, {pairs} new pairs to look at.")

    def _season(self, text: str) -> Season:
        slug, _dash, year = text.rpartition("-")
        found = Season.objects.filter(contest__slug=slug, year=int(year) if year.isdigit() else 0).first()
        if found is None:
            raise CommandError(f"There is no season {text}. Write it as CONTEST-YEAR, for example startup-2026.")
        return found
