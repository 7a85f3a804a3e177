"""Contests and seasons from plain data, as season files hold them (docs/season-file.md).

The data is resolved already: organisations are rows, instants are aware, shared pieces are filled in. Only a season in
preparation is ever written anew: what entries depend on is never overwritten by a file.
"""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from contests import parts, slots
from contests.models import (
    AwardLevel,
    Contest,
    ContestHost,
    Criterion,
    Declaration,
    DocumentRequirement,
    EligibilityRule,
    Question,
    Quota,
    RecommendingUnit,
    Rubric,
    ScoringRule,
    Season,
    Segment,
    Stage,
    Track,
)
from contests.schema import CRITERION_FIELDS, SEASON_FIELDS, SEGMENT_FIELDS, STAGE_FIELDS, TRACK_FIELDS, UNIT_FIELDS
from contests.states import SeasonState
from core import audit
from core.problems import Refused

CONTEST_FIELDS = (
    "name", "name_en", "short_name", "short_name_en", "number_prefix", "order", "purpose", "purpose_en",
)  # fmt: skip
PARTS = (
    (EligibilityRule, "eligibility"),
    (Question, "questions"),
    (DocumentRequirement, "documents"),
    (Declaration, "declarations"),
    (AwardLevel, "award_levels"),
)


def _only(data: dict, *names: str) -> dict:
    return {name: data[name] for name in names if name in data}


@transaction.atomic
def load_contest(data: dict, *, by) -> Contest:
    """Create a contest with its hosts in printed order, or find it by its slug."""
    facts = _only(data, *CONTEST_FIELDS)
    contest, made = Contest.objects.get_or_create(slug=data["slug"], defaults=facts)
    if made:
        ContestHost.objects.bulk_create(
            ContestHost(contest=contest, organisation=row["organisation"], part=row["part"], order=order)
            for order, row in enumerate(data.get("hosts", ()), start=1)
        )
        audit.record(contest, "contest.create", by=by, after=facts)
    return contest


@transaction.atomic
def load_season(contest: Contest, data: dict, *, by) -> Season:
    """Create a season with everything that hangs on it; the same contest and year again changes nothing."""
    found = Season.objects.filter(contest=contest, year=data["year"]).first()
    if found:
        return found
    season = Season.objects.create(contest=contest, **_only(data, *SEASON_FIELDS))
    _fill(season, data, by=by)
    audit.record(season, "season.create", by=by, after={"title": season.title, "tracks": len(data["tracks"])})
    return season


@transaction.atomic
def replace_season(season: Season, data: dict, *, by) -> Season:
    """Write a season in preparation anew from its file; roles, points to review and notices stay.

    Refused once the season is public, or when heats or entries lean on it.
    """
    season = Season.objects.select_for_update().get(pk=season.pk)
    if season.state != SeasonState.SETUP:
        raise Refused(refusal_of(season))
    try:
        _clear(season)
    except ProtectedError:
        raise Refused(
            _("“%(season)s” has heats or entries already and can't be written anew. Change its parts on their pages.")
            % {"season": season}
        ) from None
    before = {name: getattr(season, name) for name in SEASON_FIELDS}
    for name, value in _only(data, *SEASON_FIELDS).items():
        setattr(season, name, value)
    season.save()
    _fill(season, data, by=by)
    after = {name: getattr(season, name) for name in SEASON_FIELDS}
    audit.record(season, "season.import", by=by, before=before, after=after)
    return season


def refusal_of(season: Season) -> str:
    """Why a file can't write this season anew, and what to do instead."""
    return _(
        "“%(season)s” is “%(state)s”: entries lean on its set-up, so a file can't overwrite it. Change single parts on "
        "its set-up page, where a new version is made; or give the file another year and edition for a new season."
    ) % {"season": season, "state": season.get_state_display()}


def _clear(season: Season) -> None:
    """Everything that hangs on the season, those that point at others first."""
    season.stages.all().delete()
    for model, _name in PARTS:
        model.objects.filter(season=season).update(replaces=None)
        model.objects.filter(season=season).delete()
    season.units.update(parent=None)
    season.units.all().delete()
    season.rubrics.all().delete()
    season.scoring_rules.all().delete()
    season.tracks.all().delete()


