"""Entries compared with all others, after they are submitted. Runs in the task worker; nothing waits for it.

What a machine finds is a pair for an officer to look at: it changes no entry, and its contestant is told nothing.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from core import audit
from projects.fingerprints import Taken, taken
from projects.models import Entry, Fingerprint, FingerprintBand, Likeness, PageMark
from projects.queries.alike import Found, Search
from projects.states import LIKENESS_MOVES, LikenessState

KEPT = ("reasons", "score", "state", "by", "at", "reason", "found_at")


def not_compared():
    """Submitted entries without a fingerprint, or submitted again since it was taken."""
    late = Q(fingerprint=None) | Q(fingerprint__made_at__lt=F("submitted_at"))
    found = Entry.objects.submitted().filter(late, submitted_at__isnull=False)
    return found.select_related("track")


def compare(entry: Entry, *, by=None, at: datetime | None = None) -> list[Likeness]:
    """Take the fingerprint of a submitted entry and note every pair that it makes. Running it again is harmless.

    The deck is drawn before anything is locked. `by` stays empty when the submission itself asked.
    """
    if entry.submitted_at is None:
        return []
    return compare_by(entry, taken(entry), by=by, at=at)


@transaction.atomic
def compare_by(entry: Entry, facts: Taken, *, by=None, at: datetime | None = None) -> list[Likeness]:
    """Compare an entry by a fingerprint just taken, and keep it for those that come later."""
    at = at or timezone.now()
    search = Search(entry, facts)
    found = search.found()
    _keep(entry, search, at=at)
    return _note(entry, found, by=by, at=at)


def _keep(entry: Entry, search: Search, *, at: datetime) -> None:
    facts = search.taken
    kept, _made = Fingerprint.objects.update_or_create(
        entry=entry, defaults={"name": facts.name, "signature": facts.signature, "made_at": at}
    )
    kept.bands.all().delete()
    kept.pages.all().delete()
    FingerprintBand.objects.bulk_create(
        FingerprintBand(fingerprint=kept, band=band, value=value) for band, value in search.fresh_marks()
    )
    PageMark.objects.bulk_create(
        PageMark(fingerprint=kept, page=page.number, picture=page.picture, words=page.words) for page in facts.pages
    )


def _note(entry: Entry, found: list[Found], *, by, at: datetime) -> list[Likeness]:
    """Bring the pairs of an entry up to date. What an officer decided stays decided, unless a sign of a kind that was
    not there before appears."""
    held = {one.older_id if one.newer_id == entry.pk else one.newer_id: one for one in Likeness.objects.of(entry)}
    known, new, changed = [one.pk for one in held.values()], [], []
    for one in found:
        pair = held.pop(one.entry.pk, None)
        if pair is None:
            newer, older = _in_order(entry, one.entry)
            new.append(Likeness(newer=newer, older=older, reasons=one.signs, score=round(one.score, 3), found_at=at))
            continue
        if _is_news(pair, one):
            audit.record(pair, "likeness.open", by=by, before={"state": pair.state, "reason": pair.reason}, at=at)
            pair.state, pair.by, pair.at, pair.reason, pair.found_at = LikenessState.OPEN, None, None, "", at
        pair.reasons, pair.score = one.signs, round(one.score, 3)
        changed.append(pair)
    gone = [pair.pk for pair in held.values() if pair.state == LikenessState.OPEN]
    Likeness.objects.filter(pk__in=gone).delete()
    Likeness.objects.bulk_update(changed, KEPT)
    Likeness.objects.bulk_create(new, ignore_conflicts=True)
    if new or gone:
        after = {"with": [one.older.number if one.newer_id == entry.pk else one.newer.number for one in new]}
        audit.record(entry, "likeness.found", by=by, after={**after, "no longer": len(gone)}, at=at)
    # Another worker may have met the same pair a moment ago: what is kept counts, each pair once.
    return list(Likeness.objects.of(entry).exclude(pk__in=known)) if new else []


def _in_order(entry: Entry, other: Entry) -> tuple[Entry, Entry]:
    """The one submitted later, and the one submitted before."""
    later = (entry.submitted_at, entry.pk) > (other.submitted_at, other.pk)
    return (entry, other) if later else (other, entry)


def _is_news(pair: Likeness, found: Found) -> bool:
    if LikenessState.OPEN not in LIKENESS_MOVES[LikenessState(pair.state)]:
        return False
    known = {sign["kind"] for sign in pair.reasons}
    return pair.state == LikenessState.DIFFERENT and any(sign["kind"] not in known for sign in found.signs)
