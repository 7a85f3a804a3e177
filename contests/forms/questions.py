"""The form of a question: its kind says which limits, choices or columns it has."""

from django import forms
from django.utils.translation import gettext_lazy as _

from contests.forms.base import Row, formset
from contests.forms.plain import TakesFile, kinds
from contests.models import Question
from contests.schema import COLUMN_KINDS
from contests.states import QuestionKind


class ChoiceRow(Row):
    """An answer to choose. Its value stays when it is worded anew: conditions and answers given keep their meaning."""

    telling = ("label",)
    value = forms.CharField(widget=forms.HiddenInput, max_length=60, required=False)
    label = forms.CharField(label=_("Answer"), max_length=120, required=False)
    label_en = forms.CharField(label=_("In English"), max_length=200, required=False)


class ColumnRow(Row):
    telling = ("label",)
    code = forms.SlugField(widget=forms.HiddenInput, max_length=40, required=False)
    label = forms.CharField(label=_("Column"), max_length=120, required=False)
    label_en = forms.CharField(label=_("In English"), max_length=200, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=COLUMN_KINDS, required=False)
    unit = forms.CharField(label=_("Unit"), max_length=20, required=False)
    unit_en = forms.CharField(label=_("Unit in English"), max_length=40, required=False)


class QuestionForm(TakesFile):
    rows = {"choices": formset(ChoiceRow, extra=3), "columns": formset(ColumnRow, extra=3)}

    class Meta:
        model = Question
        fields = [
            "label", "kind", "help_text", "max_length", "unit", "minimum", "maximum", "several", "max_rows", "formats",
            "max_mb", "track", "required", "judged", "code", "sample", "label_en", "help_text_en", "unit_en",
        ]  # fmt: skip
        labels = {"required": _("Must be answered")}

    field_order = [
        "label", "kind", "max_length", "unit", "minimum", "maximum", "several", "max_rows", "formats", "max_mb",
        "help_text", "track", "only_if", "required", "judged", "code", "sample",
    ]  # fmt: skip
    OF_KIND = {
        "max_length": QuestionKind.TEXT, "unit": QuestionKind.NUMBER, "unit_en": QuestionKind.NUMBER,
        "minimum": QuestionKind.NUMBER, "maximum": QuestionKind.NUMBER, "several": QuestionKind.CHOICE,
        "max_rows": QuestionKind.TABLE, "formats": QuestionKind.FILE, "max_mb": QuestionKind.FILE,
    }  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, kind in self.OF_KIND.items():
            self.fields[name].widget.attrs |= kinds([kind])
        self.fields["max_rows"].required = False
        for name in ("formats", "max_mb"):
            self.fields[name].required = self.data.get("kind", QuestionKind.FILE) == QuestionKind.FILE

    def clean(self):
        data = super().clean()
        if data.get("max_length") == 0:
            self.add_error("max_length", _("Allow at least one character, or leave it empty."))
        return data

    def composed(self):
        data, kind = self.cleaned_data, self.cleaned_data["kind"]
        facts = {name: data[name] for name in ("max_length", "minimum", "maximum", "several", "unit", "unit_en")}
        empty = {"max_length": None, "minimum": None, "maximum": None, "several": False, "unit": "", "unit_en": ""}
        facts |= {name: value for name, value in empty.items() if kind != self.OF_KIND[name]}
        facts |= {"max_rows": data["max_rows"] or 10, "max_mb": data["max_mb"] or 20}
        facts["formats"] = data["formats"] if kind == QuestionKind.FILE else []
        facts["choices"] = self._choices() if kind == QuestionKind.CHOICE else []
        facts["columns"] = self._columns() if kind == QuestionKind.TABLE else []
        return {**super().composed(), **facts}

    def _choices(self) -> list[dict]:
        return [
            {"value": one["value"] or one["label"][:60], "label": one["label"], "label_en": one["label_en"]}
            for one in self.typed_rows("choices")
        ]

    def _columns(self) -> list[dict]:
        rows = self.typed_rows("columns")
        taken = {one["code"] for one in rows if one["code"]}
        found = []
        for one in rows:
            code = one["code"] or next(f"c{number}" for number in range(1, 99) if f"c{number}" not in taken)
            taken.add(code)
            names = {name: one[name] for name in ("label", "label_en", "unit", "unit_en")}
            found.append({"code": code, **names, "kind": one["kind"] or "text"})
        return found
