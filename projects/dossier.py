"""Everything an entry consists of, each part read once: its rules, people, answers, documents and declarations.

A draft or returned entry is held against what the organiser asks today. What it gave to an older version of a question
or required document speaks for the newer one until something else is given; see `projects.versions`.
"""

from functools import cached_property
from typing import Any

from contests.models import Declaration, DocumentRequirement, EligibilityRule, Question
from contests.states import DocumentKind, RuleKind, TrackKind
from projects import conditions, questions, versions
from projects.eligibility import OF_A_COMPANY_OR_TEAM
from projects.facts import Facts, facts_of, team_of
from projects.models import Agreement, Answer, Document, Entry, TeamMember
from projects.states import MemberKind, Step

# The code of the declaration that members of a team agree to; where it is required, all have to before submission.
MEMBER_CONSENT = "member_consent"
# Papers that only a registered company can have: a team without one owes none of them.
PAPERS_OF_A_COMPANY = frozenset(
    {DocumentKind.LICENCE, DocumentKind.FINANCE, DocumentKind.INSURANCE, DocumentKind.SHARE}
)
# What a season asks of its projects; of a person only where the person's own track asks for it.
PAPERS_OF_A_PROJECT = PAPERS_OF_A_COMPANY | {DocumentKind.DECK, DocumentKind.PLAN}


