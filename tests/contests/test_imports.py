"""Season files in the tables: whole, once, and never over what stands."""

from datetime import date

import pytest

from contests.models import Contest, Season
from core.models import Region
from seeds import seasonfile
from seeds.reference import load_contests
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_every_file_loads_whole_and_a_second_time_changes_nothing():
    by = UserFactory()
    first = load_contests(by=by, today=date(2026, 9, 20))
    assert Contest.objects.count() == 5
    assert Region.objects.filter(level="city").count() == 16
    for data in seasonfile.contest_files():
        for row in data["seasons"]:
            season = first[row["key"]]
            assert season.tracks.count() == len(row["tracks"])
            assert season.stages.count() == len(row["stages"])
            assert season.units.filter(parent=None).exists()
            assert all(stage.rubric_id and stage.scoring_rule_id for stage in season.stages.all() if stage.is_judged)
    again = load_contests(by=by, today=date(2030, 1, 1))
    assert {season.pk for season in again.values()} == {season.pk for season in first.values()}
    assert Season.objects.get(pk=first["startup-2026"].pk).entry_opens == first["startup-2026"].entry_opens


def test_schedules_move_by_whole_weeks_and_rules_keep_their_dates():
    by = UserFactory()
    season = load_contests(by=by, today=date(2026, 10, 5), keys={"startup-2026"})["startup-2026"]
    row = next(row for data in seasonfile.contest_files() for row in data["seasons"] if row["key"] == "startup-2026")
    assert (season.entry_opens.astimezone(seasonfile.CHINA).date() - row["entry_opens"].date()).days == 14
    dates = {rule.get("date") for rule in row["eligibility"] if rule.get("date")}
    assert set(season.eligibilityrules.exclude(date=None).values_list("date", flat=True)) == dates
