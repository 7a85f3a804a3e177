"""Companies by name, number and age."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from seeds.story import identity
from seeds.story.chance import Chance, Scatter
from seeds.story.places import Place
from seeds.story.titles import Offer
from seeds.story.vocabulary import industries, phrases

# Two signs each: 56 × 48 trade names, given out in an order that brings none back before all were used.
_trade_scatter = Scatter(56 * 48, 1_009, 77)

_CODE_KINDS = {"company": "91", "individual": "92", "cooperative": "93", "social": "52"}


@dataclass(frozen=True, slots=True)
class Company:
    """A registered body, in the words of the project's columns."""

    company_name: str
    credit_code: str
    company_kind: str
    registered_on: date
    company_region: str
    registered_capital_wan: Decimal


def trade_name(number: int) -> str:
    trade = phrases()["trade"]
    first, second = divmod(_trade_scatter(number % _trade_scatter.size), len(trade["second"]))
    name = trade["first"][first] + trade["second"][second]
    return trade["avoided"].get(name, name)


def company(
    chance: Chance, offer: Offer, *, number: int, place: Place, city: Place, registered: tuple[date, date]
) -> Company:
    kind = _kind(chance, offer)
    first, last = registered
    return Company(
        company_name=_name(chance, offer, kind=kind, place=place, city=city, trade=trade_name(number)),
        credit_code=identity.credit_code(number, region=place.code, kind=_CODE_KINDS[kind]),
        company_kind=kind,
        registered_on=_working_day(first + timedelta(days=chance.between(0, (last - first).days))),
        company_region=place.code,
        registered_capital_wan=Decimal(_capital(chance, kind)),
    )


def _kind(chance: Chance, offer: Offer) -> str:
    """Farmers may have a cooperative, care a social organisation, shops and studios an individual business."""
    if offer.cooperative and chance.happens(0.4):
        return "cooperative"
    if offer.industry == "silver" and offer.service and chance.happens(0.25):
        return "social"
    if offer.industry in ("life", "culture") and offer.service and chance.happens(0.15):
        return "individual"
    return "company"


def _name(chance: Chance, offer: Offer, *, kind: str, place: Place, city: Place, trade: str) -> str:
    """A name as the register would take it: place, trade, line of business, form."""
    word = chance.pick(industries()[offer.industry]["company_words"])
    if kind == "cooperative":
        return f"{place.name}{trade}{offer.cooperative}"
    form = chance.pick(phrases()["forms"][kind])
    if kind == "social":
        return f"{city.name}{trade}{form}"
    if kind == "individual":
        return f"{place.name}{trade}{word}{form}"
    return f"{chance.weighted({city.short_name: 62, '山东': 26, place.short_name: 12})}{trade}{word}{form}"


def _capital(chance: Chance, kind: str) -> int:
    if kind == "individual":
        return chance.between(1, 10)
    return chance.pick((10, 50, 100, 100, 200, 300, 500, 500, 1000, 1000, 2000)) if kind != "social" else 3


def _working_day(day: date) -> date:
    """A day on which the register is open: a weekend moves to the Friday before."""
    return day - timedelta(days=max(0, day.weekday() - 4))
