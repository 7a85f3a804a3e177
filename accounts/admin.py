from django.contrib import admin
from import_export import resources
from import_export.admin import ExportMixin

from accounts.models import Organisation, Person, User
from core.admin import Editable, ReadOnly


class OrganisationResource(resources.ModelResource):
    class Meta:
        model = Organisation
        fields = ["id", "kind", "name", "name_en", "credit_code", "region__code", "region__name"]


@admin.register(Organisation)
class OrganisationAdmin(ExportMixin, Editable):
    resource_classes = [OrganisationResource]
    list_display = ["name", "kind", "credit_code", "region"]
    list_filter = ["kind"]
    search_fields = ["name", "credit_code"]
    list_select_related = ["region"]
    autocomplete_fields = ["region"]


@admin.register(Person)
class PersonAdmin(ReadOnly):
    """Document and phone numbers stay masked here as everywhere."""

    list_display = ["name", "masked_id_number", "birth_date", "employer"]
    search_fields = ["name"]
    list_select_related = ["employer"]
    fields = ["name", "name_en", "id_kind", "masked_id_number", "birth_date", "masked_phone", "employer", "title"]
    readonly_fields = ["masked_id_number", "masked_phone"]


@admin.register(User)
class UserAdmin(ReadOnly):
    list_display = ["username", "display_name", "person", "is_active", "last_login"]
    list_filter = ["is_active"]
    search_fields = ["username", "display_name"]
    list_select_related = ["person"]
    fields = ["username", "display_name", "person", "is_active", "date_joined", "last_login"]
