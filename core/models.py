"""Tables that every room stands on: regions, the audit trail, long-running jobs and what comes back by the clock."""

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Region(models.Model):
    """行政区 · an administrative division by its GB/T 2260 code."""

    class Level(models.TextChoices):
        PROVINCE = "province", _("Province")
        CITY = "city", _("City")
        COUNTY = "county", _("District or county")

    code = models.CharField(_("code"), max_length=6, primary_key=True)
    name = models.CharField(_("name"), max_length=40)
    short_name = models.CharField(_("short name"), max_length=20)
    name_en = models.CharField(_("English name"), max_length=60)
    level = models.CharField(_("level"), max_length=10, choices=Level)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")

    class Meta:
        ordering = ["code"]
        verbose_name = _("region")
        verbose_name_plural = _("regions")

    def __str__(self):
        return self.local_name

    @property
    def local_name(self):
        return self.name_en if get_language() == "en" else self.name

    @property
    def city_code(self):
        """Code of the city this region lies in, or its own."""
        return self.code[:4] + "00"


class AuditSeal(models.Model):
    """A closed stretch of the audit trail: the digests of its entries, chained to the seal before."""

    at = models.DateTimeField(auto_now_add=True)
    entries = models.PositiveIntegerField()
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("audit seal")
        verbose_name_plural = _("audit seals")

    def __str__(self):
        return f"{self.pk} {self.digest[:12]}"


class AuditEntry(models.Model):
    """留痕 · who did what to which object, when, from where, with the values before and after."""

    at = models.DateTimeField(_("time"), db_index=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(_("actor"), max_length=120, blank=True)
    verb = models.CharField(_("verb"), max_length=60)
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=40)
    object_name = models.CharField(_("object"), max_length=200, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    digest = models.CharField(max_length=64)
    seal = models.ForeignKey(AuditSeal, models.PROTECT, null=True, related_name="sealed")

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["object_type", "object_id", "-id"], name="audit_object")]
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")

    def __str__(self):
        return f"{self.at:%F %T} {self.actor_name} {self.verb} {self.object_name}"


class JobQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(by=user)


class Job(models.Model):
    """后台任务 · long work with its progress, still there after leaving the page."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("In progress")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    kind = models.CharField(_("kind"), max_length=40)
    title = models.CharField(_("title"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="jobs")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    params = models.JSONField(default=dict)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    message = models.TextField(_("message"), blank=True)
    failures = models.JSONField(default=list)
    result = models.FileField(upload_to="jobs/%Y/%m/", blank=True)
    result_name = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("job")
        verbose_name_plural = _("jobs")

    def __str__(self):
        return self.title

    @property
    def is_over(self) -> bool:
        return self.state in {self.State.DONE, self.State.FAILED}

    @property
    def percent(self) -> int:
        return min(100, 100 * self.done // self.total) if self.total else 0


class Beat(models.Model):
    """节拍 · when work that comes back by the clock is due next."""

    name = models.CharField(max_length=200, primary_key=True)
    due_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]
        verbose_name = _("beat")
        verbose_name_plural = _("beats")

    def __str__(self):
        return self.name
