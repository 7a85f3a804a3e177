"""The lists of packages are exact: everything installed for the product stands there with its version."""

import json
import re
from importlib.metadata import PackageNotFoundError, distribution

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.tree import ROOT


def pinned(name: str) -> list[Requirement]:
    lines = (ROOT / name).read_text().splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith(("#", "-r"))]


def needed(requirement: Requirement) -> list[Requirement]:
    found = [Requirement(text) for text in distribution(requirement.name).requires or []]
    extras = list(requirement.extras) or [""]
    return [one for one in found if one.marker is None or any(one.marker.evaluate({"extra": e}) for e in extras)]


def unpinned(listed: list[Requirement], known: list[Requirement]) -> set[str]:
    names = {canonicalize_name(one.name) for one in known}
    todo, done = list(listed), set()
    while todo:
        one = todo.pop()
        if (key := (one.name.lower(), frozenset(one.extras))) not in done:
            done.add(key)
            todo += needed(one)
    return {name for name, _ in done if canonicalize_name(name) not in names}


def test_every_package_is_pinned():
    running, testing = pinned("requirements.txt"), pinned("requirements-test.txt")

    assert all(re.fullmatch(r"==[\w.]+", str(one.specifier)) for one in running + testing)
    assert unpinned(running, running) == set()
    assert unpinned(testing, running + testing) == set()


def test_the_environment_holds_what_is_pinned():
    different = {}
    for one in pinned("requirements.txt") + pinned("requirements-test.txt"):
        try:
            version = distribution(one.name).version
        except PackageNotFoundError:
            version = None
        if version not in one.specifier:
            different[one.name] = version

    assert different == {}


def test_front_end_packages_are_locked_without_an_origin():
    package = json.loads((ROOT / "package.json").read_text())
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    wanted = {**package.get("dependencies", {}), **package.get("devDependencies", {})}

    assert {name: locked[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert [name for name, one in locked.items() if "resolved" in one] == []
