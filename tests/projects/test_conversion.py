"""Office files become PDF by a program that is shut in; a stand-in for it shows how it was called."""

import os
import select
import stat
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2 as pdfium
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from projects import conversion, pages, services, tasks
from projects.conversion import convert
from tests.core.media import deck, pdf
from tests.projects.pieces import entry_of

CALLED = """#!/bin/sh
for last; do :; done
here=$(dirname "$last")
printf '%s\\n' "$@" >"$here/called"
env >"$here/env"
cp "$(cat "$0.pdf")" "$here/deck.pdf"
"""


@pytest.fixture
def program(tmp_path):
    """Stands in for LibreOffice: notes what it was told and leaves a PDF."""
    made, program = tmp_path / "made.pdf", tmp_path / "soffice"
    made.write_bytes(pdf(4))
    program.write_text(CALLED)
    Path(f"{program}.pdf").write_text(str(made))
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "room"
    folder.mkdir()
    source = folder / "deck.pptx"
    source.write_bytes(deck())
    return source


def test_it_works_in_a_room_of_its_own_without_macros_or_network(program, source):
    assert convert(str(program), source) == source.with_suffix(".pdf")

    told = (source.parent / "called").read_text().split("\n")
    profile = source.parent / "profile"
    assert f"-env:UserInstallation={profile.as_uri()}" in told
    settings = (profile / "user/registrymodifications.xcu").read_text()
    for name, value in conversion.SETTINGS.items():
        assert f'oor:name="{name}" oor:op="fuse"><value>{value}<' in settings
    seen = (source.parent / "env").read_text()
    assert f"https_proxy={conversion.NOWHERE}" in seen
    assert "SECRET_KEY" not in seen


def test_one_that_hangs_is_ended_with_all_it_started(source, tmp_path, monkeypatch):
    monkeypatch.setattr(conversion, "SECONDS", 1)
    program = tmp_path / "hanging"
    program.write_text('#!/bin/sh\nsleep 60 &\necho $! >"$HOME/helper"\nwait\n')
    program.chmod(0o755)

    assert convert(str(program), source) is None
    helper = int((source.parent / "helper").read_text())
    assert _ends(helper)


def _ends(pid: int) -> bool:
    """A signal arrives when the system gets to it; the helper by itself would sleep for a minute."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], 20)[0])
    finally:
        os.close(handle)


@pytest.mark.django_db
def test_a_deck_is_shown_by_its_pages_once_it_was_converted(program, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    entry = entry_of(["pptx"])
    with django_capture_on_commit_callbacks(execute=True):
        version = services.upload_document(
            entry, entry.season.documentrequirements.get(), ContentFile(deck(3)), name="a.pptx", by=entry.project.owner
        )

    assert pages.is_shown(version)
    assert pages.page_image(version, 2)[8:12] == b"WEBP"


LIBREOFFICE = pytest.mark.skipif(
    not conversion.converter(), reason="LibreOffice is not installed: bin/start says how to get it"
)
PAPERS = Path(__file__).parent / "papers"


@LIBREOFFICE
@pytest.mark.django_db
@pytest.mark.parametrize(("name", "count", "words"), [("deck.pptx", 3, "海藻地膜"), ("plan.docx", 2, "创业计划书")])
def test_real_office_files_become_pages_in_our_own_fonts(name, count, words, django_capture_on_commit_callbacks):
    entry = entry_of([name.partition(".")[2]])
    file = ContentFile((PAPERS / name).read_bytes())
    with django_capture_on_commit_callbacks(execute=True):
        version = services.upload_document(
            entry, entry.season.documentrequirements.get(), file, name=name, by=entry.project.owner
        )

    version.refresh_from_db()
    assert (version.pages, pages.is_shown(version)) == (count, True)
    with default_storage.open(pages.converted_name(version)) as made:
        body = made.read()
    with pdfium.PdfDocument(body) as document:
        assert words in document[0].get_textpage().get_text_range()
    with pikepdf.open(BytesIO(body)) as document:
        fonts = {str(font.BaseFont) for font in document.pages[0].Resources.Font.values()}
    assert {font.partition("+")[2].partition("-")[0] for font in fonts} == {"NotoSansSC"}
    assert pages.page_image(version, count)[8:12] == b"WEBP"


@LIBREOFFICE
@pytest.mark.django_db
def test_one_that_will_not_convert_is_given_up_and_stays_a_download(django_capture_on_commit_callbacks):
    entry = entry_of(["pptx"])
    with django_capture_on_commit_callbacks(execute=True):
        version = services.upload_document(
            entry, entry.season.documentrequirements.get(), ContentFile(deck(7)), name="a.pptx", by=entry.project.owner
        )

    assert not pages.is_shown(version)
    assert not tasks.needs_conversion(version)


@pytest.mark.django_db
def test_what_was_sent_before_the_program_was_there_is_made_up_for(program, monkeypatch):
    entry = entry_of(["pptx"])
    with monkeypatch.context() as without:
        without.setattr("projects.conversion.shutil.which", lambda _name: None)
        version = services.upload_document(
            entry, entry.season.documentrequirements.get(), ContentFile(deck(6)), name="a.pptx", by=entry.project.owner
        )
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")

    tasks.convert_missing.call()

    version.refresh_from_db()
    assert (pages.is_shown(version), version.pages) == (True, 4)


@pytest.mark.django_db
def test_without_the_program_the_page_says_so_and_offers_the_download(monkeypatch, signed_in):
    monkeypatch.setattr("projects.conversion.shutil.which", lambda _name: None)
    entry = entry_of(["pptx"])
    version = services.upload_document(
        entry, entry.season.documentrequirements.get(), ContentFile(deck(5)), name="a.pptx", by=entry.project.owner
    )
    page = signed_in(entry.project.owner).get(f"/entries/files/{version.pk}/").content.decode()

    assert not pages.is_shown(version)
    assert f"/entries/files/{version.pk}/download/" in page
