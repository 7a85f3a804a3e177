"""Marks and open draws are not shown here: nobody looks at them before the heat is locked."""

from django.contrib import admin
from import_export import resources
from import_export.admin import ExportMixin

from core.admin import ReadOnly
from judging.models import Conflict, Invitation, Judge, Ranking
from judging.rules import own_heats


class JudgeResource(resources.ModelResource):
    class Meta:
        model = Judge
        fields = ["id", "person__name", "kind", "employer__name", "region__name", "title", "active"]


@admin.register(Judge)
class JudgeAdmin(ExportMixin, ReadOnly):
    resource_classes = [JudgeResource]
    list_display = ["person", "kind", "employer", "region", "title", "active"]
    list_filter = ["kind", "active"]
    search_fields = ["person__name", "employer__name"]
    list_select_related = ["person", "employer", "region"]


class OutsideOwnHeats(ReadOnly):
    """Rows of heats in which the reader has no own entry."""

    def get_queryset(self, request):
        return super().get_queryset(request).exclude(heat__in=own_heats(request.user))


@admin.register(Invitation)
class InvitationAdmin(OutsideOwnHeats):
    list_display = ["heat", "judge", "seat", "state", "answered_at", "pledged_at"]
    list_filter = ["state"]
    list_select_related = ["heat", "judge__person"]


@admin.register(Conflict)
class ConflictAdmin(ReadOnly):
    list_display = ["judge", "entry", "organisation", "kind", "hard", "source"]
    list_filter = ["kind", "hard"]
    list_select_related = ["judge__person", "entry", "organisation"]


@admin.register(Ranking)
class RankingAdmin(OutsideOwnHeats):
    list_display = ["heat", "track", "version", "frozen_at", "by", "digest"]
    list_select_related = ["heat", "track", "by"]
    fields = ["heat", "track", "version", "frozen_at", "by", "reason", "digest"]