def papers_of(requirements, track) -> list[DocumentRequirement]:
    """The documents that a track may ask for, their conditions not looked at."""
    found = versions.current(requirements, track and track.pk)
    if track is not None and track.kind == TrackKind.PERSON:
        return [one for one in found if one.track_id or one.kind not in PAPERS_OF_A_PROJECT]
    return found


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

    @cached_property
    def steps(self) -> list[Step]:
        """The steps of the form: without company, team and money for a person, without questions where none is."""
        return [step for step in Step.of(self.entry.track) if step != Step.QUESTIONS or self.asked]

    def _of_my_track(self, parts) -> list:
        return versions.current(parts, self.entry.track_id)

    @cached_property
    def rules(self) -> list[EligibilityRule]:
        rules = self._of_my_track(self.entry.season.eligibilityrules.all())
        return [rule for rule in rules if rule.kind not in OF_A_COMPANY_OR_TEAM] if self.for_persons else rules

    @cached_property
    def rule_kinds(self) -> set[str]:
        return {rule.kind for rule in self.rules}

    @cached_property
    def waived(self) -> set[int]:
        """Rules set aside for this entry; one of the same kind that took the place of such a rule is set aside too."""
        after = versions.successors(self.entry.season.eligibilityrules.all())
        return {after.get(key, key) for key in self.entry.waivers.values_list("rule_id", flat=True)}

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
    def questions(self) -> list[Question]:
        """What this season and the chosen track ask, whether its condition holds or not; nothing before the choice."""
        return self._of_my_track(self.entry.season.questions.all()) if self.entry.track_id else []

    @cached_property
    def answers(self) -> dict[int, Answer]:
        """Answers kept, by the current question they speak for. Read only where there are questions."""
        if not self.questions:
            return {}
        kept = {one.question_id: one for one in self.entry.answers.all()}
        return versions.carried(kept, versions.successors(self.entry.season.questions.all()))

    @cached_property
    def values(self) -> dict[str, Any]:
        """The answers by code, asked for or not; a file answers by its name."""
        kept = {one.code: self.answers[one.pk].value for one in self.questions if one.pk in self.answers}
        sent = {one.code: self.documents.get(slot.pk) for one in self.questions if (slot := self.slots.get(one.pk))}
        return kept | {code: document.current.name for code, document in sent.items() if document}

    @cached_property
    def slots(self) -> dict[int, DocumentRequirement]:
        """Where the files arrive that answer questions, by the key of the question."""
        return {one.question_id: one for one in self.all_papers if one.question_id}

    @cached_property
    def known(self) -> dict[str, Any]:
        return conditions.facts_of(self.entry, self.leader)

    def _known_for(self, parts) -> dict[str, Any]:
        """The facts that conditions of these parts look at; nothing is read where none does."""
        return self.known if any((one.condition or {}).get("fact") for one in parts) else {}

    @cached_property
    def asked(self) -> list[Question]:
        """Questions whose condition holds: only these are demanded, shown and frozen."""
        return questions.asked(self.questions, self.values, self._known_for(self.questions))

    @cached_property
    def told(self) -> dict[str, Any]:
        """The answers to what is asked, by code."""
        return {one.code: self.values.get(one.code) for one in self.asked}

    @property
    def changed_questions(self) -> set[str]:
        """Codes of questions whose answer was given to an older version."""
        return {one.code for one in self.asked if one.pk in self.answers and self.answers[one.pk].question_id != one.pk}

    @cached_property
    def all_papers(self) -> list[DocumentRequirement]:
        """What the season and the track may ask for, whether its condition holds or not."""
        return papers_of(self.entry.season.documentrequirements.all(), self.entry.track)

    @cached_property
    def requirements(self) -> list[DocumentRequirement]:
        """Documents asked for, for themselves or by a question: those whose condition holds."""
        known = self._known_for(self.all_papers)
        return [
            one for one in self.all_papers
            if not one.condition or questions.holds(one.condition, self.told, known)
        ]  # fmt: skip

    @property
    def papers(self) -> list[DocumentRequirement]:
        """The documents asked for without those that answer a question."""
        return [one for one in self.requirements if not one.question_id]

    def key_of(self, requirement: DocumentRequirement) -> str:
        """The key of the fact that a document is; one that answers a question is the answer."""
        codes = {one.pk: one.code for one in self.questions}
        if requirement.question_id in codes:
            return f"answer.{codes[requirement.question_id]}"
        return f"document.{requirement.pk}"

    def owes(self, requirement: DocumentRequirement) -> bool:
        """Whether the entry can't go without this document."""
        if requirement.kind in PAPERS_OF_A_COMPANY and not self.project.has_company:
            return False
        return requirement.required

    @cached_property
    def documents(self) -> dict[int, Document]:
        """Documents with a current version, by the requirement they speak for."""
        kept = {one.requirement_id: one for one in self.entry.documents.select_related("current", "requirement")}
        after = versions.successors(self.entry.season.documentrequirements.all())
        return {key: one for key, one in versions.carried(kept, after).items() if one.current_id}

    @property
    def changed_requirements(self) -> set[int]:
        """Requirements whose document was sent for an older version."""
        return {key for key, one in self.documents.items() if one.requirement_id != key}

    @cached_property
    def declarations(self) -> list[Declaration]:
        """What the owner agrees to; the consent of members is each member's own."""
        return [one for one in self._of_my_track(self.entry.season.declarations.all()) if one.code != MEMBER_CONSENT]

    @cached_property
    def members_must_confirm(self) -> bool:
        """Whether the season says that nobody is handed in without the own consent: a required declaration for it."""
        declared = self._of_my_track(self.entry.season.declarations.all())
        return any(one.code == MEMBER_CONSENT and one.required for one in declared)

    @property
    def unconfirmed(self) -> list[TeamMember]:
        """Members and advisers who have not confirmed their own data."""
        return [one for one in self.team if one.kind != MemberKind.LEADER and one.confirmed_at is None]

    @cached_property
    def agreements(self) -> dict[int, Agreement]:
        return {one.declaration_id: one for one in self.entry.agreements.all()}

    @property
    def changed_declarations(self) -> set[int]:
        """Declarations to be agreed to anew, since the entry agreed to an older wording."""
        after = versions.successors(self.entry.season.declarations.all())
        return {after[key] for key in self.agreements if key in after} - set(self.agreements)

    def asks(self, *kinds: RuleKind) -> bool:
        return bool(self.rule_kinds & set(kinds))

    def limit(self, kind: RuleKind):
        """The number of a rule of this kind, None where there is no such rule."""
        return next((rule.number for rule in self.rules if rule.kind == kind), None)
