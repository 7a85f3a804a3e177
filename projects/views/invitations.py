"""Team invitations: sent and followed by the owner, answered by the invited person, and the teams one takes part in."""

from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.forms import show_refusal
from core.limits import is_within
from core.problems import Refused, authorize
from projects import services
from projects.deadline import closes_for, has_passed
from projects.dossier import Dossier
from projects.forms.invitations import InviteForm, OwnDataForm
from projects.links import invitation_of
from projects.models import Entry, TeamInvitation
from projects.queries.teams import consent_of, memberships_of
from projects.services.invitations import entry_of, refuse_unless_answerable
from projects.sheet import sections_of
from projects.snapshot import snapshot_of
from projects.states import Step
from projects.views.filling import UNPROCESSABLE, own_entry, show_step

PER_PAGE = 20
TRIES_A_MINUTE = 40
GONE = 410


# ---------------------------------------------------------------- the owner


@require_POST
def invite(request, pk):
    entry = own_entry(request, pk)
    form = InviteForm(request.POST, prefix="invite")
    if form.is_valid():
        try:
            made = services.invite_member(entry, by=request.user, **form.cleaned_data)
            messages.success(request, _sent(made))
            return redirect(f"{reverse('projects:form', args=[entry.pk, Step.TEAM])}#invited")
        except Refused as refused:
            show_refusal(form, refused)
    return show_step(request, entry, Step.TEAM, status=UNPROCESSABLE, inviting=form)


def _sent(invitation: TeamInvitation) -> str:
    if invitation.phone:
        return _("The invitation is on its way to %(name)s.") % {"name": invitation.name}
    return _("The invitation is ready. Copy its link below and pass it on to %(name)s.") % {"name": invitation.name}


@require_POST
def follow_up(request, pk, invitation):
    """`do` says what: send again, or take back."""
    entry = own_entry(request, pk)
    found = get_object_or_404(TeamInvitation.objects.select_related("project"), pk=invitation, project=entry.project_id)
    try:
        if request.POST.get("do") == "resend":
            messages.success(request, _sent(services.resend_invitation(entry, invitation=found, by=request.user)))
        else:
            services.take_back_invitation(entry, invitation=found, by=request.user)
    except Refused as refused:
        return show_step(request, entry, Step.TEAM, status=UNPROCESSABLE, refusal=refused)
    return redirect(f"{reverse('projects:form', args=[entry.pk, Step.TEAM])}#invited")


# ---------------------------------------------------------------- the invited person


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request, signed):
    """The link: who invites to what. Whoever signs in fills in the own data and agrees; anybody may decline."""
    if not is_within(f"team-invitation:{get_adapter().get_client_ip(request)}", most=TRIES_A_MINUTE, seconds=60):
        return ratelimit.respond_429(request)
    found = invitation_of(signed)
    try:
        if found is None:
            raise Refused(_("This invitation does not hold. Ask whoever invited you to send it again."))
        if found.account_id and found.account_id == request.user.pk and found.member_id:
            return redirect("projects:team", found.member_id)
        refuse_unless_answerable(found, timezone.now())
    except Refused as refused:
        return render(request, "projects/invitation_gone.html", {"refused": refused}, status=GONE)
    if request.method == "POST" and request.POST.get("do") == "decline":
        services.decline_invitation(found, by=request.user if request.user.is_authenticated else None)
        return render(request, "projects/invitation_gone.html", {"declined": True})
    if request.method == "POST" and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    return _answer(request, found)


def _answer(request, found: TeamInvitation) -> HttpResponse:
    entry = entry_of(found)
    consent = consent_of(entry.season if entry else None)
    form = None
    if request.user.is_authenticated:
        form = OwnDataForm(
            request.POST if request.method == "POST" else None, person=request.user.person, name=found.name
        )
        if form.is_bound and form.is_valid() and (member := _accepted(request, found, form, consent.text)):
            messages.success(request, _("Confirmed. You are part of the team."))
            return redirect("projects:team", member.pk)
    context = {"invitation": found, "entry": entry, "consent": consent, "form": form, "here": request.get_full_path()}
    status = UNPROCESSABLE if form and form.is_bound else 200
    response = render(request, "projects/invitation.html", context, status=status)
    response.headers["Referrer-Policy"] = "strict-origin"
    return response


def _accepted(request, found: TeamInvitation, form: OwnDataForm, consent: str):
    facts = {**form.identity(), **form.facts()}
    try:
        return services.accept_invitation(found, consent=consent, by=request.user, **facts)
    except Refused as refused:
        found.refresh_from_db()
        show_refusal(form, refused)
        return None


# ---------------------------------------------------------------- teams one takes part in


@require_safe
def teams(request):
    page = Paginator(memberships_of(request.user), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "projects/teams.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def team(request, pk):
    """The entry of a team as its member sees it, the own details and the way out."""
    member = get_object_or_404(memberships_of(request.user), pk=pk)
    authorize(request.user, "projects.view_team", member)
    entry = next(iter(member.project.live_entries), None)
    at = timezone.now()
    editable = bool(entry and entry.is_editable and not has_passed(closes_for(entry), at))
    is_mine = member.person.may_be_corrected_by(request.user)
    posted = request.POST if request.method == "POST" and request.POST.get("do") == "correct" else None
    form = OwnDataForm(posted, person=member.person, consent=False) if editable and is_mine else None
    refusal = None
    if request.method == "POST" and entry:
        try:
            if done := _changed(request, entry, member, form):
                return done
        except Refused as refused:
            refusal = refused
    context = {
        "member": member, "entry": entry, "form": form, "editable": editable, "refused": refusal,
        "sections": _sections(entry) if entry else [], "is_mine": is_mine,
    }  # fmt: skip
    return render(request, "projects/team.html", context, status=UNPROCESSABLE if request.method == "POST" else 200)


def _changed(request, entry: Entry, member, form: OwnDataForm | None) -> HttpResponse | None:
    if request.POST.get("do") == "leave":
        services.leave_team(entry, member=member, by=request.user)
        messages.success(request, _("You left the team. Its owner is told."))
        return redirect("projects:teams")
    if form is None or not form.is_valid():
        return None
    services.correct_own_data(entry, member=member, by=request.user, **form.facts())
    messages.success(request, _("Saved."))
    return redirect("projects:team", member.pk)


def _sections(entry: Entry) -> list:
    return sections_of(entry.snapshot if entry.submitted_at else snapshot_of(entry, Dossier(entry)))
