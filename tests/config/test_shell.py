"""The frame around every page: navigation, language, errors, the demo door."""

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory
from django.urls import reverse

from config import views
from config.shell import BOTTOM_PLACES, WORKSPACES, Shell
from tests.factories import JudgeFactory, UserFactory, administrator

pytestmark = pytest.mark.django_db


def frame(user, path="/", workspace=None) -> Shell:
    request = RequestFactory().get(path)
    request.user = user
    request.session = {"workspace": workspace} if workspace else {}
    return Shell(request)


def test_phone_bar_holds_five_at_most():
    shell = frame(administrator())

    assert len(shell.bottom) + bool(shell.more) <= BOTTOM_PLACES
    assert shell.bottom + shell.more == shell.nav


@pytest.mark.parametrize("workspace", WORKSPACES.values(), ids=lambda one: one.key)
def test_every_place_of_the_navigation_exists(workspace):
    missing = []
    for place in workspace.places:
        try:
            reverse(place.view)
        except LookupError:
            missing.append(place.view)

    assert missing == []


def test_the_place_one_is_at_is_marked():
    shell = frame(UserFactory(), "/contests/notices/")

    assert [item["url"] for item in shell.nav if item["current"]] == [reverse("contests:notices")]


def test_language_switches_by_one_click_without_a_token(client):
    client.handler.enforce_csrf_checks = True

    response = client.post("/i18n/", {"language": "en", "next": "/account/login/"})

    assert response.url == "/account/login/"
    page = client.get("/account/login/").content.decode()
    assert '<html lang="en"' in page
    assert "<h1>Sign in</h1>" in page


def test_language_does_not_lead_elsewhere(client):
    assert client.post("/i18n/", {"language": "en", "next": "https://example.com/"}).url == "/"


def test_chinese_is_the_default_whatever_the_browser_asks(client):
    response = client.get("/account/login/", HTTP_ACCEPT_LANGUAGE="en-GB,en")

    assert '<html lang="zh-Hans"' in response.content.decode()
    assert "Cookie" in response["Vary"]


def test_site_name_is_a_setting(client, settings):
    settings.SITE_NAME = "泉城创赛"

    assert "泉城创赛" in client.get("/account/login/").content.decode()


# ---------------------------------------------------------------- errors


@pytest.mark.parametrize("signed", [False, True])
def test_missing_page_keeps_the_frame(client, signed):
    if signed:
        client.force_login(UserFactory(), backend="django.contrib.auth.backends.ModelBackend")

    response = client.get("/no-such-page/")

    assert response.status_code == 404
    assert "页面不存在" in response.content.decode()


@pytest.mark.parametrize(
    ("view", "status", "words"),
    [
        (views.bad_request, 400, "无法处理该请求"),
        (lambda request: views.forbidden(request, PermissionDenied()), 403, "您无权查看本页"),
        (views.server_error, 500, "系统出现问题"),
    ],
)
def test_error_pages_say_what_to_do(view, status, words):
    request = RequestFactory().get("/")
    request.user = JudgeFactory().person.user
    request.session = {}

    response = view(request)

    assert response.status_code == status
    assert words in response.content.decode()


def test_error_page_needs_no_database(django_assert_num_queries):
    request = RequestFactory().get("/")

    with django_assert_num_queries(0):
        assert views.server_error(request).status_code == 500


# ---------------------------------------------------------------- demo


@pytest.fixture
def demo(settings):
    settings.DEMO = True
    return UserFactory(display_name="林晓棠", demo_role="contestant")


def test_demo_lists_one_sentence_per_account(client, demo):
    UserFactory(display_name="真实用户")

    page = client.get("/demo/").content.decode()

    assert "林晓棠" in page
    assert "真实用户" not in page


def test_one_click_signs_in(client, demo):
    response = client.post("/demo/", {"account": demo.username})

    assert response.url == "/"
    assert client.session["_auth_user_id"] == str(demo.pk)
    assert client.session["workspace"] == "contestant"


def test_accounts_that_are_not_of_the_demo_can_not_be_taken(client, demo):
    other = UserFactory()

    assert client.post("/demo/", {"account": other.username}).status_code == 404
    assert "_auth_user_id" not in client.session


def test_one_click_asks_for_the_token(client, demo):
    client.handler.enforce_csrf_checks = True

    response = client.post("/demo/", {"account": demo.username})

    assert response.status_code == 403
    assert "页面已过期" in response.content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_outside_the_demo_there_is_no_such_page(client, method):
    user = UserFactory(demo_role="contestant")

    response = getattr(client, method)("/demo/", {"account": user.username})

    assert not django_settings.DEMO
    assert response.status_code == 404
    assert "_auth_user_id" not in client.session
