"""What stands on a receipt and on a printed entry form, so that paper and record can be held side by side.

The code at the foot of an entry form is a digest of what the form says: facts, people, answers and the declarations
agreed to, not the documents, since the stamped form becomes one of them. A receipt's QR carries its own proof.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime

from django.core import signing
from django.db.models import Q
from django.urls import reverse

from core.models import AuditEntry
from projects.models import Entry

NOT_ON_THE_FORM = frozenset({"format", "number", "submitted_at", "zone", "documents", "eligibility", "declarations"})
RECEIPT = "entry-receipt"
PRINTED = "entry.form.print"


def form_code(snapshot: dict) -> str:
    """Twelve signs in threes of four: `3F09-A1C2-77DE`. The same facts give the same code."""
    content = {key: value for key, value in snapshot.items() if key not in NOT_ON_THE_FORM}
    content["declarations"] = [[one["code"], one["text_digest"]] for one in snapshot.get("declarations") or []]
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(text.encode()).hexdigest()[:12].upper()
    return "-".join(digest[place : place + 4] for place in range(0, 12, 4))


def files_digest(snapshot: dict) -> str:
    """SHA-256 over the sums of all documents in their order, one a line: what a receipt promises in one value."""
    sums = [one["sha256"] for one in snapshot.get("documents") or []]
    return hashlib.sha256("\n".join(sums).encode()).hexdigest()


@dataclass(frozen=True)
class Receipt:
    """What the public check says. `current`: no later submission took its place."""

    number: str
    at: datetime
    digest: str
    current: bool


def receipt_path(entry: Entry) -> str:
    """The address in the QR code: number, time and files digest with our signature."""
    facts = [entry.number, int(entry.submitted_at.timestamp()), files_digest(entry.snapshot)]
    return reverse("projects:check_receipt", args=[signing.dumps(facts, salt=RECEIPT)])


def receipt_of(signed: str) -> Receipt | None:
    """The receipt behind an address; None where we did not make it."""
    try:
        number, stamp, digest = signing.loads(signed, salt=RECEIPT)
    except signing.BadSignature:
        return None
    at = datetime.fromtimestamp(stamp, UTC)
    entry = Entry.objects.filter(number=number).only("number", "submitted_at").first()
    current = bool(entry and entry.submitted_at and int(entry.submitted_at.timestamp()) == stamp)
    return Receipt(number, at, digest, current)


@dataclass(frozen=True)
class Printed:
    """How the last printed form stands to what the entry says."""

    code: str
    at: datetime
    fits: bool


def last_printed(entry: Entry, snapshot: dict, *, before: datetime | None = None) -> Printed | None:
    """The last printing of the form, or the last before a scan was uploaded, compared with these facts."""
    when = Q(at__lte=before) if before else Q()
    rows = AuditEntry.objects.filter(when, object_type=entry._meta.label_lower, object_id=str(entry.pk), verb=PRINTED)
    row = rows.order_by("-pk").first()
    if row is None:
        return None
    code = row.after.get("code", "")
    return Printed(code, row.at, code == form_code(snapshot))
