"""Writes on contests: seasons start and close, notices go out, roles are given and taken."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contests.checks import readiness, takes_from_abroad
from contests.models import Grant, Notice, NoticeLine, Season
from contests.queries import call_of
from contests.states import Metal, NoticeKind, SeasonState
from core import audit
from core.problems import Refused

SEASON_MOVES = {
    SeasonState.SETUP: frozenset({SeasonState.RUNNING}),
    SeasonState.RUNNING: frozenset({SeasonState.CLOSED}),
    SeasonState.CLOSED: frozenset(),
}


@dataclass(frozen=True)
class Line:
    """One line of a published list: text only, and only what may be public (domain §7)."""

    track: str
    level: str
    number: str
    title: str
    metal: str = Metal.NONE
    unit: str = ""
    zone: str = ""
    leader: str = ""


def _move(season: Season, to: SeasonState, *, by, at: datetime) -> Season:
    season = Season.objects.select_for_update().get(pk=season.pk)
    if to not in SEASON_MOVES[season.state]:
        raise Refused(
            _("The season is “%(state)s” and can't become “%(to)s”.")
            % {"state": season.get_state_display(), "to": SeasonState(to).label}
        )
    before, season.state = season.state, to
    season.save(update_fields=["state"])
    audit.record(season, f"season.{to}", by=by, before={"state": before}, after={"state": to}, at=at)
    return season


@transaction.atomic
def start_season(season: Season, *, by, at: datetime | None = None) -> Season:
    """Make a prepared season public. Entry itself opens and closes by the season's instants.

    Refused with the list while blocking points of its check list are open (`contests.checks.readiness`).
    """
    at = at or timezone.now()
    blocking = [problem for problem in readiness(season, at) if problem.blocks]
    if blocking:
        raise Refused(
            ngettext(
                "The season can't open yet: %(count)s point of its check list is open. Mend it, then start again.",
                "The season can't open yet: %(count)s points of its check list are open. Mend them, then start again.",
                len(blocking),
            )
            % {"count": len(blocking)},
            problems=blocking,
        )
    return _move(season, SeasonState.RUNNING, by=by, at=at)


@transaction.atomic
def close_season(season: Season, *, by, at: datetime | None = None) -> Season:
    """End a season; its results, certificates and deals stay."""
    return _move(season, SeasonState.CLOSED, by=by, at=at or timezone.now())


@transaction.atomic
def publish_notice(
    season: Season,
    *,
    kind: NoticeKind,
    title: str,
    body: str,
    by,
    title_en: str = "",
    body_en: str = "",
    lines: Iterable[Line] = (),
    closes_at: datetime | None = None,
    replaces: Notice | None = None,
    at: datetime | None = None,
) -> Notice:
    """Publish a text with its frozen list. A corrected list is a new notice that replaces the old one (domain §8.3)."""
    at = at or timezone.now()
    if closes_at is not None and closes_at <= at:
        raise Refused(_("The notice period must end after its publication. Choose a later date."), field="closes_at")
    notice = Notice.objects.create(
        season=season, kind=kind, title=title, title_en=title_en, body=body, body_en=body_en, published_at=at,
        closes_at=closes_at, by=by, replaces=replaces,
    )  # fmt: skip
    rows = [NoticeLine(notice=notice, order=order, **asdict(line)) for order, line in enumerate(lines, start=1)]
    NoticeLine.objects.bulk_create(rows, batch_size=1000)
    audit.record(notice, "notice.publish", by=by, after={"kind": kind, "lines": len(rows)}, at=at)
    if replaces is not None:
        withdraw_notice(replaces, by=by, reason=_("Replaced by notice %(pk)s") % {"pk": notice.pk}, at=at)
    return notice


@transaction.atomic
def publish_call(
    season: Season, *, title: str, body: str, by, title_en: str = "", body_en: str = "", at: datetime | None = None
) -> Notice:
    """Publish the call for entries, or a corrected one in its place. Its text is the season's from then on, so that
    the season's page, its file and its copy say the same.

    Refused before the season is public, and without English where the season takes entrants from abroad.
    """
    at = at or timezone.now()
    season = Season.objects.select_for_update().get(pk=season.pk)
    if season.state != SeasonState.RUNNING:
        raise Refused(
            _("A call for entries can be published while its season is public. Make the season public first.")
        )
    title, body, title_en, body_en = (text.strip() for text in (title, body, title_en, body_en))
    if takes_from_abroad(season):
        for name, text in (("title_en", title_en), ("body_en", body_en)):
            if not text:
                raise Refused(_("This season takes entrants from abroad: write it in English as well."), field=name)
    before = call_of(season, at)
    if before and (before.title, before.body, before.title_en, before.body_en) == (title, body, title_en, body_en):
        raise Refused(_("This call is public already, word for word. Change it first."))
    season.notice_text, season.notice_text_en = body, body_en
    season.save(update_fields=["notice_text", "notice_text_en", "updated_at"])
    return publish_notice(
        season, kind=NoticeKind.CALL, title=title, body=body, title_en=title_en, body_en=body_en, replaces=before,
        by=by, at=at,
    )  # fmt: skip


@transaction.atomic
def withdraw_notice(notice: Notice, *, by, reason: str, at: datetime | None = None) -> Notice:
    """Take a notice off the public pages; it stays in the record with its reason."""
    notice = Notice.objects.select_for_update().get(pk=notice.pk)
    if notice.withdrawn_at:
        raise Refused(_("This notice was withdrawn already."))
    notice.withdrawn_at = at or timezone.now()
    notice.save(update_fields=["withdrawn_at"])
    audit.record(notice, "notice.withdraw", by=by, reason=reason, at=notice.withdrawn_at)
    return notice


@transaction.atomic
def grant_role(user, *, role, by, contest=None, season=None, region=None, organisation=None, at=None) -> Grant:
    """Give an account a role in a scope; the same live grant twice is one grant."""
    scope = {"contest": contest, "season": season, "region": region, "organisation": organisation}
    at = at or timezone.now()
    held = Grant.objects.live(at).filter(user=user, role=role, **scope).first()
    if held:
        return held
    grant = Grant.objects.create(user=user, role=role, by=by, starts=at, **scope)
    audit.record(grant, "grant.give", by=by, after={"user": user.pk, "scope": str(grant)}, at=at)
    return grant


@transaction.atomic
def end_grant(grant: Grant, *, by, reason: str = "", at: datetime | None = None) -> Grant:
    """Take a role away from this moment on; what was done under it stays in the record."""
    grant = Grant.objects.select_for_update().get(pk=grant.pk)
    grant.ends = at or timezone.now()
    grant.save(update_fields=["ends"])
    audit.record(grant, "grant.end", by=by, reason=reason, at=grant.ends)
    return grant
