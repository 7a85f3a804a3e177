from django.contrib import admin

from certificates.models import Award, Certificate
from core.admin import ReadOnly


@admin.register(Award)
class AwardAdmin(ReadOnly):
    list_display = ["entry", "level", "state", "given_at"]
    list_filter = ["state"]
    list_select_related = ["entry", "level"]


@admin.register(Certificate)
class CertificateAdmin(ReadOnly):
    list_display = ["number", "state", "issued_at", "by", "replaces"]
    list_filter = ["state"]
    search_fields = ["number"]
    list_select_related = ["by", "replaces"]
    exclude = ["token"]
