"""A judge's way to the first look: code, answer, promise of confidentiality, declaration of ties, pledge."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.forms import show_refusal
from core.limits import is_within
from core.problems import Refused
from judging.forms import AnswerForm, CodeForm, PledgeForm, TieForm
from judging.models import Invitation
from judging.queries import library
from judging.queries.promises import signatures_of
from judging.services import codes, pool
from judging.services.promises import texts_in_force
from judging.states import ConflictKind, InvitationState, PromiseKind
from projects.models import Entry

SIDES_PER_PAGE = 50
TRIES, TRY_SECONDS = 20, 600


def _own_invitation(request, pk) -> Invitation:
    own = Invitation.objects.of_judge(request.user).select_related("heat__stage__season__contest", "judge__person")
    return get_object_or_404(own, pk=pk)


def _invitation_page(request, found, *, answer=None, pledge=None, refused=None, status=200):
    signed = {one.text.kind: one for one in signatures_of(found)}
    accepted = found.state == InvitationState.ACCEPTED
    texts = texts_in_force(found.heat.stage, by=request.user) if accepted and not found.pledged_at else {}
    step = ""
    if accepted and not found.pledged_at:
        step = "pledge" if found.declared_at else "ties" if PromiseKind.CONFIDENTIALITY in signed else "secrecy"
    context = {
        "invitation": found, "heat": found.heat, "stage": found.heat.stage, "accepted": accepted, "step": step,
        "declined": found.state == InvitationState.DECLINED, "signed": list(signed.values()),
        "text": texts.get(PromiseKind.CONFIDENTIALITY if step == "secrecy" else PromiseKind.PLEDGE),
        "answer": answer or AnswerForm(initial={"offered": found.asked_capacity}),
        "pledge": pledge or PledgeForm(), "refused": refused,
    }  # fmt: skip
    return render(request, "judging/invitation.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request, pk):
    """Accept, saying how many entries and when, or decline with a reason; who accepts goes on to sign."""
    found = _own_invitation(request, pk)
    if request.method != "POST":
        return _invitation_page(request, found)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _invitation_page(request, found, answer=form, status=422)
    given = form.cleaned_data
    facts = {"reason": given["reason"]} if not given["accepted"] else {
        name: given[name] for name in ("offered", "free_from", "free_until")
    }  # fmt: skip
    try:
        pool.answer(found, accepted=given["accepted"], by=request.user, **facts)
    except Refused as refusal:
        show_refusal(form, refusal)
        return _invitation_page(request, found, answer=form, status=422)
    if given["accepted"]:
        return redirect("judging:invitation", pk)
    messages.success(request, _("You declined. Thank you for telling us in time."))
    return redirect("judging:queue")


def _signed(request, pk, sign):
    """Sign with the typed name, or show the page again with what is wrong."""
    found = _own_invitation(request, pk)
    form = PledgeForm(request.POST)
    if not form.is_valid():
        return _invitation_page(request, found, pledge=form, status=422)
    try:
        sign(found, typed_name=form.cleaned_data["typed_name"], by=request.user)
    except Refused as refusal:
        show_refusal(form, refusal)
        return _invitation_page(request, found, pledge=form, status=422)
    return None


@require_POST
def secrecy(request, pk):
    """Sign the promise of confidentiality; then the names of those who take part are shown."""
    return _signed(request, pk, pool.keep_secret) or redirect("judging:ties", pk)


@require_POST
def pledge(request, pk):
    """Sign the judge's pledge by typing one's name; only then may one look at an entry."""
    if _own_invitation(request, pk).declared_at is None:
        messages.error(request, _("Look through the list and declare your ties first; then sign the pledge."))
        return redirect("judging:invitation", pk)
    refused = _signed(request, pk, pool.pledge)
    if refused:
        return refused
    messages.success(request, _("Signed. You will get a message when scoring opens."))
    return redirect("judging:queue")


@require_http_methods(["GET", "HEAD", "POST"])
def ties(request, pk):
    """Who takes part, by company and leader alone; ties are declared here before the first look, and later too."""
    found = _own_invitation(request, pk)
    if PromiseKind.CONFIDENTIALITY not in {one.text.kind for one in signatures_of(found)}:
        return redirect("judging:invitation", pk)
    form, refused = None, None
    if request.method == "POST" and "close" in request.POST:
        try:
            pool.close_declaration(found, by=request.user)
        except Refused as refusal:
            refused = refusal
        else:
            return redirect("judging:invitation", pk)
    elif request.method == "POST":
        form = TieForm(request.POST)
        if form.is_valid():
            refused = _declared(request, found, form)
            if refused is None:
                messages.success(request, _("Declared. This entry is kept away from you."))
                return redirect("judging:ties", pk)
    return _ties_page(request, found, form, refused)


def _declared(request, found, form) -> Refused | None:
    given = form.cleaned_data
    shown = library.sides(found.heat, judge=found.judge).values("entry")
    entry = get_object_or_404(Entry.objects.filter(pk__in=shown), pk=given["entry"])
    try:
        pool.declare_tie(found, entry, kind=given["kind"], source=given["source"], by=request.user)
    except Refused as refusal:
        return refusal
    return None


def _ties_page(request, found, form, refused):
    word = request.GET.get("q", "").strip()[:60]
    page = Paginator(library.sides(found.heat, judge=found.judge, word=word), SIDES_PER_PAGE).get_page(
        request.GET.get("page")
    )
    page.object_list = [library.Side(pk, company or "", leader, unit or "") for pk, company, leader, unit in page]
    mine = [
        (company or leader, ConflictKind(kind).label, source)
        for kind, source, company, leader in library.declared_by(found.judge, found.heat)
    ]
    context = {
        "invitation": found, "heat": found.heat, "page": page, "word": word, "kinds": TieForm.KINDS, "mine": mine,
        "form": form, "refused": refused, "wrong": form.data.get("entry") if form else "",
    }  # fmt: skip
    return render(request, "judging/ties.html", context, status=422 if form or refused else 200)


# ---------------------------------------------------------------- by code


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def code(request):
    """Type a code that came on paper or by phone."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not is_within(f"judge-code:{request.META['REMOTE_ADDR']}", most=TRIES, seconds=TRY_SECONDS):
            form.add_error("code", _("Too many tries. Wait ten minutes, then compare the code once more."))
        elif codes.invitation_by(form.cleaned_data["code"]) is None:
            form.add_error("code", _("No invitation has this code. Compare it sign by sign, or ask for a new one."))
        else:
            return redirect("judging:invited", form.cleaned_data["code"].strip())
    return render(request, "judging/code_entry.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def invited(request, code):
    """Who invites to what; after signing in, the account is bound to the judge whom the code was made for."""
    found = codes.invitation_by(code)
    refused = None
    if request.method == "POST" and found and request.user.is_authenticated:
        try:
            taken = codes.take_code(code, by=request.user)
        except Refused as refusal:
            refused = refusal
        else:
            messages.success(request, _("Welcome. From now on the invitation is found in your account."))
            return redirect("judging:invitation", taken.pk)
    context = {"invitation": found, "code": code, "refused": refused, "here": request.get_full_path()}
    response = render(request, "judging/invited.html", context, status=422 if refused else 200 if found else 404)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
