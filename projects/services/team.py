"""Writes on the team of an entry's project: members in printed order, and advisers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import services as accounts
from accounts.models import Person, User
from contests.states import RuleKind
from core import audit
from core.identity import masked_id
from core.problems import Refused
from core.templatetags.luyan import plain
from messaging.services import send
from projects.dossier import Dossier
from projects.models import Entry, TeamMember
from projects.services.entries import refuse_unless_open
from projects.states import EntryState, MemberKind
from projects.ties import team_changed


@transaction.atomic
def add_member(
    entry: Entry, *, kind: MemberKind, name: str, id_kind: str, id_number: str, by, work: str = "",
    share: Decimal | None = None, at: datetime | None = None, **facts: Any,
) -> TeamMember:  # fmt: skip
    """Put a person at the end of the team. The season's caps hold already here, not only at submission (domain §5)."""
    person = {"name": name, "id_kind": id_kind, "id_number": id_number, **facts}
    return add_members(entry, newcomers=[Newcomer(kind, person, work, share)], by=by, at=at)[0]


@dataclass(frozen=True)
class Newcomer:
    """Somebody to be added: the part, the arguments of `known_person`, the work and the share."""

    kind: MemberKind
    person: dict[str, Any]
    work: str = ""
    share: Decimal | None = None


@transaction.atomic
def add_members(entry: Entry, *, newcomers: Sequence[Newcomer], by, at: datetime | None = None) -> list[TeamMember]:
    """Put people at the end of the team in the order given; all of them or none."""
    at = at or timezone.now()
    _lock(entry, at)
    people = accounts.known_people(people=[one.person for one in newcomers], by=by)
    return add_people(entry, newcomers=newcomers, people=people, by=by, at=at)


@transaction.atomic
def add_people(
    entry: Entry, *, newcomers: Sequence[Newcomer], people: Sequence[Person], by, at: datetime
) -> list[TeamMember]:
    """`add_members` for people who are known already, one for each newcomer. The entry is locked."""
    dossier = Dossier(entry)
    team = list(TeamMember.objects.filter(project=entry.project_id).values_list("person_id", "kind", "order"))
    members = []
    for newcomer, person in zip(newcomers, people, strict=True):
        _check_room(dossier, [held for _person, held, _order in team], newcomer.kind)
        _check_new(person, newcomer.kind, team)
        is_leader = newcomer.kind == MemberKind.LEADER
        order = 0 if is_leader else max((order for _key, _held, order in team), default=0) + 1
        members.append(
            TeamMember(
                project=entry.project, person=person, kind=newcomer.kind, order=order, work=newcomer.work,
                share=newcomer.share,
            )
        )  # fmt: skip
        team.append((person.pk, newcomer.kind, order))
        if is_leader and entry.state == EntryState.DRAFT:
            entry.leader, entry.leader_name = person, person.name
    TeamMember.objects.bulk_create(members)
    after = [{"kind": one.kind, **_facts(one)} for one in members]
    _touch(entry, "entry.member.add", by=by, at=at, after=after)
    return members


@transaction.atomic
def own_identity(*, name: str, id_kind: str, id_number: str, inviter: int, by: User, **facts: Any) -> Person:
    """The person that an account says it belongs to, with facts that only the person itself may state.

    A row that others had made is joined to the account only when the inviting team made it (`inviter` is that
    account's key); otherwise knowing a number would be enough to take over somebody else's row, such as a judge's.
    """
    facts = {key: value for key, value in facts.items() if value}
    if by.person_id:
        person = by.person
        if not person.id_index:
            person = accounts.identify_person(person, id_kind=id_kind, id_number=id_number, by=by)
        if person.pk == by.person_id:
            accounts.correct_person(person, by=by, **facts)
        return person
    person = accounts.known_person(name=name, id_kind=id_kind, id_number=id_number, by=by, **facts)
    if hasattr(person, "user") or person.added_by_id in (by.pk, inviter):
        accounts.link_person(by, person=person, by=by)
        accounts.correct_person(person, by=by, **facts)
    return person


@transaction.atomic
def leave_team(entry: Entry, *, member: TeamMember, by, at: datetime | None = None) -> None:
    """A member leaves while the entry can still be changed; the owner is told. `by` is that member's account."""
    at = at or timezone.now()
    _lock(entry, at)
    if member.kind == MemberKind.LEADER:
        raise Refused(_("The leader can't leave. Ask the owner of the entry to enter another leader."), code="leader")
    before = {"kind": member.kind, **_facts(member)}
    name = member.person.name
    member.delete()
    _touch(entry, "entry.member.leave", by=by, at=at, before=before)
    send(
        entry.project.owner,
        kind="team.left",
        subject=_("%(name)s left the team of %(project)s") % {"name": name, "project": entry.title},
        body=_("The team stands in the entry form. Whoever is still missing is named there."),
        link=reverse("projects:form", args=[entry.pk, "team"]),
        by=by,
    )


