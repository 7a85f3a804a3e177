"""The audit trail: every write of a service leaves one entry, and seals chain the entries.

An entry carries the digest of its own content. `seal()` closes all entries not yet sealed, in order, into one
digest that includes the seal before: a row changed, removed or slipped in later no longer fits, and
`broken()` names it. Sealing in batches keeps writers from waiting on one chain.
"""

import hashlib
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from core.models import AuditEntry, AuditSeal

_batch: ContextVar[list[AuditEntry] | None] = ContextVar("audit_batch", default=None)
_held: ContextVar[dict[int | str, Model | None] | None] = ContextVar("audit_held", default=None)


def record(obj: Model, verb: str, *, by, reason: str = "", before: Any = None, after: Any = None, at=None) -> None:
    """Write down that `by` (a user, or None for the system) did `verb` to `obj`."""
    entry = AuditEntry(
        at=at or timezone.now(),
        actor=by,
        actor_name=str(by)[:120] if by else "",
        verb=verb,
        object_type=obj._meta.label_lower,
        object_id=str(obj.pk),
        object_name=str(obj)[:200],
        reason=reason,
        before=_plain(before),
        after=_plain(after),
    )
    entry.digest = digest_of(entry)
    batch = _batch.get()
    if batch is None:
        entry.save(force_insert=True)
    else:
        batch.append(entry)


@contextmanager
def batched() -> Iterator[None]:
    """Collect the entries of a bulk run and insert them together at its end, in the same transaction."""
    if _batch.get() is not None:
        yield
        return
    token, held = _batch.set([]), _held.set({})
    try:
        with transaction.atomic():
            yield
            AuditEntry.objects.bulk_create(_batch.get(), batch_size=500)
    finally:
        _batch.reset(token)
        _held.reset(held)


def hold(obj: Model) -> Model:
    """Note that this very object was just made or locked and read: until its batch ends, its row can't move."""
    held = _held.get()
    if held is not None:
        held[id(obj)] = obj
    return obj


def is_held(obj: Model) -> bool:
    """Whether a bulk run has locked this very object already, so that it needn't be locked and read again."""
    held = _held.get()
    return held is not None and id(obj) in held


def is_batched() -> bool:
    """Whether a bulk run is on, whose entries are inserted at its end."""
    return _batch.get() is not None


def is_first_in_batch(mark: str) -> bool:
    """True once in each bulk run: for what a run asks for once, not with every row."""
    held = _held.get()
    if held is None or mark in held:
        return False
    held[mark] = None
    return True


def digest_of(entry: AuditEntry) -> str:
    content = [
        int(entry.at.timestamp() * 1_000_000),
        entry.actor_id,
        entry.actor_name,
        entry.verb,
        entry.object_type,
        entry.object_id,
        entry.object_name,
        entry.reason,
        entry.before,
        entry.after,
    ]
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _plain(value: Any) -> Any:
    """JSON-safe copy: decimals, dates and lazy texts become text."""
    return None if value is None else json.loads(json.dumps(value, default=str))


@transaction.atomic
def seal() -> AuditSeal | None:
    """Close every entry that is not yet sealed into one chained seal.

    The entries are claimed first and read afterwards, so that one committed meanwhile waits for the next seal.
    """
    last = AuditSeal.objects.select_for_update().order_by("-pk").first()
    previous = last.digest if last else ""
    made = AuditSeal.objects.create(entries=0, previous=previous, digest=secrets.token_hex(32))
    if not AuditEntry.objects.filter(seal=None).update(seal=made):
        made.delete()
        return None
    digests = list(made.sealed.order_by("pk").values_list("digest", flat=True))
    made.entries, made.digest = len(digests), _chain(previous, digests)
    made.save()
    return made


def _chain(previous: str, digests: list[str]) -> str:
    return hashlib.sha256("\n".join([previous, *digests]).encode()).hexdigest()


def broken() -> list[str]:
    """Every place where the trail no longer fits: changed entries, and seals that miss or gained one."""
    found = [
        f"entry {entry.pk}"
        for entry in AuditEntry.objects.order_by("pk").iterator(2000)
        if digest_of(entry) != entry.digest
    ]
    previous = ""
    for one in AuditSeal.objects.order_by("pk"):
        digests = list(one.sealed.order_by("pk").values_list("digest", flat=True))
        if one.previous != previous or one.digest != _chain(previous, digests) or one.entries != len(digests):
            found.append(f"seal {one.pk}")
        previous = one.digest
    return found
