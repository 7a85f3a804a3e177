"""A real server process and a real client (tuspy): killed, restarted, limited, and asked by two at once.

The server shares the database of the test; it is the product's own, with several workers, and is ended by SIGKILL.
"""

import hashlib
import secrets
import socket
from io import BytesIO

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.test import Client
from tusclient.client import TusClient

from core.files import parts
from projects.models import Upload
from projects.services.uploads import CHECKPOINT
from tests.core.media import pdf
from tests.projects.pieces import LIST, PIECE, b64, entry_of
from tests.server import Server
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)
MEGABYTE = 1024 * 1024
TOKEN = "a" * 32


def big_pdf(size: int) -> bytes:
    """A PDF that opens, of a wanted size, no two of which are alike."""
    whole = pdf(2)
    return whole + b"\n%" + secrets.token_bytes(size - len(whole) - 2)


@pytest.fixture(scope="module")
def server(django_db_setup):
    held = Server(LIST).start()
    yield held
    held.kill()


@pytest.fixture
def entry():
    return entry_of(max_mb=60)


@pytest.fixture
def cookie(entry) -> dict[str, str]:
    browser = Client()
    browser.force_login(entry.project.owner, backend="django.contrib.auth.backends.ModelBackend")
    session = browser.cookies[settings.SESSION_COOKIE_NAME].value
    return {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN}


def metadata(entry) -> dict[str, str]:
    requirement = entry.season.documentrequirements.get()
    return {"entry": str(entry.pk), "requirement": str(requirement.pk), "filename": "路演.pdf"}


def created(server, cookie, entry, size: int) -> str:
    told = ",".join(f"{key} {b64(value)}" for key, value in metadata(entry).items())
    answer = server.ask("POST", LIST, Upload_Length=size, Upload_Metadata=told, **cookie)
    assert answer.status == 201
    return answer.headers["Location"]


def offset(server, cookie, path: str) -> int:
    return int(server.ask("HEAD", path, **cookie).headers["Upload-Offset"])


def opened(server, cookie, path: str, *, at: int, length: int) -> socket.socket:
    """A PATCH whose body is still to come."""
    line = socket.create_connection(("127.0.0.1", server.port), timeout=20)
    headers = {
        "Host": "localhost", "Tus-Resumable": "1.0.0", "Content-Type": PIECE, "Content-Length": str(length),
        "Upload-Offset": str(at), **cookie,
    }  # fmt: skip
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    line.sendall(f"PATCH {path} HTTP/1.1\r\n{head}\r\n".encode())
    return line


def with_tuspy(server, cookie, entry, body: bytes, **more):
    client = TusClient(f"http://127.0.0.1:{server.port}{LIST}", headers=cookie)
    sender = client.uploader(file_stream=BytesIO(body), metadata=metadata(entry), **more)
    sender.upload()
    return sender


def kept(entry) -> bytes:
    with default_storage.open(entry.documents.get().current.file.name) as file:
        return file.read()


def test_tuspy_sends_in_pieces_with_checksums(server, cookie, entry):
    body = big_pdf(3 * MEGABYTE)
    sender = with_tuspy(server, cookie, entry, body, chunk_size=MEGABYTE, upload_checksum=True)

    assert sender.offset == len(body)
    assert entry.documents.get().current.sha256 == hashlib.sha256(body).hexdigest()
    assert kept(entry) == body


def test_a_server_killed_in_the_middle_loses_no_acknowledged_byte(server, cookie, entry):
    body = big_pdf(3 * CHECKPOINT)
    path = created(server, cookie, entry, len(body))
    first = server.ask("PATCH", path, body[:MEGABYTE], Upload_Offset=0, Content_Type=PIECE, **cookie)
    assert (first.status, first.headers["Upload-Offset"]) == (204, str(MEGABYTE))

    line = opened(server, cookie, path, at=MEGABYTE, length=len(body) - MEGABYTE)
    line.sendall(body[MEGABYTE : MEGABYTE + CHECKPOINT + 3 * MEGABYTE])
    until(lambda: offset(server, cookie, path) >= MEGABYTE + CHECKPOINT)
    acknowledged = offset(server, cookie, path)
    server.kill()
    line.close()
    on_disk = parts.place(Upload.objects.get().key).read_bytes()
    assert on_disk == body[: len(on_disk)]
    assert len(on_disk) >= acknowledged

    server.start()
    assert offset(server, cookie, path) == acknowledged
    with_tuspy(server, cookie, entry, body, url=f"http://127.0.0.1:{server.port}{path}")
    assert kept(entry) == body


def test_two_at_once_and_one_is_told_to_wait(server, cookie, entry):
    body = big_pdf(MEGABYTE)
    path = created(server, cookie, entry, len(body))
    line = opened(server, cookie, path, at=0, length=len(body))
    line.sendall(body[:100_000])
    until(lambda: parts.place(Upload.objects.get().key).stat().st_size > 0)

    second = server.ask("PATCH", path, body[:1000], Upload_Offset=0, Content_Type=PIECE, **cookie)
    assert second.status == 423
    line.sendall(body[100_000:])
    assert line.recv(100).startswith(b"HTTP/1.1 204")
    assert kept(entry) == body


def test_a_line_that_breaks_keeps_what_arrived(server, cookie, entry):
    body = big_pdf(2 * MEGABYTE)
    path = created(server, cookie, entry, len(body))
    line = opened(server, cookie, path, at=0, length=len(body))
    line.sendall(body[:MEGABYTE])
    line.close()
    until(lambda: offset(server, cookie, path) > 0)

    with_tuspy(server, cookie, entry, body, url=f"http://127.0.0.1:{server.port}{path}")
    assert kept(entry) == body


def test_a_disk_with_no_room_left_takes_no_half_file(cookie, entry):
    """The limit on the size of a file stands in for the disk's: the system refuses the write in the same way."""
    body = big_pdf(40 * MEGABYTE)
    server = Server(LIST).start(largest_file=30 * MEGABYTE)
    try:
        path = created(server, cookie, entry, len(body))
        answer = server.ask("PATCH", path, body, Upload_Offset=0, Content_Type=PIECE, **cookie)
        assert answer.status == 507
        stands = offset(server, cookie, path)
        assert stands == 3 * CHECKPOINT
        assert parts.place(Upload.objects.get().key).stat().st_size == stands
        assert entry.documents.count() == 0
    finally:
        server.kill()

    server.start()
    with_tuspy(server, cookie, entry, body, url=f"http://127.0.0.1:{server.port}{path}")
    server.kill()
    assert kept(entry) == body
