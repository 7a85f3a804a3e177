"""A plan of the assignment as its organiser reads it: who judges what, how well, and which rule costs what."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contests.models import Heat
from judging import planning
from judging.assignment import UNKNOWN
from judging.fit import UNIT
from judging.masking import Names
from judging.models import Draw, Plan
from judging.planning import Break, Keeper, Rules
from judging.states import DrawPurpose, JudgeKind, PlanState

SHOWN = 8
PRICE_SECONDS, MOST_PRICE_SECONDS = 30, 1800
RULES = {
    "types": gettext_lazy("types of judges"),
    "outside": gettext_lazy("judges from outside the home panel"),
    "employer_max": gettext_lazy("judges of one employer"),
    "load_min": gettext_lazy("fewest entries of a judge"),
    "city": gettext_lazy("no judge from the entry's city"),
}


@dataclass(frozen=True)
class EntryName:
    participation: int
    number: str
    title: str

    def __str__(self):
        return self.number


@dataclass(frozen=True)
class JudgeName:
    judge: int
    seat: int
    name: str
    kinds: tuple[str, ...]
    employer: str

    def __str__(self):
        return _("no. %(seat)s %(name)s") % {"seat": self.seat, "name": self.name}

    @property
    def kind_words(self) -> str:
        return "、".join(str(JudgeKind(one).label) for one in self.kinds)


class Told:
    """Names of the record and whom they stand for, read when they are first needed."""

    def __init__(self, draw: Draw):
        self.heat, self.names = draw.heat, Names(draw.mask)

    @cached_property
    def entries(self) -> dict[str, EntryName]:
        rows = self.heat.participations.values_list("pk", "entry__number", "entry__title")
        return {self.names.entry(number): EntryName(pk, number, title) for pk, number, title in rows}

    @cached_property
    def judges(self) -> dict[str, JudgeName]:
        rows = self.heat.invitations.values_list(
            "judge_id", "seat", "judge__person__name", "judge__kind", "judge__second_kind", "judge__employer__name"
        )
        return {
            self.names.judge(seat): JudgeName(pk, seat, name, tuple(filter(None, kinds)), employer or "")
            for pk, seat, name, *kinds, employer in rows
        }

    def named(self, names: Iterable[str]) -> str:
        """The first few in words, and how many more there are."""
        known = {**self.entries, **self.judges}
        listed = sorted((known.get(one, one) for one in names), key=lambda one: (getattr(one, "seat", 0), str(one)))
        found = [str(one) for one in listed]
        shown = "、".join(found[:SHOWN])
        if len(found) <= SHOWN:
            return shown
        return _("%(named)s and %(count)s more") % {"named": shown, "count": len(found) - SHOWN}


def kind_word(kind: str) -> str:
    return str(dict(JudgeKind.choices).get(kind, kind))


def first_sentence(plan: Plan, broken: Break) -> str:
    return sentence_of(Told(plan.draw), broken)


def sentence_of(told: Told, broken: Break) -> str:
    """Which rule a change would break, for whom and by how much."""
    who = told.named(broken.who.split())
    facts = {"who": who, "found": broken.found, "bound": broken.bound, "type": kind_word(broken.rule)}
    sentences = {
        "conflict": _("Conflict: %(who)s may not come together. Choose another judge."),
        "demand": _("Judges of an entry: %(who)s would have %(found)s, the rule asks for %(bound)s."),
        "load_max": _("Most entries of a judge: %(who)s would have %(found)s, at most %(bound)s. Exchange."),
        "load_min": _("Fewest entries of a judge: %(who)s would have %(found)s, at least %(bound)s. Exchange."),
        "outside": _("Outside the home panel: %(who)s would have %(found)s judges from there, %(bound)s are asked."),
        "group_max": _("One employer: %(who)s would have %(found)s judges of it, at most %(bound)s are allowed."),
    }
    plain = _("Types of judges: %(who)s would have %(found)s of type “%(type)s”, at least %(bound)s are asked.")
    return sentences.get(broken.rule, plain) % facts


# ---------------------------------------------------------------- why there is none


def reasons_of(plan: Plan, told: Told) -> list[str]:
    """Why no assignment keeps every rule, by names and numbers; like reasons are told together."""
    found, alike = [], {}
    for one in plan.answer.get("reasons", []):
        if "entry" in one:
            alike.setdefault((one["because"], one["needs"], one["places"]), []).append(one["entry"])
        else:
            found.append(_reason(told, one))
    for (because, needs, places), entries in alike.items():
        facts = {"who": told.named(entries), "needs": needs, "places": places, "type": kind_word(because)}
        sentences = {
            "conflicts": _("%(who)s: %(needs)s judges are needed, only %(places)s of those ready may judge."),
            "outside": _("%(who)s: %(needs)s judges from outside the home panel are asked, only %(places)s may judge."),
        }
        plain = _("%(who)s: %(needs)s of type “%(type)s” are asked, only %(places)s of those ready may judge.")
        found.append(sentences.get(because, plain) % facts)
    return found or [_("Each rule could be kept by itself, but not all of them at once.")]


def _reason(told: Told, one: Mapping) -> str:
    if one["because"] == "places":
        text = _("All entries together need %(needs)s places, the judges ready take %(places)s at most.")
    elif one["because"] == "load_min":
        text = _("The fewest entries of all judges add up to %(needs)s, but there are only %(places)s places.")
    else:
        text = _("%(entries)s need %(needs)s places %(types)samong %(judges)s, who take %(places)s at most.")
    types = "、".join(f"“{kind_word(kind)}”" for kind in one.get("types", ()))
    facts = {
        "needs": one["needs"], "places": one["places"], "entries": told.named(one.get("entries", ())),
        "judges": told.named(one.get("judges", ())) or _("the judges who may judge them"),
        "types": _("of type %(types)s ") % {"types": types} if types else "",
    }  # fmt: skip
    return text % facts


@dataclass
class WayOut:
    """One rule that would have to give way, by how much in all and for whom; and the page where it is changed."""

    rule: str
    by: int = 0
    who: list[str] = field(default_factory=list)
    type: str = ""
    text: str = ""
    url: str = ""


def ways_out(answer: Mapping, told: Told, *, stage_url: str = "") -> list[WayOut]:
    """The cheapest loosening, rule by rule."""
    found: dict[tuple, WayOut] = {}
    for one in answer.get("loosening", []):
        way = found.setdefault((one["rule"], one.get("type", "")), WayOut(one["rule"], type=one.get("type", "")))
        way.by += abs(one["by"])
        way.who.append(one.get("judge") or one.get("entry") or one.get("group", ""))
    invite = reverse("judging:judges", args=[told.heat.pk])
    for way in found.values():
        facts = {"by": way.by, "who": told.named(dict.fromkeys(way.who)), "type": kind_word(way.type)}
        text, way.url = {
            "load_max": (_("Let judges take %(by)s more entries in all: %(who)s."), stage_url),
            "load_min": (_("Ask %(by)s fewer entries in all of: %(who)s."), stage_url),
            "type_min": (_("Do without “%(type)s” %(by)s times: %(who)s. Or invite more of this type."), stage_url),
            "outside_min": (_("Do without a judge from outside %(by)s times: %(who)s."), stage_url),
            "group_max": (_("Allow %(by)s more judges of one employer: %(who)s."), stage_url),
            "demand": (_("%(by)s places stay empty: %(who)s. Invite more judges who may judge them."), invite),
        }[way.rule]
        way.text = text % facts
    return list(found.values())


# ---------------------------------------------------------------- the page


@dataclass
class JudgeRow:
    name: JudgeName
    load: int
    most: int
    least: int
    fit: int


@dataclass
class EntryRow:
    """An entry with its judges and their fit in per cent, the best first."""

    name: EntryName
    record: str
    fit: int
    judges: list[tuple[JudgeName, int, str]]


@dataclass(frozen=True)
class Price:
    """What the assignment would gain without one rule. Not `possible` is proven, unless `unsettled`: out of time."""

    rule: str
    text: str
    gain: int
    floor_gain: int
    possible: bool
    proven: bool
    unsettled: bool = False


class Review:
    """Everything that the preview shows of one plan, from one reading of its problem."""

    def __init__(self, plan: Plan, told: Told, pairs: list[tuple[str, str]]):
        self.plan, self.told, self.pairs = plan, told, pairs
        self.data = planning.unpacked(plan.problem)
        self.keeper = Keeper(self.data)
        self.rules = Rules.from_data(plan.rules)

    @cached_property
    def entries(self) -> list[EntryRow]:
        """Worst served first."""
        panels: dict[str, list[str]] = {name: [] for name in self.data["entries"]}
        for entry, judge in self.pairs:
            panels[entry].append(judge)
        rows = []
        for entry, judges in panels.items():
            found = sorted(((self.keeper.fit(entry, one) or 0, one) for one in judges), reverse=True)
            named = [(self.told.judges[one], percent(fit), one) for fit, one in found]
            rows.append(EntryRow(self.told.entries[entry], entry, sum(fit for fit, _one in found), named))
        return sorted(rows, key=lambda row: (row.fit, row.name.number))

    @cached_property
    def judges(self) -> list[JudgeRow]:
        loads, fits = Counter(judge for _entry, judge in self.pairs), Counter()
        for entry, judge in self.pairs:
            fits[judge] += self.keeper.fit(entry, judge) or 0
        rows = [
            JudgeRow(
                self.told.judges[name], loads[name], self.data["load_max"][place], self.data["load_min"][place],
                percent(fits[name] // loads[name]) if loads[name] else 0,
            )
            for name, place in self.keeper.column.items()
        ]  # fmt: skip
        return sorted(rows, key=lambda row: row.name.seat)

    @property
    def loads(self) -> list[tuple[int, int]]:
        """(load, number of judges), fewest first."""
        return sorted(Counter(row.load for row in self.judges).items())

    @property
    def mean(self) -> int:
        return percent(sum(row.fit for row in self.entries) // max(len(self.pairs), 1))

    @property
    def floor(self) -> int:
        return percent(self.entries[0].fit // max(self.rules.demand, 1)) if self.entries else 0

    @property
    def floor_bound(self) -> int:
        return percent((self.plan.answer.get("bound") or 0) // max(self.rules.demand, 1))

    @property
    def cover(self) -> list[tuple[str, int, int]]:
        """(rule in words, how many entries keep it, of how many): counted anew from the pairs."""
        whole = len(self.data["entries"])
        names = [(kind, _("At least %(least)s: %(type)s") % {"least": least, "type": kind_word(kind)})
                 for kind, least in self.rules.types.items()]  # fmt: skip
        if self.rules.outside:
            names.append(("outside", _("At least %(least)s from outside") % {"least": self.rules.outside}))
        if self.rules.employer_max is not None:
            names.append(("group_max", _("At most %(most)s of one employer") % {"most": self.rules.employer_max}))
        short = Counter(one.rule for one in self.keeper.breaks(self.pairs))
        return [(text, whole - short[rule], whole) for rule, text in names]

    @property
    def prices(self) -> list[Price]:
        total, least = self.plan.answer.get("sum") or 0, self.plan.answer.get("minimum") or 0
        found = []
        for one in self.plan.prices:
            possible = one["sum"] is not None
            gain = (one["sum"] - total) * 100 // UNIT if possible and self.plan.answer.get("pairs") else 0
            floor = percent((one["minimum"] - least) // max(self.rules.demand, 1)) if possible else 0
            unsettled = one["status"] == UNKNOWN
            proven = bool(one["proven"])
            found.append(Price(one["rule"], str(RULES[one["rule"]]), gain, floor, possible, proven, unsettled))
        return found

    @property
    def price_minutes(self) -> int | None:
        """How long each unproven price would be worked at if it were asked for again; None where all are proven."""
        return None if all(one.proven for one in self.prices) else seconds_for_prices(self.plan) // 60

    def panel(self, entry: str) -> list["Seat"]:
        """The judges of an entry with what their fit is made of."""
        return [self._seat(entry, judge) for other, judge in self.pairs if other == entry]

    def _seat(self, entry: str, judge: str) -> "Seat":
        fit = self.keeper.fit(entry, judge) or 0
        rank = sorted((one for one in self.data["fit"][self.keeper.row[entry]] if one is not None), reverse=True)
        load = sum(one == judge for _entry, one in self.pairs)
        return Seat(judge, self.told.judges[judge], percent(fit), rank.index(fit) + 1, len(rank), load,
                    self.data["load_max"][self.keeper.column[judge]])  # fmt: skip

    def others(self, entry: str) -> list[tuple[str, str, int | None]]:
        """Judges who don't have this entry: record name, words, fit; None where a conflict keeps them apart."""
        held = {judge for other, judge in self.pairs if other == entry}
        rows = [(name, self.keeper.fit(entry, name)) for name in self.data["judges"] if name not in held]
        rows.sort(key=lambda row: (row[1] is None, -(row[1] or 0)))
        return [(name, str(self.told.judges[name]), None if fit is None else percent(fit)) for name, fit in rows]


