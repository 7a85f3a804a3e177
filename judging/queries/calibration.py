"""Calibrations: what may be a sample, what is missing before the start, and how far marks lie from the reference."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contests.models import Criterion, Heat, Stage
from contests.states import HeatState, SeasonState
from core.problems import Problem
from judging.models import Calibration, ReferenceMark, Sample, SampleMark, SampleSheet
from judging.queries.sheet import Deck, Line, decks_of
from judging.queries.veil import cleared, veiled
from judging.states import SheetState
from projects.models import Entry
from projects.states import EntryState

FEWEST, MOST = 3, 8
RUNNING = (HeatState.PREPARING, HeatState.OPEN)


def candidates(stage: Stage, user, word: str = ""):
    """Qualified entries of seasons that are over, or of earlier years of the same contest, that this officer may see.

    A project that competes in the stage's own season is none: its judges would have read it before.
    """
    season = stage.season
    over = Q(season__state=SeasonState.CLOSED) | Q(season__contest=season.contest_id, season__year__lt=season.year)
    again = Entry.objects.filter(project=OuterRef("project"), season=season)
    found = Entry.objects.in_office_of(user).filter(over, ~Exists(again), state=EntryState.QUALIFIED)
    if word:
        found = found.filter(Q(title__icontains=word) | Q(number__icontains=word))
    return found.exclude(season=season).select_related("season__contest", "track").order_by("-season__year", "number")


@dataclass
class SampleRow:
    """A sample as its organiser sees it: how many references it has, and which documents judges would get."""

    sample: Sample
    decks: list[tuple[Deck, bool]] = field(default_factory=list)

    @property
    def unseen(self) -> list[Deck]:
        """Documents with pages that no officer has looked through for names."""
        return [deck for deck, clear in self.decks if deck.pages and not clear]


def sample_rows(calibration: Calibration) -> list[SampleRow]:
    """Two queries."""
    found = calibration.samples.select_related("entry__season__contest", "entry__track")
    rows = [
        SampleRow(sample, [(deck, False) for deck in decks_of(sample.entry)])
        for sample in found.annotate(given=Count("references"))
    ]
    seen = cleared([deck.version for row in rows for deck, _clear in row.decks])
    for row in rows:
        row.decks = [(deck, deck.version in seen) for deck, _clear in row.decks]
    return rows


def lacks(rows: list[SampleRow], criteria: int) -> list[Problem]:
    """What is missing before judges may begin; empty when nothing is."""
    found = []
    if len(rows) < FEWEST:
        text = ngettext(
            "There is %(count)s sample; choose at least %(least)s.",
            "There are %(count)s samples; choose at least %(least)s.",
            len(rows),
        )
        found.append(Problem("samples", text % {"count": len(rows), "least": FEWEST}))
    for row in rows:
        missing = criteria - row.sample.given
        if missing:
            text = ngettext(
                "%(sample)s: %(count)s mark of reference is missing.",
                "%(sample)s: %(count)s marks of reference are missing.",
                missing,
            )
            found.append(Problem("reference", text % {"sample": row.sample, "count": missing}))
        for deck in row.unseen:
            text = _("%(sample)s: nobody has looked through “%(document)s” for names yet.")
            found.append(Problem("names", text % {"sample": row.sample, "document": deck.label}))
    return found


# ---------------------------------------------------------------- gaps


@dataclass(frozen=True)
class Gap:
    """One submitted sheet beside the reference, in points of the total: own minus reference, with and without signs
    across the criteria."""

    own: Decimal
    reference: Decimal
    absolute: Decimal

    @property
    def signed(self) -> Decimal:
        return self.own - self.reference


def gaps_of(sheets) -> dict[int, Gap]:
    """The gaps of those of these sheets that are submitted. Two queries."""
    marks = SampleMark.objects.filter(sheet__in=sheets.filter(state=SheetState.SUBMITTED), value__isnull=False)
    rows = list(marks.values_list("sheet", "sheet__sample", "criterion", "criterion__weight", "value"))
    given = ReferenceMark.objects.filter(sample__in={row[1] for row in rows})
    known = {(sample, key): value for sample, key, value in given.values_list("sample", "criterion", "value")}
    sums: dict[int, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0), Decimal(0)])
    for sheet, sample, criterion, weight, value in rows:
        reference = known[sample, criterion]
        for place, part in enumerate((value, reference, abs(value - reference))):
            sums[sheet][place] += part * weight
    return {sheet: Gap(*parts) for sheet, parts in sums.items()}


@dataclass(frozen=True)
class Mean:
    """A judge's mean gaps over the samples that are finished, in points of the total."""

    signed: Decimal
    absolute: Decimal


