import itertools
import json
from collections import Counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from judging import ranking
from judging.quota import QuotaRule, call_reserve, promote, shares
from tests.judging.naive import ranking_of

DECISION = "none_advance_need_decision"


def zones_of(letters: str) -> dict[str, str]:
    return {f"e{place}": letter for place, letter in enumerate(letters, 1)}


def who(promotion, outcome: str) -> list[str]:
    return [one["entry"] for one in promotion["outcomes"] if one["outcome"] == outcome]


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


@settings(max_examples=400)
@given(contests())
def test_all_advance_takes_whoever_some_breaking_of_the_ties_would_take(contest):
    result, zones, rule, own, wildcards = contest
    selections = every_selection(result, zones, own, wildcards)
    promotion = promote(result, rule, zones=zones)

    assert set(who(promotion, "promoted")) == frozenset.union(*selections)
    assert promotion["promoted"] + promotion["unfilled"] == promotion["places"] + promotion["added"]


@settings(max_examples=400)
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


@settings(max_examples=300)
@given(contests())
@example(
    (
        ranking_of(60, 60, 60, 61), zones_of("AABB"), QuotaRule(2, at_least_one=True), {"A": 1, "B": 1}, 0,
    )
)  # fmt: skip
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


@settings(max_examples=100)
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
