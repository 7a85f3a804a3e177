"""Settings of a test run: those of the product, with a throw-away data directory and nothing slow."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

for name in (
    "PRODUCTION",
    "DEMO",
    "DEBUG",
    "SECRET_KEY",
    "FIELD_KEYS",
    "BLIND_INDEX_KEY",
    "CACHE_URL",
    "TASKS_BACKEND",
):
    os.environ.pop(name, None)
ROOM = Path(tempfile.mkdtemp(prefix="luyan-tests-"))
atexit.register(shutil.rmtree, ROOM, ignore_errors=True)
os.environ["VAR_DIR"] = str(ROOM)
os.environ["MEDIA_ROOT"] = str(ROOM / "media")
(ROOM / "static").mkdir()

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES, STORAGES  # noqa: E402

ALLOWED_HOSTS = ["*"]
SITE_URL = "http://testserver"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
CACHES = {name: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"} for name in ("default", "shared")}
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
DATABASES["default"]["CONN_MAX_AGE"] = 0
# Tables come from the models, in a tenth of the time; tests/house/test_migrations.py holds the migrations to them.
DATABASES["default"]["TEST"] = {"MIGRATE": False}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: threads of the live server get connections and locks of their own, as in life.
    DATABASES["default"]["TEST"]["NAME"] = str(ROOM / "test.sqlite3")
    DATABASES["default"]["OPTIONS"]["init_command"] += "; PRAGMA synchronous=OFF"
