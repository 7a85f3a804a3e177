"""Takes a file or refuses it, in words that say what to do about it.

A type is recognised by its first bytes, then the file is opened by the library that knows it, in a process apart: a
document that does not open, has a password, unpacks to a monster or carries macros is refused.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePath

from django.core.files import File
from django.utils.translation import gettext as _

from core.files import reader
from core.files.disk import on_disk
from core.files.kinds import ALIASES, CONTENT_TYPES, MEGABYTE, UNOPENED, is_two_files, kind_of
from core.problems import Refused


@dataclass(frozen=True)
class Content:
    """What a file turned out to be. `pages` counts pages of a PDF or slides of a deck; None where it means nothing."""

    extension: str
    content_type: str
    size: int
    sha256: str
    pages: int | None


def inspect(file: File, *, name: str, formats: Iterable[str], max_mb: int) -> Content:
    """Hash, type and open a file; refuse what is empty, too large, of another type than wanted, or broken."""
    wanted = [ALIASES.get(one.lower(), one.lower()) for one in formats]
    refuse_size(file.size, name=name, max_mb=max_mb)
    with on_disk(file) as path:
        digest = _digest(path)
        with path.open("rb") as opened:
            kind = kind_of(opened)
            if kind not in wanted:
                raise Refused(_wrong_type(name, kind, wanted), code="wrong-type")
            if is_two_files(opened, kind):
                raise Refused(_words("two-files", name, {}), code="two-files")
        pages = _known.get((digest, kind))
        if pages is None:
            pages = _known[digest, kind] = _opened(path, kind, name)
            if len(_known) > MOST_KNOWN:
                _known.clear()
    file.seek(0)
    return Content(kind, CONTENT_TYPES[kind], file.size, digest, pages)


def refuse_size(size: int, *, name: str, max_mb: int) -> None:
    """What is known before a single byte has come."""
    if not size:
        raise Refused(_("“%(name)s” is empty. Choose the file again.") % {"name": name}, code="empty")
    if size > max_mb * MEGABYTE:
        raise Refused(
            _(
                "“%(name)s” has %(size)s MB, more than the %(limit)s MB allowed here. "
                "Shrink its pictures or export it in a smaller quality, then send it again."
            )
            % {"name": name, "size": f"{size / MEGABYTE:.1f}", "limit": max_mb},
            code="too-large",
        )


def plain_name(name: str) -> str:
    """A sender's file name without folders and invisible signs, short enough for the column, its ending kept."""
    name = "".join(sign for sign in PurePath(name.replace("\\", "/")).name if sign.isprintable()).strip() or "file"
    if len(name) <= 160:
        return name
    stem, dot, ending = name.rpartition(".")
    return f"{stem[: 155 - len(ending)]}…{dot}{ending}" if dot and len(ending) < 10 else name[:160]


# Files that opened well, by their content: the same paper comes with many entries.
MOST_KNOWN = 500
_known: dict[tuple[str, str], int | None] = {}


def _digest(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _opened(path: Path, kind: str, name: str) -> int | None:
    if kind in UNOPENED:
        return None
    try:
        found = reader.ask(do="open", kind=kind, path=str(path))
    except reader.TooMuchError:
        raise Refused(_words("too-much", name, {}), code="too-much") from None
    if "refused" in found:
        raise Refused(_words(found["refused"], name, found["facts"]), code=found["refused"])
    return found["pages"]


def _wrong_type(name: str, kind: str, wanted: list[str]) -> str:
    facts = {"name": name, "found": kind.upper(), "wanted": "、".join(one.upper() for one in wanted)}
    if not kind:
        return _("“%(name)s” is of a type we can't read. Here we take %(wanted)s: save it as one of these.") % facts
    return _("Inside “%(name)s” is a %(found)s file. Here we take %(wanted)s: save it as one of these.") % facts


def _words(code: str, name: str, facts: dict) -> str:
    sentences = {
        "damaged": _(
            "“%(name)s” does not open, it is damaged. Open it on your device, save it anew and send that file."
        ),
        "password": _("“%(name)s” asks for a password. Save it without one and send it again."),
        "too-long": _(
            "“%(name)s” has %(pages)s pages; more than %(limit)s can't be read here. Send a shorter version."
        ),
        "too-large-unpacked": _("“%(name)s” unpacks to more than we can read. Save it as PDF and send that."),
        "macros": _("“%(name)s” contains macros. Save it without macros or as PDF and send that."),
        "too-many-pixels": _("“%(name)s” has %(width)s × %(height)s pixels, too many to show. Send a smaller picture."),
        "no-picture": _("“%(name)s” holds no moving picture. Export the video as MP4 and send that file."),
        "two-files": _("“%(name)s” is two files in one. Open it on your device, save it anew and send that file."),
        "too-much": _(
            "“%(name)s” takes too long or too much memory to open. Save it anew, smaller, and send that file."
        ),
    }
    return sentences[code] % {"name": name, **facts}
