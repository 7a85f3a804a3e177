"""Before a rule is used: what it would have made of the marks of an earlier year."""

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from contests.models import ScoringRule
from contests.queries import seasons_visible_to
from core.problems import authorize
from judging import trial
from judging.queries import rankings as queries
from judging.queries.marks import lines_of_rubric
from judging.scoring import Rule, RuleError
from projects.models import Entry

MOST_ENTRIES = 5000
OFFERED = 60
FIRST = 10
PER_PAGE = 50


@require_safe
def try_rule(request, pk):
    """The places of an earlier ranking under its own rule and under this one, side by side. Nothing is written."""
    rule = get_object_or_404(
        ScoringRule.objects.filter(season__in=seasons_visible_to(request.user)).select_related("season__contest"), pk=pk
    )
    authorize(request.user, "judging.try_rule", rule)
    offered = list(queries.rankings_to_try(request.user, MOST_ENTRIES)[:OFFERED])
    wanted = request.GET.get("ranking", "")
    chosen = next((one for one in offered if str(one.pk) == wanted), None)
    context = {"rule": rule, "season": rule.season, "offered": offered, "chosen": chosen, "all": "all" in request.GET}
    if chosen is not None:
        try:
            context |= _tried(request, rule, chosen)
        except (RuleError, ValueError) as wrong:
            context["refused"] = _("This rule can't be applied to those marks: %(why)s") % {"why": wrong}
    return render(request, "judging/trial.html", context)


def _tried(request, rule: ScoringRule, chosen) -> dict:
    chosen.refresh_from_db(fields=["inputs", "result"])
    stage = rule.stages.select_related("rubric").exclude(rubric=None).first()
    found = trial.attempt(
        chosen.inputs, chosen.result["ranking"], Rule.from_data(rule.data),
        lines_of_rubric(stage.rubric) if stage else [], through=chosen.summary["through"] or FIRST,
    )  # fmt: skip
    rows = found.moved
    if "all" in request.GET:
        rows = [trial.Move(number, found.before[number], after) for number, after in found.after.items()]
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    titles = Entry.objects.filter(number__in=[one.number for one in page.object_list]).values_list("number", "title")
    return {"tried": found, "page": page, "titles": dict(titles)}
