"""A real browser against the live server: Debian's Chromium, at phone and desktop width."""

import os
import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

# The browser's driver keeps an event loop in this thread, which Django would take for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

SIZES = {"phone": {"width": 375, "height": 812}, "desktop": {"width": 1440, "height": 900}}
AXE = Path(settings.BASE_DIR) / "node_modules/axe-core/axe.min.js"


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
def browser_context_args(browser_context_args):
    return {**browser_context_args, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}


@pytest.fixture(params=sorted(SIZES))
def size(request, page) -> str:
    """Runs the test once at phone and once at desktop width."""
    page.set_viewport_size(SIZES[request.param])
    return request.param


@pytest.fixture
def enter(live_server, context):
    """`enter(user)` gives the browser that user's session, without the sign-in page."""

    def enter_as(user) -> None:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])

    return enter_as


@pytest.fixture
def complaints(page) -> list[str]:
    """What the browser complains about: errors of scripts, refused by the policy, files not found."""
    heard: list[str] = []
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("console", lambda line: heard.append(line.text) if line.type == "error" else None)
    page.on("response", lambda answer: heard.append(f"{answer.status} {answer.url}") if answer.status >= 500 else None)
    return heard


@pytest.fixture
def barriers(page):
    """`barriers()` lists what axe-core finds serious or critical on the page as it stands."""

    def found() -> list[str]:
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
    """`fits()` is true while nothing makes the page scroll sideways."""
    return lambda: page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
