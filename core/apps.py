from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

from core import fonts  # noqa: F401 - registers the check that refuses to start without the printing fonts

# The apps of the product that keep tables.
ROOMS = ("core", "accounts", "messaging", "contests", "projects", "judging", "certificates", "matching")


class CoreConfig(AppConfig):
    name = "core"

    def ready(self):
        # Every room's tasks.py registers the long work it can run.
        autodiscover_modules("tasks")
