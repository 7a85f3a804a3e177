"""Numbers of people and companies that pass every check and belong to nobody.

Each number follows from its holder's place in the story through a one-to-one map, so that none appears twice.
Mobile numbers take the prefix 154 and organisation codes begin with MAY, neither of which has been handed out.
"""

from datetime import date, timedelta

from stdnum.cn import ric, uscc

from seeds.story.chance import Scatter
from seeds.story.places import ID_COUNTIES

SLOTS = 16
"""Persons that one project or one judge's place may have."""

_CLASSES = 16
_DAYS = 365
_SERIALS = 499
HOLDERS = _DAYS * _SERIALS * _CLASSES // SLOTS
"""Projects and judges together that the numbers suffice for."""

_person_scatter = Scatter(_DAYS * _SERIALS * _CLASSES, 1_299_709, 271_828)
_phone_scatter = Scatter(100_000_000, 61_803_397, 14_142_135)
_code_scatter = Scatter(31**5, 15_485_867, 314_159)

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def person_number(holder: int, slot: int) -> int:
    """One number for one person: the `slot`-th of the `holder`-th project or judge."""
    if not 0 <= slot < SLOTS:
        raise ValueError(f"slot {slot} is outside 0…{SLOTS - 1}")
    return holder * SLOTS + slot


def resident_id(number: int, *, year: int, male: bool, luck: int) -> tuple[str, date]:
    """A resident ID number and the birth date it holds (GB 11643, ISO 7064 MOD 11-2).

    `luck` chooses among the counties open to this person. Day, serial and county class come from `number` alone,
    which keeps the numbers apart whatever year and sex are asked for.
    """
    rest, county_class = divmod(_person_scatter(number), _CLASSES)
    serial, day = divmod(rest, _DAYS)
    born = (date(2001, 1, 1) + timedelta(days=day)).replace(year=year)
    counties = ID_COUNTIES[county_class::_CLASSES]
    body = f"{counties[luck % len(counties)]}{born:%Y%m%d}{(serial % _SERIALS) * 2 + 2 + male:03d}"
    return body + ric.calc_check_digit(body + "0"), born


def mobile(number: int) -> str:
    return f"154{_phone_scatter(number):08d}"


def passport(number: int) -> str:
    return f"{'EGKLPR'[number % 6]}{_phone_scatter(number):08d}"


def credit_code(number: int, *, region: str, kind: str = "91") -> str:
    """A unified social credit code (GB 32100) whose organisation code has its own check sign (GB 11714).

    `kind` holds the first two signs: 91 company, 92 individual business, 93 cooperative, 52 social organisation.
    """
    rest, signs = _code_scatter(number), ""
    for _place in range(5):
        rest, sign = divmod(rest, 31)
        signs = _ALPHABET[sign] + signs
    body = "MAY" + signs
    body += _body_check(body)
    return f"{kind}{region}{body}" + uscc.calc_check_digit(f"{kind}{region}{body}0")


def _body_check(body: str) -> str:
    values = (int(sign, 36) for sign in body)
    rest = 11 - sum(value * weight for value, weight in zip(values, _BODY_WEIGHTS, strict=True)) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))
