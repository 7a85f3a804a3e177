"""Judges shown to the teams, their objections, and the holdings that the office knows of."""

from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.forms import accepted
from core.problems import Refused, authorize
from judging.forms import HoldingForm, JudgeListForm, ObjectionForm
from judging.models import Holding, Judge, JudgeList
from judging.queries import panel as queries
from judging.services import noted
from judging.services import panel as services
from judging.views.heats import heat_of

PER_PAGE, DAYS = 50, 2


@require_http_methods(["GET", "HEAD", "POST"])
def judge_list(request, pk):
    """The organiser looks at the list, says until when teams may object, and shows it to them."""
    heat = heat_of(request, pk)
    authorize(request.user, "judging.run_heat", heat)
    shown = JudgeList.objects.filter(heat=heat).select_related("by").first()
    closes = timezone.localtime(timezone.now() + timedelta(days=DAYS)).replace(hour=18, minute=0, second=0)
    form = JudgeListForm(request.POST or None, initial={"closes_at": closes})
    if accepted(form, lambda: services.publish_judges(heat, by=request.user, **form.cleaned_data)):
        messages.success(request, _("The teams see the list now and have been told."))
        return redirect("judging:judge_list", pk)
    context = {"heat": heat, "shown": shown, "lines": queries.lines_of(heat), "form": form}
    return render(request, "judging/judge_list.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def panel_list(request, pk):
    """A team sees who may judge its entry, and objects with a reason."""
    found = get_object_or_404(queries.own_participations(request.user), pk=pk)
    shown = found.heat.judge_list
    form = ObjectionForm(request.POST or None, lines=shown.lines)

    def object_to_judge():
        given = dict(form.cleaned_data)
        judge = get_object_or_404(Judge, pk=given.pop("judge"))
        services.object_to(found, judge, by=request.user, **given)

    if accepted(form, object_to_judge):
        messages.success(request, _("Your objection is recorded. The judge does not judge your entry, unless the "
                                    "organiser finds it unfounded."))  # fmt: skip
        return redirect("judging:panel_list", pk)
    context = {
        "participation": found, "shown": shown, "form": form, "objections": queries.objections_of(found),
        "is_open": timezone.now() <= shown.closes_at,
    }  # fmt: skip
    return render(request, "judging/panel_list.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def holdings(request):
    """Who holds shares in whom, as teams state it and as the office knows it."""
    authorize(request.user, "judging.keep_library")
    form = HoldingForm(request.POST if "company_name" in request.POST else None)
    if request.method == "POST" and "remove" in request.POST:
        gone = get_object_or_404(Holding, pk=request.POST["remove"] if request.POST["remove"].isdecimal() else 0)
        try:
            noted.remove_holding(gone, reason=request.POST.get("reason", ""), by=request.user)
        except Refused as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("Taken out; the reason stands in the audit trail."))
        return redirect("judging:holdings")
    if accepted(form, lambda: noted.note_holding(by=request.user, **form.cleaned_data)):
        messages.success(request, _("Written down. It counts in every search for conflicts from now on."))
        return redirect("judging:holdings")
    word = request.GET.get("q", "").strip()[:60]
    rows = Holding.objects.select_related("entry").order_by("-pk")
    if word:
        rows = rows.filter(Q(company_name__icontains=word) | Q(holder_name__icontains=word))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "word": word, "form": form}
    return render(request, "judging/holdings.html", context, status=422 if form.errors else 200)
