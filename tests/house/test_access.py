"""Role × address: whoever adds a page says in tests/house/access/ who may open it."""

import importlib
import pkgutil

import pytest
from django.db import transaction
from django.urls import reverse

from tests.house import access
from tests.house.routes import routes
from tests.house.world import World

TABLES = {
    found.name: importlib.import_module(f"tests.house.access.{found.name}").ROWS
    for found in pkgutil.iter_modules(access.__path__)
}
TABLE = {name: row for rows in TABLES.values() for name, row in rows.items()}


def test_every_address_has_a_row():
    assert {route.name for route in routes() if route.is_ours} == set(TABLE)


def test_no_address_has_two_rows():
    assert sum(len(rows) for rows in TABLES.values()) == len(TABLE)


LET_IN = {200, 302, 303, 400, 422}  # An empty form was read and answered.


def status(client, row, path: str, form: dict) -> int:
    """The answer's status; whatever the request wrote is taken back."""
    with transaction.atomic():
        answer = client.post(path, form) if row.posts else client.get(path)
        transaction.set_rollback(True)
    if row.posts and answer.status_code in LET_IN and not _to_sign_in(answer):
        return 200
    return answer.status_code


def _to_sign_in(answer) -> bool:
    return answer.status_code == 302 and answer["Location"].startswith(reverse("account_login"))


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(TABLE))
def test_roles(client, name):
    row, world = TABLE[name], World()
    path = reverse(name, args=row.arguments(world))
    wrong = {}
    for role in access.ROLES:
        client.logout()
        if role != "anonymous":
            client.force_login(world.users[role], backend="django.contrib.auth.backends.ModelBackend")
        if (found := status(client, row, path, row.form(world))) != row.statuses[role]:
            wrong[role] = f"{found}, expected {row.statuses[role]}"

    assert wrong == {}
