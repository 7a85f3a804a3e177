"""From a cell to a value. Whatever people and Excel do to numbers, dates and names is set right where it is certain,
and refused with what to do where it is not.

Full-width signs of numbers, codes and dates become plain ones (NFKC); prose keeps its punctuation. A formula is never
taken for a value.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from core.templatetags.luyan import plain
from projects.imports.book import Cell

EPOCH = date(1899, 12, 30)
SERIALS = range(5_000, 80_000)
SAFE_DIGITS = 15
DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]0?0:00(?::00)?)?")
PACKED = re.compile(r"(\d{4})(\d{2})(\d{2})")
UNITS = re.compile(r"(万元|万|元|%|人|个|岁|年)$")
BREAKS = re.compile(r"[、,，;；/\n]+")
YES, NO = {"是", "y", "yes", "true", "√", "1", "有"}, {"否", "n", "no", "false", "×", "x", "0", "无"}
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\ufeff\u2060\u00ad"))


class Wrong(Exception):  # noqa: N818 - an answer to whoever filled in the cell
    """A cell that can't be taken, in words that say what to write instead."""

    def __init__(self, message: str):
        super().__init__(message)
        self.message = str(message)


def folded(text: Any) -> str:
    """A name for comparing: no spaces, plain signs, small letters."""
    return "".join(unicodedata.normalize("NFKC", str(text)).translate(INVISIBLE).split()).casefold()


def prose(cell: Cell) -> str:
    """A text as it is meant: no spaces around it, no invisible signs; a number is written out."""
    _refuse_formula(cell)
    value = cell.value
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, int | float):
        return _written(value)
    if isinstance(value, datetime | date):
        return value.strftime("%Y-%m-%d")
    lines = str(value).replace("\r\n", "\n").replace("_x000D_", "").translate(INVISIBLE).split("\n")
    return "\n".join(line.strip(" \t\u00a0\u3000") for line in lines).strip()


def _refuse_formula(cell: Cell) -> None:
    if cell.formula:
        raise Wrong(
            _("This cell holds a formula, which is not calculated here. Copy it and paste it back as “values only”.")
        )
    if cell.error:
        raise Wrong(_("Excel shows an error in this cell. Type the value itself."))


def _written(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else plain(Decimal(repr(value)))


def code(cell: Cell) -> str:
    """A number that identifies (ID, credit code, phone): its signs, plain and without spaces.

    Excel keeps 15 digits of a number: a longer one in a number cell has lost its last signs for good.
    """
    _refuse_formula(cell)
    value = cell.value
    if isinstance(value, int | float) and not isinstance(value, bool):
        text = _written(value)
        if len(text.lstrip("-")) > SAFE_DIGITS:
            raise Wrong(
                _("Excel took this for a number and lost its last digits. Format the cell as text, then type it again.")
            )
        return text
    text = "".join(unicodedata.normalize("NFKC", str(value)).translate(INVISIBLE).split())
    return text.strip("'`’").upper()


def phone(cell: Cell) -> str:
    """A phone number. One that lost a leading zero in a number cell can't be told from a short one: it is refused."""
    text = code(cell)
    digits = re.sub(r"[-()]", "", text)
    was_number = isinstance(cell.value, int | float)
    if was_number and not (len(digits) == 11 and digits.startswith("1")):
        raise Wrong(
            _("Excel took this for a number and dropped leading zeros. Format the cell as text, then type it again.")
        )
    return digits


def day(cell: Cell) -> date:
    """A date: a date cell, 2024-03-01, 2024/3/1, 2024.3.1, 2024年3月1日, 20240301, or a date that lost its format."""
    _refuse_formula(cell)
    value = cell.value
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        if int(value) in SERIALS:
            return EPOCH + timedelta(days=int(value))
        value = _written(value)
    text = unicodedata.normalize("NFKC", str(value)).translate(INVISIBLE).strip()
    match = DATE.fullmatch(text) or PACKED.fullmatch(text)
    if match is None:
        raise Wrong(_("“%(value)s” is not a date. Write it like 2024-03-01.") % {"value": text[:40]})
    try:
        return date(*map(int, match.groups()))
    except ValueError:
        raise Wrong(_("There is no such day as “%(value)s”. Compare it with the original.") % {"value": text}) from None


def number(cell: Cell, *, digits: int = 2, share: bool = False) -> Decimal:
    """A number without its unit. Where a share is asked, a cell in percent counts as it is shown."""
    _refuse_formula(cell)
    value = cell.value
    if isinstance(value, bool | datetime | date):
        raise Wrong(_("A number belongs here. Check the format of the cell."))
    if isinstance(value, int | float):
        found = Decimal(repr(value))
        if cell.percent and share:
            found *= 100
    else:
        text = unicodedata.normalize("NFKC", value).translate(INVISIBLE)
        text = UNITS.sub("", "".join(text.split()).replace(",", ""))
        try:
            found = Decimal(text)
        except InvalidOperation:
            raise Wrong(_("“%(value)s” is not a number.") % {"value": str(value).strip()[:40]}) from None
        if not found.is_finite():
            raise Wrong(_("“%(value)s” is not a number.") % {"value": str(value).strip()[:40]})
    rounded = found.quantize(Decimal(1).scaleb(-digits)) if abs(found) < Decimal(10) ** 20 else found
    if abs(rounded - found) > Decimal("1e-7"):
        raise Wrong(_("At most %(digits)s decimals are kept here. Round the number.") % {"digits": digits})
    return rounded


def whole(cell: Cell) -> int:
    found = number(cell, digits=6)
    if found != found.to_integral_value():
        raise Wrong(_("A whole number belongs here."))
    return int(found)


def yes(cell: Cell) -> bool:
    _refuse_formula(cell)
    if isinstance(cell.value, bool):
        return cell.value
    text = folded(_written(cell.value) if isinstance(cell.value, int | float) else cell.value)
    if text in YES or text in NO:
        return text in YES
    raise Wrong(_("Write 是 (yes) or 否 (no) here."))


def choice(cell: Cell, choices: Mapping[str, Any]) -> Any:
    """One of the known names; an unknown one is answered with the nearest known."""
    return known(prose(cell), choices)


def choices(cell: Cell, known_names: Mapping[str, Any]) -> list:
    parts = [part for part in BREAKS.split(prose(cell)) if part.strip()]
    return list(dict.fromkeys(known(part, known_names) for part in parts))


def known(text: str, names: Mapping[str, Any]) -> Any:
    by_folded = {folded(name): value for name, value in names.items()}
    if folded(text) in by_folded:
        return by_folded[folded(text)]
    near = nearest(text, names)
    if near:
        raise Wrong(_("“%(value)s” is not on the list. Did you mean “%(near)s”?") % {"value": text[:40], "near": near})
    if len(names) <= 8:
        raise Wrong(
            _("“%(value)s” is not on the list. Choose one of: %(names)s.")
            % {"value": text[:40], "names": "、".join(names)}
        )
    raise Wrong(_("“%(value)s” is not on the list. Choose one from the cell's drop-down.") % {"value": text[:40]})


def nearest(text: str, names: Iterable[str]) -> str:
    """The known name most like a text; empty when none is near."""
    by_folded = {folded(name): name for name in names}
    wanted = folded(text)
    for one, name in by_folded.items():
        if wanted and len(wanted) > 1 and (wanted in one or one in wanted):
            return name
    found = difflib.get_close_matches(wanted, by_folded, n=1, cutoff=0.5)
    return by_folded[found[0]] if found else ""
