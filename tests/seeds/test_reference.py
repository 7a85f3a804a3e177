"""The reference data: regions, bodies, season files."""

import csv
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from contests.states import DocumentKind, HostPart, Metal, RuleKind, StageKind, TrackKind, UnitKind
from judging.scoring import Rule
from seeds import seasonfile
from seeds.story import bodies
from seeds.story.places import DATA, children, cities, regions

SEASONS = [(data["contest"]["slug"], season) for data in seasonfile.contest_files() for season in data["seasons"]]
IDS = [season["key"] for _slug, season in SEASONS]
COUNTIES = {
    "济南市": 12, "青岛市": 10, "淄博市": 8, "枣庄市": 6, "东营市": 5, "烟台市": 11, "潍坊市": 12, "济宁市": 11,
    "泰安市": 6, "威海市": 4, "日照市": 4, "临沂市": 12, "德州市": 11, "聊城市": 8, "滨州市": 7, "菏泽市": 9,
}  # fmt: skip


@pytest.fixture(params=SEASONS, ids=IDS)
def season(request):
    return seasonfile.resolved(request.param[1])


def test_the_province_has_16_cities_and_136_counties():
    found = {city.name: len(children(city.code)) for city in cities()}
    assert found == COUNTIES
    assert sum(found.values()) == 136
    assert regions()["370116"].name == "莱芜区"
    assert regions()["370117"].name == "钢城区"


def test_a_region_lies_below_its_parent():
    for place in regions().values():
        if place.level == "county":
            assert place.parent == place.code[:4] + "00"
        elif place.level == "city":
            assert place.parent == "370000"
        else:
            assert place.parent == ""
    assert Counter(place.level for place in regions().values()) == {"province": 35, "city": 16, "county": 136}


def test_bodies_are_named_once():
    everyone = [*bodies.organisations()]
    for branch in ("hrss", "org", "sci", "edu", "vet", "youth"):
        everyone += bodies.bureaus(branch)
    assert max(Counter(body.name for body in everyone).values()) == 1
    assert max(Counter(body.key for body in everyone).values()) == 1
    assert {body.region for body in everyone} - {""} <= set(regions())


def test_a_district_bears_its_citys_name():
    assert bodies.organisation("hrss-370403").name == "枣庄市薛城区人力资源和社会保障局"
    assert bodies.organisation("hrss-370481").name == "滕州市人力资源和社会保障局"
    assert bodies.organisation("org-370321").name == "中共桓台县委组织部"
    with pytest.raises(KeyError):
        bodies.organisation("hrss-999999")


def test_five_contests_stand_at_different_stages():
    assert [data["contest"]["slug"] for data in seasonfile.contest_files()] == [
        "startup", "talent", "student", "veteran", "youth",
    ]  # fmt: skip
    positions = {season["story"]["position"] for _slug, season in SEASONS}
    assert positions == {"entry", "screening", "online", "live", "notice", "finished"}


@pytest.mark.parametrize("data", seasonfile.contest_files(), ids=lambda data: data["contest"]["slug"])
def test_hosts_exist(data):
    for row in data["contest"]["hosts"]:
        assert bodies.organisation(row["organisation"])
        assert row["part"] in HostPart.values


def test_kinds_are_known(season):
    assert {row["kind"] for row in season["eligibility"]} <= set(RuleKind.values)
    assert {row["kind"] for row in season["documents"]} <= set(DocumentKind.values)
    assert {row["kind"] for row in season["stages"]} <= set(StageKind.values)
    assert {row["kind"] for row in season["units"]} <= set(UnitKind.values)
    assert {row.get("kind", "project") for row in season["tracks"]} <= set(TrackKind.values)
    assert {row.get("metal", "none") for row in season["award_levels"]} <= set(Metal.values)


def test_rows_name_tracks_of_the_season(season):
    codes = {track["code"] for track in season["tracks"]}
    assert len(codes) == len(season["tracks"])
    quotas = [quota for stage in season["stages"] for quota in stage.get("quotas", ())]
    for row in [*season["eligibility"], *season["documents"], *season["award_levels"], *quotas]:
        assert set(row.get("tracks", ())) <= codes


