"""Last year's season once more: everything comes along, schedules move by whole weeks, points to review are named."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.models import CertificateDesign
from contests import exports, numerals
from contests.models import Quota, Season
from contests.services.copying import copy_season
from contests.shapes import CHINA
from contests.states import RuleKind, SeasonState
from core.models import AuditEntry
from core.problems import Refused
from tests.contests.test_season_file import designed
from tests.factories import NOW, EntryFactory, RubricFactory, SeasonFactory, UserFactory, administrator

pytestmark = pytest.mark.django_db


def same_but_moved(before: dict, after: dict, weeks: timedelta) -> None:
    """Section by section; what may differ is named here and nowhere else."""
    facts = {"year", "ordinal", "title", "title_en", "entry_opens", "entry_closes"}
    assert after["season"]["entry_opens"] == before["season"]["entry_opens"] + weeks
    assert after["season"]["entry_closes"] == before["season"]["entry_closes"] + weeks
    for section in ("season", "certificate"):
        old, new = before[section], after[section]
        moved = facts | {"number_prefix"}
        assert {name: old[name] for name in old if name not in moved} == {
            name: new[name] for name in new if name not in moved
        }
    for section in ("tracks", "eligibility", "questions", "documents", "declarations", "units", "award_levels"):
        assert after[section] == before[section], section
    for section in ("rubrics", "scoring_rules"):
        assert [{**row, "name": ""} for row in after[section]] == [{**row, "name": ""} for row in before[section]]
    still = [{**row, "opens": row["opens"] + weeks, "closes": row["closes"] + weeks} for row in before["stages"]]
    assert after["stages"] == still


def test_every_season_of_the_seeds_is_copied_whole():
    by = administrator()
    for season in designed(by).values():
        before = exports.season_data(season)
        copy = copy_season(season, year=season.year + 20, ordinal=season.ordinal + 20, weeks=53, by=by, at=NOW)
        assert copy.state == SeasonState.SETUP
        assert copy.copied_from == season
        same_but_moved(before, exports.season_data(copy), timedelta(weeks=53))
        assert exports.season_data(season) == before
        codes = [point["code"] for point in copy.to_review]
        assert len(codes) == len(set(codes))
        assert {"title", "window", "certificate"} <= set(codes)
        dated = [row for row in before["eligibility"] if row["date"]]
        barring = [row for row in before["eligibility"] if row["kind"] == RuleKind.NO_EARLIER_AWARD and not row["date"]]
        assert sum(code.startswith("rule-") for code in codes) == len(dated) + len(barring)
        assert all(point["text"] and point["where"] for point in copy.to_review)


def test_titles_move_on_and_weekdays_stay():
    season = designed(administrator())["startup-2026"]
    copy = copy_season(season, year=2027, ordinal=9, by=administrator(), at=NOW)
    assert copy.title == "第九届山东省创业大赛"
    assert copy.title_en == "The 9th Shandong Startup Contest"
    assert copy.rubrics.get().name == "第九届山东省创业大赛评分标准"
    assert CertificateDesign.objects.get(season=copy).number_prefix == "SDCY2027"
    opened, opens = (one.entry_opens.astimezone(CHINA) for one in (season, copy))
    assert opened.weekday() == opens.weekday()
    assert opened.time() == opens.time()
    assert AuditEntry.objects.filter(verb="season.copy", object_id=copy.pk).count() == 1


def test_a_year_or_an_edition_that_is_taken_is_refused_at_its_field():
    season = SeasonFactory(year=2026, ordinal=3)
    SeasonFactory(contest=season.contest, year=2027, ordinal=4)
    for year, ordinal, field in ((2027, 5, "year"), (2028, 4, "ordinal")):
        with pytest.raises(Refused) as no:
            copy_season(season, year=year, ordinal=ordinal, by=UserFactory(), at=NOW)
        assert no.value.field == field
    assert Season.objects.filter(contest=season.contest).count() == 2


def test_only_what_holds_now_is_copied_and_quotas_keep_their_zone():
    entry = EntryFactory(state="submitted")
    season = entry.season
    old = RubricFactory(season=season, name="标准")
    new = RubricFactory(season=season, name="标准", version=2)
    rule = season.eligibilityrules.create(kind="stated", phrase="旧", retired_at=NOW)
    season.eligibilityrules.create(kind="stated", phrase="新", replaces=rule)
    stage = season.stages.create(
        order=1, kind="paper", name="初赛", opens=NOW, closes=NOW + timedelta(days=1), rubric=new
    )
    Quota.objects.create(stage=stage, zone=entry.zone, places=3)
    copy = copy_season(season, year=2030, ordinal=9, by=UserFactory(), at=NOW)
    assert [one.phrase for one in copy.eligibilityrules.all()] == ["新"]
    assert [(one.name, one.version) for one in copy.rubrics.all()] == [("标准", 1)]
    assert old.season.rubrics.count() == 2
    quota = Quota.objects.get(stage__season=copy)
    assert quota.zone.season == copy
    assert quota.zone.organisation == entry.zone.organisation
    assert copy.entries.count() == 0
    assert copy.next_number == 1


@given(st.integers(1, 99), st.integers(1, 99), st.integers(2000, 2100), st.integers(2000, 2100))
def test_any_edition_and_year_move_in_any_title(before, after, old, new):
    on = {"ordinal": (before, after), "year": (old, new)}
    chinese = f"{old}年第{numerals.chinese(before)}届大赛"
    assert numerals.moved(chinese, **on) == f"{new}年第{numerals.chinese(after)}届大赛"
    assert numerals.moved(f"The {numerals.english(before)} Contest", **on) == f"The {numerals.english(after)} Contest"
    assert numerals.names(chinese, ordinal=before, year=old)


def test_editions_are_counted_as_titles_write_them():
    assert [numerals.chinese(number) for number in (1, 8, 10, 11, 20, 21, 99)] == [
        "一", "八", "十", "十一", "二十", "二十一", "九十九",
    ]  # fmt: skip
    assert [numerals.english(number) for number in (1, 2, 3, 4, 11, 12, 13, 21, 22)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd",
    ]  # fmt: skip
    assert date(2026, 1, 1).weekday() == (date(2026, 1, 1) + timedelta(weeks=53)).weekday()
