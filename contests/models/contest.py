from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from contests.states import HostPart
from core.language import local

IMPORTED = "imported-"


class ContestQuerySet(models.QuerySet):
    def held(self):
        """Contests that are held here, without those that only carry imported marks."""
        return self.exclude(slug__startswith=IMPORTED)


class Contest(models.Model):
    """赛事 · one of the contests that come back every season."""

    slug = models.SlugField(_("short address"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=120)
    short_name = models.CharField(_("short name"), max_length=30)
    short_name_en = models.CharField(_("English short name"), max_length=60, blank=True)
    number_prefix = models.CharField(_("prefix of entry numbers"), max_length=6, unique=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    purpose = models.TextField(_("purpose"), blank=True)
    purpose_en = models.TextField(_("English purpose"), blank=True)
    hosts = models.ManyToManyField(Organisation, through="ContestHost", related_name="contests")

    objects = ContestQuerySet.as_manager()

    class Meta:
        ordering = ["order", "pk"]
        verbose_name = _("contest")
        verbose_name_plural = _("contests")

    def __str__(self):
        return self.local_name

    @property
    def local_name(self):
        return local(self, "name")

    @property
    def local_short_name(self):
        return local(self, "short_name")

    @property
    def local_purpose(self):
        return local(self, "purpose")


class ContestHost(models.Model):
    """主办、承办单位 · an organisation's part in a contest, in printed order."""

    contest = models.ForeignKey(Contest, models.CASCADE, related_name="parts")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    part = models.CharField(_("part"), max_length=10, choices=HostPart)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["contest", "organisation", "part"], name="host_once_per_part")]
        verbose_name = _("host")
        verbose_name_plural = _("hosts")

    def __str__(self):
        return f"{self.get_part_display()} {self.organisation}"
