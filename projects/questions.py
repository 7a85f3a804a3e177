"""Questions of a season as pure functions: which are asked, what an answer may be, how it is kept and shown.

1. A question without a condition is asked. One with `{question, is}` is asked where that other question is asked and
   its answer is one of the values; of several choices one is enough. Questions that wait for each other are not asked.
   One with `{fact, is}` is asked where that fact of the entry is one of the values (`projects.conditions`).
2. Nothing (no text, no choice, rows of empty cells) is kept as `None`.
3. Text is kept with plain line ends, a number as plain text (`12.5`), a date in ISO form, one choice as its value,
   several as a list in the order of the question, a table as rows of filled cells.
4. A file answers by its name: it is sent and kept as a document (`contests.slots`), and never typed into the form.
5. A frozen answer carries its own words, so that it reads the same when the question has long changed.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import formats
from django.utils.dateparse import parse_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from contests.models import Question
from contests.states import QuestionKind
from core import language
from core.problems import Refused
from core.templatetags.luyan import listed, plain

EMPTY = (None, "", [], ())
LONGEST_TEXT = 5000
LONGEST_CELL = 200
LARGEST = Decimal(10) ** 14


def asked(
    questions: Iterable[Question], values: Mapping[str, Any], facts: Mapping[str, Any] | None = None
) -> list[Question]:
    """Those of the questions that are asked, given the answers by code and the facts by key."""
    by_code = {one.code: one for one in questions}

    def is_asked(question: Question, above: tuple[str, ...]) -> bool:
        if not question.condition:
            return True
        if question.condition.get("fact"):
            return fits((facts or {}).get(question.condition["fact"]), question.condition)
        other = by_code.get(question.condition.get("question"))
        if other is None or other.code in above:
            return False
        return fits(values.get(other.code), question.condition) and is_asked(other, (*above, other.code))

    return [one for one in by_code.values() if is_asked(one, (one.code,))]


def holds(condition: Mapping[str, Any], values: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
    """Whether a condition holds; `values` has the answers to what is asked, `facts` those of the entry."""
    if not condition:
        return True
    if condition.get("fact"):
        return fits(facts.get(condition["fact"]), condition)
    return fits(values.get(condition.get("question", "")), condition)


def fits(value: Any, condition: Mapping[str, Any]) -> bool:
    given = value if isinstance(value, list) else [value]
    wanted = {str(one) for one in condition.get("is") or ()}
    return any(str(one) in wanted for one in given if one not in EMPTY)


def taken(question: Question, value: Any) -> Any:
    """The answer as it is kept. Refused, at the question's code, when it is none that this question takes."""
    if question.kind == QuestionKind.TABLE:
        return _table(question, value)
    if value in EMPTY:
        return None
    if question.kind == QuestionKind.CHOICE:
        return _choice(question, value)
    if question.kind == QuestionKind.DATE:
        return _date(value, question.code)
    if question.kind == QuestionKind.NUMBER:
        return _number(value, question.code, question.minimum, question.maximum)
    return _text(value, question.code, question.max_length or LONGEST_TEXT)


def _refused(code: str, message: str, place: str = "") -> Refused:
    return Refused(f"{place}{message}", field=code, code="answer")


def _text(value: Any, code: str, most: int, place: str = "") -> str | None:
    text = "\n".join(str(value).splitlines()).strip()
    if len(text) > most:
        raise _refused(
            code,
            _("%(length)s characters are too long: at most %(most)s fit. Shorten the text.")
            % {"length": len(text), "most": most},
            place,
        )
    return text or None


def _number(value: Any, code: str, least=None, most=None, place: str = "") -> str | None:
    text = unicodedata.normalize("NFKC", str(value)).replace(",", "").strip()
    if not text:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) >= LARGEST or number != round(number, 2):
        raise _refused(code, _("Enter a number with at most two decimals, without words or units."), place)
    if least is not None and number < least:
        raise _refused(code, _("At least %(least)s. Look at the unit as well.") % {"least": plain(least)}, place)
    if most is not None and number > most:
        raise _refused(code, _("At most %(most)s. Look at the unit as well.") % {"most": plain(most)}, place)
    return f"{number.normalize():f}"


def _date(value: Any, code: str, place: str = "") -> str | None:
    if isinstance(value, date):
        return value.isoformat()
    text = str(value).strip()
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    if found is None and text:
        raise _refused(code, _("Enter a date like 2026-06-18."), place)
    return found.isoformat() if found else None


