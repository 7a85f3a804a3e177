"""Judges anew where some fell out, and unread work spread more evenly: what must change changes, and nothing else.

1. A sheet that was saved once or handed in stays with its judge whatever happens.
2. Seats that fell free are filled without moving anything else, if that can be; otherwise by the fewest moves of unread
   sheets; only then the fit counts (`assignment.repair`).
3. For each judge who is absent the next of the reserve, in drawn order, is called in.
4. The change is shown first; it is carried out only if it is still the same then.
5. In a large heat both are worked out in the background. Nobody's marks wait meanwhile: the heat is locked only when
   the change is known, and only if no sheet has changed since.
"""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contests.models import Heat
from contests.states import StageKind
from core import audit, jobs
from core.models import Job
from core.problems import Refused
from judging import planning
from judging.assignment import repair as repairing
from judging.masking import Names
from judging.models import Assignment, Draw, ScoreSheet
from judging.planning import Rules
from judging.queries.fit import Known, competing, known, ready
from judging.ranking import digest
from judging.services.draws import set_aside
from judging.services.heats import _locked
from judging.services.replacements import OUT
from judging.services.sheets import _move as _move_sheet
from judging.services.sheets import _reason
from judging.states import AssignmentSource, DrawPurpose, SheetState

FILL, EVEN = "fill", "even"
FIND, CARRY = "judging.find_change", "judging.carry_out"
LARGE = 60_000


def untold(done: int, total: int) -> None:
    """How far the work is, told to nobody."""


@dataclass(frozen=True)
class Change:
    """Judges who come to one entry and unread sheets that leave their judges, by names of the record."""

    entry: str
    comes: tuple[str, ...]
    leaves: tuple[str, ...]


@dataclass(frozen=True)
class Proposal:
    """What would change; `code` is its check code, so that what is carried out is what was shown. `seen` tells how the
    sheets stood; `known` is empty where it was found before."""

    draw: Draw
    kind: str
    changes: tuple[Change, ...]
    moved: int
    proven: bool
    seen: str
    known: Known | None = None

    @property
    def code(self) -> str:
        return digest([[one.entry, one.comes, one.leaves] for one in self.changes])[:16]


@dataclass
class _Sheets:
    """The pairs of a heat by what has become of them."""

    fixed: list[tuple[str, str]]
    open_fixed: list[tuple[str, str]]
    wanted: list[tuple[str, str]]
    out: list[tuple[str, str]]
    away: set[str]

    @property
    def code(self) -> str:
        return digest([sorted(one) for one in (self.fixed, self.open_fixed, self.wanted, self.out, self.away)])


def propose(heat: Heat, *, kind: str, told=untold) -> Proposal:
    """The least change that fills free seats (`fill`) or levels unread work (`even`). Refused when there is none."""
    if heat.stage.kind == StageKind.LIVE:
        raise Refused(_("A live panel is filled entry by entry. Open the entry and put the next judge in."))
    draw = _drawn(heat)
    names, seats = Names(draw.mask), ready(heat)
    sheets = _sheets(heat, names)
    chosen = _who_may(heat, draw, names, seats, sheets)
    told(0, 2)
    found = known(heat, names, chosen)
    told(1, 2)
    data = planning.problem_of(found.facts, Rules.of(heat.stage).without("load_min"))
    problem = _bounded(planning.as_problem(data, seed=f"{draw.secret}:{draw.witness}"), sheets)
    fixed, wanted = planning.matrix(problem, sheets.fixed), planning.matrix(problem, sheets.wanted)
    try:
        if kind == EVEN:
            made = repairing.even(
                problem, fixed=fixed, wanted=wanted, open_fixed=planning.matrix(problem, sheets.open_fixed), told=told
            )
        else:
            made = repairing.repair(problem, fixed=fixed, wanted=wanted)
    except repairing.OutOfTime:
        raise Refused(_("No way was found in time. Put judges in entry by entry, or invite more.")) from None
    if made is None:
        raise Refused(
            _("No change keeps every rule: too few judges who may judge these entries have room. Invite more judges, ")
            + _("let them sign, and try again; or raise the most entries of a judge.")
        )
    told(2, 2)
    changes = _changes(problem, made.chosen, fixed | wanted)
    return Proposal(draw, kind, changes, made.moved, made.proven, sheets.code, found)


