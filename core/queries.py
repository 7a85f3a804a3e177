"""Reads on the audit trail."""

from datetime import datetime, time, timedelta

from django.apps import apps
from django.db.models import QuerySet
from django.utils import timezone

from core.apps import ROOMS
from core.models import AuditEntry


def kinds_of_objects() -> list[tuple[str, str]]:
    """Every kind of object of ours with its name, for the filter."""
    found = [(model._meta.label_lower, str(model._meta.verbose_name)) for model in apps.get_models()]
    return sorted(
        ((label, name) for label, name in found if label.split(".")[0] in ROOMS), key=lambda one: (one[1], one[0])
    )


def name_of_kind(label: str) -> str:
    """The name of a kind of object in the reader's language; the label itself when the table is gone."""
    try:
        return str(apps.get_model(label)._meta.verbose_name)
    except LookupError:
        return label


def audit_entries(filters: dict) -> QuerySet[AuditEntry]:
    """The trail, newest first, narrowed by the filter's cleaned values."""
    found = AuditEntry.objects.select_related("seal")
    if filters.get("kind"):
        found = found.filter(object_type=filters["kind"])
    if filters.get("number"):
        found = found.filter(object_id=filters["number"])
    if filters.get("who"):
        found = found.filter(actor_name__icontains=filters["who"])
    if filters.get("verb"):
        found = found.filter(verb__startswith=filters["verb"])
    if filters.get("since"):
        found = found.filter(at__gte=_midnight(filters["since"]))
    if filters.get("until"):
        found = found.filter(at__lt=_midnight(filters["until"] + timedelta(days=1)))
    return found


def _midnight(day) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
