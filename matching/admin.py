from django.contrib import admin

from core.admin import ReadOnly
from matching.models import Access, Consent, Deal, Institution, InstitutionMember, Interest


@admin.register(Institution)
class InstitutionAdmin(ReadOnly):
    list_display = ["organisation", "kind", "state", "admitted_at", "expires_on"]
    list_filter = ["kind", "state"]
    search_fields = ["organisation__name"]
    list_select_related = ["organisation"]


@admin.register(InstitutionMember)
class InstitutionMemberAdmin(ReadOnly):
    list_display = ["user", "institution", "post"]
    list_select_related = ["user", "institution__organisation"]


@admin.register(Consent)
class ConsentAdmin(ReadOnly):
    list_display = ["project", "purpose", "institution", "given_at", "expires_on", "withdrawn_at"]
    list_filter = ["purpose"]
    list_select_related = ["project", "institution__organisation"]


@admin.register(Access)
class AccessAdmin(ReadOnly):
    list_display = ["at", "by", "version", "consent"]
    list_select_related = ["by", "version", "consent__project"]


@admin.register(Interest)
class InterestAdmin(ReadOnly):
    list_display = ["at", "institution", "project", "state"]
    list_filter = ["state"]
    list_select_related = ["institution__organisation", "project"]


@admin.register(Deal)
class DealAdmin(ReadOnly):
    list_display = ["institution", "project", "stage", "moved_at"]
    list_filter = ["stage"]
    list_select_related = ["institution__organisation", "project"]
