"""Compute every frozen ranking again from its stored rule and marks, and name every difference."""

from django.core.management.base import BaseCommand, CommandError

from judging.models import Ranking
from judging.replay import differences_of_ranking


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--heat", type=int, help="only the rankings of this heat")

    def handle(self, *args, heat=None, **options):
        found = Ranking.objects.select_related("heat__stage", "heat__rubric", "track").order_by("pk")
        if heat is not None:
            found = found.filter(heat=heat)
        different = total = 0
        for one in found.iterator(10):
            total += 1
            differences = differences_of_ranking(one)
            different += bool(differences)
            said = "; ".join(differences) if differences else "equal"
            self.stdout.write(f"{one.pk} {one} {one.digest[:12]}: {said}")
        if different:
            raise CommandError(f"{different} of {total} rankings differ from their record.")
        self.stdout.write(f"{total} equal")