@dataclass(frozen=True)
class Seat:
    """One judge of an entry: fit in points, its place among all who may judge it, and the judge's load."""

    record: str
    name: JudgeName
    fit: int
    place: int
    of: int
    load: int
    most: int


def changes_of(proposal) -> list[tuple[EntryName, list[JudgeName], list[JudgeName]]]:
    """(entry, who comes, who leaves) of a change, by name."""
    told = Told(proposal.draw)
    rows = [
        (told.entries[one.entry], [told.judges[name] for name in one.comes], [told.judges[name] for name in one.leaves])
        for one in proposal.changes
    ]
    return sorted(rows, key=lambda row: row[0].number)


def seconds_for_prices(plan: Plan) -> int:
    """How long to work at each price that is asked for: four times as long as the last time, half an hour at most."""
    tried = max((one.get("seconds", PRICE_SECONDS) for one in plan.prices), default=0)
    return min(4 * tried, MOST_PRICE_SECONDS) or PRICE_SECONDS


def percent(millionths: int) -> int:
    """A fit in points of a hundred, rounded half up."""
    return (millionths * 100 + UNIT // 2) // UNIT


def latest(heat: Heat) -> Plan | None:
    """The newest plan of a heat, the accepted one first."""
    plans = Plan.objects.filter(draw__heat=heat, draw__purpose=DrawPurpose.FIT).select_related(
        "draw__heat__stage__season__contest", "by", "job"
    )
    return plans.filter(state=PlanState.ACCEPTED).first() or plans.order_by("-number").first()
