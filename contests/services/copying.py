"""A new season from last year's, and the points that a person ticks off before it opens."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contests import exports, numerals, parts, review
from contests.imports.rows import load_season
from contests.models import Contest, Season
from contests.schema import UNIT_FIELDS
from contests.states import SeasonState
from core import audit
from core.problems import Refused

USUAL_WEEKS = 52
USUAL_SHIFT = timedelta(weeks=USUAL_WEEKS)


@transaction.atomic
def copy_season(
    season: Season, *, year: int, ordinal: int, by, weeks: int = USUAL_WEEKS, at: datetime | None = None
) -> Season:
    """Everything that is set up, for another year: schedules move by whole weeks, so that weekdays stay.

    Dates inside conditions stay as they are, since they are the rule; they are among the points to review (domain §3).
    Versions that no longer hold, entries, heats, notices and roles of one season are left behind.
    """
    at = at or timezone.now()
    _refuse_taken(season.contest, year, ordinal)
    made = load_season(season.contest, _moved(season, year, ordinal, timedelta(weeks=weeks)), by=by)
    found = [point for part in parts.registered() for point in part.copy(season, made, by=by)]
    points = review.points_of(season, made, exports.season_data(made), weeks=weeks, at=at) + found
    made.copied_from, made.to_review = season, [point.kept() for point in points]
    made.save(update_fields=["copied_from", "to_review", "updated_at"])
    audit.record(made, "season.copy", by=by, after={"from": season.pk, "weeks": weeks, "points": len(points)}, at=at)
    return made


@transaction.atomic
def begin_season(
    contest: Contest, *, title: str, year: int, ordinal: int, entry_opens: datetime, entry_closes: datetime, by,
    at: datetime | None = None,
) -> Season:  # fmt: skip
    """An edition with nothing but its title and window, in preparation; its check list says what it lacks."""
    facts = {"title": title, "ordinal": ordinal, "entry_opens": entry_opens, "entry_closes": entry_closes}
    _refuse_taken(contest, year, ordinal)
    if entry_closes <= entry_opens:
        raise Refused(_("Entry closes before it opens. Check both times."), field="entry_closes")
    made = Season.objects.create(contest=contest, year=year, **facts)
    audit.record(made, "season.create", by=by, after={"title": title, "tracks": 0}, at=at)
    return made


def _refuse_taken(contest: Contest, year: int, ordinal: int) -> None:
    for name, value in (("year", year), ("ordinal", ordinal)):
        taken = Season.objects.filter(contest=contest, **{name: value}).first()
        if taken:
            raise Refused(
                _("“%(season)s” has this number already. Choose another, or open that season and change it.")
                % {"season": taken},
                field=name,
            )


def _moved(season: Season, year: int, ordinal: int, shift: timedelta) -> dict[str, Any]:
    """The set-up as `load_season` takes it, with schedules and titles moved on; units stay the same offices."""
    data = exports.season_data(season)
    units = exports.units_in_order(season)
    names = exports.unit_names(units, exports.units_in_quotas(season))
    keys = {name: str(pk) for pk, name in names.items()}
    on = {"ordinal": (season.ordinal, ordinal), "year": (season.year, year)}
    facts = data["season"]
    return {
        **{name: data[name] for name in ("eligibility", "questions", "documents", "declarations", "award_levels")},
        **facts,
        "year": year,
        "ordinal": ordinal,
        "title": numerals.moved(facts["title"], **on),
        "title_en": numerals.moved(facts["title_en"], **on),
        "entry_opens": facts["entry_opens"] + shift,
        "entry_closes": facts["entry_closes"] + shift,
        "tracks": data["tracks"],
        "rubrics": _renamed(data["rubrics"], on),
        "scoring_rules": _renamed(data["scoring_rules"], on),
        "units": [
            {
                "key": str(unit.pk),
                "parent": str(unit.parent_id) if unit.parent_id else None,
                **{name: getattr(unit, name) for name in ("organisation", *UNIT_FIELDS, "region", "phone")},
                "accepts_entries": unit.accepts_entries,
            }
            for unit in units
        ],
        "stages": [_stage(row, shift, keys) for row in data["stages"]],
    }


def _renamed(rows: list[dict], on: dict) -> list[dict]:
    """Versions begin again with the new season, except where two of one name are in use at once."""
    names = [row["name"] for row in rows]
    return [
        {
            **row,
            "name": numerals.moved(row["name"], **on),
            "version": 1 if names.count(row["name"]) == 1 else row["version"],
        }
        for row in rows
    ]


def _stage(row: dict, shift: timedelta, keys: dict[str, str]) -> dict:
    quotas = [{**quota, "zone": keys[quota["zone"]] if quota["zone"] else ""} for quota in row["quotas"]]
    return {**row, "opens": row["opens"] + shift, "closes": row["closes"] + shift, "quotas": quotas}


@transaction.atomic
def review_point(season: Season, code: str, *, done: bool, by, at: datetime | None = None) -> Season:
    """Tick a point of a copied season off, or open it again; who and when is kept with the point."""
    at = at or timezone.now()
    season = Season.objects.select_for_update().get(pk=season.pk)
    if season.state == SeasonState.CLOSED:
        raise Refused(_("This season has ended; its set-up stays as it was. Copy it into a new season to change it."))
    point = next((one for one in season.to_review if one["code"] == code), None)
    if point is None:
        raise Refused(_("This point is not on the list any more. Open the list again."))
    if bool(point.get("done_at")) == done:
        return season
    before = dict(point)
    if done:
        point |= {"done_at": at.isoformat(), "done_by": str(by)}
    else:
        point.pop("done_at")
        point.pop("done_by", None)
    season.save(update_fields=["to_review"])
    verb = "season.review" if done else "season.review_again"
    audit.record(season, verb, by=by, before=before, after=point, at=at)
    return season
