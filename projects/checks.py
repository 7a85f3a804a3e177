"""May this entry be submitted? Eligibility from the season's rules, completeness of the form."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext as _

from accounts.states import PersonStatus
from contests.models import EligibilityRule
from contests.states import QuestionKind, RuleKind
from core.problems import Problem, Refused
from projects import questions
from projects.dossier import Dossier
from projects.eligibility import CHECKS
from projects.facts import Facts
from projects.models import Entry
from projects.sheet import label_of, step_of
from projects.states import Step


class Verdict(TextChoices):
    MET = "met"
    BROKEN = "broken"
    DOUBT = "doubt"
    UNKNOWN = "unknown"
    WAIVED = "waived"


@dataclass(frozen=True)
class RuleProblem(Problem):
    """A problem with the rule that it comes from, so that an office can set the rule aside."""

    rule_id: int = 0


@dataclass(frozen=True)
class Finding:
    """What one rule says about one entry. `problem` is there when the verdict is `broken` or `doubt`."""

    rule: EligibilityRule
    verdict: str
    fact: str = ""
    problem: RuleProblem | None = None

    def kept(self) -> dict:
        """As the snapshot keeps it."""
        problem = asdict(self.problem) if self.problem else {}
        return {
            "rule": self.rule.pk,
            "kind": self.rule.kind,
            "phrase": self.rule.phrase,
            "phrase_en": self.rule.phrase_en,
            "source": self.rule.source,
            "date": self.rule.date.isoformat() if self.rule.date else None,
            "verdict": str(self.verdict),
            "fact": self.fact,
            "message": problem.get("message", ""),
            "blocks": problem.get("blocks", False),
        }


def findings_of(facts: Facts, rules: Iterable[EligibilityRule], waived: Iterable[int] = ()) -> list[Finding]:
    """Every rule's verdict. A rule that was set aside for this entry is `waived` when it would not be met."""
    return [_finding(rule, facts, rule.pk in set(waived)) for rule in rules]


def _finding(rule: EligibilityRule, facts: Facts, is_waived: bool) -> Finding:
    answer = CHECKS[rule.kind](rule, facts)
    if answer.met is None:
        return Finding(rule, Verdict.UNKNOWN)
    if answer.met:
        return Finding(rule, Verdict.MET, answer.fact)
    if is_waived:
        return Finding(rule, Verdict.WAIVED, answer.fact)
    problem = RuleProblem(
        code=rule.kind,
        message=answer.message,
        blocks=rule.blocks and not answer.doubt,
        field=answer.field,
        source="·".join(text for text in (rule.local_phrase, rule.local_source) if text),
        fact=answer.fact,
        rule_id=rule.pk,
    )
    return Finding(rule, Verdict.DOUBT if answer.doubt else Verdict.BROKEN, answer.fact, problem)


def eligibility_findings(entry: Entry, dossier: Dossier | None = None) -> list[Finding]:
    dossier = dossier or Dossier(entry)
    return findings_of(dossier.facts, dossier.rules, dossier.waived)


def eligibility(entry: Entry, dossier: Dossier | None = None) -> list[Problem]:
    """Rules of the season that the entry does not meet, by explicit dates; blocking ones first (domain §3).

    Problems with `blocks=False` are for a person to look at. What is not filled in yet is no problem here: that
    is `completeness`.
    """
    problems = [found.problem for found in eligibility_findings(entry, dossier) if found.problem]
    return sorted(problems, key=lambda problem: not problem.blocks)


def completeness(entry: Entry, dossier: Dossier | None = None) -> list[Problem]:
    """What still has to be filled in, uploaded or agreed to, in the order of the form (domain §3.1)."""
    dossier = dossier or Dossier(entry)
    missing = [key for key in needed(dossier) if not _is_filled(dossier, key)]
    found = [Problem("missing", _("Fill in: %(field)s") % {"field": label_of(key)}, field=key) for key in missing]
    found += _missing_in_team(dossier)
    found += _missing_answers(dossier)
    found += [
        Problem("missing", _("Upload: %(field)s") % {"field": one.local_label}, field=f"document.{one.pk}")
        for one in dossier.papers
        if dossier.owes(one) and one.pk not in dossier.documents
    ]
    found += _unfit_documents(dossier)
    found += [
        Problem(
            "missing", _("Read and agree to: %(field)s") % {"field": one.local_title}, field=f"declaration.{one.code}"
        )
        for one in dossier.declarations
        if one.required and one.pk not in dossier.agreements
    ]
    steps = list(Step)
    return sorted(found, key=lambda problem: steps.index(step_of(problem.field)))


