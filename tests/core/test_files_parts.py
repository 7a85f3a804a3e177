"""Bytes on their way in: one writer, acknowledged bytes kept, the rest cut off."""

import os
import threading
import uuid

import pytest

from core.files import parts


@pytest.fixture
def key(settings, tmp_path):
    settings.UPLOAD_ROOT = tmp_path / "uploads"
    key = uuid.uuid4()
    parts.create(key)
    return key


def write(key, body: bytes, *, at: int = 0) -> None:
    with parts.held(key) as part:
        part.begin(at)
        part.append(body)
        part.settle()


def test_what_was_never_acknowledged_is_cut_off(key):
    write(key, b"abcdef")
    write(key, b"XY", at=3)

    assert parts.place(key).read_bytes() == b"abcXY"


def test_fewer_bytes_than_were_acknowledged_are_never_filled_up(key):
    write(key, b"abc")
    with pytest.raises(parts.GoneError), parts.held(key) as part:
        part.begin(4)

    parts.remove(key)
    with pytest.raises(parts.GoneError), parts.held(key):
        pass


def test_one_writer_at_a_time(key):
    with parts.held(key), pytest.raises(parts.BusyError), parts.held(key):
        pass
    write(key, b"a")


def test_many_threads_and_one_gets_in(key):
    start, inside, refused = threading.Barrier(8), [], []
    done = threading.Event()

    def go():
        start.wait()
        try:
            with parts.held(key):
                inside.append(1)
                done.wait(5)
        except parts.BusyError:
            refused.append(1)
            if len(refused) == 7:
                done.set()

    threads = [threading.Thread(target=go) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(inside), len(refused)) == (1, 7)


def test_a_writer_whose_line_went_dead_is_overtaken_and_never_writes_again(key):
    with parts.held(key) as silent:
        silent.begin(0)
        silent.append(b"abc")
        lock = parts.place(key).with_suffix(".lock")
        os.utime(lock, (0, 0))
        write(key, b"new", at=3)

        with pytest.raises(parts.BusyError):
            silent.append(b"late")
    assert parts.place(key).read_bytes() == b"abcnew"
    write(key, b"!", at=6)


def test_a_whole_file_moved_away_leaves_ours_until_we_let_go(key, tmp_path):
    write(key, b"abc")
    file = parts.WholeFile(key, "a.pdf")
    file.spare.replace(tmp_path / "stored")
    file.close()

    assert (tmp_path / "stored").read_bytes() == b"abc"
    assert parts.place(key).read_bytes() == b"abc"


def test_clearing_away_spares_what_is_waited_for_and_what_is_young(key, settings):
    other, young = uuid.uuid4(), uuid.uuid4()
    for one in (other, young):
        parts.create(one)
    for one in (key, other):
        os.utime(parts.place(one), (0, 0))

    assert parts.clear(keep={key}) == 1
    assert {path.name for path in settings.UPLOAD_ROOT.iterdir()} == {f"{key}.part", f"{young}.part"}
