from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Person
from contests.models import Contest
from contests.queries import seasons_visible_to
from core.models import Region
from projects.states import PastMatch


class PastEntryQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Organisers, supervisors and administrators see the earlier years of the contests they look after."""
        return self.filter(contest__in=seasons_visible_to(user).order_by().values("contest"))

    def doubtful(self):
        return self.filter(match=PastMatch.DOUBTFUL)


class PastEntry(models.Model):
    """往届项目 · an entry or winner of a year before this system, as its list says, matched to people and companies."""

    contest = models.ForeignKey(Contest, models.PROTECT, related_name="past_entries")
    year = models.PositiveSmallIntegerField(_("year"))
    track = models.CharField(_("track"), max_length=60, blank=True)
    title = models.CharField(_("project"), max_length=120)
    company_name = models.CharField(_("company"), max_length=120, blank=True)
    credit_code = models.CharField(_("unified social credit code"), max_length=18, blank=True, db_index=True)
    leader_name = models.CharField(_("leader"), max_length=80, blank=True)
    level = models.CharField(_("award"), max_length=40, blank=True)
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+")
    company = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="past_entries")
    leader = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="past_entries")
    match = models.CharField(_("match"), max_length=8, choices=PastMatch, default=PastMatch.NONE)
    candidates = models.JSONField(default=list, blank=True)
    row_key = models.CharField(max_length=64, unique=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("imported"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = PastEntryQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "pk"]
        indexes = [
            models.Index(fields=["match", "-year"], name="past_match"),
            models.Index(fields=["contest", "-year"], name="past_contest"),
        ]
        verbose_name = _("past entry")
        verbose_name_plural = _("past entries")

    def __str__(self):
        return f"{self.year} {self.title}"
