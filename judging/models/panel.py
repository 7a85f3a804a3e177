from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from contests.models import Heat


class JudgeList(models.Model):
    """评委公示名单 · the judges of a heat shown to its teams, who may object to some until a date.

    Frozen text, with the judges' keys beside it: what the teams read can't change later.
    """

    heat = models.OneToOneField(Heat, models.PROTECT, related_name="judge_list")
    lines = models.JSONField(_("judges"))
    most_objections = models.PositiveSmallIntegerField(_("objections of one team at most"), default=2)
    published_at = models.DateTimeField(_("published"))
    closes_at = models.DateTimeField(_("objections are taken until"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("list of judges")
        verbose_name_plural = _("lists of judges")

    def __str__(self):
        return str(self.heat)
