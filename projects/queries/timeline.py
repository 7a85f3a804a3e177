"""The way of an entry through its season: what is done, who holds it now, by when, and what comes next."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from contests.states import HeatState, StageKind
from core.templatetags.luyan import moment
from projects.deadline import closes_for
from projects.models import Entry
from projects.states import EDITABLE, Decision, EntryState, Outcome

DONE, NOW, NEXT, ENDED = "done", "now", "next", "ended"


@dataclass(frozen=True)
class Milestone:
    """One point of the timeline. `hold` holds the lines of the box at the present one; `tone` its colour."""

    name: str
    state: str
    when: str = ""
    hold: tuple[str, ...] = ()
    tone: str = "go"
    icon: str = "check"


def timeline(entry: Entry, at: datetime, *, closes: datetime | None = None) -> list[Milestone]:
    """Built from the season's own stages. Results appear only once their heat is published. `closes` is the entry's
    deadline where the caller knows it already."""
    stages = list(entry.season.stages.all())
    reached = {
        one.heat.stage_id: one for one in entry.participations.select_related("heat__stage", "heat__zone", "room")
    }
    screening = next((stage for stage in stages if stage.kind == StageKind.SCREENING), None)
    closes = closes or (closes_for(entry) if entry.state in EDITABLE else None)
    found = [_draft(entry, closes), _submitted(entry), _screening(entry, screening, closes)]
    later = [stage for stage in stages if stage.kind != StageKind.SCREENING]
    if entry.state in (EntryState.REJECTED, EntryState.WITHDRAWN, EntryState.DISQUALIFIED):
        return [one for one in found if one.state != NEXT]
    released = max(
        (one.heat.stage.order for one in reached.values() if one.heat.state == HeatState.PUBLISHED), default=-1
    )
    over = False
    for stage in later:
        if over:
            break
        milestone = _stage(entry, stage, reached.get(stage.pk), at, passed=stage.order < released)
        found.append(milestone)
        over = milestone.state == ENDED
    if not over:
        found.append(Milestone(_("Matching"), NEXT, _("Investors, loans and places to settle")))
    return found


def _draft(entry: Entry, closes: datetime | None) -> Milestone:
    begun = _("Begun on %(day)s") % {"day": moment(entry.created_at, "shortday")}
    if entry.state != EntryState.DRAFT:
        return Milestone(_("Draft"), DONE, begun)
    return Milestone(
        _("Draft"),
        NOW,
        begun,
        (
            _("Now it is your turn"),
            _("Submit before %(when)s") % {"when": moment(closes, "short")},
            _("Drafts are not submitted by themselves"),
        ),
        "due",
        "pencil",
    )


def _submitted(entry: Entry) -> Milestone:
    if entry.submitted_at is None:
        return Milestone(_("Submitted"), NEXT)
    return Milestone(_("Submitted"), DONE, moment(entry.submitted_at, "short"))


def _screening(entry: Entry, stage, closes: datetime | None) -> Milestone:
    name = str(stage) if stage else _("Qualification check")
    if entry.state == EntryState.WITHDRAWN:
        return Milestone(_("Withdrawn"), ENDED, moment(entry.updated_at, "short"), icon="x")
    if entry.state == EntryState.SUBMITTED:
        return Milestone(name, NOW, "", _held_by_unit(entry), "go", "clock")
    if entry.state == EntryState.RETURNED and (last := _steps(entry).last()):
        return Milestone(
            _("%(stage)s: returned for correction") % {"stage": name},
            NOW,
            moment(last.at, "short"),
            (
                _("Now it is your turn"),
                _("Returned by: %(unit)s") % {"unit": last.unit},
                _("Submit again before %(when)s") % {"when": moment(closes, "short")},
                _("Then checked within %(days)s working days") % {"days": entry.season.review_days},
            ),
            "due",
            "arrow-back-up",
        )
    if entry.state == EntryState.REJECTED:
        reason = _steps(entry).filter(decision=Decision.REJECT).last()
        hold = (_("Not accepted by %(unit)s") % {"unit": reason.unit}, reason.reason) if reason else ()
        return Milestone(
            _("%(stage)s: not accepted") % {"stage": name}, ENDED, moment(reason.at, "short") if reason else "", hold,
            "no", "x",
        )  # fmt: skip
    if entry.state == EntryState.DISQUALIFIED:
        return Milestone(_("Disqualified"), ENDED, moment(entry.updated_at, "short"), tone="no", icon="x")
    if entry.qualified_at:
        return Milestone(name, DONE, _("Passed on %(when)s") % {"when": moment(entry.qualified_at, "short")})
    return Milestone(name, NEXT, _span(stage) if stage else "")


def _steps(entry: Entry):
    return entry.screening_steps.select_related("unit")


def _held_by_unit(entry: Entry) -> tuple[str, ...]:
    lines = [
        _("Now with: %(unit)s") % {"unit": entry.holder},
        _("Checked by %(when)s") % {"when": moment(entry.due_at, "short")} if entry.due_at else "",
    ]
    if entry.holder and entry.holder.parent_id:
        lines.append(_("Then passed on to %(unit)s") % {"unit": entry.holder.parent})
    else:
        lines.append(_("Then the entry is in the contest"))
    return tuple(line for line in lines if line)


def _stage(entry: Entry, stage, participation, at: datetime, *, passed: bool) -> Milestone:
    """`passed`: the results of a later stage are public, so that this one can't be going on any more."""
    if not stage.is_judged:
        return _unjudged(entry, stage, at)
    if participation is None:
        return Milestone(str(stage), DONE if passed else NEXT, _span(stage))
    if participation.heat.state != HeatState.PUBLISHED and passed:
        return Milestone(str(stage), DONE, str(Outcome.PROMOTED.label))
    if participation.heat.state != HeatState.PUBLISHED:
        lines = (
            _("Being judged: %(heat)s") % {"heat": participation.heat},
            *_on_the_day(participation),
            _("Results follow after the public notice"),
        )
        return Milestone(str(stage), NOW, _span(stage), lines, "go", "gavel")
    outcome = participation.get_outcome_display()
    if participation.outcome in (Outcome.OUT, Outcome.WITHDRAWN):
        return Milestone(str(stage), ENDED, outcome, icon="flag")
    return Milestone(str(stage), DONE, outcome)


def _on_the_day(participation) -> tuple[str, ...]:
    """Where, when and as which one to present, once the order is drawn."""
    room, order = participation.room, participation.order
    if not order:
        return ()
    turn = _("You present as no. %(order)s") % {"order": order}
    if room is None:
        return (turn,)
    where = "，".join(filter(None, [room.name, room.place, room.begins_at and moment(room.begins_at, "short")]))
    return (where, turn)


def _unjudged(entry: Entry, stage, at: datetime) -> Milestone:
    """Notice, award and due diligence pass with their dates, for entries that are in the contest."""
    is_over = entry.state == EntryState.QUALIFIED and stage.closes < at
    return Milestone(str(stage), DONE if is_over else NEXT, _span(stage))


def _span(stage) -> str:
    opens, closes = timezone.localtime(stage.opens).date(), timezone.localtime(stage.closes).date()
    dates = _short(opens, timezone.localdate().year)
    if opens != closes:
        dates = f"{dates}—{_short(closes, opens.year)}"
    return " · ".join(one for one in (stage.local_place, dates) if one)


def _short(day: date, year: int) -> str:
    """A day without the year that the reader has in mind already."""
    return date_format(day, "MONTH_DAY_FORMAT" if day.year == year else "DATE_FORMAT")
