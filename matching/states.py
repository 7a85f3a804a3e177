"""States of institutions, interests and deals (domain §6)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class InstitutionKind(TextChoices):
    INVESTOR = "investor", _("Investor")
    BANK = "bank", _("Bank")
    PARK = "park", _("Park or incubator")


class InstitutionState(TextChoices):
    APPLIED = "applied", _("Waiting for admission")
    ADMITTED = "admitted", _("Admitted")
    REFUSED = "refused", _("Not admitted")
    SUSPENDED = "suspended", _("Suspended")


INSTITUTION_MOVES = {
    InstitutionState.APPLIED: frozenset({InstitutionState.ADMITTED, InstitutionState.REFUSED}),
    InstitutionState.ADMITTED: frozenset({InstitutionState.SUSPENDED}),
    InstitutionState.SUSPENDED: frozenset({InstitutionState.ADMITTED}),
    InstitutionState.REFUSED: frozenset({InstitutionState.APPLIED}),
}


class ConsentPurpose(TextChoices):
    TEASER = "teaser", _("Project brief for admitted institutions")
    DOCUMENTS = "documents", _("Business plan and deck for one institution")


class InterestState(TextChoices):
    OPEN = "open", _("Waiting for the project")
    ACCEPTED = "accepted", _("Accepted by the project")
    DECLINED = "declined", _("Declined by the project")
    WITHDRAWN = "withdrawn", _("Withdrawn")


INTEREST_MOVES = {
    InterestState.OPEN: frozenset({InterestState.ACCEPTED, InterestState.DECLINED, InterestState.WITHDRAWN}),
    InterestState.ACCEPTED: frozenset({InterestState.WITHDRAWN}),
    InterestState.DECLINED: frozenset(),
    InterestState.WITHDRAWN: frozenset({InterestState.OPEN}),
}


class DealStage(TextChoices):
    TALKS = "talks", _("Talks")
    INTENTION = "intention", _("Intention")
    DILIGENCE = "diligence", _("Due diligence")
    SIGNED = "signed", _("Signed")
    RECEIVED = "received", _("Received")
    PAUSED = "paused", _("Paused")
    DECLINED = "declined", _("Declined")


DEAL_MOVES = {
    DealStage.TALKS: frozenset({DealStage.INTENTION, DealStage.DILIGENCE, DealStage.PAUSED, DealStage.DECLINED}),
    DealStage.INTENTION: frozenset({DealStage.DILIGENCE, DealStage.SIGNED, DealStage.PAUSED, DealStage.DECLINED}),
    DealStage.DILIGENCE: frozenset({DealStage.INTENTION, DealStage.SIGNED, DealStage.PAUSED, DealStage.DECLINED}),
    DealStage.SIGNED: frozenset({DealStage.RECEIVED, DealStage.PAUSED, DealStage.DECLINED}),
    DealStage.RECEIVED: frozenset(),
    DealStage.PAUSED: frozenset({DealStage.TALKS, DealStage.INTENTION, DealStage.DILIGENCE, DealStage.DECLINED}),
    DealStage.DECLINED: frozenset(),
}


class AmountKind(TextChoices):
    """Three kinds of money that are never added together (domain §6)."""

    INTENTION = "intention", _("Intention")
    SIGNED = "signed", _("Signed")
    RECEIVED = "received", _("Received")
