"""Investors, banks and parks of the demo: generic names, each with what it looks for."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from seeds.story import identity
from seeds.story.bodies import organisations
from seeds.story.chance import Chance
from seeds.story.companies import trade_name
from seeds.story.names import chinese_name
from seeds.story.places import Place, cities, regions
from seeds.story.vocabulary import industries, phrases

COUNTS = {"investor": 40, "bank": 8}
"""How many of each kind are told; every park of the reference data is one more."""

_FIRST_CODE = 10_000_000
_TRADES_FROM = 2_000
_ROUNDS = {"early": ("seed", "angel", "pre_a"), "growth": ("angel", "pre_a", "a"), "late": ("pre_a", "a", "b")}
_ROUND_NAMES = {"seed": "种子轮", "angel": "天使轮", "pre_a": "Pre-A轮", "a": "A轮", "b": "B轮"}
_TICKETS = {
    "early": ((20, 50, 100), (300, 500, 800)),
    "growth": ((100, 200, 300), (1000, 1500, 2000)),
    "late": ((500, 1000), (3000, 5000, 8000)),
}


@dataclass(frozen=True, slots=True)
class Institution:
    """In the words of `matching.Institution`; `region` is its seat, `cities` the GB/T 2260 codes it works in."""

    kind: str
    name: str
    credit_code: str
    region: str
    contact: str
    manager_number: str
    industries: tuple[str, ...]
    rounds: tuple[str, ...]
    ticket_from_wan: Decimal | None
    ticket_to_wan: Decimal | None
    cities: tuple[str, ...]
    introduction: str


@cache
def institutions() -> tuple[Institution, ...]:
    """Investors first, then banks, then parks: the same every time."""
    parks = [body for body in organisations() if body.kind == "park"]
    found = [_investor(place) for place in range(COUNTS["investor"])]
    found += [_bank(place) for place in range(COUNTS["bank"])]
    return (*found, *(_park(place, body) for place, body in enumerate(parks)))


def _contact(chance: Chance) -> str:
    year = chance.between(1974, 1996)
    return chinese_name(chance, sex="f" if chance.happens(0.4) else "m", birth_year=year)[0]


def _investor(place: int) -> Institution:
    chance = Chance("institution", "investor", place)
    said = phrases()["institutions"]["investor"]
    seat = regions()[chance.weighted({"370100": 5, "370200": 5, "370600": 2, "110000": 2, "310000": 1, "440000": 1})]
    focus = chance.weighted({"early": 5, "growth": 4, "late": 2})
    fields = chance.sample(list(industries()), chance.between(2, 4))
    low, high = (chance.pick(amounts) for amounts in _TICKETS[focus])
    rounds = _ROUNDS[focus]
    return Institution(
        kind="investor",
        name=_investor_name(chance, said["names"], seat, trade_name(_TRADES_FROM + place)),
        credit_code=identity.credit_code(_FIRST_CODE + place, region=seat.code),
        region=seat.code,
        contact=_contact(chance),
        manager_number=f"P19{place * 7919 % 100000:05d}",
        industries=tuple(fields),
        rounds=rounds,
        ticket_from_wan=Decimal(low),
        ticket_to_wan=Decimal(high),
        cities=_cities(chance),
        introduction=_introduction(
            said,
            fields="、".join(industries()[slug]["name"] for slug in fields),
            rounds="、".join(_ROUND_NAMES[one] for one in rounds),
            low=low,
            high=high,
            n=chance.between(6, 90),
        ),
    )


def _investor_name(chance: Chance, forms: list[str], seat: Place, trade: str) -> str:
    """Only a body seated in the province bears its name."""
    return chance.pick([form for form in forms if seat.code.startswith("37") or "山东" not in form]).format(
        c=seat.short_name, b=trade
    )


def _introduction(said: dict, **words) -> str:
    return said["introduction"].replace(" ", "").format(**words)


def _cities(chance: Chance) -> tuple[str, ...]:
    """All 16 cities, or a few of them."""
    if chance.happens(0.45):
        return tuple(city.code for city in cities())
    return tuple(sorted(city.code for city in chance.sample(cities(), chance.between(2, 6))))


def _bank(place: int) -> Institution:
    chance = Chance("institution", "bank", place)
    said, seat = phrases()["institutions"]["bank"], chance.pick(cities())
    low, high = chance.pick((10, 20, 30)), chance.pick((200, 300, 500, 1000))
    return Institution(
        kind="bank",
        name=said["names"][place % 2].format(c=seat.short_name, b=trade_name(_TRADES_FROM + 100 + place)),
        credit_code=identity.credit_code(_FIRST_CODE + 1_000 + place, region=seat.code),
        region=seat.code,
        contact=_contact(chance),
        manager_number="",
        industries=(),
        rounds=("loan",),
        ticket_from_wan=Decimal(low),
        ticket_to_wan=Decimal(high),
        cities=(seat.code,),
        introduction=_introduction(said, low=low, high=high),
    )


def _park(place: int, body) -> Institution:
    chance = Chance("institution", "park", place)
    fields = chance.sample(list(industries()), chance.between(1, 3))
    return Institution(
        kind="park",
        name=body.name,
        credit_code=identity.credit_code(_FIRST_CODE + 2_000 + place, region=body.region),
        region=body.region,
        contact=_contact(chance),
        manager_number="",
        industries=tuple(fields),
        rounds=(),
        ticket_from_wan=None,
        ticket_to_wan=None,
        cities=(body.region[:4] + "00",),
        introduction=_introduction(
            phrases()["institutions"]["park"],
            fields="、".join(industries()[slug]["name"] for slug in fields),
            n=chance.between(12, 140),
        ),
    )
