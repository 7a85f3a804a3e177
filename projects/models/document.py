from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from contests.models import DocumentRequirement
from projects.models.entry import Entry


def stored_name(version: "DocumentVersion", _name: str) -> str:
    """A generated path: nothing of the sender's file name reaches the disk."""
    return f"documents/{version.sha256[:2]}/{version.sha256}.{version.extension}"


class Document(models.Model):
    """材料 · an entry's answer to one requirement; its versions are kept."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="documents")
    requirement = models.ForeignKey(DocumentRequirement, models.PROTECT, related_name="documents")
    current = models.ForeignKey("DocumentVersion", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["requirement__order", "pk"]
        constraints = [models.UniqueConstraint(fields=["entry", "requirement"], name="document_once")]
        verbose_name = _("document")
        verbose_name_plural = _("documents")

    def __str__(self):
        return f"{self.entry}: {self.requirement}"


class DocumentVersion(models.Model):
    """材料版本 · one uploaded file, typed by its content."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="versions")
    file = models.FileField(upload_to=stored_name, max_length=160)
    name = models.CharField(_("file name"), max_length=160)
    extension = models.CharField(max_length=5)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(_("bytes"))
    sha256 = models.CharField(max_length=64, db_index=True)
    pages = models.PositiveIntegerField(_("pages"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("uploaded"))

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("document version")
        verbose_name_plural = _("document versions")

    def __str__(self):
        return self.name
