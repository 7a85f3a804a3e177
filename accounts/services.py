"""Writes on people, organisations and accounts."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.checks import checked_credit_code, checked_document, checked_phone
from accounts.models import Organisation, Person, User
from accounts.states import IdKind
from core import audit
from core.crypto import blind_index
from core.identity import birth_date_of, masked_phone, sex_of
from core.problems import Refused

STATED = frozenset(
    {
        "name", "name_en", "birth_date", "sex", "nationality", "email", "employer", "title", "school", "degree",
        "graduated_on", "statuses",
    }
)  # fmt: skip


@transaction.atomic
def known_person(
    *, name: str, id_kind: str, id_number: str, by, phone: str = "", email: str = "", **facts: Any
) -> Person:
    """The one row of a human being, found by the identity document or made now.

    A person known already is never overwritten: only what is still empty is filled in, and nothing at all once
    the person has a login and speaks for themselves. Name and number have to belong together.
    """
    stated = {"name": name, "id_kind": id_kind, "id_number": id_number, "phone": phone, "email": email, **facts}
    return known_people(people=[stated], by=by)[0]


@transaction.atomic
def known_people(*, people: Sequence[dict[str, Any]], by) -> list[Person]:
    """`known_person` for several at once, in the order given: each dict holds its arguments."""
    keys = [(one["id_kind"], checked_document(one["id_kind"], one["id_number"])) for one in people]
    indexes = [blind_index(f"id:{kind}", number) for kind, number in keys]
    kinds = {kind for kind, _number in keys}
    rows = Person.objects.select_related("user").filter(id_kind__in=kinds, id_index__in=indexes)
    known = {(row.id_kind, row.id_index): row for row in rows}
    new = {}
    for one, (kind, number), index in zip(people, keys, indexes, strict=True):
        name = " ".join(one["name"].split())
        facts = {key: value for key, value in one.items() if key not in ("name", "id_kind", "id_number")}
        found = known.get((kind, index))
        if found is None:
            known[kind, index] = new[kind, index] = _stated_person(name, kind, number, facts, by=by)
        elif (kind, index) not in new:
            _fill_in(found, name, facts, by=by)
    try:
        with transaction.atomic():
            Person.objects.bulk_create(new.values())
    except IntegrityError:
        # Somebody brought in one of them a moment ago: that row is the person.
        return known_people(people=people, by=by)
    for person in new.values():
        _record_known(person, by=by)
    return [known[kind, index] for (kind, _number), index in zip(keys, indexes, strict=True)]


def _fill_in(found: Person, name: str, facts: dict, *, by) -> None:
    _check_name(found, name)
    if not hasattr(found, "user"):
        correct_person(
            found, by=by, **{key: value for key, value in facts.items() if value and not getattr(found, key)}
        )


def _check_name(found: Person, name: str) -> None:
    if found.name.casefold() != name.casefold():
        raise Refused(
            _("Name and document number do not belong together. Check both against the document."),
            field="id_number",
            code="id-name",
        )


@transaction.atomic
def new_person(*, name: str, by, id_kind: str = IdKind.RESIDENT, **facts: Any) -> Person:
    """A person whose document is not known yet: the row waits for `identify_person`."""
    person = _stated_person(name, id_kind, "", facts, by=by)
    person.save(force_insert=True)
    _record_known(person, by=by)
    return person


def _stated_person(name: str, kind: str, number: str, facts: dict, *, by) -> Person:
    person = Person(name=name, added_by=by, id_kind=kind)
    facts = {**facts, "phone": checked_phone(facts.get("phone", ""))}
    if number:
        person.set_document(kind, number)
        facts |= _told_by_number(kind, number)
    _state(person, facts)
    return person


def _record_known(person: Person, *, by) -> None:
    audit.record(person, "person.known", by=by, after={"name": person.name, "id_number": person.masked_id_number})


def _told_by_number(kind: str, number: str) -> dict:
    if kind != IdKind.RESIDENT:
        return {}
    return {"birth_date": birth_date_of(number), "sex": sex_of(number)}


@transaction.atomic
def identify_person(person: Person, *, id_kind: str, id_number: str, by) -> Person:
    """Give a person without a document theirs. Who is known already by it is answered instead of the waiting row."""
    number = checked_document(id_kind, id_number)
    index = blind_index(f"id:{id_kind}", number)
    known = Person.objects.select_related("user").filter(id_kind=id_kind, id_index=index).first()
    if known is not None:
        _check_name(known, person.name)
        return known
    if person.id_index:
        raise Refused(_("This person's document is on record already."), field="id_number", code="id-known")
    person.set_document(id_kind, number)
    _state(person, _told_by_number(id_kind, number))
    person.save()
    audit.record(person, "person.identify", by=by, after={"id_number": person.masked_id_number})
    return person


def _state(person: Person, facts: dict) -> None:
    unknown = facts.keys() - STATED - {"phone"}
    if unknown:
        raise TypeError(f"A person has no such fact: {', '.join(sorted(unknown))}")
    for key, value in facts.items():
        if key == "phone":
            person.set_phone(value)
        else:
            setattr(person, key, value)


@transaction.atomic
def correct_person(person: Person, *, by, **facts: Any) -> Person:
    """Change stated facts of a person. Whoever calls has made sure that `by` may speak for them.

    Birth date and sex of a resident ID follow from its number and stay as they are.
    """
    if "phone" in facts:
        facts["phone"] = checked_phone(facts["phone"])
    if person.id_kind == IdKind.RESIDENT and person.id_number:
        facts = {key: value for key, value in facts.items() if key not in ("birth_date", "sex")}
    changed = {key: value for key, value in facts.items() if getattr(person, key) != value}
    if not changed:
        return person
    before = {key: _shown(key, getattr(person, key)) for key in changed}
    _state(person, changed)
    columns = [*changed, "phone_index"] if "phone" in changed else list(changed)
    person.save(update_fields=columns)
    after = {key: _shown(key, value) for key, value in changed.items()}
    audit.record(person, "person.correct", by=by, before=before, after=after)
    return person


def _shown(key: str, value: Any) -> Any:
    """Personal data stand masked in the audit trail."""
    if key == "phone":
        return masked_phone(value)
    return value.isoformat() if isinstance(value, date) else str(value) if value is not None else None


@transaction.atomic
def known_organisation(*, name: str, kind: str, by, credit_code: str | None = None, region=None) -> Organisation:
    """The one row of a body, found by its credit code (or, without one, by name, kind and place), or made now.

    A body known already keeps its name: a firm that was renamed is still the same firm.
    """
    name = " ".join(name.split())
    if credit_code:
        credit_code = checked_credit_code(credit_code)
        match = {"credit_code": credit_code}
    else:
        match = {"name": name, "kind": kind, "credit_code": None, "region": region}
    found = Organisation.objects.filter(**match).first()
    if found is not None:
        return found
    made = Organisation.objects.create(name=name, kind=kind, credit_code=credit_code or None, region=region)
    audit.record(made, "organisation.known", by=by, after={"name": name, "credit_code": credit_code})
    return made


@transaction.atomic
def create_account(
    *, username: str, display_name: str, by, password: str | None = None, person: Person | None = None,
    demo_role: str = "", email: str = "",
) -> User:  # fmt: skip
    """A login for somebody; without a password it cannot be used until one is set by mail or by an office.

    User names are kept in small letters, as sign-up keeps them.
    """
    username = username.lower()
    if User.objects.filter(username=username).exists():
        raise Refused(
            _("The user name “%(name)s” is taken. Choose another.") % {"name": username}, field="username", code="taken"
        )
    user = User(username=username, display_name=display_name, person=person, demo_role=demo_role, email=email)
    user.set_password(password)
    user.save(force_insert=True)
    audit.record(user, "account.create", by=by, after={"username": username, "display_name": display_name})
    return user


@transaction.atomic
def link_person(user: User, *, person: Person, by) -> User:
    """Say that a login belongs to a person. Neither may belong to somebody else already."""
    if user.person_id not in (None, person.pk) or User.objects.filter(person=person).exclude(pk=user.pk).exists():
        raise Refused(_("This person already has another account. Sign in with that one."), code="person-taken")
    if user.person_id is None:
        user.person = person
        user.save(update_fields=["person"])
        audit.record(user, "account.link", by=by, after={"person": person.pk})
    return user


@transaction.atomic
def set_phone(user: User, *, phone: str, verified: bool, by) -> User:
    """Gives an account its mobile number (E.164). One number belongs to one account: the blind index is unique."""
    before = masked_phone(user.phone)
    user.phone, user.phone_index, user.phone_verified = phone, blind_index("phone", phone), verified
    user.save(update_fields=["phone", "phone_index", "phone_verified"])
    audit.record(user, "account.phone", by=by, before=before, after=masked_phone(phone))
    return user


@transaction.atomic
def rename(user: User, *, display_name: str, by) -> User:
    """The name under which others see the account. It changes nothing that was published before."""
    before, user.display_name = user.display_name, " ".join(display_name.split())
    if not user.display_name:
        raise Refused(_("Enter your name."), field="display_name", code="empty")
    if user.display_name != before:
        user.save(update_fields=["display_name"])
        audit.record(user, "account.rename", by=by, before=before, after=user.display_name)
    return user
