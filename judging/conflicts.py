"""Who may not judge what, found from data (回避, domain §3).

Numbered rules, each with the fact that it rests on:

1. A judge on the team, as leader, member or adviser, never judges the entry.
2. A judge never judges an entry of their employer: the company, the recommending unit, or the employer of somebody
   on the team; nor one with somebody of the school where the judge works. Bodies are compared by row and, where a
   name was only typed, by name.
3. A judge from the entry's city never judges it where the stage says so; elsewhere the city is no reason.
4. A judge who studied at the school of somebody on the team is a soft reason: shown, not excluded.
5. A judge never judges an entry in whose company their employer holds shares. A shareholder of the judge's own name is
   a soft reason: a name alone is no proof.
6. A judge who advised another project of the same leader or company never judges the entry.
7. A declared conflict counts as declared, for one entry or for everything of one organisation.
8. A reason found here that was lifted, with its reason on record, is none any more; team membership is never lifted.

The facts are indexed by body, city and school, so that the work grows with the conflicts, not with judges × entries.
"""

from collections import defaultdict
from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from judging.states import ConflictKind
from projects.imports.values import folded
from projects.names import plain_company

TEAM, EMPLOYER = ConflictKind.TEAM.value, ConflictKind.EMPLOYER.value
SCHOOL, CITY = ConflictKind.SCHOOL.value, ConflictKind.CITY.value
HOLDING, COACHING = ConflictKind.HOLDING.value, ConflictKind.COACHING.value


@dataclass(frozen=True)
class JudgeFacts:
    """What is known of one judge: ids of rows, names where people type names."""

    pk: int
    person: int
    employer: int | None = None
    employer_name: str = ""
    city: str = ""
    city_name: str = ""
    school: str = ""
    name: str = ""


@dataclass(frozen=True)
class EntryFacts:
    """What is known of one entry: its team (person ids), its bodies (organisation ids), typed names, its city, its
    shareholders by row and by name, and who advised another project of its leader or company."""

    pk: int
    city: str = ""
    people: frozenset[int] = frozenset()
    bodies: frozenset[int] = frozenset()
    names: frozenset[str] = frozenset()
    schools: frozenset[str] = frozenset()
    holders: frozenset[int] = frozenset()
    holder_names: frozenset[str] = frozenset()
    coaches: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Declared:
    """A conflict somebody wrote down, for one entry or for an organisation."""

    judge: int
    kind: str
    hard: bool
    source: str
    entry: int | None = None
    organisation: int | None = None


class Found(NamedTuple):
    """One reason why one judge should not judge one entry; `fact` names what the two have in common."""

    judge: int
    entry: int
    kind: str
    hard: bool
    fact: str = ""


def found(
    judges: Iterable[JudgeFacts],
    entries: Iterable[EntryFacts],
    declared: Iterable[Declared] = (),
    *,
    avoid_city: bool,
    lifted: Container[tuple[int, int, str]] = (),
) -> list[Found]:
    """Every reason between these judges and entries, each pair and kind once, in the order of judge and entry."""
    judges, entries = list(judges), list(entries)
    index = _Index(judges)
    reasons: dict[tuple, Found] = {}
    for entry in entries:
        more = index.reasons(entry, avoid_city=avoid_city)
        _keep(reasons, (one for one in more if one.kind == TEAM or one[:3] not in lifted))
    _keep(reasons, _declared(declared, {judge.pk for judge in judges}, entries))
    return [reasons[key] for key in sorted(reasons)]


def _keep(reasons: dict[tuple, Found], more: Iterable[Found]) -> None:
    """Of the same pair and kind the hard reason stays."""
    for one in more:
        known = reasons.setdefault(one[:3], one)
        if one.hard and not known.hard:
            reasons[one[:3]] = one


def excluded(reasons: Iterable[Found]) -> dict[int, set[int]]:
    """Entry → judges whom a hard reason keeps from it."""
    pairs = defaultdict(set)
    for one in reasons:
        if one.hard:
            pairs[one.entry].add(one.judge)
    return dict(pairs)


class _Index:
    """The judges by everything an entry may share with them."""

    def __init__(self, judges: list[JudgeFacts]):
        self.by_person, self.by_body, self.by_name = defaultdict(list), defaultdict(list), defaultdict(list)
        self.by_city, self.by_school, self.by_own_name = defaultdict(list), defaultdict(list), defaultdict(list)
        for judge in judges:
            self.by_person[judge.person].append(judge)
            for index, key in (
                (self.by_body, judge.employer),
                (self.by_name, plain_company(judge.employer_name)),
                (self.by_city, judge.city),
                (self.by_school, folded(judge.school)),
                (self.by_own_name, folded(judge.name)),
            ):
                if key:
                    index[key].append(judge)

    def reasons(self, entry: EntryFacts, *, avoid_city: bool) -> Iterable[Found]:
        for person in entry.people:
            for judge in self.by_person.get(person, ()):
                yield Found(judge.pk, entry.pk, TEAM, True)
        for person in entry.coaches - entry.people:
            for judge in self.by_person.get(person, ()):
                yield Found(judge.pk, entry.pk, COACHING, True)
        for body in entry.bodies:
            for judge in self.by_body.get(body, ()):
                yield Found(judge.pk, entry.pk, EMPLOYER, True, judge.employer_name)
        yield from self._holders(entry)
        for name in {plain_company(name) for name in entry.names} - {""}:
            for judge in self.by_name.get(name, ()):
                yield Found(judge.pk, entry.pk, EMPLOYER, True, judge.employer_name)
        yield from self._schools(entry)
        if avoid_city and entry.city:
            for judge in self.by_city.get(entry.city, ()):
                yield Found(judge.pk, entry.pk, CITY, True, judge.city_name)

    def _schools(self, entry: EntryFacts) -> Iterable[Found]:
        for school in {folded(school) for school in entry.schools} - {""}:
            for judge in self.by_name.get(plain_company(school), ()):
                yield Found(judge.pk, entry.pk, SCHOOL, True, judge.employer_name)
            for judge in self.by_school.get(school, ()):
                yield Found(judge.pk, entry.pk, SCHOOL, False, judge.school)

    def _holders(self, entry: EntryFacts) -> Iterable[Found]:
        for body in entry.holders:
            for judge in self.by_body.get(body, ()):
                yield Found(judge.pk, entry.pk, HOLDING, True, judge.employer_name)
        for name in {name for name in entry.holder_names if folded(name)}:
            for judge in self.by_name.get(plain_company(name), ()):
                yield Found(judge.pk, entry.pk, HOLDING, True, judge.employer_name)
            for judge in self.by_own_name.get(folded(name), ()):
                yield Found(judge.pk, entry.pk, HOLDING, False, judge.name)


def _declared(declared: Iterable[Declared], judges: set[int], entries: list[EntryFacts]) -> Iterable[Found]:
    known = {entry.pk for entry in entries}
    for one in declared:
        if one.judge not in judges:
            continue
        touched = [one.entry] if one.entry in known else []
        if one.organisation is not None:
            touched += [entry.pk for entry in entries if one.organisation in entry.bodies]
        for entry in touched:
            yield Found(one.judge, entry, one.kind, one.hard, one.source)
