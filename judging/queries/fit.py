"""What an assignment by fit is made from, read for one heat in a fixed number of queries."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from contests.models import Heat
from judging.fit import SOFT_COST, EntrySide, JudgeSide, cut
from judging.masking import Names
from judging.models import Judge
from judging.planning import EntryFacts, Facts, JudgeFacts
from judging.queries.facts import reasons
from judging.states import ConflictKind, InvitationState
from projects.states import EntryState, Outcome

TEXTS = ("entry__snapshot__project__one_line", "entry__snapshot__project__summary")


def words_folder() -> Path:
    return Path(settings.VAR_DIR) / "words"


def competing(heat: Heat):
    """Participations of entries that still compete."""
    return heat.participations.filter(entry__state=EntryState.QUALIFIED).exclude(outcome=Outcome.WITHDRAWN)


@dataclass(frozen=True)
class Known:
    """Facts under names of the record, and whom the names stand for: participations and judges."""

    facts: Facts
    participations: Mapping[str, int]
    judges: Mapping[str, int]


def ready(heat: Heat) -> dict[int, int]:
    """Seat → judge of everybody who accepted and signed the pledge."""
    rows = heat.invitations.filter(state=InvitationState.ACCEPTED, pledged_at__isnull=False)
    return dict(rows.order_by("seat").values_list("seat", "judge_id"))


def known(heat: Heat, names: Names, seats: Mapping[int, int], *, texts: bool = True, only: int | None = None) -> Known:
    """Facts of those who compete, or of one participation, and of the judges at these seats.

    Without `texts` the fit is by fields alone.
    """
    entries, participations, numbers = _entries(heat, names, texts, only)
    judges = _judges(heat, names, seats, texts)
    seat_of = {judge: seat for seat, judge in seats.items()}
    apart, costs = _reasons(heat, names, numbers, seat_of)
    named = {names.judge(seat): judge for seat, judge in seats.items()}
    return Known(Facts(entries, judges, apart, costs), participations, named)


def _entries(heat: Heat, names: Names, texts: bool, only: int | None):
    found = competing(heat) if only is None else heat.participations.filter(pk=only)
    rows = found.values_list(
        "pk", "entry_id", "entry__number", "entry__industry", "entry__region_id", "entry__title",
        *(TEXTS if texts else ()),
    )  # fmt: skip
    entries, participations, numbers = [], {}, {}
    for pk, entry, number, industry, region, title, *more in rows:
        name = names.entry(number)
        told = " ".join(filter(None, [title, *more])) if texts else ""
        side = EntrySide(name, industry, cut(told, folder=words_folder()))
        entries.append(EntryFacts(side, names.of("panel", region[:4]) if region else ""))
        participations[name], numbers[entry] = pk, number
    return entries, participations, numbers


def _judges(heat: Heat, names: Names, seats: Mapping[int, int], texts: bool) -> list[JudgeFacts]:
    capacities = dict(heat.invitations.values_list("judge_id", "capacity"))
    rows = Judge.objects.in_bulk(seats.values())
    employers = dict(Judge.objects.filter(pk__in=rows).values_list("pk", "employer__name"))
    found = []
    for seat, pk in seats.items():
        judge = rows[pk]
        told = " ".join(filter(None, [judge.title, employers[pk], judge.profile])) if texts else ""
        side = JudgeSide(names.judge(seat), judge.fields, cut(told, folder=words_folder()))
        city = names.of("panel", judge.region_id[:4]) if judge.region_id else ""
        employer = names.of("group", judge.employer_id) if judge.employer_id else ""
        found.append(JudgeFacts(side, tuple(judge.kinds), city, employer, capacities[pk]))
    return found


def _reasons(heat: Heat, names: Names, numbers: Mapping[int, str], seat_of: Mapping[int, int]):
    """Pairs kept apart (True where the city alone does), and what soft reasons cost."""
    apart: dict[tuple[str, str], bool] = {}
    costs: dict[tuple[str, str], int] = {}
    for one in reasons(heat, seat_of, entries=numbers):
        if one.entry not in numbers:
            continue
        pair = (names.entry(numbers[one.entry]), names.judge(seat_of[one.judge]))
        if one.hard:
            apart[pair] = apart.get(pair, True) and one.kind == ConflictKind.CITY
        else:
            costs[pair] = costs.get(pair, 0) + SOFT_COST
    return apart, costs
