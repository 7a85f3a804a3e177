from django.contrib import admin

from core.admin import ReadOnly
from projects.models import DocumentVersion, Entry, Project, ScreeningStep


@admin.register(Project)
class ProjectAdmin(ReadOnly):
    list_display = ["name", "owner", "industry", "region", "company_name"]
    search_fields = ["name", "company_name", "credit_code"]
    list_select_related = ["owner", "region"]


@admin.register(Entry)
class EntryAdmin(ReadOnly):
    list_display = ["number", "title", "season", "track", "unit", "state", "submitted_at"]
    list_filter = ["state", "season"]
    search_fields = ["number", "title"]
    list_select_related = ["season__contest", "track", "unit"]
    exclude = ["snapshot", "identity_key"]


@admin.register(DocumentVersion)
class DocumentVersionAdmin(ReadOnly):
    list_display = ["name", "extension", "size", "pages", "by", "at"]
    list_select_related = ["by"]
    exclude = ["file"]


@admin.register(ScreeningStep)
class ScreeningStepAdmin(ReadOnly):
    list_display = ["at", "entry", "unit", "decision", "by"]
    list_filter = ["decision"]
    list_select_related = ["entry", "unit", "by"]
