"""Which organisations the names of a list of holdings may mean."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from accounts.models import Organisation
from judging.imports.holdings import COMPANY, HOLDER, HoldingRow
from projects.names import plain_company
from projects.queries.past import stretches


def bodies_named(names: Iterable[str]) -> dict[str, list[int]]:
    """The organisations of each of these names, as they are compared; one with a credit code stands before mentions.

    All names are read once: how one was written can't be looked for in the table.
    """
    wanted = {plain_company(name) for name in names} - {""}
    found, coded = defaultdict(list), defaultdict(list)
    if not wanted:
        return {}
    for pk, name, code in Organisation.objects.order_by("pk").values_list("pk", "name", "credit_code").iterator(2000):
        if (key := plain_company(name)) in wanted:
            found[key].append(pk)
            coded[key] += [pk] if code else []
    return found | {key: bodies for key, bodies in coded.items() if len(bodies) == 1}


@dataclass
class Match:
    """A company or holder of a row: `body` for sure, `candidates` to be decided by a human, else the name alone."""

    row: HoldingRow
    side: str
    body: int | None = None
    candidates: list[Organisation] = field(default_factory=list)

    @property
    def key(self) -> str:
        return f"{self.row.row}-{self.side}"

    @property
    def name(self) -> str:
        return self.row.side(self.side)[0]


def matched(rows: Sequence[HoldingRow]) -> list[Match]:
    """Both sides of every row: by credit code, else by name. A code whose body is called otherwise, and a name that
    several bodies have, are only perhaps the same. A fixed number of queries for some hundred rows."""
    codes = sorted({code for one in rows for code in (one.company_code, one.holder_code) if code})
    coded = Organisation.objects.select_related("region")
    found = (one for part in stretches(codes) for one in coded.filter(credit_code__in=part))
    by_code = {one.credit_code: one for one in found}
    named = bodies_named({name for one in rows for name in (one.company, one.holder)})
    bodies = Organisation.objects.select_related("region").in_bulk({pk for keys in named.values() for pk in keys})
    return [_match(one, side, by_code, named, bodies) for one in rows for side in (COMPANY, HOLDER)]


def _match(row: HoldingRow, side: str, by_code: dict, named: dict, bodies: dict) -> Match:
    name, code = row.side(side)
    if code in by_code:
        body = by_code[code]
        same = plain_company(body.name) == plain_company(name)
        return Match(row, side, body.pk) if same else Match(row, side, None, [body])
    found = [bodies[pk] for pk in named.get(plain_company(name), ())]
    if code:
        found = [one for one in found if not one.credit_code]
    return Match(row, side, found[0].pk) if len(found) == 1 else Match(row, side, None, found)
