"""Every static file that a template or the code names is served."""

import ast
import re

import pytest
from django.contrib.staticfiles import finders

from config.staticfiles import SERVED
from tests.house.tree import parsed, source_files, templates

TAG = re.compile(r"{%\s*static\s+['\"]([^'\"]+)['\"]")


def named_files() -> set[str]:
    in_templates = {name for path in templates() for name in TAG.findall(path.read_text(encoding="utf-8"))}
    in_code = {
        node.args[0].value
        for path in source_files()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "static"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    return in_templates | in_code


@pytest.mark.parametrize("name", sorted(named_files() | SERVED))
def test_static_file_is_served(name):
    assert finders.find(name)


def test_only_named_files_of_the_packages_are_public():
    listed = {
        f"{storage.prefix}/{path}"
        for finder in finders.get_finders()
        for path, storage in finder.list([])
        if getattr(storage, "prefix", None)
    }

    assert listed == SERVED
