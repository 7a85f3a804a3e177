"""After the prize: institutions, consents, interests and deals."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from core.models import Region
from matching.states import AmountKind, ConsentPurpose, DealStage, InstitutionKind, InstitutionState, InterestState
from projects.models import DocumentVersion, Entry, Project


class Institution(models.Model):
    """机构 · an organisation admitted to see projects that agreed to be found."""

    organisation = models.OneToOneField(Organisation, models.PROTECT, related_name="institution")
    kind = models.CharField(_("kind"), max_length=8, choices=InstitutionKind)
    state = models.CharField(_("state"), max_length=9, choices=InstitutionState, default=InstitutionState.APPLIED)
    manager_number = models.CharField(_("fund manager registration number"), max_length=20, blank=True)
    industries = models.JSONField(_("industries"), default=list, blank=True)
    rounds = models.JSONField(_("rounds"), default=list, blank=True)
    ticket_from_wan = models.DecimalField(
        _("from (10,000 yuan)"), max_digits=10, decimal_places=2, null=True, blank=True
    )
    ticket_to_wan = models.DecimalField(_("to (10,000 yuan)"), max_digits=10, decimal_places=2, null=True, blank=True)
    regions = models.ManyToManyField(Region, blank=True, related_name="+", verbose_name=_("cities"))
    introduction = models.TextField(_("introduction"), blank=True)
    admitted_at = models.DateTimeField(_("admitted"), null=True, blank=True)
    admitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    expires_on = models.DateField(_("valid until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("institution")
        verbose_name_plural = _("institutions")

    def __str__(self):
        return self.organisation.name

    def is_admitted(self, today) -> bool:
        return self.state == InstitutionState.ADMITTED and (self.expires_on is None or self.expires_on >= today)


class InstitutionMember(models.Model):
    """机构人员 · an account that acts for an institution."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="members")
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="institution_member")
    post = models.CharField(_("post"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("member of an institution")
        verbose_name_plural = _("members of institutions")

    def __str__(self):
        return f"{self.user} · {self.institution}"


class Consent(models.Model):
    """授权 · the project's agreement to one purpose, for all admitted institutions or one; withdrawable as easily."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="consents")
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="consents")
    purpose = models.CharField(_("purpose"), max_length=10, choices=ConsentPurpose)
    institution = models.ForeignKey(Institution, models.PROTECT, null=True, blank=True, related_name="consents")
    text = models.TextField(_("text agreed to"))
    text_version = models.CharField(max_length=20)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    given_at = models.DateTimeField(_("given"))
    expires_on = models.DateField(_("valid until"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(purpose="documents") | Q(institution__isnull=False),
                name="consent_documents_name_institution",
            ),
        ]
        indexes = [models.Index(fields=["purpose", "withdrawn_at", "expires_on"], name="consent_live")]
        verbose_name = _("consent")
        verbose_name_plural = _("consents")

    def __str__(self):
        return f"{self.get_purpose_display()} {self.project}"


class Access(models.Model):
    """查看记录 · an institution read a document: which, when, by whom, under which consent."""

    consent = models.ForeignKey(Consent, models.PROTECT, related_name="accesses")
    version = models.ForeignKey(DocumentVersion, models.PROTECT, related_name="accesses")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("read"))

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("access")
        verbose_name_plural = _("accesses")

    def __str__(self):
        return f"{self.by} {self.version}"


class Interest(models.Model):
    """意向关注 · an institution asks a project to talk."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="interests")
    project = models.ForeignKey(Project, models.PROTECT, related_name="interests")
    state = models.CharField(_("state"), max_length=9, choices=InterestState, default=InterestState.OPEN)
    note = models.TextField(_("message to the project"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("expressed"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=300, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["institution", "project"], name="interest_once")]
        verbose_name = _("interest")
        verbose_name_plural = _("interests")

    def __str__(self):
        return f"{self.institution} → {self.project}"


class Deal(models.Model):
    """对接 · talks between an institution and a project, to their outcome."""

    interest = models.OneToOneField(Interest, models.PROTECT, related_name="deal")
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="deals")
    project = models.ForeignKey(Project, models.PROTECT, related_name="deals")
    stage = models.CharField(_("stage"), max_length=10, choices=DealStage, default=DealStage.TALKS)
    opened_at = models.DateTimeField(_("opened"))
    moved_at = models.DateTimeField(_("last moved"))
    outcome = models.TextField(_("outcome"), blank=True)

    class Meta:
        ordering = ["-moved_at"]
        indexes = [models.Index(fields=["stage", "-moved_at"], name="deal_stage")]
        verbose_name = _("deal")
        verbose_name_plural = _("deals")

    def __str__(self):
        return f"{self.institution} · {self.project}"


class DealStep(models.Model):
    """对接进展 · one move of a deal: stage, amount and its kind, evidence, and the project's confirmation."""

    deal = models.ForeignKey(Deal, models.PROTECT, related_name="steps")
    stage = models.CharField(_("stage"), max_length=10, choices=DealStage)
    amount_kind = models.CharField(_("kind of amount"), max_length=10, choices=AmountKind, blank=True)
    amount_wan = models.DecimalField(
        _("amount (10,000 yuan)"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    evidence = models.CharField(_("evidence"), max_length=300, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("recorded"))
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(_("confirmed by the project"), null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_kind="", amount_wan__isnull=True) | (~Q(amount_kind="") & Q(amount_wan__gt=0)),
                name="deal_step_amount_with_kind",
            ),
        ]
        verbose_name = _("deal step")
        verbose_name_plural = _("deal steps")

    def __str__(self):
        return f"{self.deal} {self.get_stage_display()}"
