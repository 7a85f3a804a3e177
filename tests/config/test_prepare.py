"""An empty database after `manage.py prepare`; that its tables are right, tests/house/test_migrations.py holds."""

import os
import subprocess
import sys

from django.conf import settings


def prepare(database) -> str:
    return subprocess.run(
        [sys.executable, "manage.py", "prepare"], cwd=settings.BASE_DIR, capture_output=True, text=True, check=True,
        env={**os.environ, "DATABASE_URL": f"sqlite:///{database}"},
    ).stdout  # fmt: skip


def test_an_empty_database_is_made_at_once_and_counts_as_migrated(tmp_path):
    assert "made from the models" in prepare(tmp_path / "new.sqlite3")
    assert "No migrations to apply" in prepare(tmp_path / "new.sqlite3")
