"""The data pages of administrators: Django's admin behind our own sign-in and our own permission."""

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from core.apps import ROOMS


class DataConfig(AdminConfig):
    default_site = "config.admin.DataSite"


class DataSite(AdminSite):
    site_header = _("Data")
    site_title = _("Data")
    index_title = _("All tables")
    site_url = "/"

    def register(self, model_or_iterable, admin_class=None, **options):
        """Our own tables only: those of libraries hold groups we don't use, secrets of second factors, raw tasks."""
        models = [model_or_iterable] if isinstance(model_or_iterable, type) else list(model_or_iterable)
        ours = [model for model in models if model._meta.app_label in ROOMS]
        super().register(ours, admin_class, **options)

    def has_permission(self, request):
        return request.user.is_active and request.user.has_perm("contests.administer")

    def login(self, request, extra_context=None):
        """There is one sign-in, with its lock-out and second factor: this door only sends on or refuses."""
        if not self.has_permission(request):
            raise PermissionDenied
        return redirect("admin:index")

    def logout(self, request, extra_context=None):
        return redirect("account_logout")

    def password_change(self, request, extra_context=None):
        return redirect("account_change_password")

    def password_change_done(self, request, extra_context=None):
        return redirect("accounts:profile")