def needed(dossier: Dossier) -> Iterator[str]:
    """Keys of the facts that this entry must tell, by its track, its company and its rules."""
    yield from ("track", "unit", "name", "region", "one_line", "summary")
    yield from ("leader.name", "leader.id_number", "leader.birth_date", "leader.phone")
    if dossier.asks(RuleKind.EMPLOYER_OUTSIDE):
        yield from ("leader.employer", "leader.employer_region")
    if dossier.asks(RuleKind.STATUS) and _graduation_decides(dossier):
        yield "leader.graduated_on"
    if dossier.for_persons:
        return
    yield from ("stage", "industry", "innovation", "business_model", "market", "has_company")
    if dossier.project.has_company:
        yield from needed_of_a_company(dossier)
    yield from ("expected_jobs", "financed_round")


def _graduation_decides(dossier: Dossier) -> bool:
    """Whether a rule reads the leader's group off the day of graduation."""
    stated = dossier.facts.statuses or ()
    return PersonStatus.GRADUATE in stated and any(
        rule.kind == RuleKind.STATUS and rule.date and PersonStatus.GRADUATE in rule.values
        and not set(rule.values) & (set(stated) - {PersonStatus.GRADUATE})
        for rule in dossier.rules
    )  # fmt: skip


def needed_of_a_company(dossier: Dossier) -> Iterator[str]:
    yield from (
        "company_name", "credit_code", "company_kind", "registered_on", "company_region", "legal_representative",
        "employees", "insured", "revenue_wan", "tax_wan",
    )  # fmt: skip
    if dossier.asks(RuleKind.REPRESENTATIVE_UNCHANGED):
        yield "representative_since"
    if dossier.asks(RuleKind.SHARE_AT_LEAST, RuleKind.TEAM_SHARE_AT_LEAST):
        yield "leader_share"


def _is_filled(dossier: Dossier, key: str) -> bool:
    if key in ("track", "unit"):
        return getattr(dossier.entry, f"{key}_id") is not None
    _prefix, dot, name = key.partition(".")
    if not dot:
        column = f"{key}_id" if key in ("region", "company_region") else key
        return getattr(dossier.project, column) not in (None, "")
    person = dossier.leader.person if dossier.leader else None
    if person is None:
        return False
    if name == "employer_region":
        return bool(person.employer and person.employer.region_id)
    return bool(getattr(person, name))


def _missing_in_team(dossier: Dossier) -> list[Problem]:
    found = []
    if dossier.members_must_confirm and not dossier.for_persons:
        found += [
            Problem(
                "unconfirmed",
                _("%(name)s has not confirmed the own details yet") % {"name": one.person.name},
                field=f"{one.kind}.{one.person_id}",
            )
            for one in dossier.unconfirmed
        ]
    if dossier.asks(RuleKind.MEAN_AGE_MAX, RuleKind.YOUNG_SHARE_MIN):
        found += [
            Problem(
                "missing",
                _("Fill in the date of birth of %(name)s") % {"name": one.person.name},
                field=f"member.{one.person_id}",
            )
            for one in dossier.members
            if one.person.birth_date is None
        ]
    return found


def _missing_answers(dossier: Dossier) -> list[Problem]:
    """Required questions without an answer, and answers that a changed question no longer takes."""
    found = []
    for question in dossier.asked:
        value, key = dossier.told[question.code], f"answer.{question.code}"
        if value is None:
            if question.required:
                words = _("Upload: %(field)s") if question.kind == QuestionKind.FILE else _("Answer: %(field)s")
                found.append(Problem("missing", words % {"field": question.local_label}, field=key))
            continue
        if question.kind == QuestionKind.FILE:
            continue
        try:
            questions.taken(question, value)
        except Refused as refusal:
            words = _("Answer again: %(field)s. %(why)s") % {"field": question.local_label, "why": refusal.message}
            found.append(Problem("missing", words, field=key))
    return found


def _unfit_documents(dossier: Dossier) -> list[Problem]:
    """Documents sent for an older version of the requirement in a format that is no longer taken."""
    return [
        Problem("missing", _("Upload again, the format is no longer taken: %(field)s") % {"field": one.local_label},
                field=dossier.key_of(one))
        for one in dossier.requirements
        if one.pk in dossier.changed_requirements and dossier.documents[one.pk].current.extension not in one.formats
    ]  # fmt: skip
