"""Where else the people and the company of an entry stand in the same season, as far as an office may know it."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from contests.models import EligibilityRule
from contests.states import RuleKind
from projects.checks import Verdict
from projects.facts import CORE
from projects.models import Entry, TeamMember, Waiver
from projects.states import LIVE, EntryState, MemberKind

HANDED_IN = LIVE - {EntryState.DRAFT}
COMPANY = "company"


@dataclass(frozen=True)
class Elsewhere:
    """One person, or the company, in one other entry. `entry` is None where this reader may only know the fact;
    `verdict` is empty where no rule of the season speaks of it."""

    who: str
    part: str
    entry: Entry | None
    rule: EligibilityRule | None
    verdict: str


def elsewhere(entry: Entry, user) -> list[Elsewhere]:
    """Other live entries that were handed in, of the leader, the members and the company, worst first.

    What stands in another city is told as a fact, without its name, number or people. Costs at most four queries.
    """
    places = _places(entry)
    if not places:
        return []
    keys = {key for key, _who, _part, _severe in places}
    seen = Entry.objects.visible_to(user).filter(pk__in=keys).select_related("track").defer("snapshot").in_bulk()
    rule = _rule(entry)
    found = [
        Elsewhere(who, part, seen.get(key), rule, _verdict(rule, severe=severe)) for key, who, part, severe in places
    ]
    order = [Verdict.BROKEN, Verdict.DOUBT, Verdict.WAIVED, ""]
    return sorted(dict.fromkeys(found), key=lambda one: order.index(one.verdict))


def _places(entry: Entry) -> list[tuple[int, str, str, bool]]:
    """Keys of other entries with who stands there, as which part of this team, and whether the rule bars it outright:
    somebody may lead one entry, and a company have one; who else is named elsewhere is for a person to judge."""
    people = _people(entry)
    others = Q(project__entries__season=entry.season_id, project__entries__state__in=HANDED_IN)
    rows = (
        TeamMember.objects.filter(others, person__in=people, kind__in=CORE)
        .exclude(project=entry.project_id)
        .order_by("project__entries", "pk")
        .values_list("project__entries", "person", "kind")
    )
    leads = MemberKind.LEADER
    places = [(key, *people[person], people[person][1] == leads == kind) for key, person, kind in rows]
    if entry.company_name and entry.identity_key:
        same = Entry.objects.filter(identity_key=entry.identity_key, season=entry.season_id, state__in=HANDED_IN)
        same = same.exclude(pk=entry.pk).order_by("pk").values_list("pk", flat=True)
        places += [(key, entry.company_name, COMPANY, True) for key in same]
    return places


def _people(entry: Entry) -> dict[int, tuple[str, str]]:
    """Name and part of the leader and the members as they were handed in."""
    kept = entry.snapshot or {}
    team = {one["person"]: (one["name"], one["kind"]) for one in kept.get("team") or [] if one["kind"] in CORE}
    leader = kept.get("leader") or {}
    return team | ({leader["person"]: (leader["name"], MemberKind.LEADER)} if leader else {})


def _rule(entry: Entry) -> EligibilityRule | None:
    waived = Waiver.objects.filter(entry=entry, rule=OuterRef("pk"))
    asked = EligibilityRule.objects.current().filter(season=entry.season_id, kind=RuleKind.ONE_TRACK)
    return asked.filter(Q(track=None) | Q(track=entry.track_id)).annotate(is_waived=Exists(waived)).first()


def _verdict(rule: EligibilityRule | None, *, severe: bool) -> str:
    if rule is None:
        return ""
    if rule.is_waived:
        return Verdict.WAIVED
    return Verdict.BROKEN if rule.blocks and (severe or "members" in rule.values) else Verdict.DOUBT


def as_known(findings: list[dict], places: list[Elsewhere]) -> list[dict]:
    """What the rules said at submission, without what they told of others' entries: that stands in `places`, as it is
    now and as this reader may know it."""
    kept = [one for one in findings if one["kind"] != RuleKind.ONE_TRACK or not places]
    now = _("No other live entry of this season now")
    return [{**one, "fact": now, "message": ""} if one["kind"] == RuleKind.ONE_TRACK else one for one in kept]
