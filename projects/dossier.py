"""Everything an entry consists of, each part read once: its rules, people, documents and declarations."""

from functools import cached_property

from contests.models import Declaration, DocumentRequirement, EligibilityRule
from contests.states import DocumentKind, RuleKind, TrackKind
from projects.eligibility import OF_A_COMPANY_OR_TEAM
from projects.facts import Facts, facts_of, team_of
from projects.models import Agreement, Document, Entry, TeamMember
from projects.states import MemberKind

# Papers that only a registered company can have: a team without one owes none of them.
PAPERS_OF_A_COMPANY = frozenset(
    {DocumentKind.LICENCE, DocumentKind.FINANCE, DocumentKind.INSURANCE, DocumentKind.SHARE}
)


class Dossier:
    """One entry with its parts. Parts of the season come from its prefetched lists where there are any."""

    def __init__(self, entry: Entry):
        self.entry = entry

    @property
    def project(self):
        return self.entry.project

    @property
    def for_persons(self) -> bool:
        return self.entry.track is not None and self.entry.track.kind == TrackKind.PERSON

    def _of_my_track(self, parts) -> list:
        return [part for part in parts if part.track_id in (None, self.entry.track_id)]

    @cached_property
    def rules(self) -> list[EligibilityRule]:
        rules = self._of_my_track(self.entry.season.eligibilityrules.all())
        return [rule for rule in rules if rule.kind not in OF_A_COMPANY_OR_TEAM] if self.for_persons else rules

    @cached_property
    def rule_kinds(self) -> set[str]:
        return {rule.kind for rule in self.rules}

    @cached_property
    def waived(self) -> set[int]:
        return set(self.entry.waivers.values_list("rule_id", flat=True))

    @cached_property
    def team(self) -> list[TeamMember]:
        return team_of(self.project)

    @property
    def leader(self) -> TeamMember | None:
        return next((one for one in self.team if one.kind == MemberKind.LEADER), None)

    @property
    def members(self) -> list[TeamMember]:
        return [one for one in self.team if one.kind == MemberKind.MEMBER]

    @property
    def advisers(self) -> list[TeamMember]:
        return [one for one in self.team if one.kind == MemberKind.ADVISER]

    @cached_property
    def facts(self) -> Facts:
        return facts_of(self.entry, team=self.team, kinds=self.rule_kinds)

    @cached_property
    def requirements(self) -> list[DocumentRequirement]:
        return self._of_my_track(self.entry.season.documentrequirements.all())

    def owes(self, requirement: DocumentRequirement) -> bool:
        """Whether the entry can't go without this document."""
        if requirement.kind in PAPERS_OF_A_COMPANY and not self.project.has_company:
            return False
        return requirement.required

    @cached_property
    def documents(self) -> dict[int, Document]:
        """Documents with a current version, by requirement."""
        found = self.entry.documents.filter(current__isnull=False).select_related("current")
        return {one.requirement_id: one for one in found}

    @cached_property
    def declarations(self) -> list[Declaration]:
        return self._of_my_track(self.entry.season.declarations.all())

    @cached_property
    def agreements(self) -> dict[int, Agreement]:
        return {one.declaration_id: one for one in self.entry.agreements.all()}

    def asks(self, *kinds: RuleKind) -> bool:
        return bool(self.rule_kinds & set(kinds))

    def limit(self, kind: RuleKind):
        """The number of a rule of this kind, None where there is no such rule."""
        return next((rule.number for rule in self.rules if rule.kind == kind), None)
