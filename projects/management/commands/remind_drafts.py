from django.core.management.base import BaseCommand

from projects.reminders import remind_drafts


class Command(BaseCommand):
    help = "Reminds drafts 7 days, 3 days, 24 and 3 hours before their deadline. Run it by a timer, every 10 minutes."

    def handle(self, **options):
        self.stdout.write(f"{remind_drafts()} reminded.")
