"""Lock a heat and rank it: what was marked is computed once, frozen whole, and never moves afterwards.

1. Locking waits for saves that are under way and shuts out the rest: the heat's row first, then all its sheets, then
   the marks are read. A mark saved in the same second is wholly in the ranking or was refused.
2. No draft is left that could count: the judge hands it in, steps back, or is noted as absent.
3. An entry with too few valid marks is scored again; only at the organiser's word does the lock leave it unranked.
4. A correction makes the next version with its reason; no version is edited (architecture, decision 7).
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contests.models import Heat, Track
from contests.states import HeatState
from core import audit
from core.problems import Problem, Refused
from judging import outcomes, ranking
from judging.models import Assignment, Place, Ranking, ScoreSheet
from judging.queries.marks import mark_sets, participants
from judging.queries.plans import plan_of
from judging.replay import digest_of
from judging.scoring import Decision, MarkSet, Rule
from judging.services.heats import _locked, _move
from judging.states import SheetState
from projects.models import Participation
from projects.states import EntryState, Outcome

NAMED = 5


@transaction.atomic
def lock_heat(heat: Heat, *, by, at: datetime | None = None, leave_incomplete: bool = False) -> list[Ranking]:
    """Lock the scores, freeze a ranking for each track and decide who goes on.

    Refused with the judges' names while drafts remain, and with the entries' numbers while an entry has too few valid
    marks; `leave_incomplete` locks all the same and leaves those entries without a rank.
    """
    at = at or timezone.now()
    heat = _locked(heat)
    if heat.state != HeatState.OPEN:
        raise Refused(
            _("“%(heat)s” is “%(state)s”; only an open heat is locked.")
            % {"heat": heat, "state": heat.get_state_display()}
        )
    _lock_sheets(heat)
    _refuse_drafts(heat)
    marks = mark_sets(heat)
    results = {track: _compute(heat, one) for track, one in marks.items()}
    if not leave_incomplete:
        _refuse_incomplete(results)
    made = _freeze(heat, marks, results, by=by, at=at, reason="", decided=())
    _move(heat, HeatState.LOCKED, by=by, at=at, rankings=[one.digest for one in made])
    return made


@transaction.atomic
def rerank(
    heat: Heat,
    *,
    reason: str,
    by,
    at: datetime | None = None,
    jury: Sequence[Decision] = (),
    decided: Sequence[str] = (),
) -> list[Ranking]:
    """The next version of every ranking that comes out differently, with the reason of the correction.

    `jury` are decisions on equals, `decided` the entry numbers that go on from a line left undecided; decisions of
    the version before stay in force. The versions before stay as they are; a published heat needs a new notice.
    """
    at = at or timezone.now()
    if not reason.strip():
        raise Refused(_("Say why the ranking is computed again."), field="reason")
    heat = _locked(heat)
    if not heat.is_settled:
        raise Refused(_("“%(heat)s” is not locked yet; its ranking is made by the lock.") % {"heat": heat})
    _lock_sheets(heat)
    before = {one.track_id: one for one in heat.rankings.order_by("version")}
    jury = (*_jury_of(before.values()), *jury)
    marks = mark_sets(heat, jury=jury)
    results = {track: _compute(heat, one) for track, one in marks.items()}
    changed = {
        track
        for track, one in marks.items()
        if track not in before or before[track].inputs != one.to_data() or _new_decision(before[track], one, decided)
    }
    if not changed:
        raise Refused(_("Nothing has changed since the last version, so it stays in force."))
    return _freeze(
        heat, {track: marks[track] for track in changed}, results, by=by, at=at, reason=reason.strip(), decided=decided
    )


def _jury_of(rankings) -> list[Decision]:
    return [
        Decision(tuple(one["order"]), one["reason"]) for ranked in rankings for one in ranked.inputs.get("jury", ())
    ]


def _new_decision(before: Ranking, marks: MarkSet, decided: Sequence[str]) -> bool:
    known = set((before.rule["quota"] or {}).get("decided", ()))
    return bool({one.number for one in marks.entries} & set(decided) - known)


def _lock_sheets(heat: Heat) -> None:
    """Lock every sheet, so that no save is half way. The assignments are found beside it and stay free."""
    sheets = ScoreSheet.objects.select_for_update().order_by("pk")
    of_heat = Assignment.objects.filter(participation__heat=heat)
    list(sheets.filter(assignment__in=of_heat).values_list("pk", flat=True))


def _refuse_drafts(heat: Heat) -> None:
    drafts = (
        ScoreSheet.objects.filter(
            assignment__participation__heat=heat,
            assignment__participation__entry__state=EntryState.QUALIFIED,
            state=SheetState.DRAFT,
        )
        .exclude(assignment__participation__outcome=Outcome.WITHDRAWN)
        .values_list("assignment__judge__person__name")
        .annotate(count=Count("pk"))
        .order_by("-count", "assignment__judge__person__name")
    )
    owed = list(drafts)
    if not owed:
        return
    named = "、".join(_("%(judge)s (%(count)s)") % {"judge": judge, "count": count} for judge, count in owed[:NAMED])
    if len(owed) > NAMED:
        named = _("%(named)s and %(count)s more") % {"named": named, "count": len(owed) - NAMED}
    total = sum(count for _judge, count in owed)
    raise Refused(
        ngettext(
            "%(count)s sheet is not handed in yet: %(judges)s. Remind the judge, or note who is absent, then lock.",
            "%(count)s sheets are not handed in yet: %(judges)s. Remind the judges, or note who is absent, then lock.",
            total,
        )
        % {"count": total, "judges": named},
        code="drafts",
    )


def _refuse_incomplete(results: dict[int, dict]) -> None:
    short = [one for result in results.values() for one in result["apart"] if one["state"] == "incomplete"]
    if not short:
        return
    named = "、".join(one["number"] for one in short[:NAMED])
    raise Refused(
        ngettext(
            "%(count)s entry has too few valid sheets to be ranked: %(entries)s. Put another judge in, or lock without "
            "it.",
            "%(count)s entries have too few valid sheets to be ranked: %(entries)s. Put other judges in, or lock "
            "without them.",
            len(short),
        )
        % {"count": len(short), "entries": named},
        code="incomplete",
        problems=[Problem("incomplete", one["number"]) for one in short],
    )


def _compute(heat: Heat, marks: MarkSet) -> dict:
    return ranking.compute(marks, Rule.from_data(heat.scoring_rule.data))


def _freeze(
    heat: Heat, marks: dict[int, MarkSet], results: dict[int, dict], *, by, at: datetime, reason: str, decided
) -> list[Ranking]:
    """Store the next version of these tracks' rankings, their places, and what each participation came to."""
    rule = Rule.from_data(heat.scoring_rule.data)
    tracks = Track.objects.in_bulk(marks)
    before = {track: (version, digest) for track, version, digest in heat.rankings.order_by("version").values_list(
        "track_id", "version", "digest"
    )}  # fmt: skip
    people = {number: pk for pk, _track, _outcome, _reason, _entry, number, _state in participants(heat)}
    made, came_to = [], {}
    for track in sorted(marks, key=lambda pk: (tracks[pk].order, pk)):
        numbers = {one.number for one in marks[track].entries}
        plan = plan_of(heat, tracks[track], rule, decided=sorted(numbers & set(decided)))
        last = before.get(track, (0, ""))
        one, found = _store(heat, tracks[track], marks[track], results[track], plan, last, by, at, reason)
        Place.objects.bulk_create(_places(one, found, people), batch_size=500)
        audit.record(
            one, "ranking.freeze", by=by, reason=reason, at=at,
            after={"version": one.version, "digest": one.digest, "entries": len(found)},
        )  # fmt: skip
        came_to |= {people[number]: found[number] for number in found}
        made.append(one)
    _note_outcomes(came_to)
    return made


