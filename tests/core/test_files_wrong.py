"""Files made to hurt: refused with a reason or defused, and whoever looked at them lives on."""

import os
import signal
import time

import pikepdf
import pytest
from django.core.files.base import ContentFile

from core.files import disk, openers, reader
from core.problems import Refused
from tests.core.media import active_pdf, deck, film, lying_archive, office, pdf, picture, picture_bomb
from tests.core.test_files import ANY, inspect

HTML = b"<html><script>alert(1)</script></html>\n"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (HTML + pdf(), "wrong-type"),
        (pdf() + deck(), "two-files"),
        (picture("JPEG") + office("index.html"), "two-files"),
        (film() + office("index.html"), "two-files"),
        (pdf(5000), "too-long"),
        (office(*[f"ppt/media/{n}" for n in range(6100)], "ppt/presentation.xml", body=b""), "wrong-type"),
        (lying_archive(), "damaged"),
        (picture_bomb(), "too-many-pixels"),
        (film()[:-10], "damaged"),
        (film() + b"tail", "damaged"),
        (film(handler=b"soun"), "no-picture"),
        (b"\0\0\0\x18ftypmp42" + b"\0" * 100, "damaged"),
        (pdf(3)[:600], "damaged"),
    ],
    ids=[
        "a page of HTML before a PDF", "a deck behind a PDF", "an archive behind a picture", "an archive behind a film",
        "5,000 pages", "6,000 parts", "an archive that lies", "a picture bomb", "a film cut off", "more than the film",
        "only sound", "not a film", "a PDF cut off",
    ],
)  # fmt: skip
def test_refused_with_a_reason(body, code):
    with pytest.raises(Refused) as refusal:
        inspect(body)
    assert refusal.value.code == code
    assert inspect(pdf()).pages == 1


def test_an_archive_that_unpacks_to_a_monster_is_not_unpacked():
    bomb = office("ppt/presentation.xml", *[f"ppt/media/{n}" for n in range(7)], body=b"\0" * 100_000_000)
    assert len(bomb) < 2_000_000
    begun = time.process_time()

    with pytest.raises(Refused) as refusal:
        inspect(bomb)
    assert refusal.value.code == "too-large-unpacked"
    assert time.process_time() - begun < 1


def test_a_library_that_crashes_or_hangs_costs_one_answer(tmp_path, monkeypatch):
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf())
    held = reader.Reader(seconds=20)
    assert held.ask(do="open", kind="pdf", path=str(path)) == {"pages": 1}
    first = held._process.pid

    held.seconds = 0.5
    os.kill(first, signal.SIGSTOP)
    with pytest.raises(reader.TooMuchError):
        held.ask(do="open", kind="pdf", path=str(path))
    held.seconds = 20
    assert held.ask(do="open", kind="pdf", path=str(path)) == {"pages": 1}
    assert held._process.pid != first

    held._process.kill()
    held._process.wait()
    assert held.ask(do="open", kind="pdf", path=str(path)) == {"pages": 1}
    held._end()


def test_a_file_that_takes_too_much_is_refused_in_words(monkeypatch):
    def hang(**question):
        raise reader.TooMuchError

    monkeypatch.setattr(reader, "ask", hang)
    with pytest.raises(Refused) as refusal:
        inspect(pdf())
    assert refusal.value.code == "too-much"


def test_memory_of_the_reader_has_an_end(tmp_path):
    """Pixels that the size limit lets through are drawn within the memory that the process has."""
    limits = reader.ask(do="open", kind="png", path=str(_written(tmp_path, picture("PNG", (4000, 4000)))))
    assert limits == {"pages": 1}
    found = dict(
        line.split(":", 1) for line in _status(reader._readers[os.getpid()]._process.pid).splitlines() if ":" in line
    )
    assert int(found["VmSize"].split()[0]) * 1024 <= reader.MOST_MEMORY


def _written(folder, body: bytes):
    path = folder / "a.png"
    path.write_bytes(body)
    return path


def _status(pid: int) -> str:
    with open(f"/proc/{pid}/status") as file:  # noqa: PTH123 - not a file of ours
        return file.read()


def test_active_content_is_taken_out_of_the_copy_for_readers(tmp_path):
    source, target = tmp_path / "a.pdf", tmp_path / "quiet.pdf"
    source.write_bytes(active_pdf())

    assert openers.quiet_pdf(source, target)["removed"] == 5
    with pikepdf.open(target) as quiet:
        assert "/OpenAction" not in quiet.Root
        assert set(quiet.Root.Names.keys()) == set()
        assert "/AA" not in quiet.pages[0]
        kept = [one.get("/A") for one in quiet.pages[0].Annots]
        assert [action is None for action in kept] == [True, False]
    assert b"alert" not in target.read_bytes()


def test_a_quiet_pdf_needs_no_copy(tmp_path):
    source, target = tmp_path / "a.pdf", tmp_path / "quiet.pdf"
    source.write_bytes(pdf())

    assert openers.quiet_pdf(source, target) == {"removed": 0}
    assert not target.exists()


def test_files_in_memory_are_copied_only_for_as_long_as_needed():
    with disk.on_disk(ContentFile(b"abc")) as path:
        assert path.read_bytes() == b"abc"
    assert not path.exists()


def test_every_kind_that_is_wanted_is_opened_or_known_by_its_head():
    assert {*ANY} - {"jpeg", "ppt", "doc"} <= set(openers.OPENERS)
