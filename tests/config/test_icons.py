"""Every icon that a page names is in the sprite, and the sprite is what bin/icons makes of its list."""

import re

from tests.house.tree import ROOT, source_files, templates

SPRITE = set(re.findall(r'<symbol id="([a-z0-9-]+)"', (ROOT / "static/img/icons.svg").read_text(encoding="utf-8")))
IN_PAGES = re.compile(r'{%\s*icon\s+"([a-z0-9-]+)"|\bicon="([a-z0-9-]+)"')
IN_CODE = re.compile(r'\bicon="([a-z0-9-]+)"|\bPlace\("[a-z_:]+", "([a-z0-9-]+)"')


def named(pattern: re.Pattern, paths) -> set[str]:
    return {
        name for path in paths for found in pattern.findall(path.read_text(encoding="utf-8")) for name in found if name
    }


def test_icons_of_pages_exist():
    assert named(IN_PAGES, templates()) - SPRITE == set()


def test_icons_of_code_exist():
    assert named(IN_CODE, source_files()) - SPRITE == set()


def test_sprite_holds_the_listed_names():
    assert set((ROOT / "bin/icons.txt").read_text(encoding="utf-8").split()) == SPRITE
