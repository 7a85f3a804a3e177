from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.crypto import EncryptedTextField
from projects.models.project import Project, TeamMember
from projects.states import InvitationState, MemberKind


class TeamInvitation(models.Model):
    """团队邀请 · a link by which a person joins a team with the own data and consent."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="invitations")
    member = models.OneToOneField(TeamMember, models.SET_NULL, null=True, blank=True, related_name="invitation")
    kind = models.CharField(_("part"), max_length=8, choices=MemberKind, default=MemberKind.MEMBER)
    name = models.CharField(_("name"), max_length=80)
    phone = EncryptedTextField(_("mobile number"), blank=True)
    work = models.CharField(_("work in the team"), max_length=60, blank=True)
    token = models.CharField(max_length=64, unique=True, editable=False)
    state = models.CharField(_("state"), max_length=9, choices=InvitationState, default=InvitationState.SENT)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="team_answers",
        verbose_name=_("answered by"),
    )  # fmt: skip
    at = models.DateTimeField(_("sent"))
    expires_at = models.DateTimeField(_("expires"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("team invitation")
        verbose_name_plural = _("team invitations")

    def __str__(self):
        return self.name
