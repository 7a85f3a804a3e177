"""Pages of the matching room, by who uses them."""

from matching.views.deal import advance, board, confirm, deal, deals, outcome
from matching.views.institution import (
    admissions,
    admit,
    document,
    institution,
    interest,
    library,
    refuse,
    suspend,
    teaser,
)
from matching.views.project import answer, consent, consents, requests, withdraw

__all__ = [
    "admissions", "admit", "advance", "answer", "board", "confirm", "consent", "consents", "deal", "deals",
    "document", "institution", "interest", "library", "outcome", "refuse", "requests", "suspend",
    "teaser", "withdraw",
]  # fmt: skip
