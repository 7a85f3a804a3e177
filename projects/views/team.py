"""Members and advisers: added, changed, moved and removed on the team step of the form."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.forms import show_refusal
from core.problems import Refused
from projects import services
from projects.forms import MemberForm
from projects.models import TeamMember
from projects.states import MemberKind, Step
from projects.views.filling import UNPROCESSABLE, own_entry, show_step


@require_POST
def add_member(request, pk):
    entry = own_entry(request, pk)
    kind = MemberKind.ADVISER if request.POST.get("kind") == MemberKind.ADVISER else MemberKind.MEMBER
    form = MemberForm(request.POST, adviser=kind == MemberKind.ADVISER, prefix=str(kind))
    if form.is_valid():
        try:
            services.add_member(entry, kind=kind, by=request.user, **form.filled())
            return redirect(_here(entry))
        except Refused as refused:
            show_refusal(form, refused)
    return show_step(request, entry, Step.TEAM, status=UNPROCESSABLE, adding={kind: form})


@require_POST
def member(request, pk, member):
    """`do` says what: change, remove, up, down, or ask to confirm."""
    entry = own_entry(request, pk)
    found = get_object_or_404(TeamMember.objects.select_related("person__user"), pk=member, project=entry.project_id)
    act = request.POST.get("do")
    try:
        if act == "remove":
            services.remove_member(entry, member=found, by=request.user)
        elif act == "ask":
            services.ask_member(entry, member=found, by=request.user, phone=request.POST.get("phone", ""))
            messages.success(request, _("%(name)s is asked to confirm.") % {"name": found.person.name})
        elif act in ("up", "down"):
            services.move_member(entry, member=found, up=act == "up", by=request.user)
        else:
            form = MemberForm(
                request.POST, member=found, adviser=found.kind == MemberKind.ADVISER, prefix=f"member-{found.pk}"
            )
            if not form.is_valid():
                return show_step(request, entry, Step.TEAM, status=UNPROCESSABLE, changing={found.pk: form})
            services.change_member(entry, member=found, by=request.user, **form.filled())
    except Refused as refused:
        return show_step(request, entry, Step.TEAM, status=UNPROCESSABLE, refusal=refused)
    return redirect(_here(entry))


def _here(entry) -> str:
    return f"{reverse('projects:form', args=[entry.pk, Step.TEAM])}#team"
