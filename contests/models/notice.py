from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from contests.models.season import Season
from contests.states import Metal, NoticeKind
from core.language import local


class NoticeQuerySet(models.QuerySet):
    def public(self, at):
        return self.filter(published_at__lte=at, withdrawn_at=None)


class Notice(models.Model):
    """公告、公示 · a text shown to the public, with a list of results where it has one."""

    season = models.ForeignKey(Season, models.PROTECT, related_name="notices")
    kind = models.CharField(_("kind"), max_length=8, choices=NoticeKind)
    title = models.CharField(_("title"), max_length=160)
    title_en = models.CharField(_("English title"), max_length=240, blank=True)
    body = models.TextField(_("text"))
    body_en = models.TextField(_("English text"), blank=True)
    published_at = models.DateTimeField(_("published"))
    closes_at = models.DateTimeField(_("objections until"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at"]
        verbose_name = _("notice")
        verbose_name_plural = _("notices")

    def __str__(self):
        return self.local_title

    @property
    def local_title(self) -> str:
        return local(self, "title")

    @property
    def local_body(self) -> str:
        return local(self, "body")


class NoticeLine(models.Model):
    """公示名单 · one published line, frozen as text: only what may be public (domain §7)."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="lines")
    order = models.PositiveIntegerField()
    track = models.CharField(_("track"), max_length=60)
    level = models.CharField(_("award or outcome"), max_length=40)
    metal = models.CharField(max_length=6, choices=Metal, default=Metal.NONE)
    number = models.CharField(_("entry number"), max_length=30)
    title = models.CharField(_("project"), max_length=120)
    unit = models.CharField(_("unit"), max_length=120, blank=True)
    zone = models.CharField(_("zone"), max_length=80, blank=True)
    leader = models.CharField(_("leader"), max_length=80, blank=True)

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["notice", "order"], name="notice_line_order")]
        indexes = [models.Index(fields=["notice", "track", "order"], name="notice_line_track")]
        verbose_name = _("notice line")
        verbose_name_plural = _("notice lines")

    def __str__(self):
        return f"{self.order} {self.title}"
