import itertools
import json
from collections import Counter
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from judging import ranking
from judging.quota import BOUNDARIES, Level, QuotaRule, award_levels, call_reserve, promote, shares
from judging.scoring import Criterion, Entry, MarkSet, Rule, Sheet, TieStep

DECISION = "none_advance_need_decision"


def ranking_of(*totals: int, apart: tuple[str, ...] = ()) -> dict:
    """A ranking of entries e1, e2 … with these totals, highest first, and of some that are apart."""
    entries = [
        Entry(f"e{place}", str(place), (Sheet("1", {"total": Decimal(total)}),))
        for place, total in enumerate(totals, 1)
    ]
    entries += [Entry(key, key, withdrawn="Did not come") for key in apart]
    rule = Rule(min_valid_marks=1, tie_chain=(TieStep("all_advance"),))
    return ranking.compute(MarkSet((Criterion("total", Decimal(100)),), tuple(entries)), rule)


def zones_of(letters: str) -> dict[str, str]:
    return {f"e{place}": letter for place, letter in enumerate(letters, 1)}


def who(promotion, outcome: str) -> list[str]:
    return [one["entry"] for one in promotion["outcomes"] if one["outcome"] == outcome]


# Shares by the largest remainder


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


# Promotion against every way of breaking the ties


def strict_selection(order: list[str], zones: dict[str, str], own: dict[str, int], wildcards: int) -> frozenset[str]:
    """With nobody equal: the best of each zone up to its own places, then the best of the rest."""
    chosen = []
    left = dict(own)
    for key in order:
        if left.get(zones[key], 0):
            left[zones[key]] -= 1
            chosen.append(key)
    rest = [key for key in order if key not in chosen]
    return frozenset(chosen + rest[:wildcards])


def every_selection(result, zones, own, wildcards) -> list[frozenset[str]]:
    groups = [
        [one["entry"] for one in equals]
        for _, equals in itertools.groupby(result["places"], key=lambda one: one["rank"])
    ]
    orders = itertools.product(*(itertools.permutations(group) for group in groups))
    return [strict_selection([key for part in order for key in part], zones, own, wildcards) for order in orders]


@st.composite
def contests(draw):
    """A small ranking with ties, the zones of its entries, a quota, and each zone's own places and the wildcards."""
    totals = draw(st.lists(st.integers(60, 64), min_size=1, max_size=7))
    result = ranking_of(*totals)
    zones = {f"e{place}": draw(st.sampled_from("ABC")) for place in range(1, len(totals) + 1)}
    ranked = Counter(zones.values())
    by = draw(st.sampled_from(("rank", "best", "zone", "share", "share_one")))
    unused = draw(st.sampled_from(("lapse", "by_rank")))
    if by == "zone":
        own = {zone: draw(st.integers(0, 3)) for zone in draw(st.sampled_from(("A", "AB", "ABC")))}
        rule = QuotaRule(draw(st.integers(0, 3)), by=by, zones=own, unused=unused)
        total = rule.places + sum(own.values())
    else:
        least = len(ranked) if by in ("best", "share_one") else 0
        rule = QuotaRule(
            draw(st.integers(least, max(least, 6))),
            by="rank" if by == "best" else by.removesuffix("_one"),
            at_least_one=bool(least),
            unused=unused,
        )
        own = {"rank": {}, "best": dict.fromkeys(ranked, 1)}.get(by)
        if own is None:
            own = {row["key"]: row["places"] for row in shares(ranked, rule.places, at_least_one=rule.at_least_one)}
        total = rule.places
    filled = {zone: min(places, ranked[zone]) for zone, places in own.items()}
    lapsed = sum(own.values()) - sum(filled.values()) if unused == "lapse" else 0
    return result, zones, rule, filled, total - lapsed - sum(filled.values())


@settings(max_examples=400, deadline=None)
@given(contests())
def test_all_advance_takes_whoever_some_breaking_of_the_ties_would_take(contest):
    result, zones, rule, own, wildcards = contest
    selections = every_selection(result, zones, own, wildcards)
    promotion = promote(result, rule, zones=zones)

    assert set(who(promotion, "promoted")) == frozenset.union(*selections)
    assert promotion["promoted"] + promotion["unfilled"] == promotion["places"] + promotion["added"]


@settings(max_examples=400, deadline=None)
@given(contests())
def test_without_a_decision_only_those_go_on_whom_every_breaking_would_take(contest):
    result, zones, rule, own, wildcards = contest
    rule = QuotaRule.from_data(rule.to_data() | {"at_line": DECISION, "reserves": 9})
    selections = every_selection(result, zones, own, wildcards)
    promotion = promote(result, rule, zones=zones)

    sure, possible = frozenset.intersection(*selections), frozenset.union(*selections)
    assert set(who(promotion, "promoted")) == sure
    assert set(who(promotion, "undecided")) == possible - sure
    assert promotion["needs_decision"] == (sure != possible)
    decided = promote(result, rule, zones=zones, decided=sorted(selections[0] - sure))
    assert set(who(decided, "promoted")) == selections[0]
    assert not decided["needs_decision"]


