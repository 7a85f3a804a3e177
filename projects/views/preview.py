"""The form of a season in preparation as contestants will meet it: verdicts, steps, questions, papers, texts."""

from django import forms
from django.db.models import prefetch_related_objects
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from contests import summaries
from contests.models import Season, Track
from contests.views.whole import season_of
from projects import versions
from projects.dossier import papers_of
from projects.forms import PrecheckForm
from projects.forms.choices import unit_choices
from projects.forms.people import PersonForm
from projects.forms.questions import AnswerField
from projects.sheet import LEADER_FIELDS, PROJECT_FIELDS, label_of
from projects.states import Step

PARTS = ("tracks", "eligibilityrules", "documentrequirements", "questions", "declarations")


@require_safe
def preview(request, pk):
    """Read only: nothing typed here is kept, and no entry is made."""
    season = season_of(request, pk)
    prefetch_related_objects(
        [season], "tracks", "eligibilityrules", "documentrequirements", "questions", "declarations"
    )
    precheck = PrecheckForm(request.GET, season=season)
    track = precheck.chosen
    findings = precheck.findings() if track else []
    form = _questions(season, track)
    papers = papers_of(season.documentrequirements.all(), track) if track else []
    for one in papers:
        one.asked_if = _asked_if(one.condition, form)
    context = {
        "season": season,
        "previewing": "form",
        "precheck": precheck,
        "track": track,
        "findings": findings,
        "broken": [one for one in findings if one.verdict == "broken"],
        "unknown": [one for one in findings if one.verdict == "unknown" and one.rule.pk not in precheck.later],
        "papers": papers,
        "declarations": versions.current(season.declarations.all(), track and track.pk),
        "unit_groups": unit_choices(season),
        "steps": _steps(track, form),
        "form": form,
    }
    return render(request, "projects/preview.html", context)


def _questions(season: Season, track: Track | None) -> forms.Form:
    """The questions of the season and this track as fields that can be seen but not filled in."""
    form = forms.Form(prefix="q", label_suffix="", use_required_attribute=False)
    for one in versions.current(season.questions.all(), track and track.pk):
        form.fields[one.code] = AnswerField(one)
        form.fields[one.code].required = one.required
    form.tracks = {one.code: one.local_name for one in season.tracks.all()}
    for field in form.fields.values():
        field.asked_if = _asked_if(field.condition, form)
    form.rows = {bound.name: bound.field.widget.rows_of(bound) for bound in form if bound.field.is_table}
    return form


def _asked_if(condition: dict, form: forms.Form) -> str:
    """A condition in words: the question and its answers as contestants read them."""
    if (condition or {}).get("fact"):
        return summaries.condition(condition, form.tracks)
    field = form.fields.get((condition or {}).get("question", ""))
    if field is None:
        return ""
    words = dict(field.choices)
    answers = "、".join(str(words.get(str(value), value)) for value in condition.get("is", ()))
    return _("only if “%(question)s” is %(answers)s") % {"question": field.label, "answers": answers}


def _steps(track: Track | None, form: forms.Form) -> list[dict]:
    """Each step with what is asked in it; what the season itself asks follows in full below."""
    asked = {step: [label_of(name) for name in names] for step, names in PROJECT_FIELDS.items()}
    asked[Step.PROJECT] = [label_of("track"), label_of("unit"), *asked[Step.PROJECT]]
    asked[Step.LEADER] = [_of_leader(name) for name in LEADER_FIELDS]
    steps = [step for step in Step.of(track) if step != Step.QUESTIONS or form.fields]
    return [{"name": step.label, "fields": asked.get(step, [])} for step in steps]


def _of_leader(name: str) -> str:
    """As the form of a person words it, else as the sheet does."""
    field = PersonForm.base_fields.get(name)
    return str(field.label) if field else label_of(f"leader.{name}")
