from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contests.models import RecommendingUnit, Season, Track
from projects.models.entry import Entry


class Extension(models.Model):
    """延期 · more time to enter, for one entry, one recommending unit or one track, with reason and officer."""

    season = models.ForeignKey(Season, models.PROTECT, related_name="extensions")
    track = models.ForeignKey(Track, models.PROTECT, null=True, blank=True, related_name="extensions")
    unit = models.ForeignKey(RecommendingUnit, models.PROTECT, null=True, blank=True, related_name="extensions")
    entry = models.ForeignKey(Entry, models.PROTECT, null=True, blank=True, related_name="extensions")
    until = models.DateTimeField(_("until"))
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("given"))
    ended_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(track__isnull=False, unit__isnull=True, entry__isnull=True)
                | Q(track__isnull=True, unit__isnull=False, entry__isnull=True)
                | Q(track__isnull=True, unit__isnull=True, entry__isnull=False),
                name="extension_of_one_scope",
            )
        ]
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")

    def __str__(self):
        return f"{self.scope}: {self.until}"

    @property
    def scope(self) -> Entry | RecommendingUnit | Track:
        """What it is for."""
        return self.entry or self.unit or self.track
