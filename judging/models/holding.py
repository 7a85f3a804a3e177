from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from judging.states import HoldingSource
from projects.models import Entry


class Holding(models.Model):
    """持股 · somebody has shares in a company: as a team stated it in its entry, or as the office knows it.

    It stands in this room because it is kept for one purpose, to find who may not judge what. Names are as written,
    keys the same names as they are compared (`projects.names`); an organisation is noted where it is known.
    """

    entry = models.ForeignKey(Entry, models.CASCADE, null=True, blank=True, related_name="holdings")
    company = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="held_by")
    company_name = models.CharField(_("company"), max_length=120)
    holder = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="holdings")
    company_key = models.CharField(max_length=120, default="", db_index=True, editable=False)
    holder_name = models.CharField(_("shareholder"), max_length=120, db_index=True)
    holder_key = models.CharField(max_length=120, default="", db_index=True, editable=False)
    share = models.DecimalField(_("share in percent"), max_digits=5, decimal_places=2, null=True, blank=True)
    source = models.CharField(_("source"), max_length=6, choices=HoldingSource)
    note = models.CharField(_("known from"), max_length=200, blank=True)

    class Meta:
        ordering = ["company_name", "-share", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["company_name", "holder_name"], condition=Q(entry=None), name="holding_once"
            )
        ]
        verbose_name = _("holding")
        verbose_name_plural = _("holdings")

    def __str__(self):
        return f"{self.holder_name} → {self.company_name}"
