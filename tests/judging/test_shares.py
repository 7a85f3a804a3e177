import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judging.shares import shares


def naive_shares(counts: dict[str, int], places: int) -> dict[str, int]:
    total = sum(counts.values())
    exact = {key: Fraction(places * count, total) for key, count in counts.items()}
    given_out = {key: int(share) for key, share in exact.items()}
    while sum(given_out.values()) < places:
        best = min(counts, key=lambda key: (given_out[key] - exact[key], -counts[key], key))
        given_out[best] += 1
    return given_out


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 40), min_size=1), st.integers(0, 60))
def test_shares_are_whole_parts_and_the_largest_remainders(counts, places):
    expected = naive_shares(counts, places) if places <= sum(counts.values()) else counts

    assert {row["key"]: row["places"] for row in shares(counts, places)} == expected


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 40), min_size=1), st.integers(0, 60))
def test_with_at_least_one_nobody_with_entries_is_left_out(counts, places):
    with_entries = [key for key, count in counts.items() if count]
    if len(with_entries) > places:
        with pytest.raises(ValueError, match="places"):
            shares(counts, places, at_least_one=True)
        return
    found = {row["key"]: row["places"] for row in shares(counts, places, at_least_one=True)}

    assert sum(found.values()) == min(places, sum(counts.values()))
    assert all(found[key] >= 1 for key in with_entries)
    assert all(found[key] <= count for key, count in counts.items())
    for big, small in itertools.permutations(with_entries, 2):
        assert counts[big] <= counts[small] or found[big] >= found[small]


def test_shares_show_their_arithmetic():
    """The western zone of 2021: 80 places for 58, 68, 92 and 32 entries."""
    rows = shares({"west": 58, "middle": 68, "east": 92, "coast": 32}, 80)

    assert rows == [
        {"key": "coast", "count": 32, "places": 10, "by": "whole", "whole": 10, "remainder": "60/250"},
        {"key": "east", "count": 92, "places": 29, "by": "whole", "whole": 29, "remainder": "110/250"},
        {"key": "middle", "count": 68, "places": 22, "by": "remainder", "whole": 21, "remainder": "190/250"},
        {"key": "west", "count": 58, "places": 19, "by": "remainder", "whole": 18, "remainder": "140/250"},
    ]


def test_six_places_at_least_one_per_group():
    rows = shares({"a": 40, "b": 5, "c": 3, "d": 0}, 6, at_least_one=True)

    assert {row["key"]: (row["places"], row["by"]) for row in rows} == {
        "a": (4, "whole"),
        "b": (1, "remainder"),
        "c": (1, "at_least_one"),
        "d": (0, "none"),
    }
