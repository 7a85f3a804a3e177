"""Seasons, notices and grants: what happens, and what is refused."""

from datetime import timedelta

import pytest

from accounts.states import Role
from contests import queries, services
from contests.models import Grant, NoticeLine, Season
from contests.services import Line
from contests.states import NoticeKind, SeasonState
from core.models import AuditEntry
from core.problems import Refused
from tests.factories import (
    NOW,
    DeclarationFactory,
    RecommendingUnitFactory,
    SeasonFactory,
    StageFactory,
    TrackFactory,
    UserFactory,
    administrator,
    city,
    clerk,
    province,
    supervisor,
)

pytestmark = pytest.mark.django_db


def whole_season(**facts) -> Season:
    season = SeasonFactory(state=SeasonState.SETUP, **facts)
    TrackFactory(season=season)
    RecommendingUnitFactory(season=season)
    DeclarationFactory(season=season)
    StageFactory(season=season, opens=season.entry_closes + timedelta(days=1))
    return season


def test_a_whole_season_starts_and_says_so_in_the_record():
    season, by = whole_season(), UserFactory()
    assert services.start_season(season, by=by, at=NOW).state == SeasonState.RUNNING
    assert AuditEntry.objects.filter(verb="season.running", actor=by).count() == 1


def test_a_season_with_open_points_does_not_start_and_names_them():
    with pytest.raises(Refused) as no:
        services.start_season(SeasonFactory(state=SeasonState.SETUP), by=UserFactory(), at=NOW)
    codes = {problem.code for problem in no.value.problems}
    assert codes == {"no-track", "no-unit", "no-judged-stage", "no-consent"}


def test_every_pair_of_states_moves_only_as_the_table_says():
    for before in SeasonState:
        for to in SeasonState:
            season = SeasonFactory(state=before)
            if to in services.SEASON_MOVES[before]:
                assert services._move(season, to, by=None, at=NOW).state == to
            else:
                with pytest.raises(Refused):
                    services._move(season, to, by=None, at=NOW)


def test_the_closing_second_counts_and_the_next_does_not():
    season = SeasonFactory()
    assert season.is_open(season.entry_closes)
    assert season.is_open(season.entry_closes + timedelta(microseconds=999_999))
    assert not season.is_open(season.entry_closes + timedelta(seconds=1))
    assert season.is_open(season.entry_opens)
    assert not season.is_open(season.entry_opens - timedelta(microseconds=1))


def test_a_notice_freezes_its_lines_and_a_correction_replaces_it():
    season, by = SeasonFactory(), UserFactory()
    lines = [Line("赛道", "一等奖", f"N-{number}", f"项目{number}") for number in (1, 2)]
    first = services.publish_notice(
        season,
        kind=NoticeKind.RESULTS,
        title="公示",
        body="正文",
        lines=lines,
        by=by,
        at=NOW,
        closes_at=NOW + timedelta(5),
    )
    assert list(first.lines.values_list("order", "number")) == [(1, "N-1"), (2, "N-2")]
    second = services.publish_notice(
        season, kind=NoticeKind.RESULTS, title="更正", body="正文", lines=lines[:1], by=by, at=NOW, replaces=first
    )
    first.refresh_from_db()
    assert first.withdrawn_at is not None
    assert first.replaced_by == second
    assert NoticeLine.objects.filter(notice=first).count() == 2


def test_a_notice_period_does_not_end_before_it_begins():
    with pytest.raises(Refused) as no:
        services.publish_notice(
            SeasonFactory(), kind=NoticeKind.RESULTS, title="公示", body="正文", by=UserFactory(), at=NOW, closes_at=NOW
        )
    assert no.value.field == "closes_at"


def test_the_same_role_twice_is_one_grant_and_ends_at_once():
    user, by = UserFactory(), UserFactory()
    season = SeasonFactory()
    first = services.grant_role(user, role=Role.PROVINCE, contest=season.contest, by=by, at=NOW)
    again = services.grant_role(user, role=Role.PROVINCE, contest=season.contest, by=by, at=NOW)
    assert first == again
    services.end_grant(first, by=by, at=NOW)
    assert not Grant.objects.live(NOW).filter(user=user).exists()


def test_list_and_object_permission_of_seasons_agree():
    mine, other = SeasonFactory(), SeasonFactory()
    people = [
        UserFactory(),
        administrator(),
        province(mine),
        supervisor(mine),
        city(RecommendingUnitFactory(season=mine)),
        clerk(RecommendingUnitFactory(season=mine)),
    ]
    for user in people:
        for season in (mine, other):
            listed = queries.seasons_visible_to(user).filter(pk=season.pk).exists()
            assert listed == user.has_perm("contests.watch_season", season), (user, season)
