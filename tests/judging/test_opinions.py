"""The second opinion, the diagnostics, and what the record of a judge keeps of them."""

import random

import pytest
from django.urls import reverse
from django.utils.translation import override

from judging import opinion, ranking, replay, services
from judging.models import JudgeFigure, Opinion
from judging.queries.opinions import record_of
from judging.scoring import MarkSet, Rule
from tests import factories
from tests.judging.heats import locked

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(client):
    """Twelve entries by four judges; the third seat gives 6 points less to everybody, once 30 less."""
    chance = random.Random(4)
    values = {
        (entry, seat): (
            40 - entry + chance.choice((0, 1, 2)) - (6 if seat == 3 else 0) - (16 if (entry, seat) == (5, 1) else 0),
            30,
        )
        for entry in range(12)
        for seat in range(1, 5)
    }
    made = locked(
        entries=12, judges=4, per_entry=4, marks=lambda entry, seat: values[entry, seat], rule={"min_valid_marks": 2}
    )
    made.supervisor = factories.supervisor(made.season)
    client.force_login(made.supervisor)
    return made


def address(name, made):
    return reverse(f"judging:{name}", args=[made.rankings[0].pk])


def test_it_is_computed_once_shown_and_changes_nothing(made, client, django_assert_max_num_queries):
    before = list(made.rankings[0].places.values_list("participation", "rank", "total", "outcome"))
    assert "尚未计算" in client.get(address("opinion", made)).content.decode()
    assert client.post(address("make_opinion", made)).status_code == 302
    assert client.post(address("make_opinion", made)).status_code == 302

    found = Opinion.objects.get()
    assert found.figures["second_opinion"]["on"]
    assert found.figures["second_opinion"]["winsorised"] >= 1
    severe = JudgeFigure.objects.filter(opinion=found).order_by("-severity").first()
    assert (severe.seat, severe.marks, round(severe.severity) in (4, 5)) == (3, 12, True)
    assert [(one["entry"], one["judge"]) for one in found.figures["wild"]] == [("T-0006", "1")]
    assert list(made.rankings[0].places.values_list("participation", "rank", "total", "outcome")) == before
    assert replay.differences_of_ranking(made.rankings[0]) == []
    for name in ("opinion", "diagnostics"):
        with django_assert_max_num_queries(14):
            assert client.get(address(name, made)).status_code == 200
    assert [row.seat for row in record_of(severe.judge, made.supervisor)] == [3]
    client.force_login(made.by)
    assert address("diagnostics", made) in client.get(reverse("judging:judge", args=[severe.judge_id])).content.decode()
    assert record_of(severe.judge, made.judges[0].person.user or factories.UserFactory()) == []


def test_it_says_why_it_is_off(client):
    made = locked(entries=3, judges=3)
    client.force_login(factories.supervisor(made.season))
    services.form_opinion(made.rankings[0], by=made.by)

    with override("zh-hans"):
        page = client.get(address("opinion", made)).content.decode()

    assert "少于5份" in page
    assert "±" not in page


def test_nobody_but_watchers_sees_it(made, client):
    client.force_login(
        made.judges[0].person.user if hasattr(made.judges[0].person, "user") else factories.UserFactory()
    )
    for name in ("opinion", "diagnostics", "moved", "decide"):
        assert client.get(address(name, made)).status_code == 404


def test_without_each_is_what_the_rule_makes_of_the_rest(made):
    """Against ranking everything again without that judge."""
    one = made.rankings[0]
    marks, rule = MarkSet.from_data(one.inputs), Rule.from_data(one.rule["scoring"] | {"min_valid_marks": 1})
    found = {row["judge"]: row for row in opinion.without_each(marks, rule, one.result["ranking"], 3)}
    first = {place["entry"] for place in one.result["ranking"]["places"][:3]}
    for seat in "1234":
        data = marks.to_data()
        for entry in data["entries"]:
            entry["sheets"] = [sheet for sheet in entry["sheets"] if sheet["key"] != seat]
        places = ranking.compute(MarkSet.from_data(data), rule)["places"]
        clear = {place["entry"] for place in places if place["rank"] <= 3 and not place["tied"]}
        row = found.get(seat, {"enter": [], "leave": []})
        assert clear <= (first - set(row["leave"])) | set(row["enter"])
