"""The set-up of a season, part by part: rows are added, changed, moved and taken out by the organiser.

1. In preparation everything is edited in place.
2. Once the season is public and somebody leans on a row, the row never changes: a new version takes its place from
   now on and the old one stays for those who lean on it (`sections.Keeps`). Tracks, units, stages and quotas are
   edited in place, since entries carry their names in the snapshot.
3. Whoever touches others is told whom, and gives a reason that stays in the record.
4. A closed season stays as it was.
5. English texts are translations of what holds: they change in place, and nobody is asked for anything anew.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, Model, ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from contests import impact, slots
from contests.impact import Impact, Reach
from contests.models import Heat, Quota, Rubric, ScoringRule, Season, Stage
from contests.sections import Keeps, Section, samples
from contests.services import soundness
from contests.states import HeatState, SeasonState
from core import audit
from core.problems import Refused

DATES = ("entry_opens", "entry_closes")
SEASON_FACTS = (
    "title", "title_en", "ordinal", *DATES, "contact", "contact_en", "notice_text", "notice_text_en", "review_days",
    "quality_target", "leader_public", "sample", "sample_note", "sample_note_en",
)  # fmt: skip
CONFIRM = "confirm"
CHANGED = "changed"


class Asks(Refused):
    """A change that touches others waits for a reason: whom it touches, what changes, whether a version is made."""

    def __init__(self, touched: Impact, changes: Mapping[str, tuple], *, versions: bool):
        super().__init__(_("This change touches others. Say why; the reason stays in the record."), code=CONFIRM)
        self.field, self.impact, self.changes, self.versions = "reason", touched, changes, versions


def digest(facts: Mapping[str, Any]) -> str:
    """What a page has read of a row, in one word: two pages that save the same row notice each other."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True, default=_plain).encode()).hexdigest()[:32]


def _plain(value: Any) -> str:
    return str(value.pk) if isinstance(value, Model) else str(value)


@transaction.atomic
def change_season(season: Season, *, data: Mapping[str, Any], by, at=None, reason: str = "", seen: str = "") -> Season:
    """Title, window of entry, contact and the like. The window of a public season asks first: people count on it."""
    at = at or timezone.now()
    season = _locked(season)
    before = season_facts(season)
    _same_as_seen(before, seen)
    changes = _changes(before, data)
    if not changes:
        return season
    soundness.season(season, {**before, **data})
    moves = season.state == SeasonState.RUNNING and bool(set(DATES) & set(changes))
    touched = impact.of(Reach(season)) if moves else Impact()
    if moves and not reason:
        raise Asks(touched, changes, versions=False)
    for name in changes:
        setattr(season, name, data[name])
    season.save(update_fields=[*changes, "updated_at"])
    _record(season, "season.change", changes, by=by, reason=reason, at=at)
    return season


def season_facts(season: Season) -> dict[str, Any]:
    return {name: getattr(season, name) for name in SEASON_FACTS}


@transaction.atomic
def save_part(
    season: Season,
    section: Section,
    *,
    data: Mapping[str, Any],
    by,
    row: Model | None = None,
    at: datetime | None = None,
    reason: str = "",
    seen: str = "",
) -> Model:
    """Add a row, or change one. Answers the row that holds now: another one where a version was made.

    `data` has the section's fields, and its children as a list; what it leaves out keeps its value. Raises `Asks` where
    the change touches others and no reason is given.
    """
    at = at or timezone.now()
    season = _locked(season)
    row = _current(section, season, row)
    before = section.facts(row)
    _same_as_seen(before, seen)
    after = soundness.completed(section, season, row, {**before, **data})
    changes = _changes(before, after)
    if not changes:
        return row
    asks = _asks(section, row) and not _translates(changes)
    touched = impact.of(_reach(section, season, row, after)) if asks else Impact()
    soundness.check(section, season, row, after, leaned_on=bool(touched))
    versions = row is not None and bool(touched) and section.keeps != Keeps.NOTHING
    if touched and not reason:
        raise Asks(touched, changes, versions=versions)
    if row is None:
        made = _write(section, section.model(**_place(section, season)), after)
        _record(made, "setup.add", changes, by=by, reason=reason, at=at)
    elif versions:
        made = _SUCCESSION[section.keeps](section, row, after, at)
        _record(made, "setup.version", changes, by=by, reason=reason, at=at)
    else:
        made = _write(section, row, after)
        _record(made, "setup.change", changes, by=by, reason=reason, at=at)
    _touch(season)
    return made


