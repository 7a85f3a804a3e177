"""States of an entry and of what hangs on it."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contests.states import TrackKind


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
SETTLED = frozenset({EntryState.SUBMITTED, EntryState.QUALIFIED})
LIVE = frozenset({EntryState.DRAFT, EntryState.SUBMITTED, EntryState.RETURNED, EntryState.QUALIFIED})


class ProjectStage(TextChoices):
    IDEA = "idea", _("Idea")
    START = "start", _("Start-up")
    GROWTH = "growth", _("Growth")


class InvitationState(TextChoices):
    SENT = "sent", _("Waiting for an answer")
    ACCEPTED = "accepted", _("Confirmed")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Taken back")


INVITATION_MOVES = {
    InvitationState.SENT: frozenset({InvitationState.ACCEPTED, InvitationState.DECLINED, InvitationState.WITHDRAWN}),
    InvitationState.ACCEPTED: frozenset(),
    InvitationState.DECLINED: frozenset(),
    InvitationState.WITHDRAWN: frozenset(),
}


class LikenessState(TextChoices):
    OPEN = "open", _("To be looked at")
    SAME = "same", _("The same project")
    DIFFERENT = "different", _("Different projects")


LIKENESS_MOVES = {
    LikenessState.OPEN: frozenset({LikenessState.SAME, LikenessState.DIFFERENT}),
    LikenessState.SAME: frozenset({LikenessState.DIFFERENT, LikenessState.OPEN}),
    LikenessState.DIFFERENT: frozenset({LikenessState.SAME, LikenessState.OPEN}),
}


class PastMatch(TextChoices):
    """How sure the match of an earlier year's row with people and companies of the library is."""

    SURE = "sure", _("Matched")
    DOUBTFUL = "doubtful", pgettext_lazy("past match", "To be decided")
    NONE = "none", _("Nobody known")
    DECIDED = "decided", _("Decided by a person")


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


class Step(TextChoices):
    """步骤 · the parts of the entry form, in order."""

    PROJECT = "project", _("Project")
    LEADER = "leader", _("Leader")
    COMPANY = "company", _("Company")
    TEAM = "team", _("Team and advisers")
    FINANCE = "finance", _("Finance and jobs")
    QUESTIONS = "questions", _("Questions of the contest")
    DOCUMENTS = "documents", _("Documents")
    DECLARATIONS = "declarations", _("Declarations")
    CHECK = "check", _("Check and submit")

    @classmethod
    def of(cls, track) -> list["Step"]:
        """The steps of an entry; in a track for persons there is no company, team or money to tell of.

        Whether the season has questions is known to `Dossier.steps`.
        """
        without = {cls.COMPANY, cls.TEAM, cls.FINANCE} if track and track.kind == TrackKind.PERSON else set()
        return [step for step in cls if step not in without]


class Industry(TextChoices):
    """产业领域 · the province's industries and the fields that the contests name."""

    INFO = "info", _("Next-generation information technology")
    EQUIPMENT = "equipment", _("High-end equipment and intelligent manufacturing")
    ENERGY = "energy", _("New energy and new materials")
    HEALTH = "health", _("Health and medicine")
    AGRICULTURE = "agriculture", _("Modern agriculture")
    MARINE = "marine", _("Marine economy")
    SERVICE = "service", _("Modern services")
    CULTURE = "culture", _("Culture and creative industries")
    LIFE = "life", _("Everyday services and traditional trades")
    RURAL = "rural", _("Rural revitalisation")
    SILVER = "silver", _("Silver economy")
    GREEN = "green", _("Green economy")
    FUTURE = "future", _("Industries of the future")
    OTHER = "other", _("Other industries")
