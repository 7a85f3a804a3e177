"""Every page asks for sign-in, except those named here."""

import pytest
from django.urls import reverse

from tests.factories import UserFactory
from tests.house.public import PUBLIC
from tests.house.routes import routes


def test_public_pages_are_those_named_here():
    assert {route.name for route in routes() if route.is_public} == PUBLIC


def test_every_address_has_a_name():
    assert [route.path for route in routes() if route.is_ours and not route.name] == []


def test_names_are_not_used_twice_for_different_pages():
    seen = {}
    for route in routes():
        if route.is_ours:
            seen.setdefault(route.name, set()).add(route.view)

    assert [name for name, views in seen.items() if len(views) > 1] == []


@pytest.mark.django_db
def test_the_back_office_has_no_door_of_its_own(client):
    """Its own sign-in would know nothing of lock-outs and second factors."""
    answer = client.get(reverse("admin:login"))

    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))

    client.force_login(UserFactory(), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("admin:index"), follow=True).status_code == 403
