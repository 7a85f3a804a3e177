"""Reads of pairs that look alike: the list, one pair side by side, and everything that is like one entry."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import zip_longest

from diff_match_patch import diff_match_patch
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.states import Role
from contests.queries import grants_of, is_administrator
from contests.states import DocumentKind
from core.tasks import Task
from projects.models import Document, Entry, Likeness, PastEntry
from projects.names import short_name
from projects.pages import is_shown
from projects.sheet import Row, sections_of
from projects.states import LikenessState, MemberKind, Step

OFFICES = frozenset({Role.PROVINCE, Role.CITY, Role.UNIT, Role.SUPERVISOR})
DECIDING = frozenset({Role.PROVINCE, Role.CITY})
SHOWN = (
    "number", "title", "company_name", "leader_name", "state", "submitted_at", "season__year", "season__title",
    "season__title_en", "season__contest__short_name", "unit__name",
)  # fmt: skip
COMPARED = (Step.PROJECT, Step.LEADER, Step.COMPANY, Step.TEAM, Step.FINANCE)
LEAST_IN_COMMON = 0.3
MOST_EARLIER = 50


def compares(user) -> bool:
    """Whether an account belongs to an office at all."""
    return is_administrator(user) or any(grant.role in OFFICES for grant in grants_of(user))


def pairs_of(user):
    """Pairs of which this office may see both entries, with what a row shows; the most alike first."""
    columns = [f"{side}__{name}" for side in ("newer", "older") for name in SHOWN]
    found = Likeness.objects.visible_to(user).select_related(
        "newer__season__contest", "older__season__contest", "newer__unit", "older__unit", "by"
    )
    own = ("reasons", "score", "state", "found_at", "at", "reason", "by__display_name", "by__username")
    return found.only(*own, *columns).order_by("-score", "-pk")


def narrowed(pairs, *, state: str = "", season=None, scope: str = ""):
    """Pairs in a state, with an entry of a season, and inside one season, contest or across contests."""
    if state == LikenessState.OPEN:
        pairs = pairs.waiting()
    elif state:
        pairs = pairs.filter(state=state)
    if season:
        pairs = pairs.filter(Q(newer__season=season) | Q(older__season=season))
    return pairs.filter(SCOPES[scope]) if scope else pairs


SCOPES = {
    "season": Q(newer__season=F("older__season")),
    "contest": Q(newer__season__contest=F("older__season__contest")) & ~Q(newer__season=F("older__season")),
    "across": ~Q(newer__season__contest=F("older__season__contest")),
}


def scope_of(pair: Likeness) -> str:
    """How near the two seasons are."""
    if pair.newer.season_id == pair.older.season_id:
        return _("The same season")
    if pair.newer.season.contest_id == pair.older.season.contest_id:
        return _("Another year of the contest")
    return _("Another contest")


def words_of(sign: dict) -> str:
    """A sign of likeness in words."""
    kind = sign["kind"]
    if kind == "text":
        return _("Texts %(share)s%% alike") % {"share": round(100 * sign["value"])}
    if kind == "pages":
        count = len(sign["pages"])
        return ngettext("%(count)s page of the deck alike", "%(count)s pages of the deck alike", count) % {
            "count": count
        }
    if kind == "member":
        count = len(sign["people"])
        return ngettext("%(count)s person in both teams", "%(count)s people in both teams", count) % {"count": count}
    return {
        "code": _("The same credit code"),
        "leader": _("The same leader"),
        "project": _("The same project again in one season"),
        "name": _("The same project name"),
        "company": _("The same company name"),
    }[kind]


@dataclass(frozen=True)
class Line:
    """One fact of both entries; long texts in stretches, with whether each stretch stands on this side alone."""

    label: str
    newer: list[tuple[str, bool]]
    older: list[tuple[str, bool]]
    same: bool
    long: bool


@dataclass(frozen=True)
class Leaf:
    """A page of the newer deck beside one of the older; `alike` when they are the same or nearly so."""

    newer: int | None
    older: int | None
    alike: bool


@dataclass
class Deck:
    newer: Document | None = None
    older: Document | None = None
    leaves: list[Leaf] = field(default_factory=list)


class PairPage:
    """Two entries side by side. The pair needs both entries with their snapshots."""

    def __init__(self, pair: Likeness):
        self.pair = pair

    @property
    def scope(self) -> str:
        return scope_of(self.pair)

    @property
    def signs(self) -> list[str]:
        return [words_of(sign) for sign in self.pair.reasons]

    @property
    def sides(self) -> list[tuple[str, Entry]]:
        return [(_("Newer entry"), self.pair.newer), (_("Older entry"), self.pair.older)]

    @cached_property
    def sections(self) -> list[tuple[str, list[Line]]]:
        newer, older = (self._rows(entry) for entry in (self.pair.newer, self.pair.older))
        found = []
        for step in COMPARED:
            ours, theirs = newer.get(step, {}), older.get(step, {})
            keys = list(ours) + [key for key in theirs if key not in ours]
            lines = [_line(ours.get(key), theirs.get(key)) for key in keys]
            if lines:
                found.append((str(step.label), lines))
        return found

    def _rows(self, entry: Entry) -> dict[Step, dict[str, Row]]:
        return {one.step: {row.key: row for row in one.rows} for one in sections_of(entry.snapshot or {})}

    @cached_property
    def deck(self) -> Deck:
        decks = Document.objects.filter(
            entry__in=[self.pair.newer_id, self.pair.older_id], requirement__kind=DocumentKind.DECK,
            current__isnull=False,
        ).select_related("current").order_by("-requirement__order", "-pk")  # fmt: skip
        by_entry = {one.entry_id: one for one in decks}
        newer, older = by_entry.get(self.pair.newer_id), by_entry.get(self.pair.older_id)
        return Deck(newer, older, _leaves(self._matching(), _pages(newer), _pages(older)))

    def _matching(self) -> list[tuple[int, int]]:
        pairs = next((sign["pages"] for sign in self.pair.reasons if sign["kind"] == "pages"), [])
        return [(newer, older) for newer, older in pairs]


def _pages(deck: Document | None) -> int:
    """How many pages can be shown."""
    return (deck.current.pages or 0) if deck and is_shown(deck.current) else 0


def _leaves(matching: list[tuple[int, int]], newer: int, older: int) -> list[Leaf]:
    """Matching pages first, then the others in their order."""
    kept = [(one, other) for one, other in matching if one <= newer and other <= older]
    left = [page for page in range(1, newer + 1) if page not in {one for one, _other in kept}]
    right = [page for page in range(1, older + 1) if page not in {other for _one, other in kept}]
    rest = [Leaf(one, other, alike=False) for one, other in zip_longest(left, right)]
    return [Leaf(one, other, alike=True) for one, other in kept] + rest


def _line(newer: Row | None, older: Row | None) -> Line:
    shown = newer or older
    ours, theirs = newer.value if newer else "", older.value if older else ""
    same = ours == theirs
    one, other = ([(ours, False)], [(theirs, False)])
    if not same and shown.long and ours and theirs:
        one, other = _differences(ours, theirs)
    return Line(shown.label, one, other, same, shown.long)


def _differences(newer: str, older: str) -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
    """Both texts in stretches, those marked that the other lacks. Texts with little in common are left unmarked."""
    differ = diff_match_patch()
    steps = differ.diff_main(newer, older)
    differ.diff_cleanupSemantic(steps)
    common = sum(len(text) for step, text in steps if step == 0)
    if common < LEAST_IN_COMMON * max(len(newer), len(older)):
        return [(newer, False)], [(older, False)]
    ours = [(text, step < 0) for step, text in steps if step <= 0]
    theirs = [(text, step > 0) for step, text in steps if step >= 0]
    return ours, theirs


class AlikePage:
    """Everything that is like one entry: pairs, the same project elsewhere, and lists of years before the system."""

    def __init__(self, entry: Entry, user):
        self.entry, self.user = entry, user

    @cached_property
    def pairs(self) -> list[Likeness]:
        return list(pairs_of(self.user).of(self.entry))

    @cached_property
    def elsewhere(self) -> list[Entry]:
        """The same project in other seasons: allowed across contests, and counted once (domain §4)."""
        found = Entry.objects.in_office_of(self.user).filter(project=self.entry.project_id).exclude(pk=self.entry.pk)
        return list(found.select_related("season__contest", "track").defer("snapshot").order_by("-submitted_at"))

    @cached_property
    def earlier(self) -> list[tuple[PastEntry, list[str]]]:
        """Rows of earlier years with the same credit code, leader or member, or short name."""
        entry = self.entry
        project = entry.project
        code = project.credit_code if project.has_company else ""
        kinds = (MemberKind.LEADER, MemberKind.MEMBER)
        people = set(project.members.filter(kind__in=kinds).values_list("person", flat=True))
        wanted = Q(leader__in=people) | Q(title__icontains=entry.title[:4])
        if code:
            wanted |= Q(credit_code=code)
        found = []
        for row in PastEntry.objects.visible_to(self.user).filter(wanted).select_related("contest")[:500]:
            why = [_("The same credit code")] if code and row.credit_code == code else []
            why += [_("A person of the team")] if row.leader_id in people else []
            why += [_("The same project name")] if short_name(row.title) == short_name(entry.title) else []
            if why:
                found.append((row, why))
        return found[:MOST_EARLIER]


def waiting_pairs(user, entry: Entry) -> int:
    """How many pairs of an entry somebody in this office should look at."""
    return Likeness.objects.visible_to(user).waiting().of(entry).count()


def tasks_for(user, at: datetime) -> list[Task]:
    """Pairs that wait for a decision, as one task of who may decide."""
    if not is_administrator(user) and not any(grant.role in DECIDING for grant in grants_of(user)):
        return []
    count = Likeness.objects.visible_to(user).waiting().count()
    if not count:
        return []
    return [
        Task(
            title=ngettext(
                "Look at %(count)s pair of similar entries", "Look at %(count)s pairs of similar entries", count
            )
            % {"count": count},
            why=_("Found by comparing forms, teams and decks. You decide; no contestant is told."),
            url=reverse("projects:likenesses"),
            action=_("Look at the pairs"),
            weight=4,
        )
    ]
