from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Person
from contests.models import Heat, Room
from core.models import Region
from judging.states import ConflictKind, ConflictSide, Grade, InvitationState, JudgeKind, Language
from projects.models import Entry
from projects.states import Industry


class Judge(models.Model):
    """评委 · a person as an expert, over years and contests.

    `fields` maps a field to its grade (1 some knowledge, 2 knows it well, 3 expert); `profile` is the text that is
    compared with what entries say of themselves.
    """

    person = models.OneToOneField(Person, models.PROTECT, related_name="judge")
    kind = models.CharField(_("kind"), max_length=14, choices=JudgeKind)
    second_kind = models.CharField(_("also"), max_length=14, choices=JudgeKind, blank=True)
    fields = models.JSONField(_("fields of expertise"), default=dict, blank=True)
    employer = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="judges")
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+")
    title = models.CharField(_("title"), max_length=60, blank=True)
    languages = models.JSONField(_("languages"), default=list, blank=True)
    profile = models.TextField(_("work and results"), max_length=2000, blank=True)
    active = models.BooleanField(_("available"), default=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    confirmed_at = models.DateTimeField(_("own data confirmed"), null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("judge")
        verbose_name_plural = _("judges")

    def __str__(self):
        return self.person.name

    @property
    def kinds(self) -> list[str]:
        return [kind for kind in (self.kind, self.second_kind) if kind]

    @property
    def field_names(self) -> list[str]:
        """The fields in words, the best known first; one that is no industry stands as it was written."""
        words = dict(Industry.choices)
        best = sorted(self.fields, key=lambda one: -self.fields[one])
        return [str(words.get(one, one)) for one in best]

    @property
    def graded_names(self) -> list[tuple[str, str]]:
        words = dict(Grade.choices)
        return list(
            zip(self.field_names, [words[one] for one in sorted(self.fields.values(), reverse=True)], strict=True)
        )

    @property
    def language_names(self) -> list[str]:
        words = dict(Language.choices)
        return [str(words.get(one, one)) for one in self.languages]


class InvitationQuerySet(models.QuerySet):
    def of_judge(self, user):
        """The invitations addressed to this account's person."""
        if not user.is_authenticated or user.person_id is None:
            return self.none()
        return self.filter(judge__person=user.person_id)


class Invitation(models.Model):
    """邀请 · a judge asked for one heat, with capacity and answer.

    `capacity` is what counts: the smaller of what was asked for and what the judge offered. Of the code by which a
    judge without an account answers only the keyed digest is kept. `declared_at` closes the declaration of ties,
    which stands before the pledge.
    """

    heat = models.ForeignKey(Heat, models.PROTECT, related_name="invitations")
    judge = models.ForeignKey(Judge, models.PROTECT, related_name="invitations")
    seat = models.PositiveSmallIntegerField(_("seat number"))
    room = models.ForeignKey(Room, models.PROTECT, null=True, blank=True, related_name="invitations")
    asked_capacity = models.PositiveSmallIntegerField(_("asked for at most"), null=True, blank=True)
    capacity = models.PositiveSmallIntegerField(_("at most so many entries"), null=True, blank=True)
    free_from = models.DateField(_("available from"), null=True, blank=True)
    free_until = models.DateField(_("available until"), null=True, blank=True)
    code_index = models.CharField(max_length=32, null=True, blank=True, unique=True, editable=False)
    code_expires_at = models.DateTimeField(_("code valid until"), null=True, blank=True)
    state = models.CharField(_("answer"), max_length=8, choices=InvitationState, default=InvitationState.SENT)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    sent_at = models.DateTimeField(_("sent"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    declared_at = models.DateTimeField(_("ties declared"), null=True, blank=True)
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


class ConflictQuerySet(models.QuerySet):
    def live(self):
        return self.filter(lifted_at=None)

    def barring(self):
        """Those that hide an entry from its judge."""
        return self.live().filter(hard=True)


class Conflict(models.Model):
    """回避 · why a judge may not (hard) or should rather not (soft) judge an entry: who says so, from where, and how it
    is known. It is lifted with a reason and never deleted; one found in the data is written down to be lifted, or when
    it comes to light after the assignment."""

    judge = models.ForeignKey(Judge, models.PROTECT, related_name="conflicts")
    entry = models.ForeignKey(Entry, models.PROTECT, null=True, blank=True, related_name="conflicts")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="conflicts")
    kind = models.CharField(_("kind"), max_length=10, choices=ConflictKind)
    hard = models.BooleanField(_("hard"), default=True)
    side = models.CharField(_("brought up by"), max_length=9, choices=ConflictSide, default=ConflictSide.ORGANISER)
    source = models.CharField(_("source"), max_length=200)
    evidence = models.CharField(_("evidence"), max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("noted"), default=timezone.now)
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    lift_reason = models.CharField(_("why it was lifted"), max_length=200, blank=True)

    objects = ConflictQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(entry__isnull=False) | Q(organisation__isnull=False), name="conflict_names_something"
            ),
            models.UniqueConstraint(
                fields=["judge", "entry", "kind"], condition=Q(lifted_at=None), name="conflict_live_once"
            ),
        ]
        indexes = [models.Index(fields=["entry", "judge"], name="conflict_entry_judge")]
        verbose_name = _("conflict")
        verbose_name_plural = _("conflicts")

    def __str__(self):
        return f"{self.judge} × {self.entry or self.organisation}"
