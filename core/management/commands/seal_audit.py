from django.core.management.base import BaseCommand

from core import audit


class Command(BaseCommand):
    help = "Closes every open audit entry into one chained seal. The task worker does it by itself."

    def handle(self, **options):
        seal = audit.seal()
        if seal is None:
            self.stdout.write("Nothing to seal.")
        else:
            self.stdout.write(f"Seal {seal.pk}: {seal.entries} entries, digest {seal.digest}")
