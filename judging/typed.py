"""What a judge typed on a sheet, read from a form or from the JSON of an autosave."""

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from core.problems import Problem

MARK, COMMENT = "mark-", "comment-"
LONGEST_NUMBER = 12


@dataclass
class Typed:
    """Marks that are numbers, the raw text of all, comments, and what could not be read."""

    version: int | None = None
    marks: dict[str, Decimal | None] = field(default_factory=dict)
    raw: dict[str, str] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)
    comment: str | None = None
    note: str | None = None
    problems: list[Problem] = field(default_factory=list)

    def take(self, key: str, text: str) -> None:
        """One mark as typed: empty means none; full-width digits and a decimal comma are read as meant."""
        self.raw[key] = text
        try:
            self.marks[key] = number(text)
        except InvalidOperation:
            self.problems.append(
                Problem("number", _("“%(text)s” is not a number. Please type digits.") % {"text": text[:20]}, field=key)
            )


def number(text: str) -> Decimal | None:
    plain = unicodedata.normalize("NFKC", text).strip().replace(",", ".").replace("。", ".")
    if not plain:
        return None
    if len(plain) > LONGEST_NUMBER or not set(plain) <= set("-0123456789."):
        raise InvalidOperation
    return Decimal(plain)


def from_form(data: Mapping[str, str]) -> Typed:
    typed = Typed(version=_version(data.get("version")), comment=data.get("comment"), note=data.get("note"))
    for name, text in data.items():
        if name.startswith(MARK):
            typed.take(name.removeprefix(MARK), text)
        elif name.startswith(COMMENT):
            typed.comments[name.removeprefix(COMMENT)] = _text(text)
    typed.comment = None if typed.comment is None else _text(typed.comment)
    typed.note = None if typed.note is None else _text(typed.note)
    return typed


def from_json(body: bytes) -> Typed:
    """The JSON of an autosave: version, and the changed marks and comments alone. ValueError if it is none."""
    data = json.loads(body)
    if not isinstance(data, dict):
        raise ValueError("an object is expected")  # noqa: TRY004 - what arrived is wrong, not a caller
    marks, comments = data.get("marks") or {}, data.get("comments") or {}
    comment, note = data.get("comment"), data.get("note")
    texts = [*marks.values(), *comments.values()] if isinstance(marks, dict) and isinstance(comments, dict) else [0]
    if not all(isinstance(text, str) for text in texts) or not all(
        isinstance(text, str | None) for text in (comment, note)
    ):
        raise ValueError("marks and comments are texts by criterion")
    typed = Typed(version=_version(data.get("version")), comment=None if comment is None else _text(comment))
    typed.note = None if note is None else _text(note)
    for key, text in marks.items():
        typed.take(key, text)
    typed.comments = {key: _text(text) for key, text in comments.items()}
    return typed


def _text(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _version(value) -> int | None:
    return int(value) if str(value).isdecimal() and len(str(value)) < 10 else None
