"""Who the rows of a list of experts are: known for sure, perhaps, or not yet."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from accounts.models import Person
from accounts.states import IdKind
from core.crypto import blind_index
from core.models import Region
from judging.imports.judges import JudgeRow
from judging.models import Judge
from projects.names import plain_company
from projects.queries.past import stretches


@dataclass
class Match:
    """A row with whom it is: `person` for sure, `candidates` to be decided by a human, else somebody new."""

    row: JudgeRow
    person: Person | None = None
    candidates: list[Judge] = field(default_factory=list)


def city_names() -> dict[str, str]:
    """Cities by their full and short names."""
    cities = Region.objects.filter(level=Region.Level.CITY).order_by("code").values_list("code", "name", "short_name")
    return {name: code for code, *names in cities for name in names}


def matched(rows: Sequence[JudgeRow]) -> list[Match]:
    """By the identity number, or by name and mobile number; a judge of the same name and employer is only perhaps
    the same. A fixed number of queries for some hundred rows."""
    by_id, by_phone, judges = {}, {}, defaultdict(list)
    for part in stretches(rows):
        indexes = [
            blind_index(f"id:{IdKind.RESIDENT}", one.values["id_number"]) for one in part if "id_number" in one.values
        ]
        for person in Person.objects.filter(id_kind=IdKind.RESIDENT, id_index__in=indexes):
            by_id[person.id_index] = person
        phones = [blind_index("phone", one.values["phone"]) for one in part if "phone" in one.values]
        for person in Person.objects.filter(phone_index__in=phones):
            by_phone[person.phone_index, person.name] = person
        named = Judge.objects.filter(person__name__in=[one.name for one in part]).select_related("person", "employer")
        for judge in named:
            judges[judge.person.name].append(judge)
    return [_match(row, by_id, by_phone, judges) for row in rows]


def _match(row: JudgeRow, by_id: dict, by_phone: dict, judges: dict) -> Match:
    if "id_number" in row.values:
        known = by_id.get(blind_index(f"id:{IdKind.RESIDENT}", row.values["id_number"]))
        if known:
            return Match(row, known)
    if "phone" in row.values:
        known = by_phone.get((blind_index("phone", row.values["phone"]), row.name))
        if known and not ("id_number" in row.values and known.id_index):
            return Match(row, known)
    return Match(row, None, [one for one in judges.get(row.name, []) if _may_be(one, row)])


def _may_be(judge: Judge, row: JudgeRow) -> bool:
    """The same name and employer, unless both have different identity numbers."""
    if "id_number" in row.values and judge.person.id_index:
        return False
    return judge.employer is not None and plain_company(judge.employer.name) == plain_company(row.employer)
