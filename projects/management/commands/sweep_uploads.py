from django.core.management.base import BaseCommand

from projects.services import sweep_uploads


class Command(BaseCommand):
    help = "Clears away uploads that expired and bytes that belong to none. The task worker does it by itself."

    def handle(self, **options):
        self.stdout.write(f"{sweep_uploads()} uploads expired.")
