from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from core import fonts  # noqa: F401 - registers the check that refuses to start without the printing fonts

# The apps of the product that keep tables.
ROOMS = ("core", "accounts", "messaging", "contests", "projects", "judging", "certificates", "matching")


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("Core")

    def ready(self):
        # `tasks` of every room registers the long work it can run,
        # and `upkeep` what the core does by the clock.
        autodiscover_modules("tasks", "upkeep")
