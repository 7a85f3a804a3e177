"""Saving a step of the form. Whatever fits is kept; what two people changed at once is shown to the second."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import services as accounts
from accounts.checks import checked_credit_code
from accounts.models import Person
from accounts.states import IdKind, OrganisationKind
from core import audit
from core.identity import masked_id, masked_phone
from core.problems import Refused
from projects.dossier import Dossier
from projects.models import Entry, Project, TeamMember
from projects.services import answers
from projects.services.entries import refuse_unless_open
from projects.sheet import FACTS_OF_A_PERSON, PROJECT_FIELDS, plain_value
from projects.states import EntryState, MemberKind, Step
from projects.ties import team_changed

OF_THE_ENTRY = ("track", "unit")
FOLLOWING = (
    "track", "unit", "leader", "leader_name", "title", "industry", "company_name", "version", "form_step", "updated_at",
)  # fmt: skip
SEALED = ("id_number", "id_kind", "phone")
EMPTY = (None, "", [])


class Conflict(Refused):
    """Somebody else changed the same facts meanwhile. `theirs` holds the values now kept, by field."""

    def __init__(self, theirs: dict[str, Any]):
        super().__init__(
            _("These fields were changed elsewhere meanwhile. Both values stand below; choose one of each."),
            code="conflict",
        )
        self.theirs = theirs


@transaction.atomic
def save_step(
    entry: Entry, step: Step, data: dict[str, Any], *, by, at: datetime | None = None,
    expected_version: int | None = None, base: dict[str, Any] | None = None,
) -> Entry:  # fmt: skip
    """Keep what was filled in for one step.

    `data` holds cleaned values by field; fields that are absent stay as they are. `base` holds the values that the
    form was opened with, as `plain_value` writes them: a field that somebody else moved away from there, to another
    value than ours, is a conflict and nothing is written. Without `base`, `expected_version` alone decides. Numbers
    with check digits are checked.
    """
    at = at or timezone.now()
    _open(entry, at)
    if expected_version is not None and base is None and expected_version != entry.version:
        raise Refused(
            _("This entry was changed elsewhere meanwhile. Reload the page and fill in your change again."),
            code="stale",
        )
    step = Step(step)
    return _keep(entry, {step: _change(entry, step, data, base=base or {}, by=by, at=at)}, by=by, at=at)


@transaction.atomic
def save_steps(entry: Entry, steps: dict[Step, dict[str, Any]], *, by, at: datetime | None = None) -> Entry:
    """Keep several steps that come at once: like `save_step` for each in turn, all or none, rows written once."""
    at = at or timezone.now()
    _open(entry, at)
    changes = {step: _change(entry, step, data, base={}, by=by, at=at) for step, data in steps.items()}
    return _keep(entry, changes, by=by, at=at)


@dataclass
class Change:
    """What a step changed, as the audit trail writes it, and the columns of the project that are to be saved."""

    before: dict[str, Any]
    after: dict[str, Any]
    columns: tuple[str, ...] = ()


def _open(entry: Entry, at: datetime) -> None:
    Entry.objects.lock(entry)
    refuse_unless_open(entry, at)
    if not audit.is_held(entry.project):
        entry.project = audit.hold(Project.objects.select_for_update().get(pk=entry.project_id))


def _change(entry: Entry, step: Step, data: dict, *, base: dict, by, at: datetime) -> Change | None:
    if step == Step.QUESTIONS:
        return _save_answers(entry, data, base=base, at=at)
    if step == Step.LEADER:
        return _save_leader(entry, data, base=base, by=by)
    return _set_columns(entry, step, data, base=base, by=by)


def _keep(entry: Entry, changes: dict[Step, Change | None], *, by, at: datetime) -> Entry:
    changes = {step: change for step, change in changes.items() if change}
    columns = {name for change in changes.values() for name in change.columns}
    if columns:
        entry.project.save(update_fields=[*columns, "company", "updated_at"])
    if changes:
        entry.version += len(changes)
        entry.form_step = [*changes][-1]
        _follow(entry)
        entry.save(update_fields=FOLLOWING)
    for change in changes.values():
        audit.record(entry, "entry.save", by=by, before=change.before, after=change.after, at=at)
    return entry


def _save_answers(entry: Entry, data: dict, *, base: dict, at: datetime) -> Change | None:
    kept = Dossier(entry).values
    _refuse_conflicts(data, now={code: kept.get(code) for code in data}, base=base)
    changed = answers.save_answers(entry, data, at=at)
    return changed and Change(*changed)


def _set_columns(entry: Entry, step: Step, data: dict, *, base: dict, by) -> Change | None:
    project = entry.project
    allowed = {*PROJECT_FIELDS.get(step, ()), *(OF_THE_ENTRY if step == Step.PROJECT else ())}
    if unknown := data.keys() - allowed:
        raise TypeError(f"Step {step} has no field {', '.join(sorted(unknown))}")
    data = _checked(entry, data)
    now = {name: _kept(entry, name) for name in data}
    _refuse_conflicts(data, now=now, base=base)
    changes = {name: value for name, value in data.items() if _key(value) != now[name]}
    if not changes:
        return None
    before = {name: _audited(_owner_of(entry, name), name) for name in changes}
    for name, value in changes.items():
        owner = _owner_of(entry, name)
        setattr(owner, name if hasattr(value, "pk") else owner._meta.get_field(name).attname, value)
    if "credit_code" in changes or "company_name" in changes or "has_company" in changes:
        _match_company(project, by=by)
    after = {name: _audited(_owner_of(entry, name), name) for name in changes}
    return Change(before, after, tuple(name for name in changes if name not in OF_THE_ENTRY))


def _owner_of(entry: Entry, name: str) -> Entry | Project:
    return entry if name in OF_THE_ENTRY else entry.project


def _kept(entry: Entry, name: str) -> Any:
    owner = _owner_of(entry, name)
    column = owner._meta.get_field(name)
    return getattr(owner, column.attname)


def _key(value: Any) -> Any:
    """A relation compares by its key."""
    return value.pk if hasattr(value, "pk") else value


def _audited(owner, name: str) -> Any:
    return plain_value(getattr(owner, owner._meta.get_field(name).attname))


def _checked(entry: Entry, data: dict) -> dict:
    """Values that only make sense together with the season or hold a check digit."""
    data = dict(data)
    for name in OF_THE_ENTRY:
        if data.get(name) is not None and data[name].season_id != entry.season_id:
            raise Refused(_("Choose one that belongs to this season."), field=name, code="season")
    if entry.state == EntryState.RETURNED and data.get("unit", entry.unit) != entry.unit:
        raise Refused(
            _("A returned entry stays with the unit it was sent to. Ask that unit to pass it on."),
            field="unit",
            code="unit-fixed",
        )
    if data.get("unit") is not None and not data["unit"].accepts_entries:
        raise Refused(
            _("This unit takes no entries itself. Choose one that stands below it."), field="unit", code="unit"
        )
    if data.get("credit_code"):
        data["credit_code"] = checked_credit_code(data["credit_code"])
    return data


def _match_company(project: Project, *, by) -> None:
    """The stated company becomes the organisation known by its credit code."""
    before = project.company_id
    if project.has_company and project.credit_code and project.company_name:
        project.company = accounts.known_organisation(
            name=project.company_name,
            kind=OrganisationKind.COMPANY,
            credit_code=project.credit_code,
            region=project.company_region,
            by=by,
        )
    else:
        project.company = None
    if project.company_id != before:
        team_changed(project.pk)


def _refuse_conflicts(data: dict, *, now: dict, base: dict) -> None:
    theirs = {
        name: now.get(name)
        for name, value in data.items()
        if name in base and not any(_is_same(now.get(name), one) for one in (base[name], _key(value)))
    }
    if theirs:
        raise Conflict(theirs)


def _is_same(value: Any, other: Any) -> bool:
    """Nothing is nothing, whichever way a form and a table write it."""
    value, other = plain_value(value), plain_value(other)
    return value == other or (value in EMPTY and other in EMPTY)


def _follow(entry: Entry) -> None:
    """Before the first submission the columns that lists show follow the project; later they are frozen."""
    if entry.state != EntryState.DRAFT:
        return
    project = entry.project
    entry.title, entry.industry = project.name, project.industry
    entry.company_name = project.company_name if project.has_company else ""


# ---------------------------------------------------------------- the leader


def _save_leader(entry: Entry, data: dict, *, base: dict, by) -> Change | None:
    """The person who leads. A document number typed anew makes the person of that document the leader."""
    leaders = TeamMember.objects.filter(project=entry.project, kind=MemberKind.LEADER)
    member = next(iter(leaders.select_related("person__user", "person__employer")), None)
    data = dict(data)
    mine = data.pop("is_me", None)
    person = member.person if member else None
    now = leader_facts(person)
    _refuse_conflicts({k: v for k, v in data.items() if k not in SEALED}, now=now, base=base)
    found = _person_for(person, data, by=by)
    if found is None:
        return None
    if member is None:
        TeamMember.objects.create(project=entry.project, person=found, kind=MemberKind.LEADER)
    elif member.person_id != found.pk:
        member.person = found
        member.save(update_fields=["person"])
    if mine and by.person_id is None and found.added_by_id == by.pk and not hasattr(found, "user"):
        accounts.link_person(by, person=found, by=by)
    if entry.state == EntryState.DRAFT:
        entry.leader, entry.leader_name = found, found.name
    after = leader_facts(found)
    changed = [name for name in after if after[name] != now.get(name)]
    if not changed:
        return None
    before = {name: _masked(name, now.get(name)) for name in changed}
    return Change(before, {name: _masked(name, after[name]) for name in changed})


def leader_facts(person: Person | None) -> dict[str, Any]:
    """A leader's facts by field of the form, as they are kept now."""
    if person is None:
        return {}
    facts = {name: getattr(person, name) for name in (*FACTS_OF_A_PERSON, "name", "birth_date", "sex", *SEALED)}
    facts["employer"] = person.employer.name if person.employer else ""
    facts["employer_region"] = person.employer.region_id if person.employer else None
    return facts


