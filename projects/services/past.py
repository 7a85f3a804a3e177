"""Writes on earlier years: a list brought in, and the decision of a person on who somebody was."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, Person
from accounts.services import known_organisation, known_person
from accounts.states import IdKind, OrganisationKind
from contests.models import Contest
from core import audit
from core.problems import Refused
from projects.imports.fault import Fault
from projects.imports.past import COLUMNS, PastRow
from projects.models import PastEntry
from projects.queries.past import Library, Match, stretches
from projects.states import PastMatch

STATED = ("track", "level", "company_name", "credit_code", "leader_name", "region_id")
OPEN = frozenset({PastMatch.DOUBTFUL, PastMatch.NONE})


@dataclass(frozen=True)
class PastReport:
    """What a list of earlier years did, or would do: rows by what became of them and by how they were matched."""

    new: int
    changed: int
    same: int
    sure: int
    doubtful: int
    nobody: int

    @property
    def rows(self) -> int:
        return self.new + self.changed + self.same


def check_past(contest: Contest, rows: Sequence[PastRow]) -> PastReport:
    """The dry run: match everything, write nothing. Refused where a name does not fit its identity number."""
    matches = _matched(rows)
    kept = _kept(contest, rows)
    changes = [_change(kept.get(one.row.key(contest.slug)), one) for one in matches]
    return _report(changes, matches)


@transaction.atomic
def import_past(
    contest: Contest, rows: Sequence[PastRow], *, by, at: datetime | None = None,
    told: Callable[[int, int], None] = lambda done, total: None,
) -> PastReport:  # fmt: skip
    """Bring a checked list in, all of it or nothing. The same list again changes nothing.

    A credit code or an identity number that nobody has yet makes the company or person known, so that a later entry
    is found by it. What a person decided about a match stays.
    """
    at = at or timezone.now()
    with audit.batched():
        Contest.objects.select_for_update().get(pk=contest.pk)
        matches = _matched(rows)
        kept = _kept(contest, rows)
        changes = []
        for done, match in enumerate(matches, 1):
            past = kept.get(match.row.key(contest.slug))
            change = _change(past, match)
            changes.append(change)
            if change != "same":
                _write(contest, past, match, by=by, at=at)
            told(done, len(matches))
        report = _report(changes, matches)
        if report.new or report.changed:
            after = {"new": report.new, "changed": report.changed, "doubtful": report.doubtful}
            audit.record(contest, "past.import", by=by, after=after, at=at)
    return report


def _matched(rows: Sequence[PastRow]) -> list[Match]:
    library = Library(rows)
    matches = [library.match(row) for row in rows]
    faults = [
        Fault("past", _wrong_name(one), field="leader_name", row=one.row.row, heading=COLUMNS["leader_name"][0])
        for one in matches
        if one.row.id_number and one.leader and one.leader.name.casefold() != one.row.leader_name.casefold()
    ]
    if faults:
        raise Refused(
            _("Nothing was read in: put these places right and send the file again."), code="faults", problems=faults
        )
    return matches


def _wrong_name(match: Match) -> str:
    return _("“%(name)s” does not belong to this identity number. Compare both with the document.") % {
        "name": match.row.leader_name
    }


def _kept(contest: Contest, rows: Sequence[PastRow]) -> dict[str, PastEntry]:
    keys = [row.key(contest.slug) for row in rows]
    return {one.row_key: one for part in stretches(keys) for one in PastEntry.objects.filter(row_key__in=part)}


def _stated(row: PastRow) -> dict:
    return {name: getattr(row, name.removesuffix("_id")) or (None if name == "region_id" else "") for name in STATED}


def _change(past: PastEntry | None, match: Match) -> str:
    if past is None:
        return "new"
    if any(getattr(past, name) != value for name, value in _stated(match.row).items()):
        return "changed"
    if past.match not in OPEN:
        return "same"
    found = (match.company and match.company.pk, match.leader and match.leader.pk, match.state)
    if found != (past.company_id, past.leader_id, past.match):
        return "changed"
    return "same" if past.candidates == [one.kept() for one in match.candidates] else "changed"


def _report(changes: list[str], matches: list[Match]) -> PastReport:
    states = [one.state for one in matches]
    return PastReport(
        new=changes.count("new"), changed=changes.count("changed"), same=changes.count("same"),
        sure=states.count(PastMatch.SURE), doubtful=states.count(PastMatch.DOUBTFUL),
        nobody=states.count(PastMatch.NONE),
    )  # fmt: skip


def _write(contest: Contest, past: PastEntry | None, match: Match, *, by, at: datetime) -> None:
    row = match.row
    new = past is None
    if new:
        past = PastEntry(contest=contest, year=row.year, title=row.title, row_key=row.key(contest.slug), by=by, at=at)
    for name, value in _stated(row).items():
        setattr(past, name, value)
    if new or past.match in OPEN:
        past.company = match.company or _new_company(row, by=by)
        past.leader = match.leader or _new_leader(row, by=by)
        past.candidates = [one.kept() for one in match.candidates]
        past.match = match.state
    past.save()
    audit.record(past, "past.add" if new else "past.change", by=by, at=at, after={**_stated(row), "match": past.match})


def _new_company(row: PastRow, *, by) -> Organisation | None:
    if not (row.credit_code and row.company_name):
        return None
    return known_organisation(name=row.company_name, kind=OrganisationKind.COMPANY, credit_code=row.credit_code, by=by)


def _new_leader(row: PastRow, *, by) -> Person | None:
    if not row.id_number:
        return None
    return known_person(name=row.leader_name, id_kind=IdKind.RESIDENT, id_number=row.id_number, by=by)


@transaction.atomic
def decide_past(
    past: PastEntry, *, company: int | None, leader: int | None, by, at: datetime | None = None
) -> PastEntry:
    """Say who an earlier entry's company and leader are: one of the candidates each, or nobody (None).

    What was matched for sure stays as it is; only the doubtful part is decided.
    """
    at = at or timezone.now()
    past = PastEntry.objects.select_for_update().get(pk=past.pk)
    if past.match != PastMatch.DOUBTFUL:
        raise Refused(_("Somebody decided this one already. Take the next."), code="decided")
    before = {"company": past.company_id, "leader": past.leader_id}
    for kind, chosen in (("company", company), ("leader", leader)):
        offered = {one["id"] for one in past.candidates if one["kind"] == kind}
        if chosen is not None and chosen not in offered:
            raise Refused(_("Choose one of those offered, or nobody."), field=kind, code="candidate")
        if offered:
            setattr(past, f"{kind}_id", chosen)
    past.match, past.decided_by, past.decided_at = PastMatch.DECIDED, by, at
    past.save()
    after = {"company": past.company_id, "leader": past.leader_id}
    audit.record(past, "past.decide", by=by, before=before, after=after, at=at)
    return past
