"""Reads of the offices that screen and organise: what waits, what stands where."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.paginator import Paginator
from django.db.models import Count, Min, Prefetch, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from accounts.states import Role
from contests.models import RecommendingUnit, Season, Track
from contests.queries import covers_season, grants_of, is_administrator
from core.models import Region
from core.tasks import Task
from projects.checks import Verdict
from projects.models import Entry, FieldMark
from projects.papers import Printed, form_code, last_printed
from projects.queries.changes import documents_of
from projects.queries.elsewhere import Elsewhere, as_known, elsewhere
from projects.queries.likeness import waiting_pairs
from projects.sheet import Section, sections_of
from projects.states import EntryState

MOST_COUNTED = 10_000
HEAVY = ("snapshot",)
LISTED = (
    "number", "title", "company_name", "leader_name", "state", "submitted_at", "qualified_at", "industry",
    "season__year", "season__title", "season__contest__short_name", "track__name", "track__name_en",
    "unit__name", "zone__name", "holder__name",
)  # fmt: skip


def decides_on(user, entry: Entry) -> bool:
    """Whether this user may decide on a submitted entry now: acts for the unit that holds it, or runs the season."""
    holder = entry.holder
    if holder is None or entry.state != EntryState.SUBMITTED:
        return False
    if is_administrator(user):
        return True
    for grant in grants_of(user):
        if not covers_season(grant, entry.season):
            continue
        if grant.role == Role.PROVINCE:
            return True
        if grant.role == Role.UNIT and grant.organisation_id == holder.organisation_id:
            return True
        if grant.role == Role.CITY and holder.parent_id is None and grant.region_id == holder.region_id:
            return True
    return False


def waiting_for(user):
    """Entries whose decision is this user's daily work: held by the own unit or city. The list form of `decides_on`,
    except that who runs a season sees the queue of its top units only when no other office of theirs has one."""
    mine = Q(pk__in=[])
    for grant in grants_of(user):
        scope = Q(pk__isnull=False)
        if grant.contest_id:
            scope &= Q(season__contest_id=grant.contest_id)
        if grant.season_id:
            scope &= Q(season_id=grant.season_id)
        if grant.role == Role.UNIT:
            mine |= scope & Q(organisation_id=grant.organisation_id)
        elif grant.role == Role.CITY:
            mine |= scope & Q(parent=None, region_id=grant.region_id)
        elif grant.role == Role.PROVINCE:
            mine |= scope & Q(parent=None, region=None)
    return Entry.objects.filter(holder__in=RecommendingUnit.objects.filter(mine).order_by(), state=EntryState.SUBMITTED)


def desk_queue(user):
    """The queue of the desk, what is due first on top."""
    return waiting_for(user).defer(*HEAVY).select_related("season", "track").order_by("due_at", "pk")


@dataclass(frozen=True)
class Field:
    """One fact on the desk with the mark it carries, if any."""

    key: str
    label: str
    value: str
    long: bool
    mark: FieldMark | None
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


class DeskPage:
    """One entry on the desk: its facts with marks, what the rules say, its papers and what happened before."""

    def __init__(self, entry: Entry, user, at: datetime):
        self.entry, self.user, self.at = entry, user, at

    @cached_property
    def marks(self) -> dict[str, FieldMark]:
        return {mark.field: mark for mark in self.entry.marks.filter(step=None)}

    @cached_property
    def sections(self) -> list[tuple[Section, list[Field]]]:
        found = []
        for section in sections_of(self.entry.snapshot or {}):
            rows = [
                Field(row.key, row.label, row.value, row.long, self.marks.get(row.key), row.head, row.rows)
                for row in section.rows
            ]
            found.append((section, rows))
        return found

    @cached_property
    def findings(self) -> dict[str, list[dict]]:
        """What each rule said when the entry was submitted, by verdict."""
        found: dict[str, list[dict]] = {"broken": [], "doubt": [], "met": []}
        for one in as_known((self.entry.snapshot or {}).get("eligibility", []), self.elsewhere):
            key = {Verdict.BROKEN: "broken", Verdict.MET: "met", Verdict.WAIVED: "met"}.get(one["verdict"], "doubt")
            found[key].append(one)
        return found

    @cached_property
    def elsewhere(self) -> list[Elsewhere]:
        return elsewhere(self.entry, self.user)

    @property
    def rules_to_waive(self) -> dict[int, str]:
        """Phrases of the rules that this entry does not meet, or that somebody has to judge."""
        found = {one["rule"]: one["phrase"] for one in (*self.findings["broken"], *self.findings["doubt"])}
        rules = [one.rule for one in self.elsewhere if one.verdict in (Verdict.BROKEN, Verdict.DOUBT)]
        return found | {rule.pk: rule.local_phrase for rule in rules}

    @cached_property
    def documents(self):
        return documents_of(self.entry, None)

    @cached_property
    def form_code(self) -> str:
        """What has to stand at the foot of a stamped form."""
        return form_code(self.entry.snapshot or {})

    @cached_property
    def stamped(self) -> Printed | None:
        """The printing that the scan was made from, held against what was handed in."""
        scans = [one.current.at for one in self.documents if one.requirement.signed]
        return last_printed(self.entry, self.entry.snapshot or {}, before=max(scans)) if scans else None

    @cached_property
    def history(self):
        steps = self.entry.screening_steps.select_related("unit", "by")
        return list(steps.prefetch_related(Prefetch("marks", FieldMark.objects.order_by("pk"))))

    @cached_property
    def may_decide(self) -> bool:
        return decides_on(self.user, self.entry)

    @cached_property
    def alike(self) -> int:
        """Pairs of similar entries that wait for somebody of this office."""
        return waiting_pairs(self.user, self.entry)

    @property
    def next_unit(self) -> RecommendingUnit | None:
        return self.entry.holder.parent if self.entry.holder else None

    @property
    def is_late(self) -> bool:
        return self.entry.due_at is not None and self.entry.due_at < self.at


class EntryPages(Paginator):
    """Pages of the organiser's list. What makes long lists slow is left out: a count of everything, as nobody turns
    to page 200, and the columns of entries that the page doesn't show, so keys are sorted first."""

    def page(self, number):
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        keys = self.object_list.values("pk")[start : start + self.per_page]
        return self._get_page(listed(Entry.objects.filter(pk__in=keys)), number, self)

    @cached_property
    def count(self) -> int:
        return self.object_list.order_by().values("pk")[: MOST_COUNTED + 1].count()

    @property
    def is_capped(self) -> bool:
        return self.count > MOST_COUNTED


