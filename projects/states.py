"""States of an entry and of what hangs on it."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class EntryState(TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Under review")
    RETURNED = "returned", _("Returned for correction")
    QUALIFIED = "qualified", _("Qualified")
    REJECTED = "rejected", _("Not accepted")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    DISQUALIFIED = "disqualified", _("Disqualified")


ENTRY_MOVES = {
    EntryState.DRAFT: frozenset({EntryState.SUBMITTED, EntryState.WITHDRAWN}),
    EntryState.SUBMITTED: frozenset(
        {EntryState.RETURNED, EntryState.QUALIFIED, EntryState.REJECTED, EntryState.WITHDRAWN}
    ),
    EntryState.RETURNED: frozenset({EntryState.SUBMITTED, EntryState.WITHDRAWN, EntryState.REJECTED}),
    EntryState.QUALIFIED: frozenset({EntryState.WITHDRAWN, EntryState.DISQUALIFIED}),
    EntryState.REJECTED: frozenset(),
    EntryState.WITHDRAWN: frozenset({EntryState.DRAFT}),
    EntryState.DISQUALIFIED: frozenset(),
}

EDITABLE = frozenset({EntryState.DRAFT, EntryState.RETURNED})
LIVE = frozenset({EntryState.DRAFT, EntryState.SUBMITTED, EntryState.RETURNED, EntryState.QUALIFIED})


class ProjectStage(TextChoices):
    IDEA = "idea", _("Idea")
    START = "start", _("Start-up")
    GROWTH = "growth", _("Growth")


class MemberKind(TextChoices):
    LEADER = "leader", _("Leader")
    MEMBER = "member", _("Member")
    ADVISER = "adviser", _("Adviser")


class CompanyKind(TextChoices):
    COMPANY = "company", _("Company")
    INDIVIDUAL = "individual", _("Individual business")
    SOCIAL = "social", _("Social organisation")
    COOPERATIVE = "cooperative", _("Cooperative")


class FinancingRound(TextChoices):
    NONE = "none", _("None yet")
    SEED = "seed", _("Seed")
    ANGEL = "angel", _("Angel")
    PRE_A = "pre_a", _("Pre-A")
    A = "a", _("Series A")
    B = "b", _("Series B or later")
    LOAN = "loan", _("Loan")


class Decision(TextChoices):
    ACCEPT = "accept", _("Accepted")
    RETURN = "return", _("Returned")
    REJECT = "reject", _("Not accepted")


class Outcome(TextChoices):
    PENDING = "pending", _("Being judged")
    PROMOTED = "promoted", _("Goes on")
    RESERVE = "reserve", _("Reserve")
    OUT = "out", _("Ends here")
    AWARDED = "awarded", _("Awarded")
    WITHDRAWN = "withdrawn", _("Withdrawn")
