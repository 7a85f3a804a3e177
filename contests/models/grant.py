from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from accounts.states import Role
from contests.models.contest import Contest
from contests.models.season import Season
from core.models import Region


class GrantQuerySet(models.QuerySet):
    def live(self, at=None):
        at = at or timezone.now()
        return self.filter(starts__lte=at).filter(Q(ends=None) | Q(ends__gt=at))


class Grant(models.Model):
    """授权 · a role of one account in a scope. Every filled scope field narrows it; they hold together.

    A recommending unit's grant names its organisation, so it lasts over seasons; a city organiser's names the
    city. It stands in this room because a scope is made of contests, seasons and regions.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="grants")
    role = models.CharField(_("role"), max_length=14, choices=Role)
    contest = models.ForeignKey(Contest, models.PROTECT, null=True, blank=True, related_name="grants")
    season = models.ForeignKey(Season, models.PROTECT, null=True, blank=True, related_name="grants")
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="grants")
    starts = models.DateTimeField(_("from"), default=timezone.now)
    ends = models.DateTimeField(_("until"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = GrantQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(role=Role.UNIT) | Q(organisation__isnull=False), name="grant_unit_names_organisation"
            ),
            models.CheckConstraint(
                condition=~Q(role=Role.CITY) | Q(region__isnull=False), name="grant_city_names_region"
            ),
            models.CheckConstraint(
                condition=~Q(role=Role.PROVINCE) | Q(contest__isnull=False) | Q(season__isnull=False),
                name="grant_province_names_contest",
            ),
        ]
        verbose_name = _("grant")
        verbose_name_plural = _("grants")

    def __str__(self):
        scope = [str(part) for part in (self.contest, self.season, self.region, self.organisation) if part]
        return " · ".join([self.get_role_display(), *scope])
