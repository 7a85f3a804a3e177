"""The lock, the frozen ranking, its later versions, and its replay."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils.translation import override

from contests.models import Quota
from contests.states import HeatState
from core.problems import Refused
from judging import replay, services
from judging.models import Mark, Place, Ranking, ScoreSheet
from judging.scoring import Decision
from judging.states import SheetState
from projects.models import Participation
from projects.states import EntryState, Outcome
from tests import factories
from tests.factories import NOW
from tests.judging.heats import locked, opened

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    """Refusals are matched in the language of the source."""
    with override("en"):
        yield


LATER = NOW + timedelta(hours=5)


def places(ranking):
    return [
        (place.participation.entry.number, place.rank, place.tied, place.total, place.outcome)
        for place in ranking.places.select_related("participation__entry")
    ]


def test_the_lock_ranks_freezes_and_decides_who_goes_on():
    made = locked(entries=4, places=2)

    (ranking,) = made.rankings

    assert places(ranking) == [
        ("T-0001", 1, False, Decimal(70), Outcome.PROMOTED),
        ("T-0002", 2, False, Decimal(69), Outcome.PROMOTED),
        ("T-0003", 3, False, Decimal(68), Outcome.RESERVE),
        ("T-0004", 4, False, Decimal(67), Outcome.OUT),
    ]
    assert made.heat.state == HeatState.LOCKED
    assert dict(Participation.objects.values_list("entry__number", "outcome")) == {
        "T-0001": "promoted", "T-0002": "promoted", "T-0003": "reserve", "T-0004": "out",
    }  # fmt: skip
    assert ranking.summary["cut"] == 2
    assert replay.differences_of_ranking(ranking) == []


def test_drafts_hold_the_lock_and_are_named_by_judge():
    made = opened(entries=2)
    made.fill()
    ScoreSheet.objects.filter(assignment__judge=made.judges[0]).update(state=SheetState.DRAFT)

    with pytest.raises(Refused, match=made.judges[0].person.name) as refused:
        made.lock()

    assert refused.value.code == "drafts"
    assert made.judges[1].person.name not in refused.value.message
    made.heat.refresh_from_db()
    assert made.heat.state == HeatState.OPEN
    assert not Ranking.objects.exists()


def test_an_absent_judge_is_no_zero():
    made = opened(entries=2, rule={"min_valid_marks": 2})
    made.fill(lambda entry, seat: (40, 30))
    ScoreSheet.objects.filter(assignment__judge=made.judges[0]).update(state=SheetState.DRAFT)
    asked = made.heat.invitations.get(judge=made.judges[0])

    assert services.mark_judge_absent(asked, reason="未到场", by=made.by, at=NOW) == 2
    (ranking,) = made.lock()

    assert {total for _number, _rank, _tied, total, _outcome in places(ranking)} == {Decimal(70)}


def test_too_few_valid_sheets_hold_the_lock_until_the_organiser_says_so():
    made = opened(entries=2, rule={"min_valid_marks": 3})
    made.fill()
    gone = made.sheets().filter(assignment__participation__entry=made.entries[0]).first()
    ScoreSheet.objects.filter(pk=gone.pk).update(state=SheetState.RECUSED)

    with pytest.raises(Refused, match="T-0001") as refused:
        made.lock()
    assert refused.value.code == "incomplete"

    (ranking,) = made.lock(leave_incomplete=True)
    assert places(ranking) == [
        ("T-0002", 1, False, Decimal(70), Outcome.PROMOTED),
        ("T-0001", None, False, None, Outcome.PENDING),
    ]


def test_a_withdrawn_entry_takes_no_place_and_its_drafts_hold_nothing():
    made = opened(entries=3, places=1)
    made.fill(lambda entry, seat: (40 - entry, 30))
    ScoreSheet.objects.filter(assignment__participation__entry=made.entries[0]).update(state=SheetState.DRAFT)
    made.entries[0].state = EntryState.WITHDRAWN
    made.entries[0].save()

    (ranking,) = made.lock()

    assert [(number, rank, outcome) for number, rank, _tied, _total, outcome in places(ranking)] == [
        ("T-0002", 1, Outcome.PROMOTED), ("T-0003", 2, Outcome.RESERVE), ("T-0001", None, Outcome.WITHDRAWN),
    ]  # fmt: skip


def test_equals_on_the_line_all_go_on_where_the_rule_says_so():
    made = locked(
        entries=3, places=2, marks=lambda entry, seat: (40 if entry == 0 else 30, 30),
        rule={"tie_chain": ["untrimmed_sum", "all_advance"]},
    )  # fmt: skip

    (ranking,) = made.rankings

    assert [(rank, tied, outcome) for _n, rank, tied, _t, outcome in places(ranking)] == [
        (1, False, Outcome.PROMOTED), (2, True, Outcome.PROMOTED), (2, True, Outcome.PROMOTED),
    ]  # fmt: skip
    assert ranking.summary["added"] == 1
    assert Participation.objects.exclude(reason="").count() == 2


def test_equals_on_the_line_wait_for_the_jury_and_its_decision_makes_a_version():
    made = locked(entries=3, places=2, marks=lambda entry, seat: (40 if entry == 0 else 30, 30))
    assert set(Participation.objects.values_list("outcome", flat=True)) == {"promoted", "pending"}
    with pytest.raises(Refused, match="jury"):
        services.publish_results(made.heat, closes_at=LATER + timedelta(days=7), by=made.by, at=LATER)
    with pytest.raises(Refused, match="doesn't fit") as refused:
        services.rerank(made.heat, reason="评议", decided=["T-0002", "T-0003"], by=made.by, at=LATER)
    assert refused.value.field == "decided"

    (second,) = services.rerank(made.heat, reason="评委合议", decided=["T-0003"], by=made.by, at=LATER)

    assert second.version == 2
    assert dict(Participation.objects.values_list("entry__number", "outcome")) == {
        "T-0001": "promoted", "T-0002": "reserve", "T-0003": "promoted",
    }  # fmt: skip
    assert [replay.differences_of_ranking(one) for one in Ranking.objects.all()] == [[], []]


def test_the_jurys_order_separates_equals_in_a_later_version():
    made = locked(entries=2, places=1, marks=lambda entry, seat: (40, 30), rule={"tie_chain": ["jury"]})

    (second,) = services.rerank(
        made.heat, reason="评委合议", jury=[Decision(("T-0002", "T-0001"), "合议")], by=made.by, at=LATER
    )

    assert [(number, rank) for number, rank, *_rest in places(second)] == [("T-0002", 1), ("T-0001", 2)]
    with pytest.raises(Refused, match="Nothing has changed"):
        services.rerank(made.heat, reason="再算", by=made.by, at=LATER)


def test_a_corrected_mark_makes_the_next_version_and_leaves_the_first():
    made = locked(entries=2, places=1)
    first = made.rankings[0]
    before = (first.digest, list(first.places.values_list("participation", "rank", "total")))
    Mark.objects.filter(sheet__assignment__participation__entry=made.entries[1], criterion__key="innovation").update(
        value=Decimal(60)
    )
    found = replay.differences_of_ranking(first)
    assert sorted(found) == [
        f"marks of T-0002, judge no. {seat}, innovation: 39 ranked, 60 in the tables" for seat in (1, 2, 3)
    ]

    (second,) = services.rerank(made.heat, reason="计分席更正", by=made.by, at=LATER)

    first.refresh_from_db()
    assert (first.digest, list(first.places.values_list("participation", "rank", "total"))) == before
    assert (second.version, second.reason) == (2, "计分席更正")
    assert [(number, outcome) for number, *_rest, outcome in places(second)] == [
        ("T-0002", Outcome.PROMOTED), ("T-0001", Outcome.RESERVE),
    ]  # fmt: skip
    assert replay.differences_of_ranking(first) == replay.differences_of_ranking(second) == []


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_version_needs_its_reason(reason):
    made = locked(entries=2)

    with pytest.raises(Refused) as refused:
        services.rerank(made.heat, reason=reason, by=made.by, at=LATER)

    assert refused.value.field == "reason"


def test_a_heat_is_locked_once_and_ranked_again_only_after_the_lock():
    made = opened(entries=2)
    with pytest.raises(Refused, match="not locked"):
        services.rerank(made.heat, reason="x", by=made.by, at=LATER)
    made.fill()
    made.lock()

    with pytest.raises(Refused, match="only an open heat"):
        made.lock()


def test_a_save_after_the_lock_is_refused_whole():
    made = locked(entries=2)
    sheet = made.sheets().first()

    with pytest.raises(Refused):
        services.save_sheet(sheet, marks={"innovation": Decimal(1)}, by=made.by, at=LATER, expected_version=0)

    assert replay.differences_of_ranking(made.rankings[0]) == []


def test_the_last_stage_gives_award_levels_in_place_of_a_quota():
    made = opened(entries=4, places=None)
    season = made.season
    factories.AwardLevelFactory(season=season, order=1, places=1)
    factories.AwardLevelFactory(season=season, order=2, name="二等奖", metal="silver", places=2)
    made.fill(lambda entry, seat: (40 - entry, 30))

    (ranking,) = made.lock()

    assert [(number, outcome) for number, *_rest, outcome in places(ranking)] == [
        ("T-0001", "awarded"), ("T-0002", "awarded"), ("T-0003", "awarded"), ("T-0004", "out"),
    ]  # fmt: skip
    assert [place.steps.get("level", {}).get("name") for place in ranking.places.all()] == [
        "一等奖", "二等奖", "二等奖", None,
    ]  # fmt: skip
    assert replay.differences_of_ranking(ranking) == []


def test_the_earlier_round_separates_equals():
    made = locked(entries=2, places=2, marks=lambda entry, seat: (30 + entry, 30))
    final = factories.StageFactory(
        season=made.season, rubric=made.stage.rubric,
        scoring_rule=factories.ScoringRuleFactory(season=made.season, data={"tie_chain": ["earlier_total"]}),
    )  # fmt: skip
    Quota.objects.create(stage=final, places=1)
    heat = services.prepare_heat(final, by=made.by, at=NOW)
    for seat, judge in enumerate(made.judges, start=1):
        factories.InvitationFactory(heat=heat, judge=judge, seat=seat)
        for one in heat.participations.all():
            factories.sheet(one, judge, 40, 30)
    heat.state = HeatState.OPEN
    heat.save()

    (ranking,) = services.lock_heat(heat, by=made.by, at=LATER)

    assert [(number, rank, tied) for number, rank, tied, *_rest in places(ranking)] == [
        ("T-0002", 1, False), ("T-0001", 2, False),
    ]  # fmt: skip


def test_places_of_zones_are_kept_apart():
    made = opened(entries=3, places=None)
    other = factories.RecommendingUnitFactory(season=made.season, region=factories.qingdao())
    made.entries[2].zone = other
    made.entries[2].save()
    for zone in (made.entries[0].zone, other):
        Quota.objects.create(stage=made.stage, zone=zone, places=1, reserves=1)
    made.fill(lambda entry, seat: (40 - entry, 30))

    (ranking,) = made.lock()

    assert [(number, outcome) for number, *_rest, outcome in places(ranking)] == [
        ("T-0001", "promoted"), ("T-0002", "reserve"), ("T-0003", "promoted"),
    ]  # fmt: skip


# ---------------------------------------------------------------- replay


def test_verify_ranking_names_what_was_changed_by_hand(capsys):
    made = locked(entries=2)
    call_command("verify_ranking", heat=made.heat.pk)
    assert "1 equal" in capsys.readouterr().out
    Place.objects.filter(order=1).update(total=Decimal(99))
    one = made.rankings[0]
    one.result["ranking"]["places"][1]["total"] = "99.00"
    one.save()

    with pytest.raises(CommandError, match="1 of 1"):
        call_command("verify_ranking")

    said = capsys.readouterr().out
    for part in ("places: T-0001", "places: T-0002", "digest"):
        assert part in said


def test_verify_draw_repeats_every_draw_of_a_heat(capsys):
    made = opened(entries=2)
    call_command("verify_draw", made.heat.pk)
    assert "1 equal" in capsys.readouterr().out
    made.heat.draws.update(commitment="0" * 64)

    with pytest.raises(CommandError, match="1 of 1"):
        call_command("verify_draw", made.heat.pk)
