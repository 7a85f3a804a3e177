"""How the data pages behave: administrators read everything; what may be edited there leaves an audit entry."""

from django.contrib import admin

from core import audit
from core.models import AuditEntry, AuditSeal, Beat, Job, Region


class ReadOnly(admin.ModelAdmin):
    """Rows are looked at here and changed in the product, through its services."""

    list_per_page = 50
    show_full_result_count = False

    def has_module_permission(self, request):
        return request.user.has_perm("contests.administer")

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("contests.administer")

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class Editable(ReadOnly):
    """Set-up data that administrators may correct or add; nothing is deleted here."""

    def has_add_permission(self, request):
        return request.user.has_perm("contests.administer")

    def has_change_permission(self, request, obj=None):
        return request.user.has_perm("contests.administer")

    def save_model(self, request, obj, form, change):
        before = {name: form.initial.get(name) for name in form.changed_data}
        super().save_model(request, obj, form, change)
        after = {name: form.cleaned_data.get(name) for name in form.changed_data}
        audit.record(obj, "admin.change" if change else "admin.add", by=request.user, before=before, after=after)


@admin.register(Region)
class RegionAdmin(ReadOnly):
    list_display = ["code", "name", "name_en", "level", "parent"]
    list_filter = ["level"]
    search_fields = ["code", "name", "name_en"]
    list_select_related = ["parent"]


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly):
    list_display = ["at", "actor_name", "verb", "object_type", "object_name"]
    search_fields = ["object_id"]
    fields = ["at", "actor_name", "verb", "object_type", "object_id", "object_name", "reason", "before", "after"]


@admin.register(AuditSeal)
class AuditSealAdmin(ReadOnly):
    list_display = ["pk", "at", "entries", "digest"]


@admin.register(Job)
class JobAdmin(ReadOnly):
    list_display = ["title", "kind", "by", "state", "done", "total", "created_at", "finished_at"]
    list_filter = ["state"]
    list_select_related = ["by"]
    exclude = ["params"]


@admin.register(Beat)
class BeatAdmin(ReadOnly):
    list_display = ["name", "due_at"]
