"""The hour before a deadline, pressed together: python benchmarks/deadline_hour.py [--teams 150] [--minutes 1]

Starts the product's own server (as bin/start does) on a database and folder of its own, makes the teams with their
drafts, and lets them send a deck each by tus from a process of their own: evenly spread over the minutes, a fifth of
them on a line of 256 kB/s. Meanwhile contestants fill in and save a step of the form, and each answer is timed. In the
end every deck that was acknowledged is read back from the storage and compared by SHA-256.

The bar is measured with --teams 1500 --minutes 5 --megabytes 10, on PostgreSQL (DATABASE_URL) and on SQLite.
"""

# ruff: noqa: PLC0415 - Django is loaded after the folders of this run are named.
import argparse
import asyncio
import base64
import hashlib
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
MEGABYTE = 1024 * 1024
PIECE = 8 * MEGABYTE
BLOCK = 64 * 1024
SLOW_LINE = 256 * 1024
TOKEN = "b" * 32


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--teams", type=int, default=150)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--megabytes", type=int, default=10)
    parser.add_argument("--slow", type=float, default=0.2, help="part of the teams on a slow line")
    parser.add_argument("--forms", type=int, default=4, help="form pages and saves in a second")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--threads", type=int, default=64)
    parser.add_argument("--client", help=argparse.SUPPRESS)
    return parser.parse_args()


# ---------------------------------------------------------------- the teams, on a line of their own process


def deck_of(sound: bytes, number: int, size: int) -> bytes:
    """A PDF that opens, different for each team: a sound one with noise behind its end."""
    return sound + b"\n%" + random.Random(number).randbytes(size - len(sound) - 2)


