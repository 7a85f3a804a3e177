"""A real browser against the live server: Debian's Chromium, at phone and desktop width."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client
from django.utils import translation
from playwright.sync_api import TimeoutError as NeverSo
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from seeds.demo.fill import fill

# The browser's driver keeps an event loop in this thread, which Django would take for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# A slow machine is no fault of the product; what never comes still fails.
expect.set_options(timeout=20_000)

SIZES = {"phone": {"width": 375, "height": 812}, "desktop": {"width": 1440, "height": 900}}
AXE = Path(settings.BASE_DIR) / "node_modules/axe-core/axe.min.js"
SCREENS = Path(settings.BASE_DIR) / "test-results/screens"
PROJECTS, JUDGES = 40, 120

# Text of a Chinese page that reads as English: three words in a row, in a text or in a name given to a control.
ENGLISH = """() => {
  const wordy = /[A-Za-z]{2,}(\\s+[A-Za-z]{2,}){2,}/, found = new Set();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const box = texts.currentNode.parentElement, text = texts.currentNode.textContent.trim();
    if (wordy.test(text) && !box.closest("script, style, code, pre, [lang=en]")) found.add(text.slice(0, 90));
  }
  for (const name of ["aria-label", "placeholder", "title", "alt"])
    for (const box of document.querySelectorAll(`[${name}]`))
      if (wordy.test(box.getAttribute(name))) found.add(`${name}: ${box.getAttribute(name).slice(0, 90)}`);
  return [...found];
}"""


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    quiet = ["--disable-quic", "--disable-background-networking", "--disable-component-update", "--no-first-run"]
    return {**browser_type_launch_args, "executable_path": program, "args": ["--no-sandbox", *quiet]}


@pytest.fixture(scope="session")
def base_url() -> None:
    """The plugin's own is a method, which the next pytest refuses; our addresses are whole."""


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}


@pytest.fixture(params=sorted(SIZES))
def size(request, page) -> str:
    """Runs the test once at phone and once at desktop width."""
    page.set_viewport_size(SIZES[request.param])
    return request.param


# ---------------------------------------------------------------- the house and who is in it


@pytest.fixture(scope="session", autouse=True)
def _connection(playwright):
    """Beside the driver's event loop this thread has a connection to the database of its own, which ends with it."""
    yield
    connections.close_all()


@pytest.fixture(scope="session")
def served(django_db_setup):
    """A server for tests that share a filled house; `live_server` would empty the tables after each of them."""
    server = LiveServer("localhost")
    yield server
    server.stop()


@pytest.fixture(scope="module")
def db(django_db_setup, django_db_blocker):
    """The tables of one file of journeys: filled once, emptied after the last. It stands in for the fixture of
    this name that rolls back after each test."""
    with django_db_blocker.unblock():
        fill(PROJECTS, judges=JUDGES, say=lambda *_: None)
        yield
        call_command("flush", verbosity=0, interactive=False)


@pytest.fixture(scope="module")
def demo(db, served) -> str:
    """Address of a house with the whole demo in it, small; the tests of one file share it and each takes its own."""
    return served.url


def _give_session(context, user: User, url: str) -> None:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": url}])


@pytest.fixture
def enter(live_server, context):
    """`enter(user)` gives the browser that user's session, without the sign-in page."""
    return lambda user: _give_session(context, user, live_server.url)


@pytest.fixture
def become(demo, page):
    """`become(user)` does the same in the filled house, and leaves the page of whoever sat there before."""

    def sit_down(user: User) -> None:
        page.goto("about:blank")
        _give_session(page.context, user, demo)

    return sit_down


# ---------------------------------------------------------------- what the browser says


@pytest.fixture
def complaints(page) -> list[str]:
    """What the browser complains about: errors of scripts, refused by the policy, parts of a page not found."""
    heard: list[str] = []
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("console", lambda line: heard.append(line.text) if _is_fault(line) else None)
    page.on("response", lambda answer: heard.append(f"{answer.status} {answer.url}") if _is_missing(answer) else None)
    return heard


def _is_fault(line) -> bool:
    """Statuses are judged with the response: a refused form answers 422 and is no fault."""
    return line.type == "error" and not line.text.startswith("Failed to load resource")


def _is_missing(answer) -> bool:
    if answer.status >= 500:
        return True
    parts = {"image", "script", "stylesheet", "font"}
    return answer.status >= 400 and answer.request.resource_type in parts and not answer.url.endswith("favicon.ico")


@pytest.fixture
def barriers(page):
    """`barriers()` lists what axe-core finds serious or critical on the page as it stands."""

    def found() -> list[str]:
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE.read_text(encoding="utf-8"))
        report = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{one['id']}: {node['target'][0]}"
            for one in report["violations"]
            if one["impact"] in {"serious", "critical"}
            for node in one["nodes"]
        ]

    return found


@pytest.fixture
def fits(page):
    """`fits()` is true when nothing makes the page scroll sideways; charts may take a moment to follow a new width."""
    root = "document.documentElement"

    def hold() -> bool:
        try:
            page.wait_for_function(f"() => {root}.scrollWidth <= {root}.clientWidth", timeout=3000)
        except NeverSo:
            return False
        return True

    return hold


@pytest.fixture
def english(page):
    """`english()` lists what is not in Chinese on a Chinese page."""
    return lambda: page.evaluate(ENGLISH)


@pytest.fixture
def look(page, barriers, fits, english, complaints) -> Callable[[str], None]:
    """`look("desk")` holds the page as it stands against the rules of the face and keeps its picture at both widths.

    A page looks the same on both databases: its face is held against the rules on one."""
    widths = SIZES if connection.vendor == "sqlite" else {}

    def hold(name: str) -> None:
        SCREENS.mkdir(parents=True, exist_ok=True)
        before, faults = page.viewport_size, english()
        faults += barriers() if widths else []
        for width, size in widths.items():
            page.set_viewport_size(size)
            page.evaluate("scrollTo(0, 0)")
            faults += [] if fits() else [f"scrolls sideways on the {width}"]
            # Hiding the caret would leave style attributes behind, which our policy refuses to copy.
            page.screenshot(path=SCREENS / f"{name}-{width}.png", full_page=True, caret="initial")
        page.set_viewport_size(before)
        assert (name, faults, complaints) == (name, [], [])

    return hold


# ---------------------------------------------------------------- hands


def zh(text: str, **facts) -> str:
    """The words that stand on the page for a text of the source."""
    with translation.override("zh-hans"):
        return translation.gettext(text) % facts if facts else translation.gettext(text)


@pytest.fixture
def press(page):
    """`press("Submit the entry")` presses the button of that name, as the Chinese page calls it."""
    return lambda text, **more: page.get_by_role("button", name=zh(text), **more).first.click()


@pytest.fixture
def follow(page):
    """`follow("Lock and rank")` follows the link of that name."""
    return lambda text, **more: page.get_by_role("link", name=zh(text), **more).first.click()
