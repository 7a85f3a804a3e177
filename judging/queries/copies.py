"""Judged documents as files for judges, where the stage lets them download: how each is made, and which are ready."""

from collections.abc import Iterable
from typing import Any

from django.core.files.storage import default_storage

from contests.models import Heat, Stage
from judging.models import Redaction
from judging.queries.blind import judged_documents
from projects.models import DocumentVersion
from projects.pages import copy_name


def ways_of(stage: Stage, versions: Iterable[DocumentVersion]) -> dict[DocumentVersion, dict[str, Any]]:
    """How each document is copied for judges of this stage: covered and without comments where it is blind."""
    boxes: dict[int, dict[int, list]] = {one.pk: {} for one in versions}
    if stage.blind:
        for one in Redaction.objects.filter(version__in=boxes):
            boxes[one.version_id].setdefault(one.page, []).append([one.left, one.top, one.width, one.height])
    return {one: {"bare": stage.blind, "boxes": boxes[one.pk]} for one in versions}


def ready_copies(stage: Stage, versions: list[int]) -> dict[int, str]:
    """Version → where its copy lies, of those that are made. Empty where the stage lets nobody download."""
    if not stage.judges_download:
        return {}
    found = list(DocumentVersion.objects.filter(pk__in=versions).only("sha256"))
    names = {one.pk: copy_name(one, **way) for one, way in ways_of(stage, found).items()}
    return {pk: name for pk, name in names.items() if default_storage.exists(name)}


def missing_copies(heat: Heat) -> dict[DocumentVersion, dict[str, Any]]:
    """Documents that judges of this heat may see and whose copy is not made yet."""
    shown = judged_documents(heat)
    if heat.stage.blind:
        shown = shown.filter(blind_check__cleared_at__isnull=False)
    ways = ways_of(heat.stage, list(shown))
    return {one: way for one, way in ways.items() if not default_storage.exists(copy_name(one, **way))}
