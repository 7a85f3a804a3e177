"""Every page that a role reaches by its links: whole, quiet, Chinese, without barriers, on a phone and on a desktop."""

import re
from collections import Counter
from urllib.parse import urljoin, urlsplit

import pytest

from tests.e2e.conftest import SCREENS, SIZES

PARTS = ["contestant", "unit", "city", "province", "judge", "supervisor", "investor", "administrator"]
# Two contestants stand on the demo page: a winner first, then somebody with an entry to correct.
PEOPLE = [("winner", "contestant", 0), *((part, part, -1) for part in PARTS)]
# Two pages of a kind suffice: a full one and another.
OF_A_KIND, OF_A_KIND_FILTERED = 2, 1
ELSEWHERE = ("/admin/", "/static/", "/media/", "/account/logout/", "/demo/")


def kind(address: str) -> str:
    path = urlsplit(address).path
    return re.sub(r"/\d+(?=[/.]|$)", "/N", re.sub(r"/check/[\w-]{12,}/", "/check/T/", path))


class Walk:
    """Follows links breadth first, so that near pages come before far ones."""

    def __init__(self, page, root: str):
        self.page, self.root = page, root
        self.todo, self.seen, self.kinds = ["/"], {"/"}, Counter()

    def addresses(self):
        while self.todo:
            address = self.todo.pop(0)
            most = OF_A_KIND_FILTERED if "?" in address else OF_A_KIND
            if self.kinds[kind(address)] < most:
                self.kinds[kind(address)] += 1
                yield address

    def learn(self, address: str) -> None:
        for link in self.page.eval_on_selector_all(
            "a[href]:not([download])", "all => all.map(a => a.getAttribute('href'))"
        ):
            found = urljoin(self.root + address, link).split("#")[0].removeprefix(self.root)
            if found.startswith("/") and not found.startswith(ELSEWHERE) and found not in self.seen:
                self.seen.add(found)
                self.todo.append(found)


def is_page(request, address: str) -> bool:
    """Downloads and pictures are fetched without being shown; a page says that it is one."""
    answer = request.get(address, max_redirects=5)
    assert answer.status == 200, f"{answer.status} {address}"
    return "html" in answer.headers["content-type"]


@pytest.mark.parametrize(("name", "part", "place"), PEOPLE, ids=[name for name, _part, _place in PEOPLE])
def test_pages_of_a_role(name, part, place, demo, settings, page, barriers, fits, english, complaints):
    settings.DEMO = True
    page.goto(f"{demo}/demo/")
    page.locator(f"main button[data-part={part}]").nth(place).click()
    page.wait_for_url(f"{demo}/")
    SCREENS.mkdir(parents=True, exist_ok=True)
    walk, faults = Walk(page, demo), []
    for address in walk.addresses():
        if not is_page(page.request, demo + address):
            continue
        page.goto(demo + address)
        found = [] if page.locator("h1").count() == 1 else ["not one h1"]
        found += english()
        for width, size in SIZES.items():
            page.set_viewport_size(size)
            found += [f"{width}: {one}" for one in barriers()]
            found += [] if fits() else [f"{width}: scrolls sideways"]
            page.screenshot(path=SCREENS / f"{name}{kind(address).replace('/', '_')}-{width}.png", caret="initial")
        walk.learn(address)
        faults += [f"{address} {one}" for one in found + complaints]
        complaints.clear()
    assert faults == []
