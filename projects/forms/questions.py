"""The step that asks what the season and the chosen track want to know beside the form."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from contests.models import DocumentRequirement, Question
from contests.states import QuestionKind
from core.language import local
from core.templatetags.luyan import listed, plain
from projects import questions
from projects.forms.fields import NOTHING, checked
from projects.forms.step import StepForm
from projects.states import Step

LONG_TEXT = 120
MOST_CHOICES_AS_BUTTONS = 8
MOST_ROWS_READ = 200


class QuestionsForm(StepForm):
    """One field a question, under its code. Questions that are not asked now stand in the page, out of sight, so that
    they appear at once when an answer calls for them; what they hold stays as it was. A file is no part of the form:
    it is sent at its own row, as in the step of documents."""

    step = Step.QUESTIONS
    prefix_of_keys = "answer."
    prefix = "q"

    def __init__(self, entry, dossier, *args, **kwargs):
        super().__init__(entry, dossier, *args, **kwargs)
        self.asked = {one.code: True for one in dossier.asked}
        self.changed = dict.fromkeys(dossier.changed_questions, True)

    def kept_values(self) -> dict[str, Any]:
        return {one.code: self.dossier.values.get(one.code) for one in self.dossier.questions}

    def fields_of_step(self) -> dict[str, forms.Field]:
        return {one.code: AnswerField(one) for one in self.dossier.questions}

    def is_demanded(self, name: str, wanted: set[str]) -> bool:
        return self.fields[name].question.required

    @property
    def watched(self) -> list[str]:
        return [name for name, field in self.fields.items() if not field.is_file]

    def changed_values(self) -> dict[str, Any]:
        return {name: value for name, value in super().changed_values().items() if not self.fields[name].is_file}

    @property
    def slots(self) -> dict[str, DocumentRequirement]:
        """Where files arrive, by the code of their question."""
        return {one.code: slot for one in self.dossier.questions if (slot := self.dossier.slots.get(one.pk))}

    @property
    def groups(self) -> list[tuple[str, list]]:
        """The questions of the whole season, then those of the track."""
        season = [bound for bound in self if not bound.field.question.track_id]
        track = [bound for bound in self if bound.field.question.track_id]
        named = ((_("Asked of every entry"), season), (_("Asked in your track"), track))
        return [(name, part) for name, part in named if part]

    @property
    def rows(self) -> dict[str, list]:
        """The rows of each table by its code."""
        return {bound.name: bound.field.widget.rows_of(bound) for bound in self if bound.field.is_table}

    def put(self, name: str, value: Any) -> None:
        if self.fields[name].question.kind != QuestionKind.TABLE:
            super().put(name, value)
            return
        for key, text in TableWidget.as_sent(self.add_prefix(name), value or []):
            self.data[key] = text


class AnswerField(forms.Field):
    """A question as a form field; what it takes is said by `projects.questions` alone."""

    def __init__(self, question: Question):
        self.question = question
        self.choices = [(str(one["value"]), questions.local(one)) for one in question.choices]
        label = question.local_label
        if question.kind == QuestionKind.NUMBER:
            label = questions.with_unit(label, question.local_unit)
        super().__init__(label=label, help_text=_help(question), widget=self._widget(question))

    def _widget(self, question: Question) -> forms.Widget:
        if question.kind == QuestionKind.TABLE:
            return TableWidget(question)
        if question.kind == QuestionKind.FILE:
            return forms.HiddenInput()
        if question.kind == QuestionKind.DATE:
            return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "max": "2100-12-31"})
        if question.kind == QuestionKind.NUMBER:
            return forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        if question.kind == QuestionKind.CHOICE:
            return self._choice_widget(question)
        most = question.max_length or questions.LONGEST_TEXT
        look = forms.TextInput if most <= LONG_TEXT else forms.Textarea
        attrs = {"maxlength": most, "data-count": ""} | ({} if look is forms.TextInput else {"rows": 4})
        return look(attrs=attrs)

    def _choice_widget(self, question: Question) -> forms.Widget:
        if question.several:
            return forms.CheckboxSelectMultiple(choices=self.choices)
        if len(self.choices) <= MOST_CHOICES_AS_BUTTONS:
            return forms.RadioSelect(choices=self.choices)
        return forms.Select(choices=[*NOTHING, *self.choices])

    def to_python(self, value: Any) -> Any:
        return checked(questions.taken, self.question, value)

    def in_words(self, value: Any) -> str:
        return questions.in_words(questions.frozen(self.question, value))

    @property
    def is_table(self) -> bool:
        return self.question.kind == QuestionKind.TABLE

    @property
    def is_file(self) -> bool:
        return self.question.kind == QuestionKind.FILE

    @property
    def condition(self) -> dict:
        return self.question.condition or {}


def _help(question: Question) -> str:
    """The organiser's help, and the bounds in words."""
    found = [question.local_help]
    least, most = question.minimum, question.maximum
    if question.kind == QuestionKind.NUMBER and least is not None and most is not None:
        found.append(_("From %(least)s to %(most)s.") % {"least": plain(least), "most": plain(most)})
    elif question.kind == QuestionKind.NUMBER and (least is not None or most is not None):
        words = _("At least %(number)s.") if most is None else _("At most %(number)s.")
        found.append(words % {"number": plain(least if most is None else most)})
    elif question.kind == QuestionKind.TABLE:
        found.append(_("At most %(most)s rows.") % {"most": question.max_rows})
    elif question.kind == QuestionKind.FILE:
        told = {"formats": listed(question.formats).upper(), "most": question.max_mb}
        found.append(_("%(formats)s, at most %(most)s MB.") % told)
    return ("" if str(get_language()).startswith("zh") else " ").join(part for part in found if part)


