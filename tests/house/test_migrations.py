"""The migrations tell the whole story of the models, each with a name that says what it does."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command

from tests.house.tree import ROOT


@pytest.mark.django_db
def test_no_migration_is_missing(capsys):
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)

    assert "No changes detected" in capsys.readouterr().out


def test_migrations_have_names():
    rooms = [Path(config.path) for config in apps.get_app_configs() if ROOT in Path(config.path).parents]
    numbered = [path for room in rooms for path in room.glob("migrations/0*.py") if ".venv" not in path.parts]

    assert [str(path) for path in numbered if re.search(r"_auto_|^\d{4}\.py$", path.name)] == []
