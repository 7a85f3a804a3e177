"""Why not that judge for this entry: the exchange that can be made by hand, and the best plan with the two together."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from core.templatetags.luyan import plain
from judging import planning
from judging.assignment import UNKNOWN
from judging.fit import UNIT
from judging.models import Plan
from judging.queries.plan import Review, Told, percent, ways_out

HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class WhyNot:
    """The answer in words; where an exchange is possible, the fields that carry it out."""

    judge: str
    because: str
    text: str
    out: str
    other: str

    @property
    def possible(self) -> bool:
        return self.because == "exchange"


def why_not(review: Review, entry: str, judge: str) -> WhyNot:
    """Why this judge was not taken: a conflict, the load, a rule, or what the exchange would cost."""
    floor = review.plan.answer.get("minimum") or 0
    found = planning.exchange(review.keeper, review.pairs, entry, judge, floor=floor)
    names = review.told.judges
    facts = {
        "judge": names[judge], "out": names.get(found.out, ""), "other": review.told.entries.get(found.other, ""),
        "loss": percent(found.loss), "most": review.data["load_max"][review.keeper.column[judge]],
    }  # fmt: skip
    if found.because == "conflict":
        text = _("A conflict keeps %(judge)s from this entry; “Conflicts” names it.")
    elif found.because == "load":
        text = _("%(judge)s has the %(most)s entries that are allowed, and no exchange keeps every rule.")
    elif found.because == "rules":
        text = _("No exchange with %(judge)s keeps every rule of this entry.")
    elif found.other is None:
        text = _("%(judge)s could come for %(out)s. All entries together would lose %(loss)s points of fit.")
    else:
        text = _("%(judge)s could come for %(out)s, who would take %(other)s. Together a loss of %(loss)s points.")
    if found.sinks:
        text += _(" An entry would be served worse than the worst-served one is now.")
    return WhyNot(judge, found.because, text % facts, found.out, found.other or "")


def told_of_pair(plan: Plan, told: Told, *, judge: str, answer: Mapping) -> str:
    """What the best plan with this judge for this entry would be, against the plan as it was computed."""
    who = {"judge": told.judges[judge]}
    if answer["status"] == UNKNOWN:
        text = _("It could not be settled in the time given whether any plan with %(judge)s for this entry keeps every "
                 "rule.")  # fmt: skip
        return text % who
    if not answer["pairs"]:
        ways = " ".join(way.text for way in ways_out(answer, told))
        text = _(
            "Proven: no plan with %(judge)s for this entry keeps every rule. The least that would have to give way:"
        )
        return f"{text % who} {ways}"
    total = answer["sum"] - plan.answer["sum"]
    floor = answer["minimum"] - plan.answer["minimum"]
    if not total and not floor:
        text = _("A plan with %(judge)s for this entry is just as good; the drawn seed decided between the two.")
        return text % who
    facts = who | {"sum": _signed(total), "floor": _signed(floor), "entry": told.entries[answer["worst_served"]]}
    text = _("The best plan with %(judge)s for this entry, against the computed one: %(sum)s points of fit for all "
             "entries together, %(floor)s for the worst-served one (%(entry)s then).")  # fmt: skip
    proven = _("Proven: none with this pair is better.") if answer["proven"] else _("Not proven in the time given.")
    return f"{text % facts} {proven}"


def _signed(millionths: int) -> str:
    """A change in points of a hundred; what is too small to be written stays a change."""
    points = (Decimal(millionths) * 100 / UNIT).quantize(HUNDREDTH)
    sign = "−" if millionths < 0 else "+"
    if millionths and not points:
        return f"{sign}<{HUNDREDTH}"
    return f"{sign}{plain(abs(points))}" if millionths else "±0"
