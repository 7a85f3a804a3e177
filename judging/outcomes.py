"""What a rank leads to: who goes on by the stage's quota, or who gets which award where no judged stage follows.

The plan is data that is stored with the ranking, so that the outcome can be computed again from it alone.
"""

from collections.abc import Mapping
from typing import Any

from judging.quota import Level, QuotaRule, award_levels, promote
from projects.states import Outcome

OF_QUOTA = {
    "promoted": Outcome.PROMOTED,
    "reserve": Outcome.RESERVE,
    "out": Outcome.OUT,
    "undecided": Outcome.PENDING,
    "withdrawn": Outcome.WITHDRAWN,
    "incomplete": Outcome.PENDING,
}


def apply(plan: Mapping[str, Any], ranked: Mapping[str, Any]) -> dict[str, Any]:
    """The outcome of a ranking under its plan: `quota` or `awards`, plain JSON, the other one None.

    ValueError when a decision on a line doesn't fit, as `quota.promote` says.
    """
    quota, awards = plan.get("quota"), plan.get("awards")
    return {
        "quota": quota
        and promote(
            ranked,
            QuotaRule.from_data(quota["rule"]),
            zones=quota["zones"] or None,
            decided=quota["decided"],
        ),
        "awards": awards
        and award_levels(
            ranked, [Level(one["key"], one["places"]) for one in awards["levels"]], boundary=awards["boundary"]
        ),
    }


def by_entry(plan: Mapping[str, Any], result: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Entry → what it came to: `outcome`, with `reserve`, `level`, `reason`, or `apart`: why it has no rank."""
    found: dict[str, dict[str, Any]] = {}
    for one in result["ranking"]["places"]:
        found[one["entry"]] = {"outcome": Outcome.OUT.value}
    for one in result["ranking"]["apart"]:
        found[one["entry"]] = {"outcome": OF_QUOTA[one["state"]].value, "apart": one["reason"]}
    for one in (result["quota"] or {}).get("outcomes", ()):
        found[one["entry"]] = {
            "outcome": OF_QUOTA[one["outcome"]].value, "reserve": one["reserve"], "reason": one["reason"],
        }  # fmt: skip
    names = {one["key"]: one for one in (plan.get("awards") or {}).get("levels", ())}
    for one in (result["awards"] or {}).get("awards", ()):
        found[one["entry"]] = _award(one, names)
    return found


def _award(one: Mapping[str, Any], names: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    if one["level"] is None:
        return {"outcome": Outcome.PENDING.value, "reason": one["reason"]}
    level = names[one["level"]]
    return {
        "outcome": Outcome.AWARDED.value, "reason": one["reason"],
        "level": {"key": level["key"], "name": level["name"], "metal": level["metal"]},
    }  # fmt: skip


def summary(marks: int, result: Mapping[str, Any], found: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The few figures that pages show. `marks` is the number of judges, `cut` the last place that goes on (0: none)."""
    places, quota = result["ranking"]["places"], result["quota"] or {}
    through = [one for one in places if found[one["entry"]]["outcome"] in (Outcome.PROMOTED, Outcome.AWARDED)]
    return {
        "entries": len(found),
        "ranked": len(places),
        "judges": marks,
        "through": len(through),
        "cut": through[-1]["order"] if through and len(through) < len(places) else 0,
        "places": quota.get("places"),
        "added": quota.get("added", 0),
        "lines": quota.get("lines", []),
        "awarded": result["awards"] is not None,
        "scoring": result["ranking"]["rule"],
    }