def entries_for_list(user):
    """Entries behind the organiser's list, newest first."""
    return listed(Entry.objects.in_office_of(user))


def listed(entries):
    """With what a row shows: the season with its contest, the units by name."""
    shown = entries.select_related("season__contest", "track", "unit", "zone", "holder").only(*LISTED)
    return shown.order_by("-submitted_at", "-pk")


def seasons_of(user) -> list[Season]:
    """Seasons in which this office can see entries, newest first."""
    found = Season.objects.select_related("contest").order_by("-year", "contest__order")
    if is_administrator(user):
        return list(found)
    return [season for season in found if any(covers_season(grant, season) for grant in grants_of(user))]


def choices_of(season: Season | None, user) -> dict:
    """What the filters of the list offer: tracks of the chosen season, cities for those who see several."""
    tracks = list(Track.objects.filter(season=season)) if season else []
    roles = {grant.role for grant in grants_of(user)}
    wide = is_administrator(user) or roles & {Role.PROVINCE, Role.SUPERVISOR}
    cities = list(Region.objects.filter(parent="370000", level=Region.Level.CITY)) if wide else []
    return {"tracks": tracks, "cities": cities}


def may_hold_entries(user) -> bool:
    """Whether this office has units of its own in some season, as far as its grants tell."""
    roles = {grant.role for grant in grants_of(user)}
    return is_administrator(user) or bool(roles & {Role.UNIT, Role.CITY, Role.PROVINCE})


def looks_after_contests(user) -> bool:
    """Whether this user organises or watches some contest: whoever does may read its earlier years."""
    roles = {grant.role for grant in grants_of(user)}
    return is_administrator(user) or bool(roles & {Role.PROVINCE, Role.SUPERVISOR})


def state_counts(entries) -> dict[str, int]:
    """How many entries stand in each state, for the tabs above the list."""
    return dict(entries.order_by().values_list("state").annotate(n=Count("pk")))


def officer_tasks(user, at: datetime) -> list[Task]:
    """The queue of an office, as one task with the earliest date."""
    if not grants_of(user):
        return []
    found = (
        waiting_for(user)
        .order_by()
        .aggregate(n=Count("pk"), first=Min("due_at"), late=Count("pk", filter=Q(due_at__lt=at)))
    )
    if not found["n"]:
        return []
    soon = found["first"] and found["first"] < at + timedelta(days=1)
    why = _("The earliest is due first; you see the form beside the papers.")
    if found["late"]:
        why = _("%(late)s of them are past their date: the contestants are waiting.") % {"late": found["late"]}
    return [
        Task(
            title=_("Check %(count)s entries") % {"count": found["n"]},
            why=why,
            url=reverse("projects:desk"),
            action=_("Open the desk"),
            due=found["first"],
            weight=8,
            tone="due" if soon else "go",
        )
    ]
