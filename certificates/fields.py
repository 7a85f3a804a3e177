"""What differs from one certificate to the next, as plain values: no design and no database row in here."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date

from django.utils.translation import gettext_lazy as _

from core.fonts import readable

DIGITS = "〇一二三四五六七八九"

LABELS = {
    "number": _("certificate number"),
    "contest": _("contest name"),
    "year": _("year"),
    "track": _("track"),
    "stage": _("stage"),
    "award": _("award level"),
    "project": _("project name"),
    "unit": _("entrant's name"),
    "address": _("form of address"),
    "leader": _("project leader"),
    "members": _("team members"),
    "advisers": _("advisers"),
    "issuers": _("issuers"),
    "date": _("date of issue"),
}
LISTS = frozenset({"members", "advisers", "issuers"})


@dataclass(frozen=True)
class Fields:
    """The printed values of one certificate, already in the words that go on paper.

    `contest` is the full name with its edition. `unit` is whom the certificate addresses: the company, school or
    team. `members` and `advisers` keep the order of registration, because universities count the first name only.
    `address` is how the text speaks to the unit: 你单位, 你团队, 您. `verify_url` is what the QR code holds.
    """

    number: str
    verify_url: str
    contest: str
    award: str
    issuers: tuple[str, ...]
    issued_on: date
    year: str = ""
    track: str = ""
    stage: str = ""
    project: str = ""
    unit: str = ""
    address: str = "你单位"
    leader: str = ""
    members: tuple[str, ...] = ()
    advisers: tuple[str, ...] = ()

    @classmethod
    def from_data(cls, data: Mapping) -> "Fields":
        """Fields from what `to_data` made; names and lists as a JSON column gives them back."""
        values = dict(data)
        values["issued_on"] = date.fromisoformat(values["issued_on"])
        for name in LISTS:
            values[name] = tuple(values.get(name, ()))
        return cls(**values)

    def to_data(self) -> dict:
        return asdict(self) | {"issued_on": self.issued_on.isoformat()}

    def values(self) -> dict[str, str | tuple[str, ...]]:
        """Every field a design may name, cleaned for print: composed, one space where white space stood."""
        named = {field.name: getattr(self, field.name) for field in fields(self)}
        del named["verify_url"], named["issued_on"]
        printed = {name: _clean(value) for name, value in named.items()}
        printed["date"] = chinese_date(self.issued_on)
        return printed


def _clean(value: str | tuple[str, ...]) -> str | tuple[str, ...]:
    if isinstance(value, str):
        return " ".join(readable(value).split())
    return tuple(item for item in map(_clean, value) if item)


def chinese_date(day: date) -> str:
    """二〇二六年九月二十五日: the year digit by digit, month and day as numbers."""
    year = "".join(DIGITS[int(digit)] for digit in str(day.year))
    return f"{year}年{_count(day.month)}月{_count(day.day)}日"


def _count(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if tens < 2 else DIGITS[tens]) + ("十" if tens else "") + (DIGITS[ones] if ones else "")