@transaction.atomic
def remove_part(season: Season, section: Section, *, row: Model, by, at=None, reason: str = "") -> None:
    """Take a row out. One that entries lean on is retired and stays for them; what others are built on is refused."""
    at = at or timezone.now()
    season = _locked(season)
    row = _current(section, season, row)
    soundness.removable(section, season, row)
    touched = impact.of(_reach(section, season, row, {})) if _asks(section, row) else Impact()
    facts = section.facts(row)
    if touched and section.keeps != Keeps.SUCCESSOR and section.model is not Quota:
        raise Refused(
            _("“%(row)s” can't be taken out any more: entries or heats stand on it. Change it instead.") % {"row": row}
        )
    if touched and not reason:
        raise Asks(touched, {}, versions=False)
    audit.record(row, "setup.remove", by=by, reason=reason, before=facts, at=at)
    if touched and section.keeps == Keeps.SUCCESSOR:
        row.retired_at = at
        row.save(update_fields=["retired_at"])
        slots.follow(row)
    else:
        _delete(row)
    _touch(season)


def _delete(row: Model) -> None:
    try:
        row.delete()
    except ProtectedError as error:
        users = "、".join(sorted({str(one._meta.verbose_name) for one in error.protected_objects}))
        raise Refused(
            _("“%(row)s” is used by %(users)s. Change those first.") % {"row": row, "users": users}
        ) from error


@transaction.atomic
def move_part(season: Season, section: Section, *, row: Model, up: bool, by, at: datetime | None = None) -> None:
    """One place up or down in the list. Rows are numbered anew from 1; at the end nothing happens."""
    season = _locked(season)
    row = _current(section, season, row)
    rows = list(section.rows(season))
    place = rows.index(row)
    other = place + (-1 if up else 1)
    if not section.ordered or not 0 <= other < len(rows):
        return
    rows[place], rows[other] = rows[other], rows[place]
    # Stages have one row for each place: all step aside before they take their new ones.
    for start in (max(len(rows), *(one.order for one in rows)) + 1, 1):
        for number, one in enumerate(rows, start):
            one.order = number
        section.model.objects.bulk_update(rows, ["order"])
    audit.record(row, "setup.move", by=by, after={"order": other + 1}, at=at)
    _touch(season)


@transaction.atomic
def confirm_samples(season: Season, *, by, section: Section | None = None, row: Model | None = None, at=None) -> int:
    """Take the mark 示例 off: from one row, or from everything and the season itself. Figures stay as they are."""
    season = _locked(season)
    confirmed = 0
    if row is not None:
        row = _current(section, season, row)
        if row.sample:
            section.model.objects.filter(pk=row.pk).update(sample=False)
            audit.record(row, "setup.confirm", by=by, at=at)
            confirmed = 1
    else:
        confirmed = sum(rows.update(sample=False) for _section, rows in samples(season))
        season.sample, before = False, season.sample
        season.save(update_fields=["sample", "updated_at"])
        if confirmed or before:
            audit.record(season, "setup.confirm", by=by, after={"rows": confirmed}, at=at)
    _touch(season)
    return confirmed


def _locked(season: Season) -> Season:
    season = Season.objects.select_for_update().get(pk=season.pk)
    if season.state == SeasonState.CLOSED:
        raise Refused(_("This season has ended; its set-up stays as it was. Copy it into a new season to change it."))
    return season


def _touch(season: Season) -> None:
    """The public page's tag follows the season's last change."""
    season.save(update_fields=["updated_at"])