def test_a_rubric_makes_a_hundred(season):
    for rubric in season["rubrics"]:
        whole = sum(row["maximum"] * row["weight"] for row in rubric["criteria"])
        assert whole == 100
        for row in rubric["criteria"]:
            bands = row["anchors"]
            assert [band["name"] for band in bands] == ["优秀", "良好", "一般", "较差"]
            assert Decimal(bands[0]["to"]) == row["maximum"]
            assert Decimal(bands[-1]["from"]) == 0
            assert all(band["text"] for band in bands)


def test_scoring_rules_can_be_applied(season):
    keys = {row["key"] for row in season["rubrics"][0]["criteria"]}
    for row in season["scoring_rules"]:
        Rule.from_data(row["data"]).check_criteria(keys)


def test_dates_are_in_order(season):
    stages = season["stages"]
    assert season["entry_opens"] < season["entry_closes"]
    assert season["entry_closes"] <= stages[0]["closes"]
    assert all(stage["opens"] < stage["closes"] for stage in stages)
    assert all(before["closes"] <= after["opens"] for before, after in pairwise(stages))


def test_judged_stages_are_complete(season):
    rubrics, rules = ({row["key"] for row in season[name]} for name in ("rubrics", "scoring_rules"))
    judged = [stage for stage in season["stages"] if stage["kind"] in StageKind.judged()]
    assert judged
    for stage in judged:
        assert stage["rubric"] in rubrics
        assert stage["scoring_rule"] in rules
        assert stage["judges_per_entry"] >= 3
        assert stage["quotas"]
    assert all("segments" in stage for stage in judged if stage["kind"] == "live")


def test_awards_fit_the_places_of_the_last_stage(season):
    """Nobody is awarded who was not in the final."""
    last = [stage for stage in season["stages"] if stage["kind"] in StageKind.judged()][-1]
    for track in (row["code"] for row in season["tracks"]):
        awards = sum(row["places"] for row in season["award_levels"] if track in row.get("tracks", (track,)))
        finalists = sum(row["places"] for row in last["quotas"] if track in row.get("tracks", (track,)))
        assert 0 < awards <= finalists


def test_figures_of_unknown_source_are_marked(season):
    """The province's weights, quotas and prizes were not found in any notice (domain §2)."""
    assert season["sample"]
    assert season["sample_note"]
    quotas = [quota for stage in season["stages"] for quota in stage.get("quotas", ())]
    assert all(
        row["sample"] for row in [*season["rubrics"], *season["scoring_rules"], *season["award_levels"], *quotas]
    )


def test_every_rule_says_where_it_comes_from(season):
    for rule in season["eligibility"]:
        assert rule["phrase"]
        assert rule["source"]
        assert rule.get("sample") or "示例" not in rule["source"]


def test_every_track_asks_for_a_deck(season):
    """Persons bring one of their own: what a season asks of its projects is not asked of them."""
    decks = [row for row in season["documents"] if row["kind"] == "deck"]
    tracks = [track["code"] for track in season["tracks"]]
    persons = {track["code"] for track in season["tracks"] if track.get("kind") == "person"}
    asked = [code for row in decks for code in row.get("tracks") or tracks]
    assert sorted(asked) == sorted(tracks)
    assert all({"pdf", "pptx"} <= set(row["formats"]) for row in decks)
    assert persons <= {code for row in decks for code in row.get("tracks") or ()}


def test_veterans_of_2025_end_as_reported():
    """51 finalists, 5 first, 10 second, 15 third and 21 merit awards (domain §2.4)."""
    season = next(season for _slug, season in SEASONS if season["key"] == "veteran-2025")
    found = Counter()
    for row in season["award_levels"]:
        found[row["name"]] += row["places"] * len(row["tracks"])
    assert found == {"一等奖": 5, "二等奖": 10, "三等奖": 15, "优胜奖": 21}


def test_a_shift_keeps_weekdays_and_rules():
    _slug, season = SEASONS[0]
    shift = seasonfile.weeks_since_demo_day(seasonfile.common()["demo_today"] + timedelta(days=64))
    assert shift == timedelta(weeks=9)
    moved, still = seasonfile.resolved(season, shift=shift), seasonfile.resolved(season)
    assert moved["entry_closes"] - still["entry_closes"] == shift
    assert moved["eligibility"] == still["eligibility"]


def test_csv_files_have_no_stray_spaces():
    for name in ("regions.csv", "organisations.csv", "bureaus.csv"):
        with (DATA / name).open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                assert all(cell == cell.strip() for cell in row)
