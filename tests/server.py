"""The product's own server in processes of its own, to be killed, restarted and asked by several at once."""

import http.client
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.db import connection


def database_url() -> str:
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


class Server:
    """The product's server on a port of its own, on the database of the test; `door` is an address that it answers."""

    def __init__(self, door: str, workers: int = 2):
        self.door, self.workers = door, workers
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process = None

    def start(self, *, largest_file: int | None = None) -> "Server":
        command = [
            Path(sys.executable).with_name("granian"), "--interface", "wsgi", "--port", str(self.port), "--workers",
            str(self.workers), "--blocking-threads", "8", "--no-ws", "--log-level", "error", "config.wsgi:application",
        ]  # fmt: skip
        rooms = {"VAR_DIR": settings.VAR_DIR, "MEDIA_ROOT": settings.MEDIA_ROOT, "UPLOAD_ROOT": settings.UPLOAD_ROOT}
        env = os.environ | {name: str(path) for name, path in rooms.items()}
        env |= {"DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "config.settings", "DEBUG": "1"}

        self.process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=env, start_new_session=True)
        if largest_file:
            resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (largest_file, largest_file))
        for _ in range(1200):
            try:
                self.ask("OPTIONS", self.door)
                return self
            except OSError:
                time.sleep(0.05)
        raise AssertionError("the server did not answer")

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def ask(self, method: str, path: str, body=None, **headers):
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"Tus-Resumable": "1.0.0", **{name.replace("_", "-"): str(it) for name, it in headers.items()}}
        line.request(method, path, body=body, headers=headers)
        answer = line.getresponse()
        answer.read()
        return answer