def _fill(season: Season, data: dict, *, by) -> None:
    tracks = _load_tracks(season, data["tracks"])
    for model, key in PARTS:
        _load_parts(season, tracks, model, data.get(key, ()))
    units = _load_units(season, data["units"])
    rubrics = {row["key"]: _load_rubric(season, row) for row in data["rubrics"]}
    rules = {row["key"]: _load_scoring_rule(season, row) for row in data["scoring_rules"]}
    for order, row in enumerate(data["stages"], start=1):
        stage = _load_stage(season, row, order, rubrics, rules)
        _load_quotas(stage, row.get("quotas", ()), tracks, units)
    for part in parts.registered():
        if data.get("parts", {}).get(part.key) is not None:
            part.read(season, data["parts"][part.key], by=by)


def _load_tracks(season: Season, rows: list[dict]) -> dict[str, Track]:
    made = Track.objects.bulk_create(
        Track(season=season, order=order, **_only(row, *TRACK_FIELDS)) for order, row in enumerate(rows, start=1)
    )
    return {track.code: track for track in made}


def _per_track(row: dict, tracks: dict[str, Track]) -> Iterator[Track | None]:
    """A row that names tracks stands once for each of them, otherwise once for the whole season."""
    for code in row.get("tracks") or [None]:
        yield tracks[code] if code else None


def _load_parts(season: Season, tracks: dict[str, Track], model: Any, rows) -> None:
    names = {field.name for field in model._meta.fields} - {"id", "season", "track", "order"}
    made = model.objects.bulk_create(
        model(season=season, track=track, order=order, **_only(row, *names))
        for order, row in enumerate(rows, start=1)
        for track in _per_track(row, tracks)
    )
    for one in made:
        slots.follow(one)


def _load_units(season: Season, rows: list[dict]) -> dict[str, RecommendingUnit]:
    """Units in two passes: the zones first, then those that recommend to one of them (`parent` names its key)."""
    made: dict[str, RecommendingUnit] = {}
    waiting = list(rows)
    while waiting:
        ready = [row for row in waiting if not row.get("parent") or row["parent"] in made]
        if not ready:
            raise ValueError("units name parents that are not in the list: " + ", ".join(row["key"] for row in waiting))
        units = RecommendingUnit.objects.bulk_create(
            RecommendingUnit(
                season=season,
                parent=made.get(row.get("parent") or ""),
                **_only(row, "organisation", *UNIT_FIELDS, "region", "accepts_entries", "phone"),
            )
            for row in ready
        )
        made.update({row["key"]: unit for row, unit in zip(ready, units, strict=True)})
        waiting = [row for row in waiting if row["key"] not in made]
    return made


def _load_rubric(season: Season, data: dict) -> Rubric:
    rubric = Rubric.objects.create(season=season, **_only(data, "name", "version", "sample"))
    Criterion.objects.bulk_create(
        Criterion(
            rubric=rubric,
            order=order,
            **_only(row, *CRITERION_FIELDS),
        )
        for order, row in enumerate(data["criteria"], start=1)
    )
    return rubric


def _load_scoring_rule(season: Season, data: dict) -> ScoringRule:
    """Steps of the chain are kept without an empty criterion."""
    rule = dict(data["data"])
    if "tie_chain" in rule:
        rule["tie_chain"] = [
            step if isinstance(step, str) else {name: value for name, value in step.items() if value}
            for step in rule["tie_chain"]
        ]
    return ScoringRule.objects.create(season=season, data=rule, **_only(data, "name", "version", "sample"))


def _load_stage(season: Season, data: dict, order: int, rubrics, rules) -> Stage:
    stage = Stage.objects.create(
        season=season,
        order=order,
        rubric=rubrics[data["rubric"]] if data.get("rubric") else None,
        scoring_rule=rules[data["scoring_rule"]] if data.get("scoring_rule") else None,
        **_only(data, *STAGE_FIELDS),
    )
    Segment.objects.bulk_create(
        Segment(stage=stage, order=place, **_only(row, *SEGMENT_FIELDS))
        for place, row in enumerate(data.get("segments", ()), start=1)
    )
    return stage


def _load_quotas(stage: Stage, rows, tracks: dict[str, Track], units: dict[str, RecommendingUnit]) -> None:
    Quota.objects.bulk_create(
        Quota(
            stage=stage,
            track=track,
            zone=units[row["zone"]] if row.get("zone") else None,
            **_only(row, "places", "reserves", "sample"),
        )
        for row in rows
        for track in _per_track(row, tracks)
    )
