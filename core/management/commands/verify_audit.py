from django.core.management.base import BaseCommand, CommandError

from core import audit
from core.models import AuditEntry, AuditSeal


class Command(BaseCommand):
    help = "Recomputes the audit trail and names every entry and seal that no longer fits."

    def handle(self, **options):
        broken = audit.broken()
        for place in broken:
            self.stderr.write(place)
        if broken:
            raise CommandError(f"The audit trail is broken in {len(broken)} places.")
        self.stdout.write(f"{AuditEntry.objects.count()} entries and {AuditSeal.objects.count()} seals fit.")
