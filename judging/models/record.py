from django.db import models
from django.utils.translation import gettext_lazy as _

from judging.models.ranking import Ranking


class OpenRecord(models.Model):
    """公开核算记录 · what anybody recounts a published ranking from, where the stage publishes its marks.

    `content` holds rule, marks and result with judges as letters and entries as they were published; it is frozen with
    the publication. `mask` is the secret of these names, the same for every version. `digest` covers `before` too, the
    digest of the record of the version before, so that no earlier record can be changed alone.
    """

    ranking = models.OneToOneField(Ranking, models.PROTECT, related_name="open_record")
    mask = models.CharField(max_length=64)
    content = models.JSONField()
    before = models.CharField(max_length=64, blank=True)
    digest = models.CharField(_("check code"), max_length=64)
    published_at = models.DateTimeField(_("published"))

    class Meta:
        ordering = ["ranking"]
        verbose_name = _("open record")
        verbose_name_plural = _("open records")

    def __str__(self):
        return str(self.ranking)
