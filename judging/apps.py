from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JudgingConfig(AppConfig):
    name = "judging"
    verbose_name = _("Judging")

    def ready(self):
        # Looks for ties as soon as a team changes.
        import_module("judging.services.late")
        import_module("judging.impact")