@dataclass(frozen=True)
class Cell:
    name: str
    label: str
    kind: str
    value: str


class TableWidget(forms.Widget):
    """Rows of inputs. Buttons of the form add a row or take one out: `do=add:<code>`, `do=remove:<code>:<row>`."""

    def __init__(self, question: Question):
        super().__init__()
        self.question = question

    def value_from_datadict(self, data, files, name) -> list[dict[str, str]]:
        count = data.get(f"{name}-rows", "0")
        codes = [column["code"] for column in self.question.columns]
        most = min(int(count), MOST_ROWS_READ) if count.isdecimal() else 0
        rows = [{code: data.get(f"{name}-{place}-{code}", "") for code in codes} for place in range(most)]
        what, _colon, rest = data.get("do", "").partition(":")
        code, _colon, place = rest.partition(":")
        if code == self.question.code:
            if what == "add" and len(rows) < self.question.max_rows:
                rows.append(dict.fromkeys(codes, ""))
            elif what == "remove" and place.isdecimal():
                rows = [row for number, row in enumerate(rows) if number != int(place)]
        return rows

    @staticmethod
    def as_sent(name: str, rows: list[dict[str, str]]) -> Iterator[tuple[str, str]]:
        """What a browser would send for these rows."""
        yield f"{name}-rows", str(len(rows))
        for place, row in enumerate(rows):
            yield from ((f"{name}-{place}-{code}", text) for code, text in row.items())

    def rows_of(self, bound: forms.BoundField) -> list[list[Cell]]:
        """The rows as typed or kept; one to type in where there is none."""
        rows = bound.value() or [{}]
        return [[self._cell(bound.html_name, place, column, row) for column in self.question.columns]
                for place, row in enumerate(rows)]  # fmt: skip

    def _cell(self, name: str, place: int, column: dict, row: dict) -> Cell:
        label = questions.with_unit(questions.local(column), local(column, "unit"))
        return Cell(f"{name}-{place}-{column['code']}", label, column.get("kind", "text"), row.get(column["code"], ""))
