"""Every page asks for sign-in, except those named here."""

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