class Line:
    """HTTP over one connection, with a speed."""

    def __init__(self, port: int, speed: float | None):
        self.port, self.speed = port, speed
        self.reader = self.writer = None

    async def ask(self, method: str, path: str, headers: dict, body: bytes = b"") -> tuple[int, dict, bytes]:
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        told = {"Host": "localhost", "Content-Length": len(body), **headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
        self.writer.write(f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode())
        await self._send(body)
        return await self._answer(method)

    async def _send(self, body: bytes) -> None:
        begun, sent = time.monotonic(), 0
        for place in range(0, len(body), BLOCK):
            block = body[place : place + BLOCK]
            self.writer.write(block)
            await self.writer.drain()
            sent += len(block)
            if self.speed:
                await asyncio.sleep(max(0, sent / self.speed - (time.monotonic() - begun)))

    async def _answer(self, method: str) -> tuple[int, dict, bytes]:
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
        status = int(head[0].split()[1])
        if method == "HEAD" or status == 204:
            return status, headers, b""
        if headers.get("transfer-encoding") == "chunked":
            body = b""
            while size := int((await self.reader.readline()).strip() or b"0", 16):
                body += await self.reader.readexactly(size)
                await self.reader.readline()
            await self.reader.readline()
            return status, headers, body
        return status, headers, await self.reader.readexactly(int(headers.get("content-length", 0)))

    def close(self) -> None:
        if self.writer:
            self.writer.close()
        self.writer = None


async def send_deck(team: dict, plan: dict, results: dict) -> None:
    await asyncio.sleep(team["at"])
    body = deck_of(bytes.fromhex(plan["sound"]), team["entry"], plan["size"])
    line = Line(plan["port"], SLOW_LINE if team["slow"] else None)
    cookie = {"Cookie": f"sessionid={team['session']}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN}
    headers = {"Tus-Resumable": "1.0.0", **cookie}
    begun, tries, path, offset = time.monotonic(), 0, "", 0
    while offset < len(body):
        try:
            if not path:
                status, got, _ = await line.ask("POST", "/entries/uploads/", {**headers, **creation(team, len(body))})
                path = got.get("location", "")
            elif tries:
                status, got, _ = await line.ask("HEAD", path, headers)
                offset = int(got.get("upload-offset", offset))
            if path and offset < len(body):
                piece = {"Upload-Offset": offset, "Content-Type": "application/offset+octet-stream"}
                status, got, _ = await line.ask("PATCH", path, {**headers, **piece}, body[offset : offset + PIECE])
                offset = int(got["upload-offset"]) if status == 204 else offset
        except (OSError, EOFError, asyncio.IncompleteReadError):
            status = 0
            line.close()
        if status not in (200, 201, 204):
            results["odd"].append(status)
            tries += 1
            if tries > 20:
                break
            await asyncio.sleep(min(0.5 * tries, 5))
    line.close()
    if offset == len(body):
        results["done"][str(team["entry"])] = hashlib.sha256(body).hexdigest()
        results["slow" if team["slow"] else "fast"].append(time.monotonic() - begun)


def creation(team: dict, size: int) -> dict:
    told = {"entry": team["entry"], "requirement": team["requirement"], "filename": "deck.pdf"}
    coded = ",".join(f"{key} {base64.b64encode(str(value).encode()).decode()}" for key, value in told.items())
    return {"Upload-Length": size, "Upload-Metadata": coded}


async def fill_in(plan: dict, results: dict) -> None:
    """Somebody opens a step of the form and saves it, so many times in a second, until the decks are in."""
    number = 0
    while not results["over"]:
        number += 1
        team = plan["teams"][number % len(plan["teams"])]
        one = asyncio.create_task(one_form(team, plan, results, number))
        results["tasks"].add(one)
        one.add_done_callback(results["tasks"].discard)
        await asyncio.sleep(1 / plan["forms"])


async def one_form(team: dict, plan: dict, results: dict, number: int) -> None:
    cookie = {"Cookie": f"sessionid={team['session']}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN}
    path, line = f"/entries/{team['entry']}/form/finance/", Line(plan["port"], None)
    data = f"expected_jobs={number % 90 + 1}&base=%7B%7D".encode()
    save = {**cookie, "HX-Request": "true", "Content-Type": "application/x-www-form-urlencoded"}
    try:
        for method, headers, body in (("GET", cookie, b""), ("POST", save, data)):
            begun = time.monotonic()
            status, _, _ = await line.ask(method, path, headers, body)
            results["forms"].append(time.monotonic() - begun)
            results["form_statuses"][str(status)] = results["form_statuses"].get(str(status), 0) + 1
    except (OSError, EOFError, asyncio.IncompleteReadError):
        results["form_statuses"]["broken"] = results["form_statuses"].get("broken", 0) + 1
    line.close()


async def act(plan: dict) -> dict:
    results = {"done": {}, "odd": [], "slow": [], "fast": [], "forms": [], "form_statuses": {}, "over": False}
    results["tasks"] = set()
    filling = asyncio.create_task(fill_in(plan, results))
    await asyncio.gather(*(send_deck(team, plan, results) for team in plan["teams"]))
    results["over"] = True
    await filling
    await asyncio.gather(*results.pop("tasks"))
    return results


# ---------------------------------------------------------------- the house


def prepared(options: argparse.Namespace) -> list[dict]:
    """A season that is open, and for each team an account, a session and a draft."""
    from django.core.management import call_command
    from django.test import Client

    from projects import services
    from tests import factories
    from tests.projects import drafts

    call_command("migrate", verbosity=0)
    season = drafts.open_season()
    season.documentrequirements.update(max_mb=max(options.megabytes, 20), formats=["pdf"])
    requirement, track, unit = season.documentrequirements.get(), season.tracks.get(), season.units.get()
    chance, teams = random.Random(1), []
    for number in range(options.teams):
        user = factories.UserFactory(username=f"team{number}")
        entry = services.start_entry(season, by=user, name=f"Project {number}", track=track, unit=unit)
        browser = Client()
        browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        teams.append(
            {
                "entry": entry.pk,
                "requirement": requirement.pk,
                "session": browser.cookies["sessionid"].value,
                "slow": number % round(1 / options.slow) == 0 if options.slow else False,
                "at": chance.random() * options.minutes * 60,
            }
        )
    return teams


def memory(group: int) -> int:
    """Resident megabytes of every process of a group: of the web workers and of what they started."""
    total = 0
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if os.getpgid(int(path.name)) == group:
                pages = int((path / "statm").read_text().split()[1])
                total += pages * os.sysconf("SC_PAGE_SIZE")
        except (OSError, IndexError):
            continue
    return total // MEGABYTE


def start(options: argparse.Namespace) -> tuple[subprocess.Popen, int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        Path(sys.executable).with_name("granian"), "--interface", "wsgi", "--port", str(port), "--no-ws",
        "--workers", str(options.workers), "--blocking-threads", str(options.threads), "--respawn-failed-workers",
        "--workers-kill-timeout", "10", "--log-level", "error", "config.wsgi:application",
    ]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return process, port
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The server did not answer.")


def watched(client: subprocess.Popen, group: int) -> list[int]:
    """Megabytes twice a second while the clients are at work."""
    samples = [memory(group)]
    while client.poll() is None:
        samples.append(memory(group))
        time.sleep(0.5)
    return samples


def whole(done: dict[str, str]) -> tuple[int, int]:
    """How many acknowledged decks lie in the storage with the digest that was sent; and bytes left behind."""
    from django.conf import settings

    from projects.models import Document

    right = 0
    for document in Document.objects.select_related("current").iterator():
        with document.current.file.open("rb") as kept:
            right += done.get(str(document.entry_id)) == hashlib.file_digest(kept, "sha256").hexdigest()
    return right, len(list(settings.UPLOAD_ROOT.glob("*.part")))


def part(times: list[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * share))] if times else float("nan")


def report(options: argparse.Namespace, results: dict, seconds: float, grown: list[int]) -> None:
    from django.db import connection

    right, left = whole(results["done"])
    print(
        f"{connection.vendor}, {options.workers} workers × {options.threads} threads, load {os.getloadavg()[0]:.1f}; "
        f"{options.teams} teams, {options.megabytes} MB each, pressed into {options.minutes:g} min"
    )
    print(f"acknowledged decks       {len(results['done'])} of {options.teams} in {seconds:.0f} s")
    print(f"whole by SHA-256         {right} of {len(results['done'])}; left in the upload folder: {left}")
    print(f"answers that were odd    {len(results['odd'])} {sorted(set(results['odd']))}")
    for kind in ("fast", "slow"):
        print(f"seconds for a {kind} deck    p50 {part(results[kind], 0.5):.1f}, p95 {part(results[kind], 0.95):.1f}")
    forms = [1000 * one for one in results["forms"]]
    print(f"form pages and saves     {len(forms)} {results['form_statuses']}")
    print(f"                         p50 {part(forms, 0.5):.0f} ms, p95 {part(forms, 0.95):.0f} ms")
    third = max(1, len(grown) // 3)
    early, late = (part([float(one) for one in some], 0.5) for some in (grown[:third], grown[-third:]))
    print(
        f"server's memory          {grown[0]} MB before the first request, {early:.0f} MB in the first third, "
        f"{late:.0f} MB in the last, {max(grown)} MB at the highest (all processes, shared pages counted in each)"
    )


def main() -> None:
    options = parsed()
    if options.client:
        plan = json.loads(Path(options.client).read_text())
        Path(options.client).write_text(json.dumps(asyncio.run(act(plan)), default=list))
        return
    room = Path(tempfile.mkdtemp(prefix="deadline-hour-", dir=os.environ.get("BENCHMARK_ROOM")))
    os.environ |= {"VAR_DIR": str(room), "DJANGO_SETTINGS_MODULE": "config.settings"}
    try:
        run(options, room)
    finally:
        shutil.rmtree(room, ignore_errors=True)


def run(options: argparse.Namespace, room: Path) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    from tests.core.media import pdf

    call_command("collectstatic", interactive=False, verbosity=0)
    teams = prepared(options)
    server, port = start(options)
    plan = {"teams": teams, "port": port, "size": options.megabytes * MEGABYTE, "forms": options.forms}
    script = room / "plan.json"
    script.write_text(json.dumps({**plan, "sound": pdf(12).hex()}))
    try:
        begun = time.monotonic()
        client = subprocess.Popen([sys.executable, __file__, "--client", str(script)])
        grown = watched(client, server.pid)
        seconds = time.monotonic() - begun
        report(options, json.loads(script.read_text()), seconds, grown)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=20)


if __name__ == "__main__":
    main()