def _current(section: Section, season: Season, row: Model | None) -> Model | None:
    if row is None:
        return None
    found = section.rows(season).filter(pk=row.pk).first()
    if found is None:
        raise Refused(_("This row was replaced or taken out meanwhile. Open the list again."), code=CHANGED)
    return found


def _same_as_seen(facts: Mapping[str, Any], seen: str) -> None:
    if seen and seen != digest(facts):
        raise Refused(
            _("Somebody else changed this meanwhile. What you typed is kept; compare it, then save again."),
            code=CHANGED,
        )


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple]:
    return {
        name: (before.get(name), after[name]) for name in after if name not in before or before[name] != after[name]
    }


def _translates(changes: Mapping[str, tuple]) -> bool:
    return all(name.endswith("_en") for name in changes)


def _asks(section: Section, row: Model | None) -> bool:
    """New tracks, units, rubrics, rules and stages touch nobody yet; a new condition or paper does."""
    return row is not None or section.keeps == Keeps.SUCCESSOR


def _reach(section: Section, season: Season, row: Model | None, after: Mapping[str, Any]) -> Reach:
    if section.keeps != Keeps.SUCCESSOR:
        return Reach(season, row.stage if isinstance(row, Quota) else row)
    tracks = {row.track_id} if row is not None else set()
    if after:
        tracks.add(after["track"].pk if after.get("track") else None)
    return Reach(season, row, None if None in tracks else frozenset(tracks))


def _place(section: Section, season: Season) -> dict[str, Any]:
    place = {"season": season} if section.path == "season" else {}
    if section.ordered:
        last = section.rows(season).aggregate(last=Max("order"))["last"]
        place["order"] = (last or 0) + 1
    return place


def _write(section: Section, row: Model, facts: Mapping[str, Any]) -> Model:
    for name in section.fields:
        if name in facts:
            setattr(row, name, facts[name])
    row.save()
    slots.follow(row)
    if section.children and section.children.name in facts:
        _write_children(section, row, facts[section.children.name])
    return row


def _write_children(section: Section, row: Model, children: list[dict]) -> None:
    """Children with a key keep their row, so that marks already given keep their criterion."""
    inner = section.children
    parent = section.model._meta.model_name
    if not inner.key:
        inner.model._default_manager.filter(**{parent: row}).delete()
        inner.model._default_manager.bulk_create(
            inner.model(**{parent: row}, order=order, **child) for order, child in enumerate(children, 1)
        )
        return
    kept = {getattr(one, inner.key): one for one in inner.model._default_manager.filter(**{parent: row})}
    for order, child in enumerate(children, 1):
        one = kept.pop(child[inner.key], None) or inner.model(**{parent: row})
        for name, value in {**child, "order": order}.items():
            setattr(one, name, value)
        one.save()
    for one in kept.values():
        one.delete()


def _succeed(section: Section, row: Model, facts: Mapping[str, Any], at: datetime) -> Model:
    """A new row in the old one's place; the old one first, as codes are unique among rows that hold."""
    row.retired_at = at
    row.save(update_fields=["retired_at"])
    return _write(section, section.model(season_id=row.season_id, order=row.order, replaces=row), facts)


def _next_version(section: Section, row: Rubric | ScoringRule, facts: Mapping[str, Any], _at: datetime) -> Model:
    """The next number of the same name. Stages and heats that have not begun take it; the others keep theirs."""
    made = _write(section, section.model(season_id=row.season_id, version=row.version + 1), facts)
    column = {Rubric: "rubric", ScoringRule: "scoring_rule"}[section.model]
    Stage.objects.filter(**{column: row}).update(**{column: made})
    Heat.objects.filter(**{column: row}, state=HeatState.PREPARING).update(**{column: made})
    return made


_SUCCESSION = {Keeps.SUCCESSOR: _succeed, Keeps.NUMBER: _next_version}


def _record(row: Model, verb: str, changes: Mapping[str, tuple], *, by, reason: str, at) -> None:
    before = {name: old for name, (old, _new) in changes.items()}
    after = {name: new for name, (_old, new) in changes.items()}
    audit.record(row, verb, by=by, reason=reason, before=before, after=after, at=at)
