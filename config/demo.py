"""The demo's people: one account per part, with a sentence on what to try."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from config.shell import WORKSPACES, Workspace

# Words for each part, in the order in which a season passes through their hands.
PARTS = {
    "contestant": _("Founder of a project. See why an entry came back, correct it, upload a deck and submit again."),
    "unit": _("Clerk of a recommending unit. Check papers beside the form, mark fields, return or accept."),
    "city": _("City organiser. Screen what the districts pass on; other cities' entries stay hidden."),
    "province": _("Provincial organiser. Open a heat, draw judges, lock, rank, publish, print certificates."),
    "judge": _("Judge. Score with the deck beside the sheet; every mark is saved as you type it."),
    "supervisor": _("Supervisor. Look at every draw, correction and reading; recompute a ranking."),
    "investor": _("Investor. Find winners that agreed to be found, ask for access, record a deal."),
    "administrator": _("Administrator. See the audit trail and all data."),
}


@dataclass(frozen=True)
class DemoAccount:
    user: User
    part: Workspace
    try_this: str


def demo_accounts() -> list[DemoAccount]:
    """Every demo account under its part; parts without an account are left out."""
    found: dict[str, list[User]] = {}
    for user in User.objects.filter(is_active=True).exclude(demo_role="").order_by("pk"):
        found.setdefault(user.demo_role, []).append(user)
    return [
        DemoAccount(user, WORKSPACES[key], str(words)) for key, words in PARTS.items() for user in found.get(key, [])
    ]
