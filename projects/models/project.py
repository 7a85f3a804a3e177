from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Person
from core.models import Region
from projects.states import CompanyKind, FinancingRound, Industry, MemberKind, ProjectStage


def _count(label, **more):
    return models.PositiveIntegerField(label, null=True, blank=True, **more)


def _wan(label):
    return models.DecimalField(
        label, max_digits=12, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )


class Project(models.Model):
    """项目 · what a team works on, over years and contests. Facts about the company are as stated by the team;
    `company` is the organisation they were matched to by credit code."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="projects")
    name = models.CharField(_("project name"), max_length=80)
    stage = models.CharField(_("stage"), max_length=8, choices=ProjectStage, blank=True)
    industry = models.CharField(_("industry"), max_length=40, blank=True, choices=Industry)
    one_line = models.CharField(_("in one sentence"), max_length=50, blank=True)
    summary = models.TextField(_("summary"), max_length=500, blank=True)
    innovation = models.TextField(_("what is new"), max_length=1000, blank=True)
    business_model = models.TextField(_("business model"), max_length=1000, blank=True)
    market = models.TextField(_("market and competition"), max_length=1000, blank=True)
    rights = models.TextField(_("patents and rights"), max_length=1000, blank=True)
    honours = models.TextField(_("awards and earlier contests"), max_length=1000, blank=True)
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("place"))

    has_company = models.BooleanField(_("a company is registered"), null=True, blank=True)
    company = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="projects")
    company_name = models.CharField(_("company name"), max_length=120, blank=True)
    credit_code = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    company_kind = models.CharField(_("kind of company"), max_length=12, choices=CompanyKind, blank=True)
    registered_on = models.DateField(_("registered on"), null=True, blank=True)
    company_region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("registered in")
    )
    legal_representative = models.CharField(_("legal representative"), max_length=80, blank=True)
    representative_since = models.DateField(_("legal representative since"), null=True, blank=True)
    registered_capital_wan = _wan(_("registered capital (10,000 yuan)"))

    leader_share = models.DecimalField(
        _("leader's share (%)"), max_digits=5, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )  # fmt: skip
    revenue_wan = _wan(_("last year's revenue (10,000 yuan)"))
    tax_wan = _wan(_("last year's tax (10,000 yuan)"))
    research_wan = _wan(_("last year's research spending (10,000 yuan)"))
    employees = _count(_("employees"))
    insured = _count(_("employees with social insurance"))
    key_group_employees = _count(_("employees from key groups"))
    expected_jobs = _count(_("expected new jobs"))
    financed_round = models.CharField(_("latest round"), max_length=6, choices=FinancingRound, blank=True)
    financed_wan = _wan(_("raised so far (10,000 yuan)"))
    wanted_round = models.CharField(_("round sought"), max_length=6, choices=FinancingRound, blank=True)
    wanted_wan = _wan(_("amount sought (10,000 yuan)"))
    use_of_funds = models.CharField(_("use of funds"), max_length=300, blank=True)
    landing_region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("wishes to land in")
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("project")
        verbose_name_plural = _("projects")

    def __str__(self):
        return self.name

    @property
    def leader(self) -> Person | None:
        found = next((member for member in self.members.all() if member.kind == MemberKind.LEADER), None)
        return found.person if found else None


class TeamMember(models.Model):
    """成员 · a person's place in a project: the leader, members in printed order, advisers."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    kind = models.CharField(_("part"), max_length=8, choices=MemberKind)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    work = models.CharField(_("work in the team"), max_length=60, blank=True)
    share = models.DecimalField(
        _("share (%)"), max_digits=5, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )  # fmt: skip

    confirmed_at = models.DateTimeField(_("confirmed by the person"), null=True, blank=True)
    consent_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "person", "kind"], name="member_once"),
            models.UniqueConstraint(fields=["project"], condition=Q(kind=MemberKind.LEADER), name="one_leader"),
        ]
        verbose_name = _("team member")
        verbose_name_plural = _("team members")

    def __str__(self):
        return f"{self.person} {self.get_kind_display()}"
