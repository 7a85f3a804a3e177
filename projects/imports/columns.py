"""The columns of a workbook of entries: what each is called, what it takes, and how its cells are read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from accounts.checks import checked_credit_code, checked_phone
from core.problems import Refused
from core.templatetags.luyan import plain
from projects.imports import values
from projects.imports.book import Cell
from projects.imports.values import Wrong

LARGEST = Decimal(10) ** 10
MOST_PEOPLE = 1_000_000


class Kind(StrEnum):
    TEXT = "text"
    CODE = "code"
    CREDIT = "credit"
    PHONE = "phone"
    MAIL = "mail"
    DATE = "date"
    NUMBER = "number"
    SHARE = "share"
    WHOLE = "whole"
    YES = "yes"
    CHOICE = "choice"
    SEVERAL = "several"


# What Excel must never take for a number.
AS_TEXT = frozenset({Kind.TEXT, Kind.CODE, Kind.CREDIT, Kind.PHONE, Kind.MAIL, Kind.CHOICE, Kind.SEVERAL})


@dataclass(frozen=True)
class Column:
    """One column. `key` is the key of the fact everywhere in the product; a `needed` one can never be left out."""

    key: str
    heading: str
    kind: Kind = Kind.TEXT
    choices: Mapping[str, Any] = field(default_factory=dict)
    most: int = 0
    needed: bool = False
    note: str = ""

    def read(self, cell: Cell) -> Any:
        """The value in a cell. Raises Wrong with what to write instead."""
        return READERS[self.kind](self, cell)


def _text(column: Column, cell: Cell) -> str:
    text = values.prose(cell)
    if column.most and len(text) > column.most:
        raise Wrong(_("%(length)s characters; at most %(most)s fit.") % {"length": len(text), "most": column.most})
    return text


def _code(column: Column, cell: Cell) -> str:
    text = values.code(cell)
    if column.most and len(text) > column.most:
        raise Wrong(_("%(length)s characters; at most %(most)s fit.") % {"length": len(text), "most": column.most})
    return text


def _credit(_column: Column, cell: Cell) -> str:
    return _checked(checked_credit_code, values.code(cell))


def _phone(_column: Column, cell: Cell) -> str:
    return _checked(checked_phone, values.phone(cell))


def _checked(check, value: str) -> str:
    try:
        return check(value)
    except Refused as refusal:
        raise Wrong(refusal.message) from None


def _mail(_column: Column, cell: Cell) -> str:
    text = values.code(cell).lower()
    try:
        validate_email(text)
    except ValidationError:
        raise Wrong(_("This is not an e-mail address.")) from None
    return text


def _number(_column: Column, cell: Cell) -> Decimal:
    return _in_range(values.number(cell), LARGEST)


def _share(_column: Column, cell: Cell) -> Decimal:
    return _in_range(values.number(cell, share=True), Decimal(100))


def _whole(_column: Column, cell: Cell) -> int:
    return int(_in_range(Decimal(values.whole(cell)), Decimal(MOST_PEOPLE)))


def _in_range(number: Decimal, most: Decimal) -> Decimal:
    if not 0 <= number <= most:
        raise Wrong(_("A number from 0 to %(most)s belongs here.") % {"most": plain(most)})
    return number


READERS = {
    Kind.TEXT: _text,
    Kind.CODE: _code,
    Kind.CREDIT: _credit,
    Kind.PHONE: _phone,
    Kind.MAIL: _mail,
    Kind.DATE: lambda _column, cell: values.day(cell),
    Kind.NUMBER: _number,
    Kind.SHARE: _share,
    Kind.WHOLE: _whole,
    Kind.YES: lambda _column, cell: values.yes(cell),
    Kind.CHOICE: lambda column, cell: values.choice(cell, column.choices),
    Kind.SEVERAL: lambda column, cell: values.choices(cell, column.choices),
}
