"""The division of a live heat into rooms as its organiser reads it: who is where, how even it is, what could move."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import groupby

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from contests.models import Heat, Room, Stage
from judging import planning, rooms
from judging.models import Assignment, Draw, Plan
from judging.planning import Break
from judging.queries.marks import earlier_totals
from judging.queries.plan import JudgeName, Told, kind_word
from judging.states import ASIDE, DrawPurpose, JudgeKind
from projects.models import Participation
from projects.states import Outcome

__all__ = ["Division", "Told", "division_of", "reasons_of", "sentence_of", "ways_out"]

EVEN = {
    "track": gettext_lazy("Tracks"),
    "tier": gettext_lazy("Strong and weak"),
    "field": gettext_lazy("Fields"),
    "city": pgettext_lazy("of a room", "Cities"),
}


def division_of(heat: Heat) -> Plan | None:
    """The newest division of a heat."""
    plans = Plan.objects.filter(draw__heat=heat, draw__purpose=DrawPurpose.ROOMS)
    return plans.select_related("draw__heat__stage__season__contest", "by", "job").order_by("-number").first()


def _room_names(heat: Heat) -> dict[str, str]:
    return {str(number): name for number, name in heat.rooms.values_list("number", "name")}


def sentence_of(told: Told, broken: Break) -> str:
    """Which rule a change would break, where and by how much."""
    named = _room_names(told.heat)
    who = named.get(broken.who) or told.named(broken.who.split())
    facts = {"who": who, "found": broken.found, "bound": broken.bound, "type": kind_word(broken.rule)}
    sentences = {
        "size": _("%(who)s would have %(found)s entries; rooms are of the same size. Exchange two entries."),
        "seats": _("%(who)s would have %(found)s judges, %(bound)s are asked. Exchange two judges."),
        "enough": _("%(who)s would keep only %(found)s judges without a conflict, %(bound)s are needed."),
        "load_max": _("%(who)s would get %(found)s entries, at most %(bound)s. Choose another judge."),
        "group_max": _("%(who)s would have %(found)s judges of one employer, at most %(bound)s are allowed."),
        "place": _("%(who)s would have no room. Choose one."),
    }
    plain = _("%(who)s would have %(found)s judges of type “%(type)s”, at least %(bound)s are asked.")
    return sentences.get(broken.rule, plain) % facts


# ---------------------------------------------------------------- why there is none


def reasons_of(plan: Plan, told: Told) -> list[str]:
    """Why no division keeps every rule, by names and numbers."""
    found = []
    for one in plan.answer.get("reasons", []):
        facts = {"needs": one["needs"], "have": one.get("have"), "type": kind_word(one.get("type", ""))}
        facts["who"] = told.named(one.get("judges", ()))
        texts = {
            "seats": _("The rooms need %(needs)s judges, %(have)s accepted and signed."),
            "type": _("The rooms need %(needs)s judges of type “%(type)s”, %(have)s of those ready are."),
            "load_max": _("%(who)s: a room has %(needs)s entries, more than these judges take."),
        }
        found.append(texts[one["because"]] % facts)
    return found


def ways_out(plan: Plan, told: Told) -> list[str]:
    """The cheapest set of rules that would have to give way."""
    named, found = _room_names(told.heat), []
    for one in plan.answer.get("loosening", []):
        facts = {"room": named.get(one.get("room"), ""), "by": one["by"], "type": kind_word(one.get("type", ""))}
        facts["who"] = told.named([one[name] for name in ("judge", "entry") if name in one])
        texts = {
            "seats": _("%(room)s: %(by)s judges are missing. Invite more, or ask for fewer in the stage."),
            "type_min": _("%(room)s: %(by)s judges of type “%(type)s” are missing. Invite some, or loosen the rule."),
            "group_max": _("%(room)s: allow %(by)s more judges of one employer."),
            "load_max": _("%(who)s: take %(by)s more entries."),
            "enough": _("%(who)s: %(by)s more judges without a conflict are needed. Invite others."),
        }
        found.append(texts[one["rule"]] % facts)
    return found


def presiding(heat: Heat) -> dict[int, int]:
    """Room → the judge who presides there: the first of the drawn order who sits in it and still judges."""
    draw = heat.draws.filter(purpose=DrawPurpose.ROOMS, drawn_at__isnull=False).first()
    if draw is None:
        return {}
    told, found = Told(draw), {}
    held = Assignment.objects.filter(participation__heat=heat).exclude(sheet__state__in=ASIDE)
    sitting = dict(held.order_by().values_list("judge", "participation__room").distinct())
    for name in draw.record["panel"]["output"]:
        judge = told.judges[name].judge
        if judge in sitting:
            found.setdefault(sitting[judge], judge)
    return found


# ---------------------------------------------------------------- for everybody


@dataclass
class PublicOrder:
    """A live heat as anybody may read it: who presents where and in which order. Nothing of judges or scores."""

    heat: Heat
    draw: Draw | None
    rooms: list[tuple[Room | None, list[Participation]]]


def public_orders(stage: Stage) -> list[PublicOrder]:
    """The heats of a live stage; those whose order is not drawn have no rooms yet. Three queries."""
    draws = Draw.objects.filter(heat__stage=stage, purpose=DrawPurpose.ORDER, drawn_at__isnull=False)
    drawn = {one.heat_id: one for one in draws.defer("record", "secret", "mask")}
    presenting = (
        Participation.objects.filter(heat__in=drawn)
        .exclude(outcome=Outcome.WITHDRAWN)
        .select_related("entry", "room", "track")
        .only("heat_id", "order", "entry__number", "entry__title", "track__name", "track__name_en", "room")
        .order_by("heat", "room__number", "order", "entry__number")
    )
    halls: dict[int, list] = {}
    for (heat, room), rows in groupby(presenting, key=lambda one: (one.heat_id, one.room)):
        halls.setdefault(heat, []).append((room, list(rows)))
    return [PublicOrder(one, drawn.get(one.pk), halls.get(one.pk, [])) for one in stage.heats.order_by("pk")]


# ---------------------------------------------------------------- for the organiser


@dataclass
class Presenter:
    """An entry in its room."""

    record: str
    participation: Participation
    earlier: Decimal | None


@dataclass
class RoomRow:
    """A room with those in it; `chair` is the judge who presides."""

    room: Room
    entries: list[Presenter]
    judges: list[tuple[str, JudgeName]]
    mean: Decimal | None
    chair: int | None = None
    recused: list[tuple[str, JudgeName]] = field(default_factory=list)

    @property
    def tracks(self) -> list[tuple[str, int]]:
        return Counter(one.participation.track.local_name for one in self.entries).most_common()

    @property
    def fields(self) -> list[tuple[str, int]]:
        named = (one.participation.entry for one in self.entries)
        return Counter(str(one.get_industry_display()) for one in named if one.industry).most_common()

    @property
    def cities(self) -> int:
        return len({one.participation.entry.region_id[:4] for one in self.entries if one.participation.entry.region_id})

    @property
    def kinds(self) -> list[tuple[str, int]]:
        found = Counter(kind for _record, one in self.judges for kind in one.kinds)
        return [(str(kind.label), found[kind]) for kind in JudgeKind if found[kind]]


class Division:
    """Everything that the page shows of one division, from one reading of its problem."""

    def __init__(self, plan: Plan, told: Told, pairs: Iterable[tuple[str, str]]):
        self.plan, self.told, self.placed = plan, told, dict(pairs)
        self.problem = planning.unpacked(plan.problem)
        self.bounds = {one["level"]: Fraction(one["bound"]) for one in plan.answer.get("levels", ())}

    @cached_property
    def rows(self) -> list[RoomRow]:
        heat = self.told.heat
        people = {
            self.told.names.entry(one.entry.number): one
            for one in heat.participations.select_related("entry__region", "track")
        }
        totals, means = earlier_totals(heat)[0], rooms.means_of(self.problem, self.placed)
        entries = rooms.members_of(self.problem, self.placed, "entries")
        judges = rooms.members_of(self.problem, self.placed, "judges")
        recused = rooms.together(self.placed, self.problem["apart"])
        made, chairs = [], presiding(heat)
        for room in heat.rooms.all():
            number = str(room.number)
            here = [Presenter(name, people[name], totals.get(people[name].entry_id)) for name in entries[number]]
            here.sort(key=lambda one: (one.participation.order, one.participation.entry.number))
            made.append(RoomRow(
                room, here, [(name, self.told.judges[name]) for name in judges[number]],
                points(means[number]) if number in means else None,
                chairs.get(room.pk, next((self.told.judges[name].judge for name in judges[number]), None)),
                [(str(self.told.entries[entry]), self.told.judges[judge]) for entry, judge in recused
                 if self.placed[entry] == number],
            ))  # fmt: skip
        return made

    @cached_property
    def bench(self) -> list[tuple[str, JudgeName]]:
        """Judges who are ready and sit nowhere, in drawn order: they come in as replacements."""
        return [(name, self.told.judges[name]) for name in self.problem["judges"] if name not in self.placed]

    @cached_property
    def levels(self) -> dict[str, Fraction]:
        return rooms.levels(self.problem, self.placed)

    @property
    def spread(self) -> Decimal | None:
        """How far the rooms' means lie apart, in points."""
        return points(self.levels["spread"]) if rooms.means_of(self.problem, self.placed) else None

    @property
    def evenness(self) -> list[tuple[str, str]]:
        """(what is spread, how evenly) in words, with what can't be better."""
        return [(str(label), self._even(name)) for name, label in EVEN.items() if name in self.bounds]

    def _even(self, name: str) -> str:
        off = int(self.levels[name])
        if not off:
            return _("spread evenly")
        text = ngettext("%(count)s more or fewer than even", "%(count)s more or fewer than even", off) % {"count": off}
        return _("%(text)s; fewer is impossible") % {"text": text} if off <= self.bounds[name] else text

    @property
    def recused(self) -> int:
        return int(self.levels["recused"])

    def name_of(self, record: str) -> str:
        if record in self.told.judges:
            return str(self.told.judges[record])
        one = self.told.entries[record]
        return f"{one.number} {one.title}"

    def moves(self, record: str) -> list[tuple[str, str]]:
        """(value, words) of every move or exchange of an entry or judge that keeps all rules, the most even first."""
        who = "entries" if record in self.problem["entries"] else "judges"
        here, named = self.placed.get(record), _room_names(self.told.heat)
        tried = [
            (f"room:{room}", named[room], {"room": room}) for room in self.problem["rooms"] if here and room != here
        ]
        for other in self.problem[who]:
            where = self.placed.get(other)
            if other != record and where != here:
                words = _("Exchange with %(name)s (%(room)s)") % {
                    "name": self.name_of(other), "room": named.get(where) or _("no room")
                }  # fmt: skip
                tried.append((f"with:{other}", words, {"other": other}))
        found = []
        for value, words, change in tried:
            made = rooms.moved(self.placed, record, **change)
            if not rooms.broken(self.problem, made):
                levels = rooms.levels(self.problem, made)
                found.append(([levels[name] for name in ("recused", "tier", "spread")], value, words, levels["spread"]))
        found.sort(key=lambda one: (one[0], one[1]))
        if self.spread is None or who == "judges":
            return [(value, words) for _levels, value, words, _spread in found]
        return [
            (value, _("%(words)s: means %(spread)s points apart") % {"words": words, "spread": points(spread)})
            for _levels, value, words, spread in found
        ]


def points(hundredths: Fraction) -> Decimal:
    """Hundredths of a point as points with two decimals."""
    return Decimal(round(hundredths)) / 100
