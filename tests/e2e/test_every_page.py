"""Every page that a role reaches by its links: whole, quiet, Chinese, without barriers, on a phone and on a desktop."""

import re
from urllib.parse import urljoin, urlsplit

import pytest
from django.db import connection
from playwright.sync_api import Error

from tests.e2e.conftest import SCREENS, SIZES

PARTS = ["contestant", "unit", "city", "province", "judge", "supervisor", "investor", "administrator"]
# Two contestants stand on the demo page: a winner first, then somebody with an entry to correct.
PEOPLE = [("winner", "contestant", 0), *((part, part, -1) for part in PARTS)]
# One page of a kind is looked at for each role; those that all roles share, for the first role that comes by.
SHARED = ("/contests/", "/account/", "/me/", "/messages/", "/jobs/", "/entries/start/", "/year/")
ELSEWHERE = ("/admin/", "/static/", "/media/", "/account/logout/", "/demo/")
looked_at: set[str] = set()
held: set[str] = set()
"""Kinds of pages that axe has read at every width; for further roles the narrow one is enough."""


def kind(address: str) -> str:
    path = urlsplit(address).path
    return re.sub(r"/\d+(?=[/.]|$)", "/N", re.sub(r"/check/[\w-]{12,}/", "/check/T/", path))


class Walk:
    """Follows links breadth first, so that near pages come before far ones."""

    def __init__(self, page, root: str, complaints: list[str]):
        self.page, self.root, self.complaints = page, root, complaints
        self.todo, self.seen, self.kinds = ["/"], {"/"}, set()

    def addresses(self):
        """One address of each kind, as a page: what a link downloads is fetched, not looked at."""
        while self.todo:
            address = self.todo.pop(0)
            mine = looked_at if address.startswith(SHARED) else self.kinds
            if kind(address) not in mine and self._is_page(address):
                mine.add(kind(address))
                yield address

    def _is_page(self, address: str) -> bool:
        try:
            answer = self.page.goto(self.root + address)
        except Error as error:
            if "Download is starting" in str(error) or "ERR_ABORTED" in str(error):
                return False
            raise
        assert answer.status == 200, f"{answer.status} {address}"
        if "html" in answer.headers["content-type"]:
            return True
        # The frame around a picture opened alone is the browser's, and so is the style that our policy refuses there.
        self.complaints.clear()
        return False

    def learn(self, address: str) -> None:
        links = "all => all.map(one => one.getAttribute('href'))"
        for link in self.page.eval_on_selector_all("a[href]:not([download])", links):
            found = urljoin(self.root + address, link).split("#")[0].removeprefix(self.root)
            if found.startswith("/") and not found.startswith(ELSEWHERE) and found not in self.seen:
                self.seen.add(found)
                self.todo.append(found)


@pytest.mark.parametrize(("name", "part", "place"), PEOPLE, ids=[name for name, _part, _place in PEOPLE])
def test_pages_of_a_role(name, part, place, demo, settings, page, barriers, fits, english, complaints):
    settings.DEMO = True
    page.goto(f"{demo}/demo/")
    page.locator(f"main button[data-part={part}]").nth(place).click()
    page.wait_for_url(f"{demo}/")
    SCREENS.mkdir(parents=True, exist_ok=True)
    walk, faults = Walk(page, demo, complaints), []
    for address in walk.addresses():
        found = [] if page.locator("h1").count() == 1 else ["not one h1"]
        found += english()
        # Every page opens on both databases; how it looks is the same on both and held against the rules on one.
        for width, size in SIZES.items() if connection.vendor == "sqlite" else ():
            page.set_viewport_size(size)
            if width == "phone" or kind(address) not in held:
                found += [f"{width}: {one}" for one in barriers()]
            found += [] if fits() else [f"{width}: scrolls sideways"]
            page.screenshot(path=SCREENS / f"{name}{kind(address).replace('/', '_')}-{width}.png", caret="initial")
        held.add(kind(address))
        walk.learn(address)
        faults += [f"{address} {one}" for one in found + complaints]
        complaints.clear()
    assert faults == []
