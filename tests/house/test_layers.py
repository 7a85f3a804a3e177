"""Imports run one way: `core ← accounts ← … ← config`, as pyproject.toml declares."""

import subprocess
import sys

from tests.house.tree import APPS, ROOT, parsed, relative, source_files


def test_import_layers():
    run = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stdout + run.stderr


def test_every_app_is_in_the_contract():
    rooms = {path.parent.name for path in ROOT.glob("*/apps.py")} | {"config"}

    assert rooms == set(APPS)


def test_no_signals_between_our_apps():
    import ast

    found = [
        relative(path)
        for path in source_files()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ImportFrom) and node.module in {"django.dispatch", "django.db.models.signals"}
    ]

    assert found == []
