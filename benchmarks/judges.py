"""Judges at once: python benchmarks/judges.py [--judges 300] [--seconds 120] [--think 30] | --kill [--saves 1000]

Starts the product's own server (as bin/start does) on the database that DATABASE_URL and VAR_DIR name, filled with
`manage.py demo`; use a throw-away one. Every judge opens a sheet, thinks, saves one mark, thinks, and so on; each page
and each save is timed by the clock. Where the demo has fewer judges than asked for, one judge fills several sheets.

`--kill` sends saves from twelve windows, ends the server with kill -9 in their midst again and again, and at the end
looks for every acknowledged save in the database.
"""

# ruff: noqa: PLC0415 - Django is loaded after the arguments are read.
import argparse
import asyncio
import json
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
TOKEN = "b" * 32
WINDOWS = 12
KILLS = 5


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--judges", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--think", type=float, default=30)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--kill", action="store_true")
    parser.add_argument("--saves", type=int, default=1000)
    return parser.parse_args()


@dataclass
class Window:
    """One judge at one sheet: the cookie, what the page showed, and what was acknowledged."""

    cookie: str
    sheet: int
    criterion: str
    marks: list[str]
    version: int
    acknowledged: list[tuple[int, str]] = field(default_factory=list)


def windows(count: int) -> list[Window]:
    """Draft sheets of open heats, judge after judge, each signed in."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.test import Client

    from judging.models import ScoreSheet

    found = ScoreSheet.objects.draft().filter(assignment__participation__heat__state="open", version=0)
    found = found.filter(assignment__judge__person__user__isnull=False).select_related(
        "assignment__judge__person__user", "assignment__participation__heat__rubric"
    )
    by_judge: dict[int, list] = {}
    for sheet in found:
        by_judge.setdefault(sheet.assignment.judge_id, []).append(sheet)
    turns = [
        own[turn] for turn in range(max(map(len, by_judge.values()))) for own in by_judge.values() if turn < len(own)
    ]
    cookies, made = {}, []
    for sheet in turns[:count]:
        user = sheet.assignment.judge.person.user
        if user.pk not in cookies:
            client = Client()
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
            cookies[user.pk] = client.cookies["sessionid"].value
        one = sheet.assignment.participation.heat.rubric.criteria.first()
        marks = [str(one.step * step) for step in range(int(one.maximum / one.step) + 1)]
        made.append(Window(cookies[user.pk], sheet.pk, one.key, marks, sheet.version))
    print(f"{len(made)} sheets of {len(cookies)} judges")
    return made


# ---------------------------------------------------------------- the server and the line to it


def serve(workers: int, port: int) -> subprocess.Popen:
    command = [
        str(ROOT / ".venv/bin/granian"), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
        "--workers", str(workers), "--blocking-threads", "64", "--no-ws", "--log-level", "error",
        "config.wsgi:application",
    ]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return process
    raise SystemExit("The server did not start.")


async def ask(port: int, window: Window, method: str, path: str, body: bytes = b"") -> tuple[int, bytes, float]:
    """One request on a connection of its own: (status, body, seconds)."""
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\nContent-Length: {len(body)}\r\n"
        f"Cookie: sessionid={window.cookie}; csrftoken={TOKEN}\r\nX-CSRFToken: {TOKEN}\r\nAccept: application/json\r\n"
        f"Content-Type: application/json\r\nAccept-Encoding: gzip\r\n\r\n"
    )
    begun = time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(head.encode() + body)
        await writer.drain()
        answer = await reader.read()
    finally:
        writer.close()
    top, _, rest = answer.partition(b"\r\n\r\n")
    if not top:
        raise ConnectionError("no answer")
    return int(top.split(None, 2)[1]), rest, time.perf_counter() - begun


async def save(port: int, window: Window, mark: str) -> tuple[int, float]:
    body = json.dumps({"version": window.version, "marks": {window.criterion: mark}}).encode()
    status, answer, took = await ask(port, window, "POST", f"/judging/sheets/{window.sheet}/save/", body)
    if status == 200:
        window.version = json.loads(answer[answer.index(b"{") : answer.rindex(b"}") + 1])["version"]
        window.acknowledged.append((window.version, mark))
    elif status == 409:
        stored = json.loads(answer[answer.index(b"{") : answer.rindex(b"}") + 1])["stored"]
        window.version = stored["version"]
    return status, took


# ---------------------------------------------------------------- the two runs


async def judge(port: int, window: Window, options, until: float, pages: list, saves: list) -> None:
    chance = random.Random(window.sheet)
    await asyncio.sleep(chance.uniform(0, options.think))
    while time.monotonic() < until:
        status, _body, took = await ask(port, window, "GET", f"/judging/sheets/{window.sheet}/")
        pages.append((status, took))
        await asyncio.sleep(chance.uniform(0.5, 1.5) * options.think / 2)
        saves.append(await save(port, window, chance.choice(window.marks)))
        await asyncio.sleep(chance.uniform(0.5, 1.5) * options.think / 2)


async def crowd(port: int, found: list[Window], options) -> None:
    pages, saves = [], []
    until = time.monotonic() + options.seconds
    await asyncio.gather(*(judge(port, window, options, until, pages, saves) for window in found))
    print(f"{'':<8}{'count':>8}{'errors':>8}{'median':>10}{'p95':>10}{'most':>10}   ms")
    for name, figures in (("pages", pages), ("saves", saves)):
        times = sorted(took * 1000 for _, took in figures)
        wrong = sum(status != 200 for status, _ in figures)
        p95 = times[min(len(times) - 1, int(len(times) * 0.95))]
        print(f"{name:<8}{len(times):>8}{wrong:>8}{statistics.median(times):>10.1f}{p95:>10.1f}{times[-1]:>10.1f}")


async def hammer(port: int, window: Window, saves: list, most: int) -> None:
    turn = 0
    while len(saves) < most:
        turn += 1
        try:
            status, took = await save(port, window, window.marks[turn % len(window.marks)])
        except (OSError, ValueError, IndexError):
            await asyncio.sleep(0.05)
            continue
        if status == 200:
            saves.append(took)


async def killed(port: int, found: list[Window], options, server: subprocess.Popen) -> subprocess.Popen:
    saves: list[float] = []
    writers = asyncio.gather(*(hammer(port, window, saves, options.saves) for window in found))
    for kill in range(1, KILLS + 1):
        while len(saves) < kill * options.saves // (KILLS + 1):
            await asyncio.sleep(0.005)
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
        server = await asyncio.to_thread(serve, options.workers, port)
    await writers
    return server


def lost(found: list[Window]) -> list[str]:
    """Acknowledged saves that the trail or the sheet does not hold."""
    from core.models import AuditEntry
    from judging.models import Mark, ScoreSheet

    missing = []
    for window in found:
        kept = AuditEntry.objects.filter(
            object_type="judging.scoresheet", object_id=str(window.sheet), verb="sheet.save"
        )
        held = {one["version"]: str(one["marks"][window.criterion]) for one in kept.values_list("after", flat=True)}
        for version, mark in window.acknowledged:
            if version not in held or float(held[version]) != float(mark):
                missing.append(f"sheet {window.sheet} version {version}: {mark}")
        sheet = ScoreSheet.objects.get(pk=window.sheet)
        stored = Mark.objects.get(sheet=sheet, criterion__key=window.criterion).value
        if float(stored) != float(held[sheet.version]):
            missing.append(f"sheet {window.sheet} holds {stored}, its last save was {held[sheet.version]}")
    return missing


def main() -> None:
    options = parsed()
    found = windows(WINDOWS if options.kill else options.judges)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = serve(options.workers, port)
    try:
        if options.kill:
            server = asyncio.run(killed(port, found, options, server))
        else:
            asyncio.run(crowd(port, found, options))
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
    if options.kill:
        count, missing = sum(len(window.acknowledged) for window in found), lost(found)
        print(f"{KILLS} kills, {count} saves acknowledged, {len(missing)} lost", *missing, sep="\n")
        sys.exit(bool(missing))


if __name__ == "__main__":
    main()
