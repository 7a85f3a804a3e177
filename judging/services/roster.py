"""A list of experts brought into the library: all of it or nothing, and harmless to repeat."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, Person
from accounts.services import known_organisation, known_person, new_person
from accounts.states import IdKind
from core import audit
from core.models import Region
from core.problems import Refused
from judging.imports.judges import JudgeRow
from judging.models import Judge
from judging.queries.roster import Match, matched
from judging.services.library import correct_judge, enrol
from projects.imports.fault import Fault

NEW = "new"


@dataclass
class RosterReport:
    """What a list did, or would do."""

    new: int = 0
    changed: int = 0
    same: int = 0
    doubtful: list[Match] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return self.new + self.changed + self.same + len(self.doubtful)


def check_judges(rows: Sequence[JudgeRow]) -> RosterReport:
    """The dry run: match everybody, write nothing. Refused where a name does not fit its identity number."""
    report = RosterReport()
    matches = _matched(rows)
    known = _known(matches)
    for one in matches:
        if one.candidates:
            report.doubtful.append(one)
            continue
        judge = known.get(one.person.pk) if one.person else None
        change = "new" if judge is None else "changed" if _changes(judge, one.row) else "same"
        setattr(report, change, getattr(report, change) + 1)
    return report


@transaction.atomic
def import_judges(
    rows: Sequence[JudgeRow], *, decided: Mapping[int, int | str], by, at: datetime | None = None,
    told: Callable[[int, int], None] = lambda done, total: None,
) -> RosterReport:  # fmt: skip
    """Bring a checked list in. `decided` says of each doubtful row which judge it is, or NEW; one missing is refused.

    Somebody known is brought up to date by what is filled in; an empty cell changes nothing.
    """
    at = at or timezone.now()
    report = RosterReport()
    with audit.batched():
        matches = _matched(rows)
        known = _known(matches)
        employers: dict[tuple, Organisation] = {}
        for done, one in enumerate(matches, 1):
            judge = _decided(one, decided) if one.candidates else known.get(one.person.pk) if one.person else None
            change = _write(one, judge, employers, by=by, at=at)
            setattr(report, change, getattr(report, change) + 1)
            told(done, len(matches))
    return report


def _matched(rows: Sequence[JudgeRow]) -> list[Match]:
    matches = matched(rows)
    faults = [
        Fault(
            "judges", _("This name does not belong to the identity number. Compare both with the document."),
            field="name", row=one.row.row, heading="姓名",
        )
        for one in matches
        if one.person and one.person.name.casefold() != one.row.name.casefold()
    ]  # fmt: skip
    if faults:
        raise Refused(
            _("Nothing was read in: put these places right and send the file again."), code="faults", problems=faults
        )
    return matches


def _known(matches: Sequence[Match]) -> dict[int, Judge]:
    people = [one.person.pk for one in matches if one.person]
    return {one.person_id: one for one in Judge.objects.filter(person__in=people).select_related("employer")}


def _decided(match: Match, decided: Mapping[int, int | str]) -> Judge | None:
    choice = decided.get(match.row.row)
    if choice == NEW:
        return None
    found = next((one for one in match.candidates if one.pk == choice), None)
    if found is None:
        raise Refused(_("Decide for row %(row)s whether it is somebody known.") % {"row": match.row.row})
    return found


def _changes(judge: Judge, row: JudgeRow) -> dict:
    facts = {name: value for name, value in row.facts().items() if getattr(judge, name) != value}
    if "region" in row.values and judge.region_id != row.values["region"]:
        facts["region"] = row.values["region"]
    if judge.employer is None or judge.employer.name != row.employer:
        facts["employer"] = row.employer
    return facts


def _write(match: Match, judge: Judge | None, employers: dict, *, by, at: datetime) -> str:
    row = match.row
    if judge is not None:
        changes = _changes(judge, row)
        if not changes:
            return "same"
        if "employer" in changes:
            changes["employer"] = _employer(row, employers, by=by)
        if "region" in changes:
            changes["region"] = Region.objects.get(pk=changes["region"])
        correct_judge(judge, by=by, at=at, **changes)
        return "changed"
    person = match.person or _person(row, by=by)
    region = Region.objects.get(pk=row.values["region"]) if "region" in row.values else None
    enrol(person, employer=_employer(row, employers, by=by), region=region, by=by, at=at, **row.facts())
    return "new"


def _person(row: JudgeRow, *, by) -> Person:
    facts = {name: row.values[name] for name in ("phone", "email", "title") if name in row.values}
    if "id_number" in row.values:
        return known_person(name=row.name, id_kind=IdKind.RESIDENT, id_number=row.values["id_number"], by=by, **facts)
    return new_person(name=row.name, by=by, **facts)


def _employer(row: JudgeRow, employers: dict, *, by) -> Organisation:
    key = (row.employer, row.values["employer_kind"])
    if key not in employers:
        named = list(Organisation.objects.filter(name=row.employer)[:2])
        employers[key] = named[0] if len(named) == 1 else known_organisation(name=row.employer, kind=key[1], by=by)
    return employers[key]
