"""Habits that a machine can keep: lengths, names, shapes of services, nothing caught blindly."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.tree import ROOT, kept_files, parsed, relative, source_files

FILE_LINES = 400
FUNCTION_LINES = 50
DRAWERS = {"utils", "util", "helpers", "helper", "mixins", "mixin", "common", "misc", "tools", "lib"}

# Pure modules: algorithms on dataclasses and numbers. No ORM, no clock, no unseeded randomness.
PURE = {"scoring", "ranking", "assignment", "draw", "quota", "similarity"}

# Services that nobody acts in: they run for the system, or the account itself comes out of them.
WITHOUT_ACTOR: set[str] = set()


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(parsed(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def written_files() -> list[Path]:
    return source_files() + source_files("tests", "benchmarks")


def test_file_length():
    lengths = {relative(path): len(path.read_text(encoding="utf-8").splitlines()) for path in written_files()}

    assert {name: length for name, length in lengths.items() if length > FILE_LINES} == {}


def test_function_length():
    long = {
        f"{relative(path)}:{node.lineno} {node.name}": node.end_lineno - node.lineno + 1
        for path in written_files()
        for node in functions(path)
        if node.end_lineno - node.lineno + 1 > FUNCTION_LINES
    }

    assert long == {}


def test_no_junk_drawers():
    named = [
        path
        for path in written_files()
        if DRAWERS & {part.removesuffix(".py") for part in path.relative_to(ROOT).parts}
    ]

    assert [relative(path) for path in named] == []


def _names(node: ast.expr | None) -> set[str]:
    parts = node.elts if isinstance(node, ast.Tuple) else [node]
    return {part.id if isinstance(part, ast.Name) else getattr(part, "attr", "") for part in parts}


def test_nothing_is_caught_blindly():
    blind = {"Exception", "BaseException"}
    caught = [
        f"{relative(path)}:{node.lineno}"
        for path in source_files()
        for node in ast.walk(parsed(path))
        if (isinstance(node, ast.ExceptHandler) and (node.type is None or _names(node.type) & blind))
        or (
            isinstance(node, ast.Call)
            and _names(node.func) == {"suppress"}
            and any(_names(a) & blind for a in node.args)
        )
    ]

    assert caught == []


def test_models_save_without_side_effects():
    overridden = [
        f"{relative(path)}:{node.lineno}"
        for path in source_files()
        if path.name == "models.py" or "models" in path.parts
        for node in functions(path)
        if node.name in {"save", "delete"}
    ]

    assert overridden == []


def _is_service(path: Path) -> bool:
    return path.name == "services.py" or path.parent.name == "services"


def service_functions() -> list[tuple[str, ast.FunctionDef]]:
    return [
        (f"{relative(path)}:{node.name}", node)
        for path in source_files()
        if _is_service(path)
        for node in parsed(path).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]


def _writes(node: ast.FunctionDef) -> bool:
    """Whether a function leaves an audit entry, or locks a row in order to change it."""
    called = {ast.unparse(one.func) for one in ast.walk(node) if isinstance(one, ast.Call)}
    return "audit.record" in called or any(name.endswith(".select_for_update") for name in called)


def test_services_name_their_actor():
    """The nouns first, the rest keyword-only, `by` always."""
    wrong = [
        name
        for name, node in service_functions()
        if name not in WITHOUT_ACTOR
        and ("by" in [one.arg for one in node.args.args] or (_writes(node) and "by" not in _keywords(node)))
    ]

    assert wrong == []


def _keywords(node: ast.FunctionDef) -> set[str]:
    return {one.arg for one in node.args.kwonlyargs}


def test_services_know_no_request():
    named = [
        name
        for name, node in service_functions()
        if "request" in {one.arg for one in node.args.args + node.args.kwonlyargs}
    ]

    assert named == []


def test_views_write_through_services():
    """A view that makes or saves a row itself leaves no audit entry."""
    writes = {"save", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
    found = [
        f"{relative(path)}:{node.lineno}"
        for path in source_files()
        if path.name == "views.py" or path.parent.name == "views"
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in writes
        and ast.unparse(node.func) != "default_storage.save"
    ]

    assert found == []


def test_algorithms_are_pure():
    impure = {"django", "random", "time", "secrets", "uuid", "os"}
    found = []
    for path in source_files():
        if path.stem not in PURE or path.parent.name not in {"judging", "matching", "projects", "contests"}:
            continue
        for node in ast.walk(parsed(path)):
            modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            modules += [one.name for one in node.names] if isinstance(node, ast.Import) else []
            if {module.split(".")[0] for module in modules} & impure or (
                isinstance(node, ast.Attribute) and node.attr in {"now", "today", "utcnow"}
            ):
                found.append(f"{relative(path)}:{node.lineno}")

    assert found == []


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("paths of one machine", r"(?<![\w.}$])/(?:root|tmp|work)/\w"),
        ("hosts of package registries", r"(?:pypi|npmjs|pythonhosted|npmmirror|tuna\.tsinghua)\.(?:org|com|edu)"),
        ("unfinished work", r"\b(?:TODO|FIXME|XXX)\b"),
    ],
)
def test_nothing_that_does_not_belong(what, pattern):
    found = [
        f"{relative(path)}:{number}"
        for path in kept_files()
        if path != Path(__file__)
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if re.search(pattern, line)
    ]

    assert found == [], what
