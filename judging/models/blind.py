from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from projects.models import DocumentVersion

WHOLE = 10_000


class Redaction(models.Model):
    """遮盖 · a rectangle that an officer drew on a page; burnt into the picture that judges of blind stages get.

    Measures are ten-thousandths of the page, from its upper left corner, so that they hold for a picture of any size.
    """

    version = models.ForeignKey(DocumentVersion, models.PROTECT, related_name="redactions")
    page = models.PositiveSmallIntegerField(_("page"))
    left = models.PositiveSmallIntegerField()
    top = models.PositiveSmallIntegerField()
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("drawn"))

    class Meta:
        ordering = ["page", "top", "left", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(left__lte=WHOLE - F("width"), top__lte=WHOLE - F("height")),
                name="redaction_on_its_page",
            ),
            models.CheckConstraint(condition=Q(width__gt=0, height__gt=0), name="redaction_covers_something"),
        ]
        verbose_name = _("redaction")
        verbose_name_plural = _("redactions")

    def __str__(self):
        return f"{self.version}: {self.page}"


class BlindCheck(models.Model):
    """匿名核对 · where a document's text still names its team, and that an officer looked through its pages.

    `found` holds page, kind, name and the words around each; None until the text has been read. `looked` are the pages
    that an officer opened and said to have seen.
    """

    version = models.OneToOneField(DocumentVersion, models.PROTECT, related_name="blind_check")
    found = models.JSONField(_("names found"), null=True)
    looked = models.JSONField(_("pages looked at"), default=list)
    read_at = models.DateTimeField(_("text read"), null=True, blank=True)
    cleared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    cleared_at = models.DateTimeField(_("looked through"), null=True, blank=True)

    class Meta:
        verbose_name = _("check for names")
        verbose_name_plural = _("checks for names")

    def __str__(self):
        return str(self.version)
