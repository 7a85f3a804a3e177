"""States of the people, sheets and results of judging."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contests.states import JudgeKind

__all__ = [
    "ASIDE", "PLAN_MOVES", "SHEET_MOVES", "AssignmentSource", "ConflictKind", "DrawPurpose", "InvitationState",
    "JudgeKind", "PlanState", "SheetState",
]  # fmt: skip


class Grade(IntegerChoices):
    """How well a judge knows a field."""

    SOME = 1, _("Some knowledge")
    GOOD = 2, _("Knows it well")
    EXPERT = 3, _("Expert")


class Language(TextChoices):
    """Languages beside Chinese in which a judge can read a plan and follow a pitch."""

    ENGLISH = "en", pgettext_lazy("spoken", "English")
    JAPANESE = "ja", _("Japanese")
    KOREAN = "ko", _("Korean")
    GERMAN = "de", _("German")
    FRENCH = "fr", _("French")
    RUSSIAN = "ru", _("Russian")


class PromiseKind(TextChoices):
    CONFIDENTIALITY = "secrecy", _("Promise of confidentiality")
    PLEDGE = "pledge", _("Judge's pledge")


class HoldingSource(TextChoices):
    ENTRY = "entry", _("Stated in the entry")
    HAND = "hand", _("Entered by hand")
    IMPORT = "import", _("Import")


class InvitationState(TextChoices):
    SENT = "sent", _("Invited")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")


class ConflictKind(TextChoices):
    EMPLOYER = "employer", _("Same employer")
    CITY = "city", _("Same city")
    SCHOOL = "school", _("Same school")
    TEAM = "team", _("Member or adviser of the team")
    HOLDING = "holding", _("Holds shares in the company")
    COACHING = "coaching", _("Coached the team")
    BUSINESS = "business", _("Business within three years")
    KIN = "kin", _("Kin")
    DECLARED = "declared", _("Another tie")
    OBJECTION = "objection", _("Objection")


class ConflictSide(TextChoices):
    """Who brought a conflict up."""

    DATA = "data", _("Found in the data")
    JUDGE = "judge", _("Declared by the judge")
    TEAM = "team", _("Declared by the team")
    ORGANISER = "organiser", _("Noted by the organiser")


class DrawPurpose(TextChoices):
    JUDGES = "judges", _("Judges for entries")
    FIT = "fit", _("Seed of the assignment by fit")
    ROOMS = "rooms", _("Seed of the division into rooms")
    ORDER = "order", _("Presenting order")

    @classmethod
    def seating(cls) -> tuple["DrawPurpose", ...]:
        """The draws by which a heat gets its judges."""
        return cls.JUDGES, cls.FIT, cls.ROOMS


class PlanState(TextChoices):
    SOLVING = "solving", _("Being computed")
    READY = "ready", _("For review")
    IMPOSSIBLE = "none", _("No assignment possible")
    ACCEPTED = "accepted", _("Accepted")
    DROPPED = "dropped", _("Set aside")


PLAN_MOVES = {
    PlanState.SOLVING: frozenset({PlanState.READY, PlanState.IMPOSSIBLE, PlanState.DROPPED}),
    PlanState.READY: frozenset({PlanState.ACCEPTED, PlanState.DROPPED}),
    PlanState.IMPOSSIBLE: frozenset({PlanState.DROPPED}),
    PlanState.ACCEPTED: frozenset(),
    PlanState.DROPPED: frozenset(),
}


class AssignmentSource(TextChoices):
    DRAW = "draw", _("Draw")
    SOLVER = "solver", _("Assignment")
    HAND = "hand", _("By hand")
    IMPORT = "import", _("Import")


class SheetState(TextChoices):
    DRAFT = "draft", _("Not submitted")
    SUBMITTED = "submitted", _("Submitted")
    RECUSED = "recused", _("Recused")
    ABSTAINED = "abstained", _("Abstained")
    ABSENT = "absent", _("Absent")
    VOID = "void", _("Void")


SHEET_MOVES = {
    SheetState.DRAFT: frozenset(
        {SheetState.SUBMITTED, SheetState.RECUSED, SheetState.ABSTAINED, SheetState.ABSENT, SheetState.VOID}
    ),
    SheetState.SUBMITTED: frozenset({SheetState.DRAFT, SheetState.VOID}),
    SheetState.RECUSED: frozenset({SheetState.DRAFT}),
    SheetState.ABSTAINED: frozenset({SheetState.DRAFT}),
    SheetState.ABSENT: frozenset({SheetState.DRAFT}),
    SheetState.VOID: frozenset(),
}

# A sheet that does not count and that nobody waits for any more.
ASIDE = frozenset({SheetState.RECUSED, SheetState.ABSTAINED, SheetState.ABSENT, SheetState.VOID})