def _choice(question: Question, value: Any) -> str | list[str] | None:
    offered = [str(one["value"]) for one in question.choices]
    given = [str(one) for one in (value if isinstance(value, list | tuple) else [value]) if one not in EMPTY]
    if strange := [one for one in given if one not in offered]:
        raise _refused(
            question.code,
            _("“%(value)s” is not offered any more. Choose one of the answers shown.") % {"value": strange[0]},
        )
    if question.several:
        return [one for one in offered if one in given] or None
    if len(given) > 1:
        raise _refused(question.code, _("Choose one answer only."))
    return given[0] if given else None


def _table(question: Question, value: Any) -> list[dict[str, str]] | None:
    rows = []
    for number, row in enumerate(value or [], start=1):
        cells = {}
        for column in question.columns:
            given = row.get(column["code"])
            if given in EMPTY:
                continue
            place = _("Row %(number)s, %(column)s: ") % {"number": number, "column": local(column)}
            cell = _cell(column, given, question.code, place)
            if cell is not None:
                cells[column["code"]] = cell
        if cells:
            rows.append(cells)
    if len(rows) > question.max_rows:
        raise _refused(
            question.code,
            _("At most %(most)s rows fit here; there are %(count)s. Keep the most important ones.")
            % {"most": question.max_rows, "count": len(rows)},
        )
    return rows or None


def _cell(column: Mapping, value: Any, code: str, place: str) -> str | None:
    kind = column.get("kind")
    if kind == QuestionKind.NUMBER:
        return _number(value, code, place=place)
    if kind == QuestionKind.DATE:
        return _date(value, code, place)
    return _text(value, code, LONGEST_CELL, place)


# ---------------------------------------------------------------- in words


def local(part: Mapping[str, Any]) -> str:
    """The label of a choice or column in the reader's language."""
    return str(language.local(part, "label") or part.get("value") or "")


def frozen(question: Question, value: Any) -> dict[str, Any]:
    """An answer with its own words, as the snapshot keeps it. Judges look at a file itself, not at its name."""
    chosen = value if isinstance(value, list) else [value]
    choices = question.choices if question.kind == QuestionKind.CHOICE else []
    return {
        "code": question.code,
        "kind": question.kind,
        "label": question.label,
        "label_en": question.label_en,
        "unit": question.unit,
        **({"unit_en": question.unit_en} if question.unit_en else {}),
        "judged": question.judged and question.kind != QuestionKind.FILE,
        "value": value,
        "choices": [one for one in choices if str(one["value"]) in chosen],
        "columns": question.columns if question.kind == QuestionKind.TABLE else [],
    }


def in_words(kept: Mapping[str, Any]) -> str:
    """A frozen answer in words; a table one row a line."""
    value, kind = kept.get("value"), kept.get("kind")
    if value in EMPTY:
        return ""
    if kind == QuestionKind.CHOICE:
        labels = {str(one["value"]): local(one) for one in kept["choices"]}
        return listed(labels.get(one, one) for one in (value if isinstance(value, list) else [value]))
    if kind == QuestionKind.TABLE:
        heads, rows = grid(kept)
        comma, colon = (", ", ": ") if get_language() == "en" else ("，", "：")
        lines = (
            comma.join(f"{head}{colon}{cell}" for head, cell in zip(heads, row, strict=True) if cell) for row in rows
        )
        return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, start=1))
    return _one(kind, value, language.local(kept, "unit"))


def grid(kept: Mapping[str, Any]) -> tuple[list[str], list[list[str]]]:
    """The headings and the cells of a frozen table."""
    columns = kept.get("columns") or []
    rows = [[_one(one.get("kind"), row.get(one["code"], "")) for one in columns] for row in kept["value"]]
    return [with_unit(local(one), language.local(one, "unit")) for one in columns], rows


def with_unit(label: str, unit: str) -> str:
    if not unit:
        return label
    return f"{label} ({unit})" if get_language() == "en" else f"{label}（{unit}）"


def _one(kind: str | None, value: str, unit: str = "") -> str:
    if kind == QuestionKind.DATE and value:
        return formats.date_format(date.fromisoformat(value), "DATE_FORMAT")
    if kind == QuestionKind.NUMBER and value:
        spaced = unit and unit.isascii() and unit.isalpha()
        return f"{plain(Decimal(value))}{' ' if spaced else ''}{unit}"
    return value
