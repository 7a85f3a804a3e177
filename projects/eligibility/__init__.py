"""Eligibility rules, each a pure function over facts: what was found, what the rule means, what can be done.

1. A rule is a row of data with an explicit date or number; the phrase of the notice goes with it (domain §3).
2. "On or after", "on or before" and "at least", "at most" take in the limit itself; "before" does not.
3. A fact that is not known yet answers `None`: the form asks for it, no rule complains about it.
4. A rule on a company asks nothing of a team without one; that a company must exist is a rule of its own.
5. Ages are completed years at the rule's date.
"""

from contests.states import RuleKind
from projects.eligibility import company, history, people
from projects.eligibility.answer import Answer, Check

__all__ = ["CHECKS", "OF_A_COMPANY_OR_TEAM", "Answer", "Check"]

CHECKS: dict[str, Check] = {
    RuleKind.BORN_ON_OR_AFTER: people.born_on_or_after,
    RuleKind.BORN_ON_OR_BEFORE: people.born_on_or_before,
    RuleKind.REGISTERED_ON_OR_AFTER: company.registered_on_or_after,
    RuleKind.REGISTERED_BEFORE: company.registered_before,
    RuleKind.REGISTERED: company.registered,
    RuleKind.UNREGISTERED: company.unregistered,
    RuleKind.LEGAL_REPRESENTATIVE: company.legal_representative,
    RuleKind.REPRESENTATIVE_UNCHANGED: company.representative_unchanged,
    RuleKind.SHARE_AT_LEAST: company.share_at_least,
    RuleKind.TEAM_SHARE_AT_LEAST: company.team_share_at_least,
    RuleKind.TEAM_MIN: people.team_min,
    RuleKind.TEAM_MAX: people.team_max,
    RuleKind.ADVISERS_MAX: people.advisers_max,
    RuleKind.MEAN_AGE_MAX: people.mean_age_max,
    RuleKind.YOUNG_SHARE_MIN: people.young_share_min,
    RuleKind.STATUS: people.status,
    RuleKind.EMPLOYER_OUTSIDE: people.employer_outside,
    RuleKind.REVENUE_MAX: company.revenue_max,
    RuleKind.ONE_TRACK: history.one_track,
    RuleKind.NO_EARLIER_AWARD: history.no_earlier_award,
    RuleKind.STATED: history.stated,
}

# What a track for persons does not ask.
OF_A_COMPANY_OR_TEAM = frozenset(
    {
        RuleKind.REGISTERED_ON_OR_AFTER, RuleKind.REGISTERED_BEFORE, RuleKind.REGISTERED, RuleKind.UNREGISTERED,
        RuleKind.LEGAL_REPRESENTATIVE, RuleKind.REPRESENTATIVE_UNCHANGED, RuleKind.SHARE_AT_LEAST,
        RuleKind.TEAM_SHARE_AT_LEAST, RuleKind.TEAM_MIN, RuleKind.TEAM_MAX, RuleKind.ADVISERS_MAX,
        RuleKind.MEAN_AGE_MAX, RuleKind.YOUNG_SHARE_MIN, RuleKind.REVENUE_MAX,
    }
)  # fmt: skip
