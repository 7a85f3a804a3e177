"""Who can judge what, as a flow: so many judges for each entry, so many entries for each judge.

Entries and judges are positions 0, 1, 2 …; sets of them are bits of a whole number, bit 3 for position 3. An entry
holds a judge once. All searches are breadth first in the order of positions, so equal input gives equal output.

Why it is right. Augmenting along alternating paths ends in a maximum flow, so an entry stays short only if no
assignment at all serves everybody. A judge below the minimum is reached from one above it whenever some assignment
keeps all minimums. No path from a judge to one with two entries fewer means that no assignment has a smaller sum of
squared loads, hence none a smaller greatest load and none a smaller spread.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field


def bits(mask: int) -> Iterator[int]:
    """The positions in a set, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


@dataclass
class Flow:
    """An assignment in the making. `allowed[e]` are the judges without a conflict, `needs[e]` how many it must get;
    `least[j]` and `most[j]` bound a judge's load. `chosen[e]` and `given[j]` are the assignment from both sides."""

    needs: list[int]
    allowed: list[int]
    least: list[int]
    most: list[int]
    chosen: list[int] = field(init=False)
    given: list[int] = field(init=False)
    load: list[int] = field(init=False)

    def __post_init__(self):
        self.chosen = [0] * len(self.needs)
        self.given = [0] * len(self.most)
        self.load = [0] * len(self.most)

    def lacking(self, entry: int) -> int:
        return self.needs[entry] - self.chosen[entry].bit_count()

    def fill(self, entry: int, priority: Callable[[int], bytes]) -> None:
        """Give the entry its judges among those with the lowest loads, drawn by priority where loads are equal."""
        free = sorted((self.load[one], one) for one in bits(self.allowed[entry]) if self.load[one] < self.most[one])
        needs = min(self.needs[entry], len(free))
        if not needs:
            return
        limit = free[needs - 1][0]
        sure = [one for load, one in free if load < limit]
        drawn = sorted((one for load, one in free if load == limit), key=priority)
        for judge in sure + drawn[: needs - len(sure)]:
            self._take(entry, judge)

    def complete(self) -> list[int]:
        """Serve the entries that are short by moving others; the entries that stay short whatever is moved."""
        short = []
        for entry in range(len(self.needs)):
            while self.lacking(entry) and self._augment(entry):
                pass
            if self.lacking(entry):
                short.append(entry)
        return short

    def raise_minimums(self) -> list[int]:
        """Move entries to judges below their minimum; the judges who stay below it whatever is moved."""
        short = []
        for judge, least in enumerate(self.least):
            while self.load[judge] < least:
                givers = [one for one, load in enumerate(self.load) if load > self.least[one]]
                if not self._shift(givers, 1 << judge):
                    short.append(judge)
                    break
        return short

    def balance(self) -> None:
        """Move entries from loaded to less loaded judges until no move makes the loads more equal."""
        while self._level():
            pass

    def _level(self) -> bool:
        for load in sorted(set(self.load), reverse=True):
            targets = sum(
                1 << one for one, other in enumerate(self.load) if other <= load - 2 and other < self.most[one]
            )
            if not targets:
                return False
            givers = [one for one, other in enumerate(self.load) if other >= load and other > self.least[one]]
            if self._shift(givers, targets):
                return True
        return False

    def bottleneck(self, short: list[int]) -> tuple[int, int]:
        """The entries and judges that a shortage reaches: all these judges are full with these entries alone."""
        reached, entries, queue = 0, 0, list(short)
        for entry in queue:
            if entries >> entry & 1:
                continue
            entries |= 1 << entry
            new = self.allowed[entry] & ~self.chosen[entry] & ~reached
            reached |= new
            for judge in bits(new):
                queue += bits(self.given[judge] & ~entries)
        return entries, reached

    def _augment(self, entry: int) -> bool:
        """One more judge for the entry, if there is a chain of moves that ends at a judge with room."""
        start = self.allowed[entry] & ~self.chosen[entry]
        room = sum(1 << one for one, load in enumerate(self.load) if load < self.most[one])
        came_from = dict.fromkeys(bits(start))
        end = next(bits(start & room), None)
        if end is None:
            end = self._search(came_from, start, room, 1 << entry)
        if end is None:
            return False
        self._take(entry, self._walk_back(came_from, end))
        return True

    def _shift(self, givers: list[int], targets: int) -> bool:
        """Take one entry from one of the givers and leave one more with one of the targets."""
        start = sum(1 << one for one in givers)
        came_from = dict.fromkeys(givers)
        end = self._search(came_from, start, targets & ~start, 0)
        if end is None:
            return False
        self._walk_back(came_from, end)
        return True

    def _search(self, came_from: dict[int, tuple[int, int] | None], seen: int, targets: int, done: int) -> int | None:
        """The nearest target that is reached by moving entries on; `came_from` gets judge → (entry, judge before)."""
        queue = list(came_from)
        for judge in queue:
            fresh = self.given[judge] & ~done
            done |= fresh
            for entry in bits(fresh):
                new = self.allowed[entry] & ~self.chosen[entry] & ~seen
                seen |= new
                for other in bits(new):
                    came_from[other] = (entry, judge)
                    queue.append(other)
                if new & targets:
                    return next(bits(new & targets))
        return None

    def _walk_back(self, came_from: dict[int, tuple[int, int] | None], judge: int) -> int:
        """Carry out the moves of a path from its end; the judge at its start, who has one entry fewer."""
        while (step := came_from[judge]) is not None:
            entry, before = step
            self._drop(entry, before)
            self._take(entry, judge)
            judge = before
        return judge

    def _take(self, entry: int, judge: int) -> None:
        self.chosen[entry] |= 1 << judge
        self.given[judge] |= 1 << entry
        self.load[judge] += 1

    def _drop(self, entry: int, judge: int) -> None:
        self.chosen[entry] ^= 1 << judge
        self.given[judge] ^= 1 << entry
        self.load[judge] -= 1
