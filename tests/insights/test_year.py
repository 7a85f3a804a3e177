"""The year page: what counts as a good project, and that every figure equals the rows behind it."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from insights import queries
from projects.states import EntryState
from tests.factories import NOW, EntryFactory, SeasonFactory, UserFactory, province

pytestmark = pytest.mark.django_db
CHINA = ZoneInfo("Asia/Shanghai")
YEAR = NOW.year


def qualified(**facts):
    return EntryFactory(**{"state": EntryState.QUALIFIED, "qualified_at": NOW, **facts})


def test_only_entries_that_still_stand_count():
    kept = qualified(identity_key="a")
    for key, state in (("b", EntryState.DISQUALIFIED), ("c", EntryState.SUBMITTED), ("d", EntryState.RETURNED)):
        qualified(identity_key=key, state=state)
    assert set(queries.good_projects(YEAR)) == {kept}


def test_the_year_is_that_of_the_acceptance_in_china_time():
    last_second = qualified(identity_key="a", qualified_at=datetime(YEAR, 12, 31, 23, 59, 59, tzinfo=CHINA))
    first_of_next = qualified(identity_key="b", qualified_at=datetime(YEAR + 1, 1, 1, tzinfo=CHINA))
    assert set(queries.good_projects(YEAR)) == {last_second}
    assert set(queries.good_projects(YEAR + 1)) == {first_of_next}


def test_one_project_in_three_contests_is_one_where_it_qualified_first():
    first = qualified(identity_key="x", qualified_at=datetime(YEAR, 3, 1, tzinfo=CHINA))
    for day in (2, 3):
        qualified(identity_key="x", qualified_at=datetime(YEAR, 3, day, tzinfo=CHINA))
    assert set(queries.good_projects(YEAR)) == {first}
    glance = queries.year_at_a_glance(YEAR, NOW)
    assert (glance.good, glance.qualified, glance.doubles) == (1, 3, 2)


def test_a_project_of_last_year_counts_again_this_year():
    qualified(identity_key="x", qualified_at=datetime(YEAR - 1, 3, 1, tzinfo=CHINA))
    now = qualified(identity_key="x")
    assert set(queries.good_projects(YEAR)) == {now}


def test_entries_without_a_key_are_not_thrown_together():
    rows = {qualified(identity_key=""), qualified(identity_key="")}
    assert set(queries.good_projects(YEAR)) == rows


def test_figures_equal_the_rows_their_links_open(signed_in):
    for key in "abc":
        qualified(identity_key=key)
    qualified(identity_key="a")
    client = signed_in(province(SeasonFactory()))
    glance = queries.year_at_a_glance(YEAR, NOW)

    def rows(query=""):
        answer = client.get(reverse("insights:projects", args=[YEAR]) + query)
        return answer.context["page"].paginator.count

    assert rows() == glance.good == 3
    assert rows("?all=1") == glance.qualified == 4
    for row in glance.contests:
        assert rows(f"?all=1&contest={row.contest.slug}") == row.qualified
    for row in glance.cities:
        assert rows(f"?city={row.region.pk}") == row.count
    assert rows("?elsewhere=1") == glance.elsewhere
    assert sum(row.count for row in glance.cities) + glance.elsewhere == glance.good


def test_the_page_shows_the_definition_and_is_closed_to_others(signed_in):
    address = reverse("insights:year", args=[YEAR])
    assert signed_in(UserFactory()).get(address).status_code == 403
    page = signed_in(province(SeasonFactory())).get(address)
    assert page.status_code == 200
    assert 'id="definition"' in page.content.decode()


def test_the_page_costs_the_same_for_one_and_three(signed_in, django_assert_max_num_queries):
    client = signed_in(province(SeasonFactory()))
    for key in "abc":
        qualified(identity_key=key)
    with django_assert_max_num_queries(15):
        client.get(reverse("insights:year", args=[YEAR]))
