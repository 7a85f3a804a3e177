"""Every text is translated to Chinese in full, and the compiled catalogue is the one that is read."""

import gettext
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import APPS, ROOT

CATALOGUE = ROOT / "locale/zh_Hans/LC_MESSAGES"


def run(*command: str, cwd: Path = ROOT) -> subprocess.CompletedProcess:
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def extracted(tmp_path_factory) -> Path:
    """The texts as they stand in the code now, read from a copy so that nothing here is written."""
    copy = tmp_path_factory.mktemp("texts")
    kept = shutil.ignore_patterns("__pycache__", "migrations", "data", "*.csv", "*.pdf", "*.png")
    for room in (*APPS, "templates"):
        shutil.copytree(ROOT / room, copy / room, ignore=kept)
    (copy / "locale").mkdir()
    made = run(sys.executable, "-m", "django", "makemessages", "-l", "zh_Hans", "--no-location", cwd=copy)
    assert made.returncode == 0, made.stderr
    return copy / "locale/zh_Hans/LC_MESSAGES/django.po"


def test_every_text_is_translated(extracted):
    """`msgcmp` names each text of the code that is missing, empty or fuzzy in our catalogue."""
    compared = run("msgcmp", str(CATALOGUE / "django.po"), str(extracted))

    assert compared.returncode == 0, compared.stderr


def test_placeholders_fit():
    checked = run("msgfmt", "--check", "--output-file", os.devnull, str(CATALOGUE / "django.po"))

    assert checked.returncode == 0, checked.stderr


def test_nothing_obsolete_is_kept():
    assert "\n#~ " not in (CATALOGUE / "django.po").read_text(encoding="utf-8")


def test_compiled_catalogue_is_fresh(tmp_path):
    run("msgfmt", "--output-file", str(tmp_path / "django.mo"), str(CATALOGUE / "django.po"))

    assert read(tmp_path / "django.mo") == read(CATALOGUE / "django.mo")


def read(path: Path) -> dict:
    with path.open("rb") as file:
        texts = dict(gettext.GNUTranslations(file)._catalog)
    texts.pop("", None)
    return texts
