"""A calibration stands in tables of its own: whatever counts, ranks, publishes or exports heats, participations and
score sheets can't meet a sample there, and needs no filter against it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contests.models import Criterion, Rubric, Stage
from judging.models.judge import Conflict, Invitation, Judge
from judging.states import InvitationState, SheetState
from projects.models import Entry


class Calibration(models.Model):
    """试评 · samples that every judge of a stage marks before its heats, each beside marks of reference."""

    stage = models.OneToOneField(Stage, models.PROTECT, related_name="calibration")
    rubric = models.ForeignKey(Rubric, models.PROTECT, related_name="calibrations")
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True)

    class Meta:
        verbose_name = _("calibration")
        verbose_name_plural = _("calibrations")

    def __str__(self):
        return gettext("Calibration of “%(stage)s”") % {"stage": self.stage}

    @property
    def is_open(self) -> bool:
        return self.opened_at is not None


class Sample(models.Model):
    """样例 · an entry of a season that is over, as frozen then; judges always see it without names.

    Nothing leads from the entry to its samples, so that no page of its team can tell of one.
    """

    calibration = models.ForeignKey(Calibration, models.CASCADE, related_name="samples")
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField(_("number"))

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["calibration", "entry"], name="sample_once"),
            models.UniqueConstraint(fields=["calibration", "number"], name="sample_number"),
        ]
        verbose_name = _("sample")
        verbose_name_plural = _("samples")

    def __str__(self):
        return gettext("Sample %(number)s") % {"number": self.number}


class ReferenceMark(models.Model):
    """参考分 · what a criterion of a sample is worth by the organiser, and why; judges see it after their own mark."""

    sample = models.ForeignKey(Sample, models.CASCADE, related_name="references")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="references")
    value = models.DecimalField(_("mark"), max_digits=6, decimal_places=2)
    why = models.CharField(_("why"), max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sample", "criterion"], name="reference_once")]
        verbose_name = _("mark of reference")
        verbose_name_plural = _("marks of reference")

    def __str__(self):
        return f"{self.criterion}: {self.value}"


class SampleSheetQuerySet(models.QuerySet):
    def of_person(self, person: int):
        """A judge's own samples without those of a hard conflict, as for score sheets."""
        barred = Conflict.objects.barring().filter(judge__person=person, entry__isnull=False).values("entry")
        return self.filter(~Q(sample__entry__in=barred), judge__person=person)

    def visible_to(self, user):
        """Own samples in stages whose pledge one has signed; nobody reads another's."""
        if not user.is_authenticated or user.person_id is None:
            return self.none()
        signed = Invitation.objects.of_judge(user).filter(state=InvitationState.ACCEPTED, pledged_at__isnull=False)
        return self.of_person(user.person_id).filter(sample__calibration__stage__in=signed.values("heat__stage"))

    def draft(self):
        return self.filter(state=SheetState.DRAFT)

    def owed_by(self, person: int):
        """What keeps a judge from the sheets of a stage that asks for its calibration first."""
        return self.of_person(person).draft().filter(sample__calibration__stage__calibration_required=True)


class SampleSheet(models.Model):
    """样例评分表 · one judge's marks for one sample. Made when the calibration opens or the pledge is signed."""

    sample = models.ForeignKey(Sample, models.PROTECT, related_name="sheets")
    judge = models.ForeignKey(Judge, models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=9, choices=SheetState, default=SheetState.DRAFT)
    version = models.PositiveIntegerField(default=0)
    comment = models.TextField(_("comment"), blank=True)
    note = models.TextField(_("private note"), blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    saved_at = models.DateTimeField(_("saved"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)

    objects = SampleSheetQuerySet.as_manager()

    class Meta:
        ordering = ["sample__number", "pk"]
        constraints = [models.UniqueConstraint(fields=["sample", "judge"], name="sample_sheet_once")]
        indexes = [models.Index(fields=["judge", "state"], name="sample_sheet_judge_state")]
        verbose_name = _("sheet of a sample")
        verbose_name_plural = _("sheets of samples")

    def __str__(self):
        return f"{self.judge} → {self.sample}"


class SampleMark(models.Model):
    """样例分数 · one mark of a judge for one criterion of a sample."""

    sheet = models.ForeignKey(SampleSheet, models.CASCADE, related_name="marks")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="sample_marks")
    value = models.DecimalField(_("mark"), max_digits=6, decimal_places=2, null=True, blank=True)
    comment = models.CharField(_("comment"), max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sheet", "criterion"], name="sample_mark_once")]
        verbose_name = _("mark of a sample")
        verbose_name_plural = _("marks of samples")

    def __str__(self):
        return f"{self.criterion}: {self.value}"
