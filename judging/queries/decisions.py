"""Equals that wait for the jury, read from what the ranking stored."""

from dataclasses import dataclass

from judging.models import Ranking
from judging.quota import AT_LINE
from projects.models import Entry


@dataclass(frozen=True)
class Group:
    """Entries of one rank. `on_line`: `places` of them go on; else the jury puts all of them in order."""

    rank: int
    total: str
    numbers: list[str]
    on_line: bool
    places: int = 0

    @property
    def key(self) -> str:
        return f"{'line' if self.on_line else 'order'}-{self.numbers[0]}"


def open_groups(ranking: Ranking) -> list[Group]:
    """Groups whose order the rule leaves to the jury, then those on a promotion line that it doesn't put in order.

    Opens the stored result, which only a decision's page and service do.
    """
    result = ranking.result["ranking"]
    places = {one["entry"]: one for one in result["places"]}

    def group(entries, on_line: bool, open_places: int = 0) -> Group:
        first = places[entries[0]]
        return Group(first["rank"], first["total"], [places[one]["number"] for one in entries], on_line, open_places)

    found = [group(entries, on_line=False) for entries in result["undecided"]]
    waiting = {number for one in found for number in one.numbers}
    lines = [one for one in (ranking.result["quota"] or {}).get("lines", ()) if one["outcome"] == AT_LINE[1]]
    lines = [group(one["entries"], on_line=True, open_places=one["places"]) for one in lines]
    return found + [one for one in lines if not waiting & set(one.numbers)]


def titles_of(groups: list[Group]) -> dict[str, tuple[str, str]]:
    """Entry number → its title and company."""
    numbers = [number for one in groups for number in one.numbers]
    rows = Entry.objects.filter(number__in=numbers).values_list("number", "title", "company_name")
    return {number: (title, company) for number, title, company in rows}
