from django.core.management.base import BaseCommand

from projects.reminders import remind_drafts


class Command(BaseCommand):
    help = "Reminds drafts 7 days, 3 days, 24 and 3 hours before their deadline. The task worker does it by itself."

    def handle(self, **options):
        self.stdout.write(f"{remind_drafts()} reminded.")
