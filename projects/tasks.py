"""Work on documents that takes longer than a page may."""

import logging
import shutil
import subprocess
import tempfile
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django_tasks import task

from projects.models import DocumentVersion, Extension
from projects.pages import DECKS, converted_name
from projects.reminders import drafts_under
from projects.reminders import tell_extension as tell

SECONDS = 180
log = logging.getLogger(__name__)


def converter() -> str | None:
    """LibreOffice, where the machine has it. Without it office files are downloaded, not shown."""
    return shutil.which("soffice")


def needs_conversion(version: DocumentVersion) -> bool:
    return version.extension in DECKS and converter() is not None and not default_storage.exists(
        converted_name(version)
    )  # fmt: skip


@task()
def convert_deck(pk: int) -> None:
    """Make a PDF of an office file, so that its pages can be shown. A file that won't convert stays a download."""
    version = DocumentVersion.objects.get(pk=pk)
    program = converter()
    if program is None or default_storage.exists(converted_name(version)):
        return
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / f"deck.{version.extension}"
        with version.file.open("rb") as file, source.open("wb") as copy:
            shutil.copyfileobj(file, copy)
        made = _convert(program, source, Path(folder))
        if made is not None:
            default_storage.save(converted_name(version), ContentFile(made))


def _convert(program: str, source: Path, folder: Path) -> bytes | None:
    command = [
        program, "--headless", "--norestore", "--nolockcheck", f"-env:UserInstallation={folder.as_uri()}/profile",
        "--convert-to", "pdf", "--outdir", str(folder), str(source),
    ]  # fmt: skip
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=SECONDS)  # noqa: S603 - no shell, own paths
        return source.with_suffix(".pdf").read_bytes()
    except (subprocess.SubprocessError, OSError) as error:
        log.warning("Document %s was not converted: %s", source.name, error)
        return None


@task()
def tell_extension(pk: int, given: bool) -> None:
    """Tell everybody whom a unit's or track's extension concerns."""
    extension = Extension.objects.select_related("by").get(pk=pk)
    for drafts in drafts_under(extension):
        tell(drafts, given=given, by=extension.by)
