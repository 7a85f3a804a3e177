from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contests.models import Criterion
from contests.states import HeatState
from judging.models.calibration import SampleSheet
from judging.models.draw import Assignment
from judging.models.judge import Conflict, Invitation
from judging.states import SheetState

NAMED = ("assignment__judge__person", "assignment__participation__entry", "assignment__participation__heat")
NAMES = (
    "state", "version", "comment", "note", "reason", "saved_at", "submitted_at",
    "assignment__judge__person__name",
    "assignment__participation__entry__number", "assignment__participation__entry__title",
    "assignment__participation__heat__name",
)  # fmt: skip


class ScoreSheetQuerySet(models.QuerySet):
    def of_judge(self, user):
        """The sheets that belong to this account's person and that no conflict keeps from them."""
        if not user.is_authenticated or user.person_id is None:
            return self.none()
        return self.of_person(user.person_id)

    def of_person(self, person: int):
        """A judge's own sheets without entries of a hard conflict. Whatever a judge reads, counts or searches goes
        through here, so that a conflicted entry is nowhere to be found (bars, Trust).

        The barred entries are those of this judge alone: such a list is built faster than one bound to each row.
        """
        barred = Conflict.objects.barring().filter(judge__person=person, entry__isnull=False).values("entry")
        return self.filter(~Q(assignment__participation__entry__in=barred), assignment__judge__person=person)

    def visible_to(self, user):
        """A judge's own sheets once the heat has opened and the pledge is signed; nobody reads another's sheet. While
        the stage asks for its calibration first, those of its open heats wait until the samples are marked.

        Organisers see marks through progress and ranking only, so that no page shows a sheet to two people.
        """
        own = self.of_judge(user)
        unsigned = Invitation.objects.of_judge(user).filter(pledged_at=None).values("heat")
        opened = [HeatState.OPEN, HeatState.LOCKED, HeatState.PUBLISHED]
        owed = SampleSheet.objects.owed_by(getattr(user, "person_id", None)).values("sample__calibration__stage")
        waits = Q(assignment__participation__heat__stage__in=owed)
        return own.filter(
            ~Q(assignment__participation__heat__in=unsigned),
            ~(waits & Q(assignment__participation__heat__state=HeatState.OPEN)),
            assignment__participation__heat__state__in=opened,
        )

    def named(self):
        """With just what the trail calls a sheet by: judge, entry and heat."""
        return self.select_related(*NAMED).only(*NAMES)

    def for_page(self):
        """With what its judge's page shows beside the names."""
        return self.select_related(*NAMED, "assignment__participation__heat__stage").only(
            *NAMES,
            "assignment__participation__order",
            "assignment__participation__entry__snapshot",
            "assignment__participation__heat__state",
            "assignment__participation__heat__stage__closes",
            "assignment__participation__heat__stage__blind",
            "assignment__participation__heat__stage__judges_download",
        )

    def draft(self):
        return self.filter(state=SheetState.DRAFT)

    def in_order(self):
        """As the entries present, else by entry number."""
        return self.order_by("assignment__participation__order", "assignment__participation__entry__number", "pk")


class ScoreSheet(models.Model):
    """评分表 · one judge's marks for one entry. Made with the assignment, so a first save never races."""

    assignment = models.OneToOneField(Assignment, models.PROTECT, related_name="sheet")
    state = models.CharField(_("state"), max_length=9, choices=SheetState, default=SheetState.DRAFT)
    version = models.PositiveIntegerField(default=0)
    comment = models.TextField(_("comment"), blank=True)
    note = models.TextField(_("private note"), blank=True, help_text=_("For the judge alone; in no export."))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    saved_at = models.DateTimeField(_("saved"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)

    objects = ScoreSheetQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("score sheet")
        verbose_name_plural = _("score sheets")

    def __str__(self):
        return str(self.assignment)


class Mark(models.Model):
    """分数 · one mark for one criterion; empty while the judge has not marked it."""

    sheet = models.ForeignKey(ScoreSheet, models.CASCADE, related_name="marks")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="marks")
    value = models.DecimalField(_("mark"), max_digits=6, decimal_places=2, null=True, blank=True)
    comment = models.CharField(_("comment"), max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sheet", "criterion"], name="mark_once")]
        verbose_name = _("mark")
        verbose_name_plural = _("marks")

    def __str__(self):
        return f"{self.criterion}: {self.value}"


class MarkRevision(models.Model):
    """分数更正 · a mark changed after submission, both values kept for ever."""

    mark = models.ForeignKey(Mark, models.PROTECT, related_name="revisions")
    old = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    new = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(_("reason"), max_length=300)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("corrected mark")
        verbose_name_plural = _("corrected marks")

    def __str__(self):
        return f"{self.old} → {self.new}"
