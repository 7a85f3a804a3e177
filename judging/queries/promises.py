"""The texts that judges of a stage sign, and what of them is signed."""

from django.db.models import Q

from contests.models import Season, Stage
from judging.models import Invitation, PromiseText, Signature
from judging.states import PromiseKind


def texts_of(season: int, stage: int) -> dict[str, PromiseText]:
    """The texts in force: of each kind the newest of the stage itself, else of the whole season."""
    found: dict[str, PromiseText] = {}
    for text in PromiseText.objects.filter(Q(stage=None) | Q(stage=stage), season=season):
        held = found.get(text.kind)
        if held is None or (text.stage_id and not held.stage_id):
            found[text.kind] = text
    return found


def has_signed(invitation: Invitation, kind: str) -> bool:
    return Signature.objects.filter(invitation=invitation, text__kind=kind).exists()


def signatures_of(invitation: Invitation) -> list[Signature]:
    return list(Signature.objects.filter(invitation=invitation).select_related("text"))


def versions(season: Season) -> list[tuple[str, Stage | None, list[PromiseText]]]:
    """Every kind with its versions, the newest first, for the whole season and for each stage that has its own."""
    grouped: dict[tuple, list[PromiseText]] = {(kind, None): [] for kind in PromiseKind.values}
    for text in PromiseText.objects.filter(season=season).select_related("stage", "by"):
        grouped.setdefault((text.kind, text.stage), []).append(text)
    return [(PromiseKind(kind).label, stage, texts) for (kind, stage), texts in grouped.items()]
