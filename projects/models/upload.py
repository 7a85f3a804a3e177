from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from contests.models import DocumentRequirement
from core.secret import secret_hex
from projects.models.document import DocumentVersion
from projects.models.entry import Entry


def new_key():
    """A UUID that nobody guesses."""
    return models.UUIDField().to_python(secret_hex()[:32])


class Upload(models.Model):
    """上传 · a file on its way in, piece by piece (tus 1.0). Its bytes stand in the upload folder until it is whole;
    `offset` is what is on the disk for certain."""

    key = models.UUIDField(primary_key=True, default=new_key, editable=False)
    entry = models.ForeignKey(Entry, models.CASCADE, related_name="uploads")
    requirement = models.ForeignKey(DocumentRequirement, models.CASCADE, related_name="uploads")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    name = models.CharField(_("file name"), max_length=160)
    size = models.PositiveBigIntegerField(_("bytes"))
    offset = models.PositiveBigIntegerField(default=0)
    begun_at = models.DateTimeField(_("begun"))
    touched_at = models.DateTimeField()
    expires_at = models.DateTimeField(_("expires"), db_index=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    version = models.OneToOneField(DocumentVersion, models.CASCADE, null=True, blank=True, related_name="upload")
    refusal = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-begun_at"]
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")

    def __str__(self):
        return self.name

    @property
    def percent(self) -> int:
        """How much of it is here, rounded down: 100 only when it is whole."""
        return 100 * self.offset // max(self.size, 1)