def mean_of(gaps: Iterable[Gap]) -> Mean | None:
    gaps = list(gaps)
    if not gaps:
        return None
    sums = (sum(one.signed for one in gaps), sum(one.absolute for one in gaps))
    return Mean(*((Decimal(one) / len(gaps)).quantize(Decimal("0.01")) for one in sums))


@dataclass
class JudgeRow:
    name: str
    total: int = 0
    done: int = 0
    aside: int = 0
    gaps: list[Gap] = field(default_factory=list)

    @property
    def mean(self) -> Mean | None:
        return mean_of(self.gaps)

    @property
    def left(self) -> int:
        return self.total - self.done - self.aside


def judge_rows(calibration: Calibration) -> list[JudgeRow]:
    """How far each judge is and how far the own marks lie from the reference. Three queries."""
    sheets = SampleSheet.objects.filter(sample__calibration=calibration)
    gaps, rows = gaps_of(sheets), {}
    for pk, judge, name, state in sheets.values_list("pk", "judge", "judge__person__name", "state"):
        row = rows.setdefault(judge, JudgeRow(name))
        row.total += 1
        row.done += state == SheetState.SUBMITTED
        row.aside += state not in (SheetState.SUBMITTED, SheetState.DRAFT)
        row.gaps += [gaps[pk]] if pk in gaps else []
    return sorted(rows.values(), key=lambda row: (-row.left, row.name))


# ---------------------------------------------------------------- the judge's side


@dataclass
class OwnCalibration:
    """A calibration as one judge sees it."""

    calibration: Calibration
    total: int = 0
    done: int = 0
    next: int | None = None

    @property
    def left(self) -> int:
        return self.total - self.done

    @property
    def required(self) -> bool:
        return self.calibration.stage.calibration_required


def own_calibrations(user) -> list[OwnCalibration]:
    """Those of stages that are not over. One query."""
    running = Heat.objects.filter(state__in=RUNNING).values("stage")
    sheets = SampleSheet.objects.visible_to(user).filter(sample__calibration__stage__in=running)
    found: dict[int, OwnCalibration] = {}
    related = "sample__calibration__stage__season__contest"
    for sheet in sheets.select_related(related).order_by("sample__calibration", "sample__number"):
        one = found.setdefault(sheet.sample.calibration_id, OwnCalibration(sheet.sample.calibration))
        one.total += 1
        one.done += sheet.state != SheetState.DRAFT
        if sheet.state == SheetState.DRAFT:
            one.next = one.next or sheet.pk
    return list(found.values())


def title_of(sample: Sample) -> str:
    return veiled(sample.entry.snapshot)(sample.entry.title)


def shown_decks(sample: Sample) -> list[Deck]:
    decks = decks_of(sample.entry)
    allowed = cleared([deck.version for deck in decks])
    return [deck for deck in decks if deck.version in allowed]


def sample_lines(sheet: SampleSheet) -> list[Criterion]:
    """The criteria in one statement, each with this sheet's mark (`value`, `said`)."""
    return list(
        Criterion.objects.filter(rubric__calibrations=sheet.sample.calibration_id).annotate(
            given=FilteredRelation("sample_marks", condition=Q(sample_marks__sheet=sheet.pk)),
            value=F("given__value"),
            said=F("given__comment"),
        )
    )


def reference_lines(sample: Sample) -> list[Criterion]:
    """The criteria with the marks of reference of this sample."""
    return list(
        Criterion.objects.filter(rubric__calibrations=sample.calibration_id).annotate(
            given=FilteredRelation("references", condition=Q(references__sample=sample.pk)),
            value=F("given__value"),
            said=F("given__why"),
        )
    )


@dataclass(frozen=True)
class Compared:
    """One criterion after the judge has marked it: the own mark, the reference, what lies between, and why."""

    line: Line
    own: Decimal
    reference: Decimal
    why: str

    @property
    def gap(self) -> Decimal:
        return self.own - self.reference


def compared(sheet: SampleSheet, lines: list[Line]) -> list[Compared]:
    """Nothing before the sheet is submitted: the reference is not even read until then."""
    if sheet.state != SheetState.SUBMITTED:
        return []
    known = {one.criterion_id: one for one in sheet.sample.references.all()}
    return [
        Compared(line, line.criterion.value, known[line.criterion.pk].value, known[line.criterion.pk].why)
        for line in lines
    ]
