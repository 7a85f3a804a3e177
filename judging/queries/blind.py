"""The documents of a blind heat as its officers check them."""

from dataclasses import dataclass

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from contests.models import Heat
from judging.blind import NO_TEXT, UNREADABLE, pages_to_look_at, spans
from judging.models import BlindCheck, Calibration, Redaction
from judging.queries.sheet import decks_of
from projects.models import DocumentVersion

OPEN, NAMED, DONE = "open", "named", "done"


def judged_documents(heat: Heat):
    """What judges of this heat may look at, each in its newest version."""
    return DocumentVersion.objects.filter(
        pk=F("document__current"),
        document__requirement__judged=True,
        document__entry__participations__heat=heat,
    )


def sample_documents(calibration: Calibration):
    """What judges would look at of the samples: the documents as frozen with the entries."""
    entries = (sample.entry for sample in calibration.samples.select_related("entry"))
    return DocumentVersion.objects.filter(pk__in=[deck.version for one in entries for deck in decks_of(one)])


def documents_of(subject: Heat | Calibration):
    return judged_documents(subject) if isinstance(subject, Heat) else sample_documents(subject)


def checked(heat: Heat, show: str):
    """The documents with what was found and covered: all, those open, those with findings, or those cleared."""
    covers = Redaction.objects.filter(version=OuterRef("pk")).order_by().values("version").annotate(n=Count("pk"))
    rows = judged_documents(heat).annotate(covers=Coalesce(Subquery(covers.values("n")), 0))
    if show == OPEN:
        rows = rows.filter(blind_check__cleared_at=None)
    elif show == NAMED:
        rows = rows.filter(blind_check__found__isnull=False, blind_check__cleared_at=None).exclude(
            blind_check__found=[]
        )
    elif show == DONE:
        rows = rows.filter(blind_check__cleared_at__isnull=False)
    related = ("document__entry", "document__requirement", "blind_check__cleared_by")
    return rows.select_related(*related).order_by("document__entry__number", "document__requirement__order", "pk")


def counts(heat: Heat) -> dict[str, int]:
    """How many documents there are, have been searched, have findings that wait, and have been cleared. Two queries."""
    of_heat = BlindCheck.objects.filter(version__in=judged_documents(heat).values("pk"))
    found = of_heat.aggregate(
        searched=Count("pk", filter=Q(found__isnull=False)),
        unnamed=Count("pk", filter=Q(found=[], cleared_at=None)),
        cleared=Count("pk", filter=Q(cleared_at__isnull=False)),
    )
    return {"all": judged_documents(heat).count(), **found}


@dataclass(frozen=True)
class Look:
    """What was searched in a document and what a person has to see of it: names found, and pages as spans."""

    names: int
    unsearched: str
    wanted: tuple[int, ...]
    waiting: tuple[int, ...]

    @property
    def waits(self) -> str:
        return spans(self.waiting)

    def after(self, page: int) -> int | None:
        """The next page that waits, from this one on and then from the beginning."""
        left = [one for one in self.waiting if one != page]
        return next((one for one in left if one > page), left[0] if left else None)


def look_of(version: DocumentVersion, check: BlindCheck | None) -> Look:
    found, looked = (check.found, set(check.looked)) if check else (None, set())
    pages = version.pages or 0
    wanted = pages_to_look_at(found, pages)
    kinds = [one["kind"] for one in found or []]
    blank = wanted if UNREADABLE in kinds else [one["page"] for one in found or [] if one["kind"] == NO_TEXT]
    named = sum(kind not in (NO_TEXT, UNREADABLE) for kind in kinds)
    return Look(named, spans(blank), tuple(wanted), tuple(one for one in wanted if one not in looked))
