"""Forms of parts that are one row each: tracks, conditions, papers, declarations, awards, quotas."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.states import PersonStatus
from contests import conditions
from contests.consistency import DATED, NUMBERED
from contests.forms.base import PartForm, day
from contests.models import AwardLevel, Declaration, DocumentRequirement, EligibilityRule, Question, Quota, Track
from contests.states import QuestionKind, RuleKind, StageKind
from core.files import CONTENT_TYPES

MAY_BE_DATED = frozenset({RuleKind.REGISTERED, RuleKind.UNREGISTERED, RuleKind.NO_EARLIER_AWARD})
SHARES = frozenset({RuleKind.SHARE_AT_LEAST, RuleKind.TEAM_SHARE_AT_LEAST, RuleKind.YOUNG_SHARE_MIN})
SEPARATOR = "\x1f"
FACT = "@"
MOST_MB = 1024


def kinds(found) -> dict[str, str]:
    """Marks a control that is shown for these kinds only; without a script it is always shown."""
    return {"data-kinds": " ".join(sorted(found))}


class TrackForm(PartForm):
    class Meta:
        model = Track
        fields = ["name", "kind", "note", "code", "name_en", "note_en"]
        widgets = {name: forms.Textarea(attrs={"rows": 2}) for name in ("note", "note_en")}


class RuleForm(PartForm):
    """A condition, with the fields that its kind needs."""

    date = day(
        label=_("Date"), required=False, help_text=_("The explicit day that the phrase means; the day itself counts.")
    )
    groups = forms.MultipleChoiceField(
        label=_("Groups"), choices=PersonStatus, required=False, widget=forms.CheckboxSelectMultiple
    )
    levels = forms.CharField(
        label=_("Award levels that bar"), required=False, max_length=200,
        help_text=_("Separate several with a comma; empty means every level."),
    )  # fmt: skip

    class Meta:
        model = EligibilityRule
        fields = [
            "phrase", "kind", "date", "number", "source", "track", "blocks", "sample", "phrase_en", "source_en",
        ]  # fmt: skip
        labels = {"number": _("Number or per cent"), "blocks": _("Keeps from entering (else it only warns)")}
        widgets = {name: forms.Textarea(attrs={"rows": 2}) for name in ("phrase", "phrase_en")}
        help_texts = {"source": _("The notice and its year, such as: 2026年通知第二条")}

    field_order = ["phrase", "kind", "date", "number", "groups", "levels", "source", "track", "blocks", "sample"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["date"].widget.attrs |= kinds(DATED | MAY_BE_DATED)
        self.fields["number"].widget.attrs |= kinds(NUMBERED)
        self.fields["groups"].widget.attrs |= kinds([RuleKind.STATUS])
        self.fields["levels"].widget.attrs |= kinds([RuleKind.NO_EARLIER_AWARD])

    def started(self, held):
        values = held.get("values") or []
        return {"groups": values, "levels": "、".join(values) if held.get("kind") != RuleKind.STATUS else ""}

    def clean(self):
        data = super().clean()
        kind = data.get("kind")
        if kind in DATED and not data.get("date") and "date" not in self.errors:
            self.add_error("date", _("Give the explicit day; “35 or younger” has meant different days."))
        if kind in NUMBERED and data.get("number") is None and "number" not in self.errors:
            self.add_error("number", _("Give the number that the phrase means."))
        number = data.get("number")
        if kind in SHARES and number is not None and not 0 <= number <= Decimal(100):
            self.add_error("number", _("A share lies between 0 and 100 per cent."))
        if kind == RuleKind.STATUS and not data.get("groups"):
            self.add_error("groups", _("Tick at least one group."))
        return data

    def composed(self):
        kind, data = self.cleaned_data["kind"], self.cleaned_data
        levels = [one.strip() for one in data["levels"].replace("，", "、").replace(",", "、").split("、")]
        values = {RuleKind.STATUS: data["groups"], RuleKind.NO_EARLIER_AWARD: [one for one in levels if one]}
        return {
            "values": values.get(kind, []),
            "date": data["date"] if kind in DATED | MAY_BE_DATED else None,
            "number": data["number"] if kind in NUMBERED else None,
        }


class AskedOnlyIf(PartForm):
    """A part with a condition: one tick for each answer after which it is asked, all of one question or one fact."""

    only_if = forms.MultipleChoiceField(
        label=_("Asked only if"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing ticked: always asked. Tick within one group only."),
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        found = Question.objects.current().filter(season=self.season, kind=QuestionKind.CHOICE)
        if isinstance(self.row, Question):
            found = found.exclude(code=self.row.code)
        choices = [
            (
                question.local_label,
                [(f"{question.code}{SEPARATOR}{one['value']}", one["label"]) for one in question.choices],
            )
            for question in found
        ]
        tracks = dict(self.season.tracks.values_list("code", "name"))
        choices += [
            (
                fact.title,
                [
                    (f"{FACT}{fact.key}{SEPARATOR}{value}", words)
                    for value, words in conditions.values_of(fact, tracks).items()
                ],
            )
            for fact in conditions.known().values()
        ]
        self.fields["only_if"].choices = choices

    def started(self, held):
        condition = held.get("condition") or {}
        subject = condition.get("question") or f"{FACT}{condition.get('fact')}"
        return {"only_if": [f"{subject}{SEPARATOR}{one}" for one in condition.get("is", [])]}

    def clean_only_if(self):
        ticked = [one.split(SEPARATOR, 1) for one in self.cleaned_data["only_if"]]
        if len({question for question, _value in ticked}) > 1:
            text = _("Tick within one group only: answers of one question, or values of one fact.")
            raise forms.ValidationError(text)
        if not ticked:
            return {}
        subject, values = ticked[0][0], [value for _subject, value in ticked]
        if subject.startswith(FACT):
            return {"fact": subject.removeprefix(FACT), "is": values}
        return {"question": subject, "is": values}

    def composed(self):
        return {"condition": self.cleaned_data.get("only_if") or {}}

    def show_at(self, field, message):
        super().show_at("only_if" if field == "condition" else field, message)


class TakesFile(AskedOnlyIf):
    """A part for which a file arrives: its formats and its largest size."""

    formats = forms.MultipleChoiceField(
        label=_("Formats"), choices=[(one, one.upper()) for one in CONTENT_TYPES if one not in ("ppt", "doc")],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    max_mb = forms.IntegerField(label=_("Largest size in MB"), min_value=1, max_value=MOST_MB, initial=20)


class DocumentForm(TakesFile):
    class Meta:
        model = DocumentRequirement
        fields = [
            "label", "kind", "note", "formats", "max_mb", "track", "required", "judged", "signed", "sample", "label_en",
            "note_en",
        ]  # fmt: skip
        widgets = {name: forms.Textarea(attrs={"rows": 2}) for name in ("note", "note_en")}

    field_order = [
        "label", "kind", "note", "formats", "max_mb", "track", "only_if", "required", "judged", "signed", "sample",
    ]  # fmt: skip


class DeclarationForm(PartForm):
    class Meta:
        model = Declaration
        fields = ["title", "text", "track", "required", "code", "sample", "title_en", "text_en"]
        widgets = {name: forms.Textarea(attrs={"rows": 6}) for name in ("text", "text_en")}
        labels = {"required": _("Must be agreed to"), "title_en": _("Title in English")}
        help_texts = {
            "required": _("A consent that may be refused is not required."),
            "text_en": _("A translation: what is agreed to is the Chinese text."),
        }


class AwardForm(PartForm):
    class Meta:
        model = AwardLevel
        fields = ["name", "metal", "track", "places", "prize_wan", "sample", "name_en"]

    def clean_prize_wan(self):
        if self.cleaned_data["prize_wan"] < 0:
            raise forms.ValidationError(_("A prize is not below 0."))
        return self.cleaned_data["prize_wan"]


class QuotaForm(PartForm):
    class Meta:
        model = Quota
        fields = ["stage", "track", "zone", "places", "reserves", "sample"]
        help_texts = {"zone": _("Only for a stage that zones run; empty means each zone for itself.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["track"].empty_label = _("Each track")
        self.fields["zone"].empty_label = _("Each zone")

    def those_of_stage(self):
        return self.season.stages.filter(kind__in=StageKind.judged())

    def those_of_zone(self):
        return self.season.units.filter(parent=None)