def _drawn(heat: Heat) -> Draw:
    draw = heat.draws.filter(purpose__in=[DrawPurpose.JUDGES, DrawPurpose.FIT], drawn_at__isnull=False).first()
    if draw is None or heat.is_settled:
        raise Refused(_("There is nothing to change: no judge is drawn yet, or the scores are locked."))
    return draw


def _sheets(heat: Heat, names: Names) -> _Sheets:
    seat_of = dict(heat.invitations.values_list("judge_id", "seat"))
    found = _Sheets([], [], [], [], set())
    rows = ScoreSheet.objects.filter(assignment__participation__heat=heat).values_list(
        "state", "saved_at", "assignment__judge_id", "assignment__participation__entry__number"
    )
    for state, saved, judge, number in rows:
        pair = (names.entry(number), names.judge(seat_of.get(judge, 0)))
        if state == SheetState.ABSENT:
            found.away.add(pair[1])
        if state in OUT:
            found.out.append(pair)
        elif state == SheetState.SUBMITTED or saved is not None:
            found.fixed.append(pair)
            if state == SheetState.DRAFT:
                found.open_fixed.append(pair)
        else:
            found.wanted.append(pair)
    return found


def _who_may(heat: Heat, draw: Draw, names: Names, seats: dict[int, int], sheets: _Sheets) -> dict[int, int]:
    """Seat → judge of those at work and, for each who is away, the next of the reserve. Who only finished stays."""
    working = {judge for _entry, judge in (*sheets.fixed, *sheets.wanted)}
    reserve = [one for one in set_aside(heat, draw.record.get("standby")) if one not in working]
    called = set(reserve[: len(sheets.away)])
    waiting = set(reserve) - called
    return {
        seat: judge
        for seat, judge in seats.items()
        if names.judge(seat) not in waiting and (names.judge(seat) not in sheets.away or names.judge(seat) in working)
    }


def _bounded(problem, sheets: _Sheets):
    """Nobody comes back to an entry they left, who is away gets nothing new, begun pairs stay in any case."""
    problem.allowed[planning.matrix(problem, sheets.out)] = False
    fixed = planning.matrix(problem, sheets.fixed)
    away = [place for place, name in enumerate(problem.judges) if name in sheets.away]
    problem.allowed[:, away] = False
    problem.allowed[fixed] = True
    np.maximum(problem.most, fixed.sum(axis=0), out=problem.most)
    return problem


def _changes(problem, chosen, before) -> tuple[Change, ...]:
    found = []
    for row in (chosen != before).any(axis=1).nonzero()[0]:
        comes = tuple(problem.judges[one] for one in (chosen[row] & ~before[row]).nonzero()[0])
        leaves = tuple(problem.judges[one] for one in (before[row] & ~chosen[row]).nonzero()[0])
        found.append(Change(problem.entries[row], tuple(sorted(comes)), tuple(sorted(leaves))))
    return tuple(sorted(found, key=lambda one: one.entry))


def carry_out(
    heat: Heat, *, kind: str, code: str, reason: str, by, at: datetime | None = None, told=untold
) -> Proposal:
    """Do what was proposed, if it is still the same: who comes is assigned, the sheets of who leaves are void."""
    at, reason = at or timezone.now(), _reason(reason)
    made = propose(heat, kind=kind, told=told)
    if not made.changes:
        raise Refused(_("Nothing has to change: every entry has its judges."))
    if made.code != code:
        raise _meanwhile()
    return _carry(made, reason=reason, by=by, at=at)


