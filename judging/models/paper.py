from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from judging.models.sheet import ScoreSheet


def stored_name(entry: "PaperEntry", _name: str) -> str:
    """A generated path: nothing of the sender's file name reaches the disk."""
    return f"scans/{entry.scan_sha256[:2]}/{entry.scan_sha256}.{entry.scan_extension}"


class PaperEntry(models.Model):
    """纸质评分录入 · the marks of a signed sheet as one person typed them, until another has typed the same."""

    sheet = models.OneToOneField(ScoreSheet, models.PROTECT, related_name="paper")
    marks = models.JSONField(_("marks"))
    comment = models.TextField(_("comment"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("entered"))
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    scan = models.FileField(_("scan"), upload_to=stored_name, max_length=160, blank=True)
    scan_sha256 = models.CharField(max_length=64, blank=True)
    scan_extension = models.CharField(max_length=5, blank=True)

    class Meta:
        verbose_name = _("marks from paper")
        verbose_name_plural = _("marks from paper")

    def __str__(self):
        return str(self.sheet)