def _store(heat, track, marks, ranked, plan, last, by, at, reason) -> tuple[Ranking, dict[str, dict]]:
    """The version after the `last` one, of which number and check code are known."""
    rule = {"scoring": ranked["rule"], **plan}
    inputs = marks.to_data()
    try:
        result = {"ranking": ranked, **outcomes.apply(plan, ranked)}
    except ValueError as wrong:
        raise Refused(_("The decision doesn't fit the line: %(why)s.") % {"why": wrong}, field="decided") from wrong
    found = outcomes.by_entry(plan, result)
    judges = {sheet.key for entry in marks.entries for sheet in entry.sheets}
    one = Ranking.objects.create(
        heat=heat, track=track, version=last[0] + 1, rule=rule, inputs=inputs, result=result,
        summary=outcomes.summary(len(judges), result, found),
        digest=digest_of(rule, inputs, result, before=last[1]), frozen_at=at, by=by, reason=reason,
    )  # fmt: skip
    return one, found


def _places(one: Ranking, found: dict[str, dict], people: dict[str, int]) -> list[Place]:
    """A row for each entry with all that its page shows, so that a page never opens the whole result."""
    ranked = one.result["ranking"]
    rows = []
    for place in ranked["places"]:
        came = found[place["entry"]]
        steps = {"number": place["number"], "score": place["score"], "ties": ranking.steps_of(ranked, place), **came}
        rows.append(
            Place(
                ranking=one, participation_id=people[place["number"]], order=place["order"], rank=place["rank"],
                tied=place["tied"], total=Decimal(place["total"]), outcome=came["outcome"], steps=steps,
            )
        )  # fmt: skip
    for order, apart in enumerate(ranked["apart"], start=len(rows) + 1):
        came = found[apart["entry"]]
        rows.append(
            Place(
                ranking=one, participation_id=people[apart["number"]], order=order, rank=None, total=None,
                outcome=came["outcome"], steps={"number": apart["number"], "score": apart["score"], "ties": [], **came},
            )
        )  # fmt: skip
    return rows


def _note_outcomes(came_to: dict[int, dict]) -> None:
    """Write each participation's outcome and reason, all that share them in one statement."""
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for pk, came in came_to.items():
        if came["outcome"] != Outcome.WITHDRAWN:
            groups[came["outcome"], _why(came)].append(pk)
    for (outcome, reason), pks in groups.items():
        Participation.objects.filter(pk__in=pks).update(outcome=outcome, reason=reason)
    gone = [pk for pk, came in came_to.items() if came["outcome"] == Outcome.WITHDRAWN]
    Participation.objects.filter(pk__in=gone).update(outcome=Outcome.WITHDRAWN)


def _why(came: dict) -> str:
    if came.get("level"):
        return came["level"]["name"]
    if came.get("reserve"):
        return _("Reserve no. %(position)s") % {"position": came["reserve"]}
    code = (came.get("apart") or came.get("reason") or {}).get("code", "")
    return {
        "tied_on_line": _("Equal on the line, the quota grows"),
        "need_decision": _("Equal on the line, to be decided"),
        "decided": _("Decided by the jury"),
        "too_few_marks": _("Too few valid sheets"),
    }.get(code, "")
