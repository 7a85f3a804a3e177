"""Figures of a project: turnover, jobs, capital raised and wanted, all in keeping with its age."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from seeds.story.chance import Chance
from seeds.story.people import TODAY
from seeds.story.vocabulary import is_technical, phrases

_NEXT_ROUND = {"none": "seed", "seed": "angel", "angel": "pre_a", "pre_a": "a", "a": "b"}
_RAISED = {"none": (0, 0), "seed": (20, 150), "angel": (100, 600), "pre_a": (500, 1500), "a": (1200, 4000)}
_WANTED = {"seed": (30, 200), "angel": (100, 800), "pre_a": (500, 2000), "a": (1500, 5000), "b": (4000, 9000)}
_ROUNDS_OF = {
    "idea": {"none": 92, "seed": 8},
    "start": {"none": 58, "seed": 22, "angel": 20},
    "growth": {"none": 34, "angel": 26, "pre_a": 24, "a": 16},
}


@dataclass(frozen=True, slots=True)
class Figures:
    """In the words of the project's columns; amounts in 10,000 yuan. A team without a company has no last year."""

    stage: str
    revenue_wan: Decimal | None
    tax_wan: Decimal | None
    research_wan: Decimal | None
    employees: int | None
    insured: int | None
    key_group_employees: int | None
    expected_jobs: int
    financed_round: str
    financed_wan: Decimal
    wanted_round: str
    wanted_wan: Decimal
    use_of_funds: str


def figures(chance: Chance, *, registered_on: date | None, kind: str, team: int, service: bool) -> Figures:
    """`kind` is the product's; `service` keeps amounts small, as in shops and workshops."""
    stage = _stage(chance, registered_on)
    scale = 0.4 if service else 1.0
    revenue = _revenue(chance, stage, registered_on, scale)
    employees = None if stage == "idea" else max(team, int(revenue / chance.between(22, 60)) + chance.between(1, 6))
    raised = chance.weighted(_ROUNDS_OF[stage])
    loan = service and chance.happens(0.45)
    wanted = "loan" if loan else _NEXT_ROUND[raised]
    low, high = (20, 300) if loan else _WANTED[wanted]
    return Figures(
        stage=stage,
        revenue_wan=None if stage == "idea" else Decimal(revenue),
        tax_wan=None if stage == "idea" else Decimal(round(revenue * chance.between(15, 60) / 10)) / 100,
        research_wan=None if stage == "idea" else _research(chance, revenue, kind),
        employees=employees,
        insured=employees and chance.between(max(1, employees * 6 // 10), employees),
        key_group_employees=employees and chance.between(1, max(1, employees * 2 // 3)),
        expected_jobs=chance.between(5, 30) if stage == "idea" else chance.between(8, 20 + employees),
        financed_round=raised,
        financed_wan=Decimal(_round_number(chance, *_RAISED[raised])),
        wanted_round=wanted,
        wanted_wan=Decimal(_round_number(chance, low, high)),
        use_of_funds=chance.pick(phrases()["use_of_funds"][2 if kind == "bio" else 0 : None if service else -1]),
    )


def _stage(chance: Chance, registered_on: date | None) -> str:
    if registered_on is None:
        return "idea"
    months = (TODAY.year - registered_on.year) * 12 + TODAY.month - registered_on.month
    return "growth" if months > 60 or (months > 26 and chance.happens(0.62)) else "start"


def _revenue(chance: Chance, stage: str, registered_on: date | None, scale: float) -> int:
    """Last year's turnover: spread by powers, as firms are; none for a firm of this year."""
    if stage == "idea" or registered_on.year >= TODAY.year:
        return 0
    low, decades = (180, 1.45) if stage == "growth" else (8, 1.55)
    return int(low * 10 ** (chance.part() * decades) * scale) + 1


def _research(chance: Chance, revenue: int, kind: str) -> Decimal:
    share = chance.between(8, 26) if is_technical(kind) else chance.between(1, 6)
    return Decimal(revenue * share) / 100


def _round_number(chance: Chance, low: int, high: int) -> int:
    step = 10 if high <= 300 else 50 if high <= 1000 else 100
    return chance.between(low // step, high // step) * step
