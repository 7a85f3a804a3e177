"""A process beside each web process that opens and draws strangers' files, under limits of time and memory.

A file that hangs its library, asks for too much memory or crashes it ends this process, not the web server; the next
question starts a new one. Questions and answers are lines of JSON; files are named by path, never sent through.
"""

import atexit
import json
import os
import resource
import select
import signal
import subprocess
import sys
import threading
from pathlib import Path

MOST_MEMORY = 1536 * 1024 * 1024
SECONDS = 20
QUESTIONS = 500
ROOT = Path(__file__).resolve().parent.parent.parent


class TooMuchError(Exception):
    """The file took too long, too much memory, or broke what opened it."""


class Reader:
    """One process at work, renewed after so many questions so that no leak grows."""

    def __init__(self, seconds: float = SECONDS):
        self.seconds = seconds
        self._turn = threading.Lock()
        self._process: subprocess.Popen | None = None
        self._left = 0

    def ask(self, **question) -> dict:
        with self._turn:
            process = self._running()
            self._left -= 1
            try:
                process.stdin.write(json.dumps(question).encode() + b"\n")
                process.stdin.flush()
                ready, _, _ = select.select([process.stdout], [], [], self.seconds)
                line = process.stdout.readline() if ready else b""
            except BrokenPipeError:
                line = b""
            if not line.endswith(b"\n"):
                self._end()
                raise TooMuchError(question.get("do"))
            return json.loads(line)

    def _running(self) -> subprocess.Popen:
        if self._process is not None and (self._left <= 0 or self._process.poll() is not None):
            self._end()
        if self._process is None:
            command = [sys.executable, "-c", "from core.files.reader import serve; serve()"]
            self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - our own module
            self._left = QUESTIONS
        return self._process

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.stdin.close()
            self._process.stdout.close()
            self._process.wait()
            self._process = None


_readers: dict[int, Reader] = {}


def ask(**question) -> dict:
    """The answer of this process's reader. A web process that was forked gets a reader of its own."""
    held = _readers.get(os.getpid())
    if held is None:
        held = _readers.setdefault(os.getpid(), Reader())
        atexit.register(held._end)
    return held.ask(**question)


def serve() -> None:
    """The other side: one line in, one line out, until whoever asks is gone. Libraries may print; not into answers."""
    from core.files import openers  # noqa: PLC0415 - only this side needs what it loads

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    for line in sys.stdin.buffer:
        out.write(json.dumps(openers.answer(json.loads(line))).encode() + b"\n")
        out.flush()
