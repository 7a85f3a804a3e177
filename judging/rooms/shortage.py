"""Why no division keeps every rule, by names and numbers, and the cheapest set of rules that would have to give way."""

from collections.abc import Iterable, Mapping
from typing import Any

from judging.draw import Lot
from judging.rooms.program import Model


def explain(problem: Mapping[str, Any], lot: Lot, *, seconds: float) -> tuple[list[dict], list[dict]]:
    """(reasons, loosening), ready to be stored. A search that ends without an answer names no way out."""
    model = Model(problem, lot, loose=True)
    reasons = list(_too_few(problem))
    if not model.ran(seconds, model.total(price * slack for _note, price, slack in model.given)):
        return reasons, []
    values = model.engine.getSolution().col_value
    loosening = [{**note, "by": round(values[slack.index])} for note, _price, slack in model.given
                 if values[slack.index] > 0.5]  # fmt: skip
    return reasons, sorted(loosening, key=lambda one: (one["rule"], str(one)))


def _too_few(problem: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    """Judges are too few in all, too few of a type, or take fewer entries than a room has."""
    rooms, size = len(problem["rooms"]), min(problem["sizes"])
    if len(problem["judges"]) < rooms * problem["seats"]:
        yield {"because": "seats", "needs": rooms * problem["seats"], "have": len(problem["judges"])}
    for kind, least in problem["type_min"].items():
        have = sum(kind in kinds for kinds in problem["types"])
        if have < rooms * least:
            yield {"because": "type", "type": kind, "needs": rooms * least, "have": have}
    named = zip(problem["judges"], problem["most"], strict=True)
    small = [name for name, most in named if most is not None and most < size]
    if small:
        yield {"because": "load_max", "judges": small, "needs": size}