def _meanwhile() -> Refused:
    return Refused(_("Somebody began or handed in work meanwhile. Look at the change again, then carry it out."))


@transaction.atomic
def _carry(made: Proposal, *, reason: str, by, at: datetime) -> Proposal:
    heat = _locked(made.draw.heat)
    if heat.is_settled or _sheets(heat, Names(made.draw.mask)).code != made.seen:
        raise _meanwhile()
    leaving = [(made.known.participations[one.entry], made.known.judges[judge])
               for one in made.changes for judge in one.leaves]  # fmt: skip
    sheets = {
        (one.assignment.participation_id, one.assignment.judge_id): one
        for one in ScoreSheet.objects.select_for_update(of=("self",))
        .filter(assignment__participation__heat=heat, state=SheetState.DRAFT, saved_at=None)
        .select_related("assignment__judge__person", "assignment__participation__entry")
    }
    if any(pair not in sheets for pair in leaving):
        raise _meanwhile()
    with audit.batched():
        for pair in leaving:
            sheet = sheets[pair]
            sheet.reason = reason
            _move_sheet(sheet, SheetState.VOID, by=by, at=at, reason=reason)
        _seat(made, reason)
        audit.record(
            heat, "plan.repair", by=by, reason=reason, at=at,
            after={"kind": made.kind, "comes": sum(len(one.comes) for one in made.changes), "moved": made.moved},
        )  # fmt: skip
    return made


def _seat(made: Proposal, reason: str) -> None:
    rows = Assignment.objects.bulk_create(
        [
            Assignment(
                judge_id=made.known.judges[judge], participation_id=made.known.participations[one.entry],
                draw=made.draw, source=AssignmentSource.SOLVER, reason=reason[:200],
            )
            for one in made.changes
            for judge in one.comes
        ],
        batch_size=1000,
    )  # fmt: skip
    ScoreSheet.objects.bulk_create([ScoreSheet(assignment=one) for one in rows], batch_size=1000)


# ---------------------------------------------------------------- in the background


def takes_long(heat: Heat) -> bool:
    """Whether finding a change takes longer than a page may."""
    return competing(heat).count() * len(ready(heat)) > LARGE


def ask_change(heat: Heat, *, kind: str, by) -> Job:
    """Have the least change found in the background."""
    _drawn(heat)
    title = _("Level unread work: %(heat)s") if kind == EVEN else _("Fill free seats: %(heat)s")
    return jobs.start(FIND, title=title % {"heat": heat}, by=by, params={"heat": heat.pk, "kind": kind})


def ask_carrying_out(heat: Heat, *, kind: str, code: str, reason: str, by) -> Job:
    """Have a change carried out in the background, if it is still the one that was shown."""
    params = {"heat": heat.pk, "kind": kind, "code": code, "reason": _reason(reason)}
    return jobs.start(CARRY, title=_("Carry out the change: %(heat)s") % {"heat": heat}, by=by, params=params)


def keep_found(job: Job, made: Proposal) -> None:
    """What a job found stands on it, for the page that asks."""
    job.params |= {
        "changes": [[one.entry, one.comes, one.leaves] for one in made.changes], "moved": made.moved,
        "proven": made.proven, "seen": made.seen,
    }  # fmt: skip


def found_before(heat: Heat, *, kind: str) -> tuple[Job | None, Proposal | None]:
    """The last search for a change, and what it found as long as no sheet has changed since."""
    job = Job.objects.filter(kind=FIND, params__heat=heat.pk, params__kind=kind).order_by("-pk").first()
    if job is None or "changes" not in job.params:
        return job, None
    draw, kept = _drawn(heat), job.params
    if _sheets(heat, Names(draw.mask)).code != kept["seen"]:
        return None, None
    changes = tuple(Change(entry, tuple(comes), tuple(leaves)) for entry, comes, leaves in kept["changes"])
    return job, Proposal(draw, kind, changes, kept["moved"], kept["proven"], kept["seen"])
