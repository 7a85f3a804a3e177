from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from judging.levels import BOUNDARIES, Level, award_levels
from tests.judging.naive import ranking_of


def level_at(position: int, levels: list[Level]) -> str | None:
    for level in levels:
        if position <= level.places:
            return level.key
        position -= level.places
    return None


@settings(max_examples=300)
@given(
    st.lists(st.integers(60, 64), min_size=1, max_size=9),
    st.lists(st.integers(0, 3), min_size=1, max_size=4),
    st.sampled_from(("up", "down", "decide")),
)
def test_levels_are_those_of_the_first_or_last_position_of_equals(totals, places, boundary):
    levels = [Level(str(number), count) for number, count in enumerate(places)]
    result = ranking_of(*totals)
    awards = award_levels(result, levels, boundary=boundary)
    found = {one["entry"]: one["level"] for one in awards["awards"]}

    size = Counter(one["rank"] for one in result["places"])
    for one in result["places"]:
        best, worst = level_at(one["rank"], levels), level_at(one["rank"] + size[one["rank"]] - 1, levels)
        expected = {"up": best, "down": worst, "decide": best if best == worst else None}[boundary]
        assert found.get(one["entry"]) == expected


@settings(max_examples=100)
@given(st.lists(st.integers(60, 64), max_size=9), st.lists(st.integers(0, 3), min_size=1, max_size=4))
def test_added_levels_keep_their_places(totals, places):
    levels = [Level(str(number), count) for number, count in enumerate(places)]
    result = ranking_of(*totals)
    awards = award_levels(result, levels, boundary="up_added")

    waiting = [one["rank"] for one in result["places"]]
    for level, row in zip(levels, awards["levels"], strict=True):
        last = waiting[: level.places][-1:]
        given = [rank for rank in waiting if last and rank <= last[0]]
        waiting = waiting[len(given) :]
        assert (row["given"], row["open"]) == (len(given), level.places)


@pytest.mark.parametrize(
    ("boundary", "expected"),
    [("up", "1 1 2 3"), ("up_added", "1 1 2 2"), ("down", "2 2 2 3"), ("decide", "- - 2 3")],
)
def test_equals_on_the_border_of_two_levels(boundary, expected):
    awards = award_levels(ranking_of(90, 90, 80, 70), [Level("1", 1), Level("2", 2), Level("3", 1)], boundary=boundary)

    assert " ".join(one["level"] or "-" for one in awards["awards"]) == expected
    assert awards["lines"][0] == {
        "level": "1",
        "rank": 1,
        "entries": ["e1", "e2"],
        "places": 1,
        "outcome": boundary,
    }


def test_refuses_levels_that_cannot_be():
    with pytest.raises(ValueError, match="boundary: must be one of"):
        award_levels(ranking_of(90), [Level("1", 1)], boundary="coin")
    with pytest.raises(ValueError, match="levels: each is there once"):
        award_levels(ranking_of(90), [Level("1", 1), Level("1", 1)])
    assert BOUNDARIES == ("up", "up_added", "down", "decide")
