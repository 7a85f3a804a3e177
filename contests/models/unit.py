from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from contests.models.season import Season
from contests.states import UnitKind
from core.language import local
from core.models import Region


class RecommendingUnit(models.Model):
    """推荐单位、赛区 · an organisation's place in this season's chain.

    Not a region: departments, universities, parks and zones outside the province recommend as well. A unit
    without a parent recommends to the province and is called a zone.
    """

    season = models.ForeignKey(Season, models.CASCADE, related_name="units")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="unit_places")
    kind = models.CharField(_("kind"), max_length=12, choices=UnitKind)
    name = models.CharField(_("name in this season"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=160, blank=True)
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    accepts_entries = models.BooleanField(_("accepts entries"), default=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)

    class Meta:
        ordering = ["region_id", "pk"]
        constraints = [models.UniqueConstraint(fields=["season", "organisation"], name="unit_once_per_season")]
        verbose_name = _("recommending unit")
        verbose_name_plural = _("recommending units")

    def __str__(self):
        return self.local_name

    @property
    def local_name(self) -> str:
        return local(self, "name")

    @property
    def zone(self) -> "RecommendingUnit":
        """The unit at the top of this one's chain."""
        return self.parent.zone if self.parent else self
