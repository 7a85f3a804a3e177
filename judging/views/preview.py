"""The score sheet of a season in preparation as judges will have it: rubric, anchors, what they see of an entry."""

from decimal import Decimal

from django.shortcuts import render
from django.views.decorators.http import require_safe

from contests.models import Season, Stage
from contests.states import StageKind
from contests.views.whole import season_of
from judging.queries.sheet import lines_of
from judging.scoring import Criterion, Rule, RuleError, describe


@require_safe
def preview_sheet(request, pk):
    """Read only: no heat and no sheet is made."""
    season = season_of(request, pk)
    stages = list(
        season.stages.filter(kind__in=StageKind.judged())
        .select_related("rubric", "scoring_rule")
        .prefetch_related("segments", "rubric__criteria")
    )
    wanted = request.GET.get("stage", "")
    stage = next((one for one in stages if str(one.pk) == wanted), stages[0] if stages else None)
    criteria = list(stage.rubric.criteria.all()) if stage and stage.rubric else []
    for one in criteria:
        one.value, one.said = None, ""
    context = {
        "season": season,
        "previewing": "sheet",
        "stages": stages,
        "stage": stage,
        "lines": lines_of(criteria),
        "most": sum((one.maximum * one.weight for one in criteria), Decimal(0)),
        "judged": _judged(season),
        "told": _told(stage, criteria),
    }
    return render(request, "judging/preview.html", context)


def _judged(season: Season) -> list[str]:
    """Papers and answers that judges see, each once however many tracks ask for it."""
    papers = season.documentrequirements.current().filter(judged=True).values_list("label", flat=True)
    questions = [one.local_label for one in season.questions.current().filter(judged=True)]
    return list(dict.fromkeys([*papers, *questions]))


def _told(stage: Stage | None, criteria: list) -> list[str]:
    if stage is None or stage.scoring_rule is None or not criteria:
        return []
    lines = [Criterion(one.key, one.maximum, one.weight, one.step, str(one)) for one in criteria]
    try:
        return [step.text for step in describe(Rule.from_data(stage.scoring_rule.data), lines)]
    except RuleError:
        return []