@settings(max_examples=200, deadline=None)
@given(contests())
def test_reserves_keep_their_position_when_the_decision_falls(contest):
    result, zones, rule, own, wildcards = contest
    rule = QuotaRule.from_data(rule.to_data() | {"at_line": DECISION, "reserves": 9})
    before = promote(result, rule, zones=zones)
    selection = every_selection(result, zones, own, wildcards)[0]
    after = promote(result, rule, zones=zones, decided=sorted(selection - set(who(before, "promoted"))))

    positions = {one["entry"]: one["reserve"] for one in after["outcomes"]}
    for one in before["outcomes"]:
        if one["outcome"] == "reserve":
            assert positions[one["entry"]] == one["reserve"]


@settings(max_examples=100, deadline=None)
@given(contests())
def test_a_promotion_is_plain_json_and_comes_out_again(contest):
    result, zones, rule, _, _ = contest
    promotion = promote(result, rule, zones=zones)
    stored = json.loads(json.dumps([promotion, rule.to_data(), result, zones]))
    again = promote(stored[2], QuotaRule.from_data(stored[1]), zones=dict(reversed(stored[3].items())))

    assert ranking.canonical_json(again) == ranking.canonical_json(stored[0])
    assert [one["entry"] for one in promotion["outcomes"]] == [one["entry"] for one in result["places"]]


# Promotion, case by case


def test_equals_on_the_line_all_go_on_and_the_quota_grows():
    promotion = promote(ranking_of(90, 88, 85, 85, 80), QuotaRule(3, reserves=1))

    assert who(promotion, "promoted") == ["e1", "e2", "e3", "e4"]
    assert (promotion["places"], promotion["added"]) == (3, 1)
    assert promotion["lines"] == [
        {
            "zone": None,
            "rank": 3,
            "total": "85.00",
            "entries": ["e3", "e4"],
            "places": 1,
            "added": 1,
            "kept": {},
            "outcome": "all_advance",
        }
    ]
    assert promotion["outcomes"][3]["reason"] == {"code": "tied_on_line", "places": 1, "equals": 2, "added": 1}
    assert promotion["outcomes"][4]["outcome"] == "reserve"


def test_equals_above_the_line_are_no_tie_on_it():
    promotion = promote(ranking_of(90, 90, 85, 80), QuotaRule(2, at_line=DECISION))

    assert (promotion["lines"], promotion["needs_decision"]) == ([], False)
    assert who(promotion, "promoted") == ["e1", "e2"]


def test_equals_on_the_line_wait_for_a_decision_and_keep_the_first_reserve_positions():
    promotion = promote(ranking_of(90, 85, 85, 85, 80, 70), QuotaRule(2, at_line=DECISION, reserves=3))

    assert who(promotion, "undecided") == ["e2", "e3", "e4"]
    assert [(one["outcome"], one["reserve"]) for one in promotion["outcomes"][4:]] == [("reserve", 3), ("out", None)]


@pytest.mark.parametrize(
    ("decided", "message"),
    [
        (["e2", "e3"], "decided: 1 of the equals on the line go on, not 2"),
        (["e1"], "decided: e1 does not stand on a line"),
        (["e2", "zz"], "decided: zz does not stand on a line"),
    ],
)
def test_refuses_a_decision_that_fits_no_line(decided, message):
    with pytest.raises(ValueError, match=message):
        promote(ranking_of(90, 85, 85, 80), QuotaRule(2, at_line=DECISION), decided=decided)


def test_refuses_a_decision_that_passes_over_a_zone():
    rule = QuotaRule(3, at_least_one=True, at_line=DECISION)
    result, zones = ranking_of(90, 85, 85, 85), zones_of("AABB")

    with pytest.raises(ValueError, match="decided: 2 of the equals"):
        promote(result, rule, zones=zones, decided=["e2"])
    assert who(promote(result, rule, zones=zones, decided=["e2", "e3"]), "promoted") == ["e1", "e2", "e3"]
    rule = QuotaRule(2, by="zone", zones={"B": 1}, at_line=DECISION)
    with pytest.raises(ValueError, match="decided: zone B has 1 of these places"):
        promote(ranking_of(90, 85, 85, 85, 85), rule, zones=zones_of("AAABB"), decided=["e2", "e3"])


def test_every_zone_sends_its_best():
    promotion = promote(ranking_of(95, 94, 93, 80, 70), QuotaRule(3, at_least_one=True), zones=zones_of("AAABC"))

    assert who(promotion, "promoted") == ["e1", "e4", "e5"]
    assert [one["reason"]["code"] for one in promotion["outcomes"]] == [
        "in_quota", "below_line", "below_line", "zone_place", "zone_place",
    ]  # fmt: skip


