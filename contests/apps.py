from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class ContestsConfig(AppConfig):
    name = "contests"
    verbose_name = _("Contests")

    def ready(self):
        # Rooms above register in seasonpart.py what they hang on a season (contests.parts).
        autodiscover_modules("seasonpart")
