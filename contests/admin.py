"""Contests and the granting of roles. What hangs on a season is set up on its own pages and only read here."""

from django.contrib import admin, messages
from django.utils.translation import gettext_lazy as _
from import_export import resources
from import_export.admin import ExportMixin

from contests import services
from contests.models import (
    AwardLevel,
    Contest,
    ContestHost,
    Criterion,
    Declaration,
    DocumentRequirement,
    EligibilityRule,
    Grant,
    Heat,
    Notice,
    Quota,
    RecommendingUnit,
    Rubric,
    ScoringRule,
    Season,
    Stage,
    Track,
)
from core.admin import Editable, ReadOnly


@admin.register(Grant)
class GrantAdmin(Editable):
    """Roles are given and ended by the services, so that each leaves its entry in the trail."""

    list_display = ["user", "role", "contest", "season", "region", "organisation", "starts", "ends"]
    list_filter = ["role"]
    search_fields = ["user__username", "user__display_name", "organisation__name"]
    list_select_related = ["user", "contest", "season__contest", "region", "organisation"]
    fields = ["user", "role", "contest", "season", "region", "organisation"]
    autocomplete_fields = ["user", "season", "region", "organisation"]
    actions = ["end"]

    def has_change_permission(self, request, obj=None):
        return obj is None and super().has_change_permission(request)

    def save_model(self, request, obj, form, change):
        data = form.cleaned_data
        scope = {name: data[name] for name in ("contest", "season", "region", "organisation")}
        obj.pk = services.grant_role(data["user"], role=data["role"], by=request.user, **scope).pk

    @admin.action(description=_("End the chosen grants now"))
    def end(self, request, chosen):
        for grant in chosen.filter(ends=None):
            services.end_grant(grant, by=request.user)
        messages.success(request, _("The roles are taken away. Their holders lose the pages at once."))


class UnitResource(resources.ModelResource):
    class Meta:
        model = RecommendingUnit
        fields = ["id", "season__title", "name", "kind", "region__code", "parent__name", "accepts_entries", "phone"]


@admin.register(RecommendingUnit)
class RecommendingUnitAdmin(ExportMixin, ReadOnly):
    resource_classes = [UnitResource]
    list_display = ["name", "season", "kind", "region", "parent", "accepts_entries", "phone"]
    list_filter = ["season", "kind"]
    search_fields = ["name"]
    list_select_related = ["season__contest", "region", "parent"]


class HostInline(admin.TabularInline):
    model = ContestHost
    extra = 0
    autocomplete_fields = ["organisation"]

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("contests.administer")

    has_add_permission = has_view_permission
    has_change_permission = has_view_permission


@admin.register(Contest)
class ContestAdmin(Editable):
    list_display = ["name", "name_en", "slug", "number_prefix", "order"]
    inlines = [HostInline]


@admin.register(Season)
class SeasonAdmin(ReadOnly):
    list_display = ["title", "year", "state", "entry_opens", "entry_closes", "quality_target"]
    list_filter = ["state", "year"]
    search_fields = ["title"]
    list_select_related = ["contest"]


class PartAdmin(ReadOnly):
    """Tables that hang on a season or one of its tracks."""

    list_filter = ["season"]
    list_select_related = ["season__contest", "track"]


@admin.register(EligibilityRule)
class EligibilityRuleAdmin(PartAdmin):
    list_display = ["phrase", "season", "track", "kind", "date", "number", "blocks", "sample"]


@admin.register(DocumentRequirement)
class DocumentRequirementAdmin(PartAdmin):
    list_display = ["label", "season", "track", "kind", "max_mb", "required", "judged"]


@admin.register(Declaration)
class DeclarationAdmin(PartAdmin):
    list_display = ["title", "season", "track", "required"]


@admin.register(AwardLevel)
class AwardLevelAdmin(PartAdmin):
    list_display = ["name", "season", "track", "metal", "places", "prize_wan", "sample"]


@admin.register(Track)
class TrackAdmin(ReadOnly):
    list_display = ["name", "name_en", "season", "code", "kind"]
    list_filter = ["season"]
    list_select_related = ["season__contest"]


@admin.register(Stage)
class StageAdmin(ReadOnly):
    list_display = ["name", "season", "order", "kind", "opens", "closes", "by_zone", "judges_per_entry"]
    list_filter = ["season", "kind"]
    list_select_related = ["season__contest"]


@admin.register(Quota)
class QuotaAdmin(ReadOnly):
    list_display = ["stage", "track", "zone", "places", "reserves", "sample"]
    list_select_related = ["stage__season__contest", "track", "zone"]


class CriterionInline(admin.TabularInline):
    model = Criterion
    extra = 0

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("contests.administer")

    def has_add_permission(self, request, obj=None):
        return False

    has_change_permission = has_add_permission
    has_delete_permission = has_add_permission


@admin.register(Rubric)
class RubricAdmin(ReadOnly):
    list_display = ["name", "season", "version", "sample"]
    list_filter = ["season"]
    list_select_related = ["season__contest"]
    inlines = [CriterionInline]


@admin.register(ScoringRule)
class ScoringRuleAdmin(ReadOnly):
    list_display = ["name", "season", "version", "sample"]
    list_filter = ["season"]
    list_select_related = ["season__contest"]


@admin.register(Heat)
class HeatAdmin(ReadOnly):
    list_display = ["name", "stage", "zone", "state", "opened_at", "locked_at", "published_at"]
    list_filter = ["state"]
    list_select_related = ["stage", "zone"]


@admin.register(Notice)
class NoticeAdmin(ReadOnly):
    list_display = ["title", "kind", "season", "published_at", "closes_at", "withdrawn_at"]
    list_filter = ["kind"]
    list_select_related = ["season__contest"]
