"""A ranking as anybody may recount it: judges as letters, entries by the names under which they were published.

1. An entry that stands on the public list goes by its number, any other by a name that tells nobody who it is.
2. Letters are dealt by the record's secret, so that they say nothing about seats. Where equal sheets are dropped by
   seat and that decides between equal totals, they follow the seats: the result has to be the official one.
3. Sheets that don't count are left out, since a recusal tells of a tie; so are reasons, which people write.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from judging import ranking
from judging.masking import Names
from judging.scoring import Decision, Entry, MarkSet, Rule
from judging.scoring.marks import COUNTED, natural

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def name_of(number: str, *, listed: bool, mask: str) -> str:
    """How an entry is called on the record."""
    return number if listed else Names(mask).entry(number)


def content_of(rule: Mapping[str, Any], inputs: Mapping[str, Any], listed: set[str], mask: str) -> dict[str, Any]:
    """Rule, marks and result under the names of the record; `listed` are the numbers on the public list."""
    scoring, marks = Rule.from_data(rule["scoring"]), MarkSet.from_data(inputs)
    names = {one.key: name_of(one.number, listed=one.number in listed, mask=mask) for one in marks.entries}
    seats = sorted({sheet.key for one in marks.entries for sheet in one.sheets if sheet.state == COUNTED}, key=natural)
    official = _standing(ranking.compute(marks, scoring), names)
    for order in (sorted(seats, key=Names(mask).judge), seats):
        renamed = _renamed(marks, names, _letters(order))
        ranked = ranking.compute(renamed, scoring)
        if _standing(ranked) == official:
            break
    return {"rule": {"scoring": ranked["rule"]}, "marks": renamed.to_data(), "result": {"ranking": ranked}}


def _letters(seats: list[str]) -> dict[str, str]:
    """A, B, C …; as many letters for each as the last one needs, so that they stand in order."""
    wide = 1
    while len(ALPHABET) ** wide < len(seats):
        wide += 1
    return {
        seat: "".join(ALPHABET[place // len(ALPHABET) ** digit % len(ALPHABET)] for digit in reversed(range(wide)))
        for place, seat in enumerate(seats)
    }


def _renamed(marks: MarkSet, names: Mapping[str, str], letters: Mapping[str, str]) -> MarkSet:
    def entry(one: Entry) -> Entry:
        sheets = tuple(replace(sheet, key=letters[sheet.key]) for sheet in one.sheets if sheet.state == COUNTED)
        withdrawn = "withdrawn" if one.withdrawn else ""
        return replace(one, key=names[one.key], number=names[one.key], sheets=sheets, withdrawn=withdrawn)

    jury = tuple(Decision(tuple(names[key] for key in one.order)) for one in marks.jury)
    return MarkSet(marks.criteria, tuple(map(entry, marks.entries)), jury)


def _standing(ranked: Mapping[str, Any], names: Mapping[str, str] | None = None) -> dict[str, tuple]:
    return {
        names[one["entry"]] if names else one["entry"]: (one["total"], one["rank"], one["tied"])
        for one in ranked["places"]
    }
