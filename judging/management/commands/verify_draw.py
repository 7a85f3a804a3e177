"""Repeat every draw of a heat from its record, and name every difference."""

from django.core.management.base import BaseCommand, CommandError

from judging.models import Draw
from judging.replay import differences_of_draw


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("heat", type=int, nargs="?", help="the heat; without it every draw there is")

    def handle(self, *args, heat=None, **options):
        found = Draw.objects.filter(drawn_at__isnull=False).select_related("heat__stage").order_by("pk")
        if heat is not None:
            found = found.filter(heat=heat)
        different = total = 0
        for one in found.iterator(10):
            total += 1
            differences = differences_of_draw(one)
            different += bool(differences)
            said = "; ".join(differences) if differences else "equal"
            self.stdout.write(f"{one.pk} {one} {one.digest[:12]}: {said}")
        if different:
            raise CommandError(f"{different} of {total} draws differ from their record.")
        self.stdout.write(f"{total} equal")
