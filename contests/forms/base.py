"""What the forms of all parts share: they know their season, and rows inside a row are formsets posted with it."""

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _

from contests.models import Season
from contests.sections import LINKS, Section

MORE = "more"
MOST = 32_767
SECOND = "%Y-%m-%dT%H:%M:%S"


def instant(**kwargs) -> forms.DateTimeField:
    """An instant in China time, to the second, as the last second counts."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local", "step": "1"}, format=SECOND)
    return forms.DateTimeField(widget=widget, **kwargs)


def day(**kwargs) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)


def bound_numbers(form: forms.BaseForm) -> None:
    """Whole numbers that fit their column on every database."""
    for field in form.fields.values():
        if isinstance(field, forms.IntegerField) and type(field) is forms.IntegerField and field.max_value is None:
            field.max_value = MOST
            field.validators.append(MaxValueValidator(MOST))


class Row(forms.Form):
    """A row inside a row. One with nothing typed is no row."""

    use_required_attribute = False

    def is_blank(self) -> bool:
        return not any(self.cleaned_data.get(name) for name in self.telling)

    telling: tuple[str, ...] = ()


class SetUpForm(forms.ModelForm):
    """A form of the set-up. What it asks for in English stands apart: only entrants from overseas read it."""

    use_required_attribute = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if name.endswith("_en"):
                field.widget.attrs["lang"] = "en"

    def main(self) -> list[forms.BoundField]:
        return [field for field in self if not field.name.endswith("_en")]

    def english(self) -> list[forms.BoundField]:
        return [field for field in self if field.name.endswith("_en")]

    def english_given(self) -> int:
        return sum(bool(field.value()) for field in self.english())

    def english_is_wrong(self) -> bool:
        return any(field.errors for field in self.english())

    def _post_clean(self):
        """The service checks and writes; the row given to the form stays as it was read."""

    def show_at(self, field: str, message: str) -> None:
        """A refusal at the field it concerns, or above the form."""
        self.add_error(field if field in self.fields else None, message)


class PartForm(SetUpForm):
    """One row of a section. `rows` maps a list inside it to its formset; `facts` is plain data for the service."""

    rows: dict[str, Any] = {}

    def __init__(self, data=None, *, section: Section, season: Season, row=None, more: str = ""):
        self.section, self.season, self.row = section, season, row
        held = section.facts(row)
        super().__init__(data, instance=row, initial=self.started(held))
        for name in ("track", "parent", "zone", "stage", "rubric", "scoring_rule"):
            if name in self.fields and hasattr(self, f"those_of_{name}"):
                self.fields[name].queryset = getattr(self, f"those_of_{name}")()
        for name, label in LINKS.items():
            if name in self.fields:
                self.fields[name].label = label
        if "track" in self.fields:
            self.fields["track"].queryset = season.tracks.all()
            self.fields["track"].empty_label = _("All tracks")
        bound_numbers(self)
        if self.section.code in self.fields:
            self.fields[section.code].required = False
            self.fields[section.code].help_text = _("Short, in Latin letters. Left empty, we make one.")
        self.formsets = {name: self._formset(name, made, data, held, more) for name, made in self.rows.items()}

    def started(self, held: dict[str, Any]) -> dict[str, Any]:
        """First values beyond the columns themselves; forms that take a column apart say how."""
        return {}

    def row_values(self, name: str, held: dict[str, Any]) -> list[dict]:
        """What stands in the rows of a list already."""
        return held.get(name) or []

    def _formset(self, name, made, data, held, more):
        if data is not None and more == name:
            data = data.copy()
            data[f"{name}-TOTAL_FORMS"] = str(_whole(data.get(f"{name}-TOTAL_FORMS")) + 3)
        return made(data, prefix=name, initial=self.row_values(name, held), form_kwargs=self.row_kwargs(name))

    def row_kwargs(self, name: str) -> dict[str, Any]:
        return {}

    def is_valid(self) -> bool:
        return all([super().is_valid(), *(one.is_valid() for one in self.formsets.values())])

    def forgive(self) -> None:
        """Show what was typed without complaints: the organiser only asked for more rows."""
        self._errors = ErrorDict()
        for formset in self.formsets.values():
            for form in formset.forms:
                form._errors = ErrorDict()
            formset._errors, formset._non_form_errors = [ErrorDict() for _form in formset.forms], formset.error_class()

    def typed_rows(self, name: str) -> list[dict[str, Any]]:
        """Rows that are filled in and not ticked for removal, in the order of their numbers."""
        kept = [
            form.cleaned_data
            for form in self.formsets[name].forms
            if form.cleaned_data and not form.cleaned_data.get("DELETE") and not form.is_blank()
        ]
        return sorted(kept, key=lambda one: (one.get("ORDER") is None, one.get("ORDER") or 0))

    def facts(self) -> dict[str, Any]:
        """Plain data for `services.save_part`: the section's columns that this form asks for."""
        names = {*self.section.fields, *([self.section.children.name] if self.section.children else [])}
        return {name: value for name, value in {**self.cleaned_data, **self.composed()}.items() if name in names}

    def composed(self) -> dict[str, Any]:
        """Columns put together from several fields or from rows."""
        return {}

    def show_at(self, field: str, message: str) -> None:
        if field in self.formsets:
            self.formsets[field].non_form_errors().append(message)
            return
        super().show_at(field, message)


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 4 else 0


def formset(row: type[Row], *, extra: int):
    return forms.formset_factory(row, extra=extra, can_delete=True, can_order=True, max_num=60, absolute_max=80)
