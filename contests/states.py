"""States and kinds of a contest as data."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SeasonState(TextChoices):
    SETUP = "setup", _("In preparation")
    RUNNING = "running", _("Running")
    CLOSED = "closed", _("Closed")


class HostPart(TextChoices):
    HOST = "host", _("Host")
    ORGANISER = "organiser", _("Organiser")
    SUPPORTER = "supporter", _("Co-organiser")
    GUIDE = "guide", _("Guiding body")


class TrackKind(TextChoices):
    PROJECT = "project", _("Projects")
    PERSON = "person", _("Persons")


class RuleKind(TextChoices):
    """What an eligibility rule looks at. `date`, `number` or `values` of the rule hold the limit."""

    BORN_ON_OR_AFTER = "born_on_or_after", _("Leader born on or after a date")
    BORN_ON_OR_BEFORE = "born_on_or_before", _("Leader born on or before a date")
    REGISTERED_ON_OR_AFTER = "registered_on_or_after", _("Company registered on or after a date")
    REGISTERED_BEFORE = "registered_before", _("Company registered before a date")
    REGISTERED = "registered", _("Company registered")
    UNREGISTERED = "unregistered", _("No company registered")
    LEGAL_REPRESENTATIVE = "legal_representative", _("Leader is the legal representative")
    REPRESENTATIVE_UNCHANGED = "representative_unchanged", _("Legal representative unchanged since a date")
    SHARE_AT_LEAST = "share_at_least", _("Leader holds at least a share")
    TEAM_SHARE_AT_LEAST = "team_share_at_least", _("Team holds at least a share")
    TEAM_MIN = "team_min", _("Team of at least so many")
    TEAM_MAX = "team_max", _("Team of at most so many")
    ADVISERS_MAX = "advisers_max", _("At most so many advisers")
    MEAN_AGE_MAX = "mean_age_max", _("Mean age of the team at most")
    YOUNG_SHARE_MIN = "young_share_min", _("Share of members born on or after a date")
    STATUS = "status", _("Leader belongs to a group")
    EMPLOYER_OUTSIDE = "employer_outside", _("Employer outside the province")
    REVENUE_MAX = "revenue_max", _("Last year's revenue at most")
    ONE_TRACK = "one_track", _("One track per leader and season")
    NO_EARLIER_AWARD = "no_earlier_award", _("No earlier award of a level")
    STATED = "stated", _("Stated by the contestant, checked by a person")


class QuestionKind(TextChoices):
    TEXT = "text", _("Text")
    NUMBER = "number", _("Number")
    CHOICE = "choice", _("Choice")
    DATE = "date", _("Date")
    TABLE = "table", _("Table")
    FILE = "file", _("File")


class DocumentKind(TextChoices):
    DECK = "deck", _("Pitch deck")
    PLAN = "plan", _("Business plan")
    LICENCE = "licence", _("Business licence")
    IDENTITY = "identity", _("Identity document")
    STATUS = "status", _("Proof of status")
    PATENT = "patent", _("Patents and rights")
    FINANCE = "finance", _("Financial statements")
    INSURANCE = "insurance", _("Social insurance and tax")
    SHARE = "share", _("Proof of shares")
    PLEDGE = "pledge", _("Signed pledge")
    VIDEO = "video", _("Video")
    AWARD = "award", _("Award certificates")
    OTHER = "other", _("Other")


class UnitKind(TextChoices):
    CITY = "city", _("City")
    COUNTY = "county", _("District or county")
    DEPARTMENT = "department", _("Provincial body")
    UNIVERSITY = "university", _("University")
    PARK = "park", _("Park or incubator")
    OUTSIDE = "outside", _("Zone outside the province")
    OVERSEAS = "overseas", _("Zone abroad")


class StageKind(TextChoices):
    SCREENING = "screening", _("Qualification check")
    PAPER = "paper", _("Paper review")
    ONLINE = "online", _("Online review")
    LIVE = "live", _("Live pitch")
    DUE_DILIGENCE = "due_diligence", _("Due diligence")
    NOTICE = "notice", _("Public notice")
    AWARD = "award", _("Award")

    @classmethod
    def judged(cls):
        return frozenset({cls.PAPER, cls.ONLINE, cls.LIVE})


class JudgeKind(TextChoices):
    INVESTOR = "investor", _("Investor")
    TECHNICAL = "technical", _("Technical")
    ENTREPRENEUR = "entrepreneur", _("Entrepreneur")
    FINANCE = "finance", _("Finance")
    GOVERNMENT = "government", _("Government")


class AssignedBy(TextChoices):
    """How a paper or online heat gets its judges; a live heat's panel is always drawn by lot."""

    LOTS = "lots", _("By lot alone")
    FIT = "fit", _("By fit, with a drawn seed")


class HomePanel(TextChoices):
    """What makes a judge one of the entry's home panel."""

    CITY = "city", _("Judges from the entry's own city")
    FIELD = "field", _("Judges whose first field is the entry's industry")


class HeatState(TextChoices):
    PREPARING = "preparing", _("In preparation")
    OPEN = "open", _("Scoring")
    LOCKED = "locked", _("Locked")
    PUBLISHED = "published", _("Published")


HEAT_MOVES = {
    HeatState.PREPARING: frozenset({HeatState.OPEN}),
    HeatState.OPEN: frozenset({HeatState.LOCKED}),
    HeatState.LOCKED: frozenset({HeatState.PUBLISHED}),
    HeatState.PUBLISHED: frozenset(),
}


class NoticeKind(TextChoices):
    CALL = "call", _("Call for entries")
    RESULTS = "results", _("Results for public notice")
    FINAL = "final", _("Final results")


class Metal(TextChoices):
    GOLD = "gold", _("Gold")
    SILVER = "silver", _("Silver")
    BRONZE = "bronze", _("Bronze")
    NONE = "none", _("None")
