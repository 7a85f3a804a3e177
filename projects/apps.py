from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProjectsConfig(AppConfig):
    name = "projects"
    verbose_name = _("Projects")

    def ready(self):
        # Registers the long work of the offices, as tasks.py of every room does for its own, and tells the set-up of a
        # season how many entries a change touches, and which facts a condition may look at.
        import_module("projects.batches")
        import_module("projects.impact")
        import_module("projects.conditions")
