"""Who came to an entry and who fell out after its judges were drawn: the record on paper names them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from judging.models import ScoreSheet
from judging.queries.plan import EntryName, JudgeName, Told
from judging.states import ASIDE


@dataclass
class Change:
    """One entry whose panel is another than the drawn one."""

    entry: EntryName
    left: list[tuple[JudgeName, str, str]] = field(default_factory=list)
    came: list[JudgeName] = field(default_factory=list)


def changes_since(told: Told, drawn: Iterable[tuple[str, str]]) -> list[Change]:
    """By entry number; `drawn` are the pairs of the record. A judge left who fell out or whose work went to another."""
    drawn, names = set(drawn), told.names
    seats = {one.judge: names.judge(one.seat) for one in told.judges.values()}
    sheets = ScoreSheet.objects.filter(assignment__participation__heat=told.heat).order_by("pk")
    found, by_entry = [], defaultdict(list)
    for sheet in sheets.values_list("state", "reason", "assignment__judge", "assignment__participation__entry__number"):
        by_entry[names.entry(sheet[3])].append(sheet)
    for entry in sorted(by_entry.keys() & told.entries.keys(), key=lambda one: told.entries[one].number):
        change = Change(told.entries[entry])
        for state, reason, judge, _number in by_entry[entry]:
            seat = seats.get(judge)
            if seat is None:
                continue
            if state in ASIDE:
                change.left.append((told.judges[seat], str(ScoreSheet(state=state).get_state_display()), reason))
            elif (entry, seat) not in drawn:
                change.came.append(told.judges[seat])
        if change.left or change.came:
            found.append(change)
    return found
