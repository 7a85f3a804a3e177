"""Make results public: one recorded act, and from then on everybody reads the same list (leak case, domain §3)."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from contests.models import Heat, Notice
from contests.services import publish_notice
from contests.states import HeatState, NoticeKind
from core import audit
from core.problems import Refused
from core.templatetags.luyan import moment
from judging.queries.rankings import light
from judging.queries.results import current_places, public_lines, undecided
from judging.queries.versions import told_in_public
from judging.services.disclosure import publish_marks
from judging.services.heats import _locked, _move
from messaging.services import send


@transaction.atomic
def publish_results(
    heat: Heat,
    *,
    closes_at: datetime,
    by,
    at: datetime | None = None,
    title: str = "",
    body: str = "",
    title_en: str = "",
    body_en: str = "",
) -> Notice:
    """Publish who goes on or is awarded, for the time in which objections are taken, and tell every contestant.

    Only what may be public is in the list. A heat that is public already gets a new notice in place of the old one
    when a corrected ranking is newer than it (domain §8, trap 3). Refused while equals on the line are undecided.
    """
    at = at or timezone.now()
    heat = _locked(heat)
    _check(heat, closes_at, at)
    replaced = heat.notice
    with override(settings.LANGUAGE_CODE):
        lines = public_lines(heat)
        usual = default_title(heat), default_body(heat, closes_at)
        title, body = title.strip() or usual[0], body.strip() or usual[1]
        own = _english(heat, closes_at) if (title, body) == usual and replaced is None else ("", "")
        notice = publish_notice(
            heat.stage.season,
            kind=NoticeKind.RESULTS,
            title=title,
            body=body,
            title_en=title_en.strip() or own[0],
            body_en=body_en.strip() or own[1],
            lines=lines,
            closes_at=closes_at,
            replaces=replaced,
            by=by,
            at=at,
        )
    heat.notice = notice
    heat.save(update_fields=["notice"])
    if heat.state == HeatState.LOCKED:
        _move(heat, HeatState.PUBLISHED, by=by, at=at, notice=notice.pk, lines=len(lines))
    else:
        audit.record(heat, "heat.republish", by=by, after={"notice": notice.pk, "lines": len(lines)}, at=at)
    if heat.stage.marks_public:
        publish_marks(heat, by=by, at=at)
    _tell_contestants(heat, notice)
    return notice


def _check(heat: Heat, closes_at: datetime | None, at: datetime) -> None:
    if heat.state == HeatState.PUBLISHED:
        if not heat.rankings.filter(frozen_at__gt=heat.notice.published_at).exists():
            raise Refused(_("The results of “%(heat)s” are public already, and unchanged.") % {"heat": heat})
    elif heat.state != HeatState.LOCKED:
        raise Refused(_("“%(heat)s” is not locked yet. Lock the scores first, then publish.") % {"heat": heat})
    if closes_at is None or closes_at <= at:
        raise Refused(_("The notice period must end after its publication. Choose a later date."), field="closes_at")
    waiting = undecided(heat)
    if waiting:
        raise Refused(
            _("%(entries)s are equal on the line. Record the jury's decision first, then publish.")
            % {"entries": "、".join(waiting[:5])}
        )


def _english(heat: Heat, closes_at: datetime) -> tuple[str, str]:
    """The product's own wording in English. What an organiser wrote, or gave as a reason, only they translate."""
    with override("en"):
        return default_title(heat), default_body(heat, closes_at)


def _named(heat: Heat) -> str:
    """The heat as it is called; an English reader is told its stage and zone, which have English names."""
    if get_language() != "en":
        return str(heat)
    return " · ".join(one.local_name for one in (heat.stage, heat.zone) if one)


def default_title(heat: Heat) -> str:
    told = {"season": heat.stage.season, "heat": _named(heat)}
    return _("%(season)s: results of “%(heat)s” for public notice") % told


def default_body(heat: Heat, closes_at: datetime) -> str:
    """What a notice says around its list: the time and the way of objecting (domain §3)."""
    text = _(
        "The results of “%(heat)s” are hereby published for public notice until %(until)s. Whoever objects to them "
        "does so within this time, under their real name, in writing and with evidence, to the organising office. "
        "Contact: %(contact)s."
    ) % {
        "heat": _named(heat),
        "until": moment(closes_at),
        "contact": heat.stage.season.local_contact or _("see the call for entries"),
    }
    return text + _corrected(heat)


def _corrected(heat: Heat) -> str:
    """What a later notice adds: the reason of each new version, and every outcome that it moved."""
    if heat.notice is None:
        return ""
    later = light().filter(heat=heat, frozen_at__gt=heat.notice.published_at).order_by("track__order", "version")
    found = ""
    for one in later:
        found += "\n\n" + _("Corrected since the notice before: %(reason)s.") % {"reason": one.reason}
        if moved := told_in_public(one):
            found += "\n" + "\n".join(moved)
    return found


def _tell_contestants(heat: Heat, notice: Notice) -> None:
    rows = current_places(heat).select_related("participation__entry__project__owner")
    rows = rows.only(
        "outcome", "rank", "participation__entry__title", "participation__entry__project__owner",
        "ranking__track__order", "ranking__track",
    )  # fmt: skip
    subject = _("Results of “%(heat)s” are public") % {"heat": heat}
    for place in rows:
        entry = place.participation.entry
        send(
            entry.project.owner,
            kind="judging.results",
            subject=subject,
            body=_("“%(project)s”: the results are public. Read your own on its page.") % {"project": entry.title},
            link=reverse("judging:result", args=[place.participation_id]),
        )
