"""The facts of an entry that a condition may look at (`contests.conditions`), and what they are for one entry.

Only what has a closed list of values: a condition on a number or a date would be a rule, and rules stand apart.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.states import PersonStatus
from contests.conditions import TRACK, Fact, register
from projects.states import CompanyKind, FinancingRound, ProjectStage

YES, NO = "yes", "no"

register(Fact("stage", _("Stage of the project"), lambda: ProjectStage.choices))
register(Fact("company", _("A company is registered"), lambda: [(YES, _("Yes")), (NO, _("No"))]))
register(Fact("company_kind", _("Kind of company"), lambda: CompanyKind.choices))
register(Fact("round", _("Latest round of financing"), lambda: FinancingRound.choices))
register(Fact("status", _("Leader belongs to a group"), lambda: PersonStatus.choices))


def facts_of(entry, leader) -> dict[str, Any]:
    """By key. What is not told yet, or not asked in the entry's track, is None and fits no condition."""
    project = entry.project
    company = {True: YES, False: NO}.get(project.has_company)
    return {
        TRACK: entry.track.code if entry.track else None,
        "stage": project.stage or None,
        "company": company,
        "company_kind": project.company_kind or None if company == YES else None,
        "round": project.financed_round or None,
        "status": list(leader.person.statuses) if leader else None,
    }
