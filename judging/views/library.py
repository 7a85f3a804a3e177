"""The judge library: search, one judge with appointments and record, own data, and where the fee goes."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Organisation
from accounts.services import known_organisation, known_person
from core.forms import accepted
from core.problems import Refused, authorize
from judging.forms import JudgeForm, NewJudgeForm, PayAccountForm, ReasonForm
from judging.models import Judge, PayAccount
from judging.queries import library as queries
from judging.queries.opinions import record_of
from judging.rules import own_heats
from judging.services import library as services

PER_PAGE = 50


@require_safe
def library(request):
    authorize(request.user, "judging.keep_library")
    wanted = queries.Filter.of(request.GET)
    page = Paginator(queries.library(wanted), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page, "wanted": wanted, "choices": queries.choices(),
        "records": queries.records_of([judge.pk for judge in page]),
        "states": [("active", _("May be invited")), ("away", _("Not invited")), ("unconfirmed", _("Never confirmed"))],
    }  # fmt: skip
    return render(request, "judging/library.html", context)


def _judge_of(request, pk) -> Judge:
    authorize(request.user, "judging.keep_library")
    return get_object_or_404(Judge.objects.select_related("person__user", "employer", "region"), pk=pk)


@require_safe
def judge(request, pk):
    """What is known of one judge, every heat they were asked for, and how they marked where one may see the ranking."""
    found = _judge_of(request, pk)
    asked = queries.appointments(found, without=own_heats(request.user))
    page = Paginator(asked, queries.APPOINTMENTS_PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = queries.with_counts(found, page.object_list)
    context = {
        "judge": found, "page": page, "record": queries.records_of([found.pk])[found.pk],
        "has_account": hasattr(found.person, "user"), "pays": PayAccount.objects.filter(judge=found).exists(),
        "figures": record_of(found, request.user),
    }  # fmt: skip
    return render(request, "judging/judge.html", context)


def _employer(form, *, by) -> Organisation | None:
    """The employer as typed: the one row of that name, or made known now."""
    name = " ".join(form.cleaned_data["employer"].split())
    named = list(Organisation.objects.filter(name=name)[:2])
    if len(named) == 1:
        return named[0]
    return known_organisation(
        name=name, kind=form.cleaned_data["employer_kind"], region=form.cleaned_data["region"], by=by
    )


@require_http_methods(["GET", "HEAD", "POST"])
def judge_new(request):
    authorize(request.user, "judging.keep_library")
    form = NewJudgeForm(request.POST or None)
    made: list[Judge] = []

    def save():
        person = known_person(**form.person(), title=form.cleaned_data["title"], by=request.user)
        if Judge.objects.filter(person=person).exists():
            raise Refused(_("This person is in the library already. Search by the name."), field="id_number")
        employer = _employer(form, by=request.user)
        made.append(services.enrol(person, employer=employer, by=request.user, **form.facts()))

    if accepted(form, save):
        messages.success(request, _("%(judge)s is in the library and may be invited.") % {"judge": made[0]})
        return redirect("judging:judge", made[0].pk)
    return render(request, "judging/judge_edit.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def judge_edit(request, pk):
    found = _judge_of(request, pk)
    form = JudgeForm(request.POST or None, judge=found)

    def save():
        employer = _employer(form, by=request.user)
        services.correct_judge(found, employer=employer, by=request.user, **form.facts())

    if accepted(form, save):
        messages.success(request, _("Saved."))
        return redirect("judging:judge", pk)
    return render(
        request, "judging/judge_edit.html", {"form": form, "judge": found}, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
def pay_account(request, pk):
    """The account of a judge, opened to who pays: each look with its reason on record."""
    found = _judge_of(request, pk)
    form = ReasonForm(request.POST or None)
    held = None
    if request.method == "POST" and form.is_valid():
        try:
            held = services.read_pay_account(found, reason=form.cleaned_data["reason"], by=request.user)
        except Refused as refusal:
            form.add_error("reason", refusal.message)
    context = {"judge": found, "form": form, "held": held}
    response = render(request, "judging/pay_account.html", context, status=422 if form.errors else 200)
    response.headers["Cache-Control"] = "no-store"
    return response


# ---------------------------------------------------------------- the judge's own data


def _own_judge(request) -> Judge:
    found = Judge.objects.select_related("person", "employer", "region").filter(
        person=request.user.person_id, person__isnull=False
    )
    judge = found.first() if request.user.person_id else None
    if judge is None:
        raise Http404
    return judge


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request):
    """A judge sees, mends and once a year confirms what the library says, and gives the account for the fee."""
    found = _own_judge(request)
    part = request.POST.get("part", "")
    form = JudgeForm(request.POST if part == "facts" else None, judge=found, own=True)
    pay = PayAccountForm(request.POST if part == "account" else None, initial={"holder": found.person.name})

    def save():
        employer = _employer(form, by=request.user)
        services.correct_judge(found, employer=employer, by=request.user, **form.facts())
        services.confirm_own(found, by=request.user)

    if accepted(form, save):
        messages.success(request, _("Thank you. Your data are confirmed for this year."))
        return redirect("judging:profile")
    if accepted(pay, lambda: services.set_pay_account(found, by=request.user, **pay.cleaned_data)):
        messages.success(request, _("Your account is saved, encrypted. Only who pays the fee can open it."))
        return redirect("judging:profile")
    context = {
        "judge": found, "form": form, "pay": pay, "held": PayAccount.objects.filter(judge=found).first(),
        "confirmed": found.confirmed_at and timezone.localtime(found.confirmed_at).year == timezone.localdate().year,
    }  # fmt: skip
    return render(request, "judging/profile.html", context, status=422 if form.errors or pay.errors else 200)
