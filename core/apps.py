from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

# The apps of the product that keep tables.
ROOMS = ("core", "accounts", "messaging", "contests", "projects", "judging", "certificates", "matching")


class CoreConfig(AppConfig):
    name = "core"

    def ready(self):
        # Every room's tasks.py registers the long work it can run.
        autodiscover_modules("tasks")
