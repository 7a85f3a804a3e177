"""What a judge of a blind stage may read of an entry: the same texts without names (`judging.blind`)."""

from collections.abc import Callable, Iterable, Mapping

from contests.models import Stage
from judging import blind
from judging.models import BlindCheck, Redaction


def veil_of(stage: Stage, snapshot: Mapping | None) -> Callable[[str], str]:
    """How a text of this entry reads in this stage; as it stands where the stage is not blind."""
    if not stage.blind:
        return str
    return veiled(snapshot)


def veiled(snapshot: Mapping | None) -> Callable[[str], str]:
    """How a text of an entry reads without names."""
    names = blind.names_of(snapshot)
    return lambda text: blind.masked(str(text), names)


def title_for(participation) -> str:
    """The entry's title as its judges read it, on every page, in every file and message."""
    return veil_of(participation.heat.stage, participation.entry.snapshot)(participation.entry.title)


def cleared(versions: Iterable[int]) -> set[int]:
    """Of these documents those that an officer has looked through; judges of a blind stage see no other."""
    return set(
        BlindCheck.objects.filter(version__in=versions, cleared_at__isnull=False).values_list("version_id", flat=True)
    )


def boxes_of(version: int, page: int) -> list[tuple[int, int, int, int]]:
    """What is covered on a page: left, top, width and height in ten-thousandths."""
    found = Redaction.objects.filter(version=version, page=page)
    return list(found.values_list("left", "top", "width", "height"))
