"""A zip of papers, each named by rule: `<row key>_<document>.<ending>`, such as `12_路演文稿.pdf`.

Folders in the zip mean nothing. Between key and document stand `_`, `-`, a space or their full-width forms. Names from
Chinese Windows (GB 18030 without a mark) are read. Nothing is unpacked before its size is known and allowed.
"""

import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from tempfile import SpooledTemporaryFile

from django.core.files import File
from django.utils.translation import gettext as _

from core.files import MEGABYTE, plain_name
from core.problems import Refused
from projects.imports.values import folded, nearest

MOST_MB = 1024
MOST_FILES = 4_000
MOST_UNPACKED = 4096 * MEGABYTE
IN_MEMORY = 4 * MEGABYTE
CHUNK = 1024 * 1024
UTF8_NAME = 0x800
ENCRYPTED = 0x1
DROSS = frozenset({"thumbs.db", "desktop.ini", ".ds_store"})
PARTED = re.compile(r"[_\-—–\s]+")


@dataclass(frozen=True)
class Paper:
    """One file in the zip that belongs to a row: `label` is the folded name of the document it says it is."""

    name: str
    key: str
    label: str
    info: zipfile.ZipInfo


@dataclass
class Papers:
    """What a zip holds: papers by row key, and names that fit no rule with what to do about them."""

    file: File
    by_key: dict[str, list[Paper]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(len(papers) for papers in self.by_key.values())

    @contextmanager
    def opened(self, paper: Paper) -> Iterator[File]:
        """The unpacked bytes of one paper, in memory while it is small."""
        with zipfile.ZipFile(self.file) as archive, SpooledTemporaryFile(max_size=IN_MEMORY) as copy:
            try:
                with archive.open(paper.info) as stream:
                    while chunk := stream.read(CHUNK):
                        copy.write(chunk)
            except (zipfile.BadZipFile, RuntimeError, EOFError, OSError, NotImplementedError) as error:
                if isinstance(error, OSError) and error.errno is not None:
                    raise
                raise Refused(
                    _("“%(name)s” can't be unpacked. Make the zip anew without a password.") % {"name": paper.name},
                    code="zip",
                ) from None
            copy.seek(0)
            yield File(copy, name=paper.name)


def no_papers() -> Papers:
    return Papers(File(None))


def read_papers(file: File, *, name: str, keys: Iterable[str], labels: Mapping[str, int]) -> Papers:
    """The papers of a zip. Refused when it is no zip or too large; single wrong names are listed in `wrong`.

    `keys` are the row keys of the workbook, `labels` the documents of the season with the largest size in MB.
    """
    infos = _infos(file, name)
    papers = Papers(file)
    rows = {folded(key): key for key in keys}
    documents = {folded(label): (label, most) for label, most in labels.items()}
    seen: set[tuple[str, str]] = set()
    for info in infos:
        shown = _decoded(info)
        found = _of_a_row(shown, info, rows, documents)
        if isinstance(found, str):
            papers.wrong.append(found)
        elif (found.key, found.label) in seen:
            papers.wrong.append(_("“%(name)s”: this document of the row is in the zip twice.") % {"name": found.name})
        else:
            seen.add((found.key, found.label))
            papers.by_key.setdefault(found.key, []).append(found)
    return papers


def _infos(file: File, name: str) -> list[zipfile.ZipInfo]:
    if file.size > MOST_MB * MEGABYTE:
        raise Refused(
            _("The zip has more than %(most)s MB. Send the entries in several parts.") % {"most": MOST_MB},
            code="too-large",
        )
    try:
        with zipfile.ZipFile(file) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir() and not _is_dross(info.filename)]
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        raise Refused(
            _("“%(name)s” is not a zip file we can open. Pack the files anew as .zip, without a password.")
            % {"name": name},
            code="zip",
        ) from None
    if len(infos) > MOST_FILES or sum(info.file_size for info in infos) > MOST_UNPACKED:
        raise Refused(
            _("The zip holds more than we unpack at once (%(files)s files, %(size)s MB). Send it in several parts.")
            % {"files": MOST_FILES, "size": MOST_UNPACKED // MEGABYTE},
            code="too-large",
        )
    return infos


def _is_dross(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return "__MACOSX" in parts or (bool(parts) and (parts[-1].lower() in DROSS or parts[-1].startswith("._")))


def _decoded(info: zipfile.ZipInfo) -> str:
    """The name as its sender sees it: without the mark for UTF-8 it is taken for GB 18030, as Windows writes it."""
    if info.flag_bits & UTF8_NAME:
        return plain_name(info.filename)
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return plain_name(info.filename)
    for encoding in ("utf-8", "gb18030"):
        try:
            return plain_name(raw.decode(encoding))
        except UnicodeDecodeError:
            continue
    return plain_name(info.filename)


def _of_a_row(shown: str, info: zipfile.ZipInfo, rows: Mapping[str, str], documents: Mapping) -> Paper | str:
    """The paper, or a sentence on why the name fits no row and document."""
    stem = unicodedata.normalize("NFKC", shown.rpartition(".")[0] or shown).strip()
    parts = PARTED.split(stem, maxsplit=1)
    if len(parts) < 2:
        return _("“%(name)s”: name it by rule, such as 12_路演文稿.pdf.") % {"name": shown}
    key, label = parts
    if folded(key) not in rows:
        return _("“%(name)s”: no row has the key “%(key)s”.") % {"name": shown, "key": key}
    if folded(label) not in documents:
        near = nearest(label, [one for one, _most in documents.values()])
        if near:
            return _("“%(name)s”: no document has this name. Did you mean “%(near)s”?") % {"name": shown, "near": near}
        return _("“%(name)s”: no document of this season is called “%(label)s”.") % {"name": shown, "label": label}
    if info.flag_bits & ENCRYPTED:
        return _("“%(name)s” is locked with a password. Make the zip anew without one.") % {"name": shown}
    most = documents[folded(label)][1]
    if info.file_size > most * MEGABYTE:
        return _("“%(name)s” has more than the %(most)s MB allowed for it.") % {"name": shown, "most": most}
    return Paper(shown, rows[folded(key)], folded(label), info)
