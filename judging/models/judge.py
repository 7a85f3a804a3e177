from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Person
from contests.models import Heat
from core.models import Region
from judging.states import ConflictKind, InvitationState, JudgeKind
from projects.models import Entry
from projects.states import Industry


class Judge(models.Model):
    """评委 · a person as an expert, over years and contests."""

    person = models.OneToOneField(Person, models.PROTECT, related_name="judge")
    kind = models.CharField(_("kind"), max_length=14, choices=JudgeKind)
    fields = models.JSONField(_("fields of expertise"), default=list, blank=True)
    employer = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="judges")
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+")
    title = models.CharField(_("title"), max_length=60, blank=True)
    active = models.BooleanField(_("available"), default=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("judge")
        verbose_name_plural = _("judges")

    def __str__(self):
        return self.person.name

    @property
    def field_names(self) -> list[str]:
        """The fields in words; one that is no industry of the province stands as it was written."""
        words = dict(Industry.choices)
        return [str(words.get(one, one)) for one in self.fields]


class InvitationQuerySet(models.QuerySet):
    def of_judge(self, user):
        """The invitations addressed to this account's person."""
        if not user.is_authenticated or user.person_id is None:
            return self.none()
        return self.filter(judge__person=user.person_id)


class Invitation(models.Model):
    """邀请 · a judge asked for one heat, with capacity and answer."""

    heat = models.ForeignKey(Heat, models.PROTECT, related_name="invitations")
    judge = models.ForeignKey(Judge, models.PROTECT, related_name="invitations")
    seat = models.PositiveSmallIntegerField(_("seat number"))
    capacity = models.PositiveSmallIntegerField(_("at most so many entries"), null=True, blank=True)
    state = models.CharField(_("answer"), max_length=8, choices=InvitationState, default=InvitationState.SENT)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    sent_at = models.DateTimeField(_("sent"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    pledged_name = models.CharField(_("signed by typing the name"), max_length=80, blank=True)
    pledged_at = models.DateTimeField(_("pledge signed"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["heat", "seat"]
        constraints = [
            models.UniqueConstraint(fields=["heat", "judge"], name="invitation_once"),
            models.UniqueConstraint(fields=["heat", "seat"], name="invitation_seat"),
        ]
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self):
        return f"{self.judge} → {self.heat}"


class Conflict(models.Model):
    """回避 · why a judge may not (hard) or should rather not (soft) judge an entry, with its source."""

    judge = models.ForeignKey(Judge, models.PROTECT, related_name="conflicts")
    entry = models.ForeignKey(Entry, models.PROTECT, null=True, blank=True, related_name="conflicts")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="conflicts")
    kind = models.CharField(_("kind"), max_length=10, choices=ConflictKind)
    hard = models.BooleanField(_("hard"), default=True)
    source = models.CharField(_("source"), max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(entry__isnull=False) | Q(organisation__isnull=False), name="conflict_names_something"
            ),
            models.UniqueConstraint(fields=["judge", "entry", "kind"], name="conflict_once"),
        ]
        verbose_name = _("conflict")
        verbose_name_plural = _("conflicts")

    def __str__(self):
        return f"{self.judge} × {self.entry or self.organisation}"
