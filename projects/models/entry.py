from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.states import Role
from contests.models import Declaration, EligibilityRule, Heat, RecommendingUnit, Room, Season, Track
from contests.queries import grants_of, is_administrator
from core import audit
from core.models import Region
from projects.models.project import Project
from projects.states import EDITABLE, EntryState, Industry, Outcome

SENT = Q(submitted_at__isnull=False)


class EntryQuerySet(models.QuerySet):
    def live(self):
        return self.exclude(state__in=[EntryState.WITHDRAWN, EntryState.REJECTED, EntryState.DISQUALIFIED])

    def submitted(self):
        return self.exclude(state__in=[EntryState.DRAFT, EntryState.WITHDRAWN])

    def lock(self, entry: "Entry") -> "Entry":
        """Lock the row until the transaction ends and bring the given object up to date, its relations kept."""
        if audit.is_held(entry):
            return entry
        fresh = self.select_for_update().get(pk=entry.pk)
        for column in self.model._meta.concrete_fields:
            if getattr(entry, column.attname) != getattr(fresh, column.attname):
                setattr(entry, column.attname, getattr(fresh, column.attname))
        return audit.hold(entry)

    def owned_by(self, user):
        return self.filter(project__owner=user)

    def visible_to(self, user):
        """Own entries, and by each grant those of its scope; officers see nothing before it is submitted."""
        if not user.is_authenticated:
            return self.none()
        if is_administrator(user):
            return self.all()
        seen = _scopes(user)
        return self.filter(Q(project__owner=user) | (seen & SENT) if seen else Q(project__owner=user))

    def in_office_of(self, user):
        """Submitted entries that the roles of an account open: what an office lists, own entries aside."""
        if is_administrator(user):
            return self.filter(SENT)
        seen = _scopes(user)
        return self.filter(seen & SENT) if seen else self.none()


def _scopes(user) -> Q:
    """Entries that the grants of an account open. Those that differ in their contest only are asked in one term."""
    seen, contests = Q(), {}
    for grant in grants_of(user):
        places = _places(grant)
        if places is None:
            continue
        if grant.contest_id and not grant.season_id:
            contests.setdefault((grant.role, grant.region_id, grant.organisation_id), (places, set()))[1].add(
                grant.contest_id
            )
        elif grant.season_id:
            seen |= places & Q(season_id=grant.season_id)
        else:
            seen |= places & SENT
    for places, keys in contests.values():
        seen |= places & Q(season__contest_id__in=sorted(keys))
    return seen


def _places(grant) -> Q | None:
    """Where one grant looks: a city at the entries of its zone, a unit at those sent through it."""
    if grant.role in (Role.PROVINCE, Role.SUPERVISOR):
        return Q()
    if grant.role == Role.CITY:
        return Q(zone__region_id=grant.region_id)
    if grant.role == Role.UNIT:
        return Q(unit__organisation_id=grant.organisation_id) | Q(zone__organisation_id=grant.organisation_id)
    return None


class Entry(models.Model):
    """参赛项目 · one project in one season and track through one recommending unit.

    The columns after `number` are frozen with the snapshot at submission, so that lists need no join.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="entries")
    season = models.ForeignKey(Season, models.PROTECT, related_name="entries")
    track = models.ForeignKey(Track, models.PROTECT, null=True, blank=True, related_name="entries")
    unit = models.ForeignKey(RecommendingUnit, models.PROTECT, null=True, blank=True, related_name="entries")
    zone = models.ForeignKey(RecommendingUnit, models.PROTECT, null=True, blank=True, related_name="zone_entries")
    holder = models.ForeignKey(RecommendingUnit, models.PROTECT, null=True, blank=True, related_name="held_entries")
    leader = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="led_entries")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="entered_entries",
        help_text=_("The officer who entered it on behalf of its leader."),
    )  # fmt: skip
    state = models.CharField(_("state"), max_length=12, choices=EntryState, default=EntryState.DRAFT)
    number = models.CharField(_("entry number"), max_length=30, null=True, blank=True, unique=True)
    title = models.CharField(_("project name"), max_length=80)
    company_name = models.CharField(_("company"), max_length=120, blank=True)
    leader_name = models.CharField(_("leader"), max_length=80, blank=True)
    industry = models.CharField(_("industry"), max_length=40, blank=True, choices=Industry)
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+")
    identity_key = models.CharField(max_length=64, blank=True)
    snapshot = models.JSONField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)
    form_step = models.CharField(max_length=20, blank=True)
    created_at = models.DateTimeField(_("begun"), default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    qualified_at = models.DateTimeField(_("qualified"), null=True, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "season"],
                condition=~Q(state__in=["withdrawn", "rejected", "disqualified"]),
                name="entry_one_live_per_season",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"]) | Q(snapshot__isnull=False, number__isnull=False),
                name="entry_submitted_is_frozen",
            ),
        ]
        indexes = [
            models.Index(fields=["season", "state", "-submitted_at"], name="entry_season_state"),
            models.Index(fields=["season", "-submitted_at"], name="entry_season"),
            models.Index(fields=["zone", "state", "-submitted_at", "season"], name="entry_zone_state"),
            models.Index(fields=["holder", "state", "due_at"], name="entry_holder_state"),
            models.Index(fields=["track", "state"], name="entry_track_state"),
            models.Index(fields=["leader", "season"], name="entry_leader_season"),
            # The year's figures are counted in these two alone: rows with their snapshots are long to read.
            models.Index(fields=["qualified_at", "state", "identity_key", "season", "zone"], name="entry_qualified"),
            models.Index(fields=["identity_key", "state", "qualified_at"], name="entry_identity"),
            models.Index(fields=["-submitted_at", "-id"], name="entry_newest"),
        ]
        verbose_name = _("entry")
        verbose_name_plural = _("entries")

    def __str__(self):
        return f"{self.number} {self.title}" if self.number else self.title

    def get_state_display(self) -> str:
        """Django's own looks through all choices for each row: a fifth of a list's time."""
        return EntryState(self.state).label

    @property
    def is_editable(self) -> bool:
        return self.state in EDITABLE


class Agreement(models.Model):
    """承诺记录 · a declaration agreed to, with the text as it stood."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="agreements")
    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="agreements")
    text_digest = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "declaration"], name="agreement_once")]
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")

    def __str__(self):
        return f"{self.declaration}"


class Waiver(models.Model):
    """豁免 · a rule set aside for one entry, with reason and approver."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="waivers")
    rule = models.ForeignKey(EligibilityRule, models.PROTECT, related_name="waivers")
    reason = models.TextField(_("reason"))
    approver = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "rule"], name="waiver_once")]
        verbose_name = _("waiver")
        verbose_name_plural = _("waivers")

    def __str__(self):
        return f"{self.entry} {self.rule}"


class Participation(models.Model):
    """参评 · an entry in a heat: presenting order, room, outcome with its reason."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="participations")
    heat = models.ForeignKey(Heat, models.PROTECT, related_name="participations")
    track = models.ForeignKey(Track, models.PROTECT, related_name="participations")
    room = models.ForeignKey(Room, models.PROTECT, null=True, blank=True, related_name="participations")
    order = models.PositiveIntegerField(_("presenting order"), default=0)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, default=Outcome.PENDING)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["entry", "heat"], name="participation_once")]
        indexes = [models.Index(fields=["heat", "track", "outcome"], name="participation_heat_track")]
        verbose_name = _("participation")
        verbose_name_plural = _("participations")

    def __str__(self):
        return f"{self.entry} @ {self.heat}"
