"""The migrations tell the whole story of the models, each with a name that says what it does."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import ConnectionHandler, connection

from tests.house.tree import ROOT

# Its record of migrations, and a table of Django's own whose id is 4 bytes wide by one way and 8 by the other.
NOT_COMPARED = {"django_migrations", "auth_group_permissions"}


@pytest.mark.django_db
def test_no_migration_is_missing(capsys):
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)

    assert "No changes detected" in capsys.readouterr().out


def test_migrations_have_names():
    rooms = [Path(config.path) for config in apps.get_app_configs() if ROOT in Path(config.path).parents]
    numbered = [path for room in rooms for path in room.glob("migrations/0*.py") if ".venv" not in path.parts]

    assert [str(path) for path in numbered if re.search(r"_auto_|^\d{4}\.py$", path.name)] == []


@pytest.fixture
def migrated(tmp_path):
    """A new database that has run every migration, of the kind that the tests run on."""
    facts = {**settings.DATABASES["default"], "TEST": {}}
    if connection.vendor == "sqlite":
        facts["NAME"] = str(tmp_path / "migrated.sqlite3")
        address = f"sqlite:///{facts['NAME']}"
    else:
        facts["NAME"] = f"{connection.settings_dict['NAME']}_migrated"
        server, mark, options = os.environ["DATABASE_URL"].partition("?")
        address = f"{server.rpartition('/')[0]}/{facts['NAME']}{mark}{options}"
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{facts["NAME"]}"')
    command = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    subprocess.run(command, cwd=settings.BASE_DIR, env={**os.environ, "DATABASE_URL": address}, check=True)
    made = ConnectionHandler({"default": facts})["default"]
    yield made
    made.close()
    if connection.vendor != "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{facts["NAME"]}"')


def columns_of(database, cursor, table: str) -> dict:
    return {column.name: tuple(column) for column in database.introspection.get_table_description(cursor, table)}


def constraints_of(database, cursor, table: str) -> list[str]:
    """Without names, which a database may give by itself, and in no order."""
    found = database.introspection.get_constraints(cursor, table).values()
    return sorted(repr({**one, "columns": sorted(one["columns"]) if one["check"] else one["columns"]}) for one in found)


def schema_of(database) -> dict:
    with database.cursor() as cursor:
        tables = set(database.introspection.table_names(cursor)) - NOT_COMPARED
        return {
            table: (columns_of(database, cursor, table), constraints_of(database, cursor, table)) for table in tables
        }


@pytest.mark.django_db(transaction=True)
def test_migrations_make_the_tables_of_the_models(migrated):
    """The tables of all other tests are made from the models alone."""
    assert schema_of(migrated) == schema_of(connection)