@transaction.atomic
def correct_own_data(entry: Entry, *, member: TeamMember, by, at: datetime | None = None, **facts: Any) -> None:
    """A member sets the own facts right until the entry is handed in. `by` is that member's account."""
    at = at or timezone.now()
    _lock(entry, at)
    if not member.person.may_be_corrected_by(by):
        raise Refused(_("These details were stated by others. Ask the contest office to correct them."), code="others")
    accounts.correct_person(member.person, by=by, **facts)
    _touch(entry, "entry.member.correct", by=by, at=at, after=_facts(member))


def check_room(entry: Entry, kinds: list[str], kind: str) -> None:
    """Refuse one more of this kind beside these, by the caps of the season's rules."""
    _check_room(Dossier(entry), kinds, kind)


def _check_new(person, kind: str, team: list[tuple]) -> None:
    if any(key == person.pk and (held == kind or _is_core(held, kind)) for key, held, _order in team):
        raise Refused(
            _("%(name)s is in this team already.") % {"name": person.name}, field="id_number", code="member-twice"
        )


def _is_core(one: str, other: str) -> bool:
    """The leader counts as a member; only advising and taking part are two things."""
    return MemberKind.ADVISER not in (one, other)


def _check_room(dossier: Dossier, kinds: list[str], kind: str) -> None:
    if kind == MemberKind.LEADER and MemberKind.LEADER in kinds:
        raise Refused(_("The team has a leader. Change the leader at the leader's details."), code="leader-twice")
    is_adviser = kind == MemberKind.ADVISER
    most = dossier.limit(RuleKind.ADVISERS_MAX if is_adviser else RuleKind.TEAM_MAX)
    held = sum((one == MemberKind.ADVISER) == is_adviser for one in kinds)
    if most is None or held < most:
        return
    if is_adviser:
        raise Refused(
            _("This track allows at most %(most)s advisers. Remove one before you add another.")
            % {"most": plain(most)},
            code="advisers-full",
        )
    raise Refused(
        _("This track allows at most %(most)s people in a team with its leader. Remove one before you add more.")
        % {"most": plain(most)},
        code="team-full",
    )


@transaction.atomic
def change_member(
    entry: Entry, *, member: TeamMember, by, work: str = "", share: Decimal | None = None, at: datetime | None = None,
    **facts: Any,
) -> TeamMember:  # fmt: skip
    """Change a member's part and, where `by` may speak for them, their stated facts."""
    at = at or timezone.now()
    _lock(entry, at)
    before = _facts(member)
    member.work, member.share = work, share
    member.save(update_fields=["work", "share"])
    if facts and member.person.may_be_corrected_by(by):
        told = _stated(member.person)
        accounts.correct_person(member.person, by=by, **facts)
        if member.confirmed_at and told != _stated(member.person):
            _unconfirm(member)
    _touch(entry, "entry.member.change", by=by, at=at, before=before, after=_facts(member))
    return member


@transaction.atomic
def remove_member(entry: Entry, *, member: TeamMember, by, at: datetime | None = None) -> None:
    at = at or timezone.now()
    _lock(entry, at)
    if member.kind == MemberKind.LEADER:
        raise Refused(_("The leader can't be removed, only changed at the leader's details."), code="leader")
    before = {"kind": member.kind, **_facts(member)}
    member.delete()
    _touch(entry, "entry.member.remove", by=by, at=at, before=before)


@transaction.atomic
def move_member(entry: Entry, *, member: TeamMember, up: bool, by, at: datetime | None = None) -> None:
    """Change places with the neighbour of the same kind; the order is the one printed on certificates."""
    at = at or timezone.now()
    _lock(entry, at)
    row = list(TeamMember.objects.filter(project=entry.project, kind=member.kind))
    place = next(i for i, one in enumerate(row) if one.pk == member.pk)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(row):
        return
    row[place], row[other] = row[other], row[place]
    for order, one in enumerate(row, start=1):
        one.order = order
    TeamMember.objects.bulk_update(row, ["order"])
    _touch(entry, "entry.member.move", by=by, at=at, after={"order": [one.person_id for one in row]})


def _stated(person: Person) -> tuple:
    return person.name, person.phone, person.email, person.school, person.degree, person.title, person.birth_date


def _unconfirm(member: TeamMember) -> None:
    """What somebody else changed was not what the person confirmed."""
    member.confirmed_at, member.consent_digest = None, ""
    member.save(update_fields=["confirmed_at", "consent_digest"])


def _lock(entry: Entry, at: datetime) -> None:
    Entry.objects.lock(entry)
    refuse_unless_open(entry, at)


def _touch(entry: Entry, verb: str, *, by, at: datetime, before=None, after=None) -> None:
    entry.version += 1
    entry.save(update_fields=["version", "leader", "leader_name", "updated_at"])
    audit.record(entry, verb, by=by, before=before, after=after, at=at)
    team_changed(entry.project_id)


def _facts(member: TeamMember) -> dict:
    return {
        "name": member.person.name,
        "id_number": masked_id(member.person.id_number),
        "work": member.work,
        "share": member.share,
    }
