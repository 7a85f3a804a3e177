"""The call for entries: who may publish it when, in which languages, and where it is found."""

from datetime import timedelta

import pytest
from django.urls import reverse

from contests import queries, services
from contests.models import Notice
from contests.services.copying import copy_season
from contests.states import NoticeKind, SeasonState, UnitKind
from core.problems import Refused
from tests.factories import NOW, RecommendingUnitFactory, SeasonFactory, TrackFactory, UserFactory, administrator

pytestmark = pytest.mark.django_db
CALL = {"title": "关于举办示例赛的通知", "body": "一、参赛对象。\n\n二、时间安排。"}


@pytest.fixture
def season():
    made = SeasonFactory(notice_text="正文", title="第八届示例赛", title_en="The 8th Sample Contest")
    TrackFactory(season=made)
    return made


@pytest.fixture
def by():
    return administrator()


def test_its_text_becomes_the_seasons_and_a_corrected_one_takes_its_place(season, by):
    first = services.publish_call(season, **CALL, by=by, at=NOW)
    with pytest.raises(Refused):
        services.publish_call(season, **CALL, by=by, at=NOW)
    second = services.publish_call(season, **{**CALL, "body": "更正"}, by=by, at=NOW + timedelta(days=1))
    season.refresh_from_db()
    first.refresh_from_db()
    assert (first.kind, first.withdrawn_at is None, second.replaces) == (NoticeKind.CALL, False, first)
    assert season.notice_text == "更正"
    assert queries.call_of(season, NOW + timedelta(days=2)) == second


def test_a_season_in_preparation_publishes_nothing(season, by):
    season.state = SeasonState.SETUP
    season.save()
    with pytest.raises(Refused):
        services.publish_call(season, **CALL, by=by, at=NOW)


def test_entrants_from_abroad_are_called_in_english(season, by):
    RecommendingUnitFactory(season=season, kind=UnitKind.OVERSEAS)
    with pytest.raises(Refused) as refused:
        services.publish_call(season, **CALL, title_en="Call", by=by, at=NOW)
    assert refused.value.field == "body_en"


def test_an_organiser_writes_it_and_everybody_finds_it(season, by, signed_in, client):
    browser, page = signed_in(by), reverse("contests:call", args=[season.pk])
    assert browser.get(page).context["form"].initial == {
        "title": "关于举办第八届示例赛的通知", "title_en": "Call for entries: The 8th Sample Contest", "body": "正文",
        "body_en": "",
    }  # fmt: skip
    assert browser.post(page, {**CALL, "body": ""}).status_code == 422
    sent = browser.post(page, {**CALL, "title_en": "Call for entries", "body_en": "Who may enter."})
    notice = Notice.objects.get()
    assert sent["Location"] == reverse("contests:notice", args=[notice.pk])
    public = client.get(reverse("contests:season", args=[season.contest.slug, season.year]))
    assert public.context["call"] == notice
    assert list(client.get(reverse("contests:notices")).context["page"]) == [notice]
    client.cookies["django_language"] = "en"
    assert client.get(sent["Location"]).context["notice"].local_body == "Who may enter."


def test_until_it_is_public_its_organiser_is_reminded(season, by):
    def asked():
        return [task.url for task in queries.tasks_for(by, NOW)]

    page = reverse("contests:call", args=[season.pk])
    assert page in asked()
    services.publish_call(season, **CALL, by=UserFactory(), at=NOW)
    assert page not in asked()


def test_a_copy_names_last_years_call_among_its_points(season, by):
    services.publish_call(season, **CALL, by=by, at=NOW)
    season.refresh_from_db()
    made = copy_season(season, year=season.year + 1, ordinal=season.ordinal + 1, by=by, at=NOW)
    assert made.notice_text == CALL["body"]
    (point,) = [one for one in made.to_review if one["code"] == "call"]
    assert (CALL["title"] in point["text"], point["where"]) == (True, "call")
