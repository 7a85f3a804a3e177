"""A season as one file: out, in, and the same again."""

from datetime import date

import pytest

from contests import exports, imports
from contests.models import Season
from seeds import seasonfile
from seeds.demo.after import designs
from seeds.reference import load_contests
from tests.factories import administrator

pytestmark = pytest.mark.django_db


def designed(by) -> dict[str, Season]:
    """The seasons of the seeds with their certificate designs."""
    seasons = load_contests(by=by, today=date(2026, 9, 20))
    rows = {row["key"]: row for data in seasonfile.contest_files() for row in data["seasons"]}
    designs(seasons, rows, by=by)
    return seasons


def test_every_season_goes_out_in_and_out_again_as_the_same_bytes():
    by = administrator()
    for season in designed(by).values():
        text = exports.season_file(season)
        plan = imports.plan_of(text, by=by)
        assert plan.mistakes == []
        assert plan.changes_nothing
        moved = text.replace(f"  year: {season.year}\n", f"  year: {season.year + 50}\n").replace(
            f"  ordinal: {season.ordinal}\n", f"  ordinal: {season.ordinal + 50}\n"
        )
        moved = moved.replace("number_prefix: SD", "number_prefix: XX")
        copy = imports.load_file(moved, by=by)
        assert copy.pk != season.pk
        assert exports.season_file(copy) == moved
