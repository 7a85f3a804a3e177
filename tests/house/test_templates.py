"""Templates that are named exist, and no page needs what the content security policy forbids."""

import ast
import re

import pytest
from django.template.loader import get_template

from tests.house.tree import ROOT, parsed, relative, source_files, templates

NAME = re.compile(r"[a-z_]+(?:/[\w.-]+)+\.(?:html|txt)(?:#[\w-]+)?")
PAGES = [path for path in templates() if path.suffix == ".html"]
# Paper and mail are no pages: the printer reads style sheets inside the document, mail programs too.
PAPER = {"print", "pdf", "email"}


def template_names_in_code() -> set[str]:
    return {
        node.value
        for path in source_files()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and NAME.fullmatch(node.value)
    }


def template_names_in_templates() -> set[str]:
    called = re.compile(r"{%\s*(?:extends|include)\s+\"([^\"]+)\"")
    return {name for path in templates() for name in called.findall(path.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("path", templates(), ids=relative)
def test_template_can_be_read(path):
    get_template(path.relative_to(ROOT / "templates").as_posix())


@pytest.mark.parametrize("name", sorted(template_names_in_code() | template_names_in_templates()))
def test_named_template_exists(name):
    get_template(name)


def offences(pattern: str, *, on_paper: bool = False) -> list[str]:
    found = []
    for path in PAGES:
        if not on_paper and PAPER & set(path.parts):
            continue
        text = path.read_text(encoding="utf-8")
        found += [
            f"{relative(path)}:{text[: hit.start()].count(chr(10)) + 1}" for hit in re.finditer(pattern, text, re.I)
        ]
    return found


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("style in the page", r"<style\b|\sstyle\s*="),
        ("script in the page", r"<script\b(?![^>]*\bsrc=)(?![^>]*application/json)"),
        ("handler in an attribute", r"<[^>]*\son[a-z]+\s*=\s*[\"']|javascript:"),
        ("file from another host", r"<(?:script|link|img|iframe|source)\b[^>]*\b(?:src|href)=[\"'](?:https?:)?//"),
    ],
)
def test_pages_fit_the_content_security_policy(what, pattern):
    assert offences(pattern) == [], what


def test_nothing_is_printed_unescaped():
    assert offences(r"\|\s*safe\b|{%\s*autoescape\s+off", on_paper=True) == []
