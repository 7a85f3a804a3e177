"""An officer's decision on two entries that look alike. It changes neither entry, and no contestant is told of it."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.problems import Refused
from projects.models import Likeness
from projects.states import LIKENESS_MOVES, LikenessState

MOST = 300


@transaction.atomic
def decide_likeness(
    likeness: Likeness, *, state: LikenessState, reason: str, by, at: datetime | None = None
) -> Likeness:  # fmt: skip
    """Note whether two entries are the same project. What follows, if anything, is decided at the desk by people."""
    at = at or timezone.now()
    Likeness.objects.lock(likeness)
    reason = reason.strip()
    if state not in (LikenessState.SAME, LikenessState.DIFFERENT):
        raise Refused(_("Choose one of the two answers."), field="state", code="state")
    if state not in LIKENESS_MOVES[LikenessState(likeness.state)]:
        raise Refused(
            _("Somebody decided “%(state)s” already. Reload the page to read why.")
            % {"state": likeness.get_state_display()},
            code="decided",
        )
    if not reason:
        raise Refused(_("Say in a sentence what you compared."), field="reason", code="reason")
    if len(reason) > MOST:
        raise Refused(_("Shorten the reason to %(most)s characters.") % {"most": MOST}, field="reason", code="too-long")
    return _move(likeness, to=state, reason=reason, by=by, at=at)


def _move(likeness: Likeness, *, to: LikenessState, reason: str, by, at: datetime) -> Likeness:
    before = {"state": likeness.state, "reason": likeness.reason}
    likeness.state, likeness.reason, likeness.by, likeness.at = to, reason, by, at
    likeness.save(update_fields=["state", "reason", "by", "at"])
    audit.record(
        likeness, f"likeness.{to}", by=by, reason=reason, before=before,
        after={"state": to, "newer": likeness.newer.number, "older": likeness.older.number}, at=at,
    )  # fmt: skip
    return likeness