def test_nothing_is_kept_for_the_best_of_no_zone():
    promotion = promote(ranking_of(95, 94, 60), QuotaRule(2, at_least_one=True), zones={"e1": "A", "e2": "A"})

    assert who(promotion, "promoted") == ["e1", "e2"]


def test_zones_have_their_places_and_their_own_reserves():
    rule = QuotaRule(0, by="zone", zones={"A": 1, "B": 2}, reserves=1)
    promotion = promote(ranking_of(95, 94, 93, 92, 91, 90), rule, zones=zones_of("AABBBC"))

    assert who(promotion, "promoted") == ["e1", "e3", "e4"]
    assert who(promotion, "reserve") == ["e2", "e5"]
    assert promotion["outcomes"][5]["reason"] == {"code": "zone_without_place"}
    assert call_reserve(promotion, "e3") == ["e5"]
    assert call_reserve(promotion, "e1") == ["e2"]
    assert call_reserve(promotion, "e1", gone=["e2"]) == []


def test_places_a_zone_cannot_fill_lapse_or_go_by_rank():
    result, zones = ranking_of(95, 94, 93, 92), zones_of("AABB")
    quota = {"places": 0, "by": "zone", "zones": {"A": 1, "C": 2}}

    lapse = promote(result, QuotaRule.from_data(quota), zones=zones)
    by_rank = promote(result, QuotaRule.from_data(quota | {"unused": "by_rank"}), zones=zones)

    assert (who(lapse, "promoted"), lapse["places"]) == (["e1"], 1)
    assert (who(by_rank, "promoted"), by_rank["places"]) == (["e1", "e2", "e3"], 3)


def test_shares_count_all_entries_of_a_zone_not_only_the_ranked():
    rule = QuotaRule(4, by="share")
    promotion = promote(ranking_of(95, 94, 93, 92, 91, 90), rule, zones=zones_of("AAABBB"), entered={"A": 10, "B": 30})

    assert promotion["zones"] == {"A": 1, "B": 3}
    assert who(promotion, "promoted") == ["e1", "e4", "e5", "e6"]
    assert [row["places"] for row in promotion["shares"]] == [1, 3]


def test_reserves_move_up_in_order_and_equals_together():
    promotion = promote(ranking_of(95, 94, 80, 80, 70), QuotaRule(2, reserves=3))

    assert [one["reserve"] for one in promotion["outcomes"]] == [None, None, 1, 1, 3]
    assert call_reserve(promotion, "e1") == ["e3", "e4"]
    assert call_reserve(promotion, "e2", gone=["e3", "e4"]) == ["e5"]
    with pytest.raises(ValueError, match="e3: has no place"):
        call_reserve(promotion, "e3")


def test_withdrawn_entries_take_no_place_and_keep_their_reason():
    promotion = promote(ranking_of(95, 94, apart=("x",)), QuotaRule(5))

    assert promotion["apart"] == [
        {
            "entry": "x",
            "number": "x",
            "outcome": "withdrawn",
            "reason": {"code": "withdrawn", "reason": "Did not come"},
        }
    ]
    assert (promotion["promoted"], promotion["unfilled"]) == (2, 3)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"places": -1}, "places: must be a whole number"),
        ({"places": True}, "places: must be a whole number"),
        ({"places": 1, "by": "luck"}, "by: must be one of"),
        ({"places": 1, "at_line": "coin"}, "at_line: must be one of"),
        ({"places": 1, "unused": "x"}, "unused: must be one of"),
        ({"places": 1, "by": "zone", "zones": {"A": 1.5}}, "zones.A: must be a whole number"),
        ({"places": 1, "zones": {"A": 1}}, "zones: places of zones are given exactly when"),
        ({"places": 1, "by": "zone", "zones": {"A": 1}, "at_least_one": True}, "at_least_one: "),
        ({"places": 1, "reserve": 1}, "reserve: is not a field"),
        ({}, "places: is missing"),
    ],
)
def test_refuses_a_quota_by_the_name_of_its_field(data, message):
    with pytest.raises(ValueError, match=message):
        QuotaRule.from_data(data)


def test_refuses_to_promise_each_zone_a_place_that_is_not_there():
    with pytest.raises(ValueError, match="places: 1 cannot give one to each of 2 zones"):
        promote(ranking_of(95, 94), QuotaRule(1, at_least_one=True), zones=zones_of("AB"))


# Award levels


def level_at(position: int, levels: list[Level]) -> str | None:
    for level in levels:
        if position <= level.places:
            return level.key
        position -= level.places
    return None


@settings(max_examples=300, deadline=None)
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


@settings(max_examples=100, deadline=None)
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
