"""A calibration before the heats of a stage: choosing samples, giving marks of reference, handing out to judges."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from contests.models import Stage
from contests.states import HeatState, SeasonState
from core import audit
from core.problems import Problem, Refused
from judging.checks import mark_problems
from judging.models import Calibration, Invitation, Judge, ReferenceMark, Sample, SampleSheet
from judging.queries.calibration import MOST, candidates, lacks, reference_lines, sample_rows
from judging.queries.facts import reasons_among
from judging.states import InvitationState, SheetState
from messaging.services import send
from projects.models import Entry

WHY = 300


@transaction.atomic
def add_sample(stage: Stage, entry: Entry, *, by, at: datetime | None = None) -> Sample:
    """Take an entry of a season that is over as the next sample; the first one makes the calibration."""
    if not stage.rubric_id or not stage.is_judged:
        raise Refused(_("“%(stage)s” has no rubric. Set one up in the season, then choose samples.") % {"stage": stage})
    if stage.season.state != SeasonState.RUNNING:
        raise Refused(_("A calibration belongs to a running season. Choose a stage of one."))
    made, _new = Calibration.objects.get_or_create(stage=stage, defaults={"rubric_id": stage.rubric_id})
    calibration = _in_preparation(made)
    if not candidates(stage, by).filter(pk=entry.pk).exists():
        raise Refused(
            _("This entry can't be a sample: its season is not over, or its project takes part now. Choose another.")
        )
    here = list(calibration.samples.values_list("entry", "number"))
    if entry.pk in {pk for pk, _number in here}:
        raise Refused(_("This entry is a sample already. Choose another."))
    if len(here) >= MOST:
        raise Refused(_("At most %(most)s samples. Take one away first.") % {"most": MOST})
    number = max((number for _pk, number in here), default=0) + 1
    sample = Sample.objects.create(calibration=calibration, entry=entry, number=number)
    audit.record(calibration, "calibration.add", by=by, after={"number": number, "entry": entry.number}, at=at)
    return sample


@transaction.atomic
def remove_sample(sample: Sample, *, by, at: datetime | None = None) -> None:
    """Take a sample away with its marks of reference; those behind it move up."""
    calibration = _in_preparation(sample.calibration)
    audit.record(calibration, "calibration.remove", by=by, before={"entry": sample.entry.number}, at=at)
    sample.delete()
    for number, one in enumerate(calibration.samples.order_by("number"), start=1):
        if one.number != number:
            one.number = number
            one.save(update_fields=["number"])


@transaction.atomic
def write_references(
    sample: Sample, *, marks: Mapping[str, Decimal | None], whys: Mapping[str, str], by, at: datetime | None = None
) -> list[ReferenceMark]:
    """Keep the marks of reference with their reasons. Once judges mark, one may be mended and none be empty."""
    calibration = Calibration.objects.select_for_update().get(pk=sample.calibration_id)
    lines = reference_lines(sample)
    problems = mark_problems(lines, marks)
    problems += [
        Problem("long", _("At most %(most)s characters. Please shorten the reason.") % {"most": WHY}, field=key)
        for key, text in whys.items()
        if len(text) > WHY
    ]
    if calibration.is_open:
        text = _("Judges are marking the samples. Change the mark, but don't leave it empty.")
        problems += [Problem("open", text, field=line.key) for line in lines if marks.get(line.key) is None]
    if problems:
        raise Refused(problems[0].message, field=problems[0].field, code="marks", problems=problems)
    before = {line.key: line.value for line in lines if line.value is not None}
    given = [line for line in lines if marks.get(line.key) is not None]
    sample.references.exclude(criterion__in=given).delete()
    made = ReferenceMark.objects.bulk_create(
        [
            ReferenceMark(sample=sample, criterion=line, value=marks[line.key], why=whys.get(line.key, "").strip())
            for line in given
        ],
        update_conflicts=True, unique_fields=["sample", "criterion"], update_fields=["value", "why"],
    )  # fmt: skip
    after = {"sample": sample.number, "marks": {line.key: marks[line.key] for line in given}}
    audit.record(calibration, "calibration.reference", by=by, before={"marks": before}, after=after, at=at)
    return made


@transaction.atomic
def open_calibration(calibration: Calibration, *, by, at: datetime | None = None) -> Calibration:
    """Hand the samples out to every judge of the stage who has signed; who signs later gets them then.

    Refused, with everything that is missing, until there are samples enough, each with all marks of reference and with
    documents that an officer has looked through. A heat that is open already is no time for practice.
    """
    at = at or timezone.now()
    calibration = _in_preparation(calibration)
    if calibration.stage.heats.exclude(state=HeatState.PREPARING).exists():
        raise Refused(_("Scoring of this stage has begun. A calibration comes before it."))
    problems = lacks(sample_rows(calibration), calibration.rubric.criteria.count())
    if problems:
        raise Refused(_("The calibration can't begin yet. This is missing:"), problems=problems)
    calibration.opened_at = at
    calibration.save(update_fields=["opened_at"])
    signed = Judge.objects.filter(
        invitations__heat__stage=calibration.stage_id, invitations__state=InvitationState.ACCEPTED,
        invitations__pledged_at__isnull=False,
    )  # fmt: skip
    judges = list(signed.distinct().select_related("person__user"))
    _hand_out(calibration, judges)
    audit.record(calibration, "calibration.open", by=by, after={"judges": len(judges)}, at=at)
    _tell(calibration, judges)
    return calibration


@transaction.atomic
def take_back_calibration(calibration: Calibration, *, by, at: datetime | None = None) -> Calibration:
    """Back into preparation, to mend it, as long as no judge has handed a sample in."""
    calibration = _locked(calibration)
    if not calibration.is_open:
        raise Refused(_("The calibration has not begun. Change it, then open it."))
    sheets = SampleSheet.objects.select_for_update().filter(sample__calibration=calibration)
    if any(sheet.state != SheetState.DRAFT for sheet in sheets):
        raise Refused(_("A judge has finished a sample already. Marks of reference can still be mended one by one."))
    SampleSheet.objects.filter(sample__calibration=calibration).delete()
    calibration.opened_at = None
    calibration.save(update_fields=["opened_at"])
    audit.record(calibration, "calibration.take_back", by=by, at=at)
    return calibration


def hand_out_to(invitation: Invitation, *, by, at: datetime | None = None) -> None:
    """Who signs the pledge after the calibration began gets its samples with the signature."""
    found = Calibration.objects.select_for_update(of=("self",)).select_related("stage")
    calibration = found.filter(stage__heats=invitation.heat_id).first()
    if calibration is not None and calibration.is_open:
        _hand_out(calibration, [invitation.judge])
        audit.record(calibration, "calibration.hand_out", by=by, after={"judge": str(invitation.judge)}, at=at)


def _hand_out(calibration: Calibration, judges: Iterable[Judge]) -> None:
    """A sheet for each judge and sample without a hard conflict between them."""
    judges, samples = [judge.pk for judge in judges], list(calibration.samples.all())
    entries = Entry.objects.filter(pk__in=[sample.entry_id for sample in samples])
    found = reasons_among(entries, judges, avoid_city=calibration.stage.avoid_same_city)
    barred = {(one.judge, one.entry) for one in found if one.hard}
    SampleSheet.objects.bulk_create(
        [
            SampleSheet(sample=sample, judge_id=judge)
            for sample in samples
            for judge in judges
            if (judge, sample.entry_id) not in barred
        ],
        ignore_conflicts=True,
    )


def _tell(calibration: Calibration, judges: Iterable[Judge]) -> None:
    for judge in judges:
        user = getattr(judge.person, "user", None)
        if user is not None:
            send(
                user,
                kind="judging.calibration",
                subject=_("The calibration of “%(stage)s” is open") % {"stage": calibration.stage},
                body=_(
                    "Please mark some sample projects before scoring begins. After each one you see the marks of "
                    "reference beside yours. They count for nobody."
                ),
                link=reverse("judging:own_samples", args=[calibration.pk]),
            )


def _locked(calibration: Calibration) -> Calibration:
    found = Calibration.objects.select_for_update(of=("self",)).select_related("stage__season__contest", "rubric")
    return found.get(pk=calibration.pk)


def _in_preparation(calibration: Calibration) -> Calibration:
    calibration = _locked(calibration)
    if calibration.is_open:
        raise Refused(_("Judges are marking the samples already, so they stay as they are."))
    return calibration
