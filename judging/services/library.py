"""The judge library: who is in it, what is known of them, and where their fee goes."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, Person
from core import audit
from core.models import Region
from core.problems import Refused
from judging.models import Judge, PayAccount
from judging.services.late import look_at_judge
from judging.states import Grade, JudgeKind, Language

STATED = ("kind", "second_kind", "fields", "employer", "region", "title", "languages", "profile", "active")
OWN = frozenset({"fields", "employer", "region", "title", "languages", "profile"})
TIES = frozenset({"employer", "region"})
MOST_FIELDS = 8


@transaction.atomic
def enrol(
    person: Person, *, kind: str, by, fields: Mapping[str, int] | Iterable[str] = (), employer=None, region=None,
    title: str = "", at: datetime | None = None, **facts,
) -> Judge:  # fmt: skip
    """Put a person into the judge library; somebody who is there already stays as they are.

    Fields without grades are known well. `facts` are further columns: second_kind, languages, profile, active.
    """
    stated = _checked({"kind": kind, "fields": fields, "employer": employer, "region": region, "title": title, **facts})
    judge, made = Judge.objects.get_or_create(person=person, defaults=stated)
    if made:
        audit.record(judge, "judge.enrol", by=by, after=_shown(stated), at=at)
    return judge


@transaction.atomic
def correct_judge(judge: Judge, *, by, at: datetime | None = None, **facts) -> Judge:
    """Change what is known of a judge; old and new values stand in the trail. `by` may be the judge, for OWN facts."""
    judge = (
        Judge.objects.select_for_update(of=("self",)).select_related("employer", "region", "person").get(pk=judge.pk)
    )
    own = by is not None and by.person_id == judge.person_id and not by.is_superuser
    facts = _checked({key: value for key, value in facts.items() if not own or key in OWN})
    before = {key: getattr(judge, key) for key in facts}
    changed = {key: value for key, value in facts.items() if value != before[key]}
    if not changed:
        return judge
    for key, value in changed.items():
        setattr(judge, key, value)
    judge.save(update_fields=[*changed, "updated_at"])
    audit.record(
        judge,
        "judge.correct",
        by=by,
        before=_shown({key: before[key] for key in changed}),
        after=_shown(changed),
        at=at,
    )
    if TIES & changed.keys():
        transaction.on_commit(partial(look_at_judge, judge.pk), robust=True)
    return judge


@transaction.atomic
def confirm_own(judge: Judge, *, by, at: datetime | None = None) -> Judge:
    """The judge says that the own data are right; asked for once a year."""
    at = at or timezone.now()
    Judge.objects.filter(pk=judge.pk).update(confirmed_at=at)
    audit.record(judge, "judge.confirm", by=by, at=at)
    judge.confirmed_at = at
    return judge


def _checked(facts: Mapping) -> dict:
    """Facts of a judge in the form of the columns. Refused at the field that is wrong."""
    unknown = facts.keys() - set(STATED)
    if unknown:
        raise TypeError(f"A judge has no such fact: {', '.join(sorted(unknown))}")
    facts = dict(facts)
    if "fields" in facts:
        facts["fields"] = _graded(facts["fields"])
    if facts.get("second_kind") and facts.get("second_kind") == facts.get("kind"):
        facts["second_kind"] = ""
    for key in ("kind", "second_kind"):
        if facts.get(key) and facts[key] not in JudgeKind:
            raise Refused(_("Choose a kind from the list."), field=key)
    if "languages" in facts:
        facts["languages"] = [one for one in Language.values if one in set(facts["languages"])]
    return facts


def _graded(fields: Mapping[str, int] | Iterable[str]) -> dict[str, int]:
    graded = dict(fields) if isinstance(fields, Mapping) else dict.fromkeys(fields, Grade.GOOD.value)
    if len(graded) > MOST_FIELDS:
        raise Refused(_("At most %(most)s fields. Leave out the weakest.") % {"most": MOST_FIELDS}, field="fields")
    if any(grade not in Grade.values for grade in graded.values()):
        raise Refused(_("A grade is 1, 2 or 3."), field="fields")
    return {name: int(grade) for name, grade in graded.items()}


def _shown(facts: Mapping) -> dict:
    return {
        key: str(value) if isinstance(value, Organisation | Region) else value for key, value in facts.items()
    }  # fmt: skip


# ---------------------------------------------------------------- where the fee goes


@transaction.atomic
def set_pay_account(judge: Judge, *, holder: str, bank: str, number: str, by, at: datetime | None = None) -> PayAccount:
    """Keep a judge's account, encrypted. The trail says that it changed and how the number ends, nothing more."""
    number = "".join(number.split())
    for field, value in (("holder", holder), ("bank", bank)):
        if not value.strip():
            raise Refused(_("Fill in this field."), field=field)
    if not (number.isascii() and number.isdigit() and 12 <= len(number) <= 30):
        raise Refused(_("This is no account number: compare its 12 to 30 digits with the card."), field="number")
    held, _new = PayAccount.objects.update_or_create(
        judge=judge, defaults={"holder": holder.strip(), "bank": bank.strip(), "number": number}
    )
    audit.record(held, "judge.account", by=by, after={"number": held.masked_number}, at=at)
    return held


@transaction.atomic
def read_pay_account(judge: Judge, *, reason: str, by, at: datetime | None = None) -> PayAccount:
    """Open an account to whoever pays; every look is on record with its reason."""
    if not reason.strip():
        raise Refused(_("Say what you need the account for; the look is recorded."), field="reason")
    held = PayAccount.objects.filter(judge=judge).select_related("judge__person").first()
    if held is None:
        raise Refused(_("This judge has not given an account yet."), field="reason")
    audit.record(held, "judge.account.read", by=by, reason=reason.strip()[:200], at=at)
    return held
