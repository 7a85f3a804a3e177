"""Tasks of organisers and supervisors: the next step of each heat, and nothing of anybody else's."""

from datetime import timedelta

import pytest

from contests.states import SeasonState
from judging import services
from judging.queries.duties import office_tasks
from tests import factories
from tests.factories import NOW
from tests.judging.heats import locked, opened, prepared

pytestmark = pytest.mark.django_db


def titles(user, at=NOW):
    return [(task.title, task.tone) for task in office_tasks(user, at)]


def test_the_organiser_is_told_the_next_step_of_each_heat():
    made = prepared(judges=3)
    assert titles(made.by) == [("抽取评委：“初赛”", "go")]

    services.commit_draw(made.heat, purpose="judges", by=made.by, at=NOW)
    assert titles(factories.supervisor(made.season)) == [("见证“初赛”的抽签", "due")]


def test_scoring_that_is_overdue_is_amber():
    made = opened(entries=1)

    assert titles(made.by) == [("查看进度：“初赛”", "go")]
    assert titles(made.by, made.stage.closes + timedelta(days=1)) == [("查看进度：“初赛”", "due")]


def test_a_locked_heat_waits_for_publication_and_the_next_stage_for_its_list():
    made = locked(entries=2)
    made.season.entry_closes = NOW - timedelta(days=1)
    made.season.save()
    factories.StageFactory(
        season=made.season, name="决赛", rubric=made.stage.rubric, scoring_rule=made.stage.scoring_rule
    )

    assert titles(made.by) == [("发布公示：“初赛”", "due"), ("准备“决赛”", "go")]


def test_nobody_else_is_told():
    made = opened(entries=1)
    city = factories.city(made.entries[0].zone)

    for user in (
        city,
        factories.UserFactory(),
        made.judges[0].person.user,
        factories.province(factories.SeasonFactory()),
    ):
        assert titles(user) == []

    made.season.state = SeasonState.CLOSED
    made.season.save()
    assert titles(made.by) == []


def test_a_city_is_told_of_the_heat_of_its_own_zone():
    made = prepared(judges=3)
    made.heat.zone = made.entries[0].zone
    made.heat.save()

    assert len(titles(factories.city(made.entries[0].zone))) == 1
    assert titles(factories.city(factories.RecommendingUnitFactory(region=factories.qingdao()))) == []