def _masked(name: str, value: Any) -> Any:
    if name == "id_number":
        return masked_id(value or "")
    return masked_phone(value or "") if name == "phone" else plain_value(value)


def _person_for(person: Person | None, data: dict, *, by) -> Person | None:
    """The leader as stated: known by document, waiting for one, or nobody yet while no name is given."""
    name = " ".join((data.get("name") or (person.name if person else "")).split())
    number = data.get("id_number") or ""
    kind = data.get("id_kind") or (person.id_kind if person else IdKind.RESIDENT)
    if not name:
        return person
    facts = _stated_facts(data, by=by)
    if person is None or (number and person.id_index and number.upper() != person.id_number):
        if number:
            return accounts.known_person(name=name, id_kind=kind, id_number=number, by=by, **facts)
        return accounts.new_person(name=name, by=by, id_kind=kind, **facts)
    if number and not person.id_index:
        person = _identified(person, name, kind, number, by=by)
    if person.may_be_corrected_by(by):
        if name != person.name:
            facts["name"] = name
        accounts.correct_person(person, by=by, **facts)
    return person


def _identified(person: Person, name: str, kind: str, number: str, by) -> Person:
    if person.name != name and person.may_be_corrected_by(by):
        accounts.correct_person(person, by=by, name=name)
    return accounts.identify_person(person, id_kind=kind, id_number=number, by=by)


def _stated_facts(data: dict, *, by) -> dict:
    facts = {name: data[name] for name in (*FACTS_OF_A_PERSON, "birth_date", "sex", "phone") if name in data}
    if data.get("employer"):
        facts["employer"] = accounts.known_organisation(
            name=data["employer"], kind=OrganisationKind.OTHER, region=data.get("employer_region"), by=by
        )
    elif "employer" in data:
        facts["employer"] = None
    return facts
