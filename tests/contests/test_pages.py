"""The public pages of contests: what anybody sees, at which cost, and what stays closed."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from contests import services
from contests.services import Line
from contests.states import NoticeKind, SeasonState
from tests.factories import SeasonFactory, TrackFactory, UserFactory, province

pytestmark = pytest.mark.django_db


def address(season) -> str:
    return reverse("contests:season", args=[season.contest.slug, season.year])


def notice_of(season, lines: int):
    rows = [Line("甲" if number % 2 else "乙", "一等奖", f"N-{number}", f"项目{number}") for number in range(lines)]
    return services.publish_notice(
        season,
        kind=NoticeKind.RESULTS,
        title="结果公示",
        body="正文",
        lines=rows,
        by=UserFactory(),
        at=timezone.now() - timedelta(hours=1),
        closes_at=timezone.now() + timedelta(days=5),
    )


def test_a_season_in_preparation_does_not_exist_for_the_public(client):
    assert client.get(address(SeasonFactory(state=SeasonState.SETUP))).status_code == 404


@pytest.mark.parametrize("tracks", [1, 3])
def test_a_season_page_costs_six_statements_at_most(client, django_assert_max_num_queries, tracks):
    season = SeasonFactory()
    for _ in range(tracks):
        TrackFactory(season=season)
    client.get(address(season))
    with django_assert_max_num_queries(6):
        assert client.get(address(season)).status_code == 200


def test_a_second_visit_is_answered_by_304_until_a_notice_appears(client):
    season = SeasonFactory()
    tag = client.get(address(season)).headers["ETag"]
    assert client.get(address(season), headers={"if-none-match": tag}).status_code == 304
    notice_of(season, 1)
    cache.clear()
    assert client.get(address(season), headers={"if-none-match": tag}).status_code == 200


@pytest.mark.parametrize("lines", [1, 3])
def test_a_results_list_costs_the_same_for_one_and_three(client, django_assert_max_num_queries, lines):
    notice = notice_of(SeasonFactory(), lines)
    with django_assert_max_num_queries(6):
        page = client.get(reverse("contests:notice", args=[notice.pk])).content.decode()
    assert page.count("N-") >= lines


def test_a_results_list_is_searched_and_filtered(client):
    notice = notice_of(SeasonFactory(), 4)
    found = client.get(reverse("contests:notice", args=[notice.pk]), {"q": "N-3"})
    assert [line.number for line in found.context["page"]] == ["N-3"]
    found = client.get(reverse("contests:notice", args=[notice.pk]), {"track": "乙"})
    assert {line.number for line in found.context["page"]} == {"N-0", "N-2"}


def test_a_withdrawn_notice_says_so_and_shows_no_line(client):
    notice = notice_of(SeasonFactory(), 2)
    services.withdraw_notice(notice, by=UserFactory(), reason="更正")
    answer = client.get(reverse("contests:notice", args=[notice.pk]))
    assert answer.status_code == 410
    assert "N-1" not in answer.content.decode()


def test_only_its_organiser_opens_the_set_up_of_a_season(signed_in):
    season, other = SeasonFactory(), SeasonFactory()
    client = signed_in(province(season))
    assert client.get(reverse("contests:setup", args=[season.pk])).status_code == 200
    assert client.get(reverse("contests:setup", args=[other.pk])).status_code == 404
