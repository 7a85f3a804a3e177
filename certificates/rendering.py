"""Certificates as PDF: one, a batch for the press, or a zip of single files.

Two ways print. A design of boxes is stamped: texts are set here, the artwork is drawn once, about a thousand
certificates a second. A design with free text is flowed: the page engine lays out every certificate, in chunks,
ten times slower; `Printed.note` says so. A batch is all or nothing: each certificate that cannot be printed is named
with its reason, and nothing is written.
"""

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sized
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from certificates.artwork import artwork
from certificates.designs import Accent, Block, Design
from certificates.fields import LABELS, Fields
from certificates.flowing import CHUNK, flowed
from certificates.stamping import Sheaf
from certificates.typesetting import Piece, TooLongError, set_block
from core import fonts
from core.problems import Problem, Refused

NEVER_EMPTY = ("number", "contest", "award", "issuers")
PROGRESS_STEP = 25
UNSAFE_IN_NAMES = re.compile(r"[^\w.-]+")

Progress = Callable[[int, int | None], None]


class Way(StrEnum):
    STAMPED = "stamped"
    FLOWED = "flowed"


@dataclass(frozen=True)
class Printed:
    """What a batch came to: how many certificates, and which way they were printed."""

    count: int
    way: Way

    @property
    def note(self) -> str:
        if self.way is Way.FLOWED:
            return _("This design has free text, so each certificate was laid out by itself, which takes longer.")
        return ""


def render_single(design: Design, fields: Fields) -> bytes:
    """One certificate as a PDF. Refuses with the first reason why it cannot be printed."""
    sheaf = _sheaf(design, f"{fields.contest} {fields.number}")
    problems = _fill(sheaf, [fields])
    if problems:
        raise Refused(problems[0].message, field=problems[0].field, code=problems[0].code, problems=problems)
    out = BytesIO()
    sheaf.save(out)
    return out.getvalue()


def render_batch(
    design: Design, fields: Iterable[Fields], *, out: Path | BinaryIO, progress: Progress | None = None
) -> Printed:
    """All certificates in one PDF, in the order given, written to a path or an open binary file.

    `progress(done, total)` hears of every 25th certificate and of the last; `total` is None for an iterator without
    a length. Raises `Refused` with one `Problem` for each certificate in the way, and writes nothing then.
    """
    told = _Told(fields, progress)
    sheaf, problems = None, []
    for chunk in _chunks(told):
        sheaf = sheaf or _sheaf(design, chunk[0].contest)
        problems += _fill(sheaf, chunk)
    if sheaf is None:
        raise Refused(_("There is no certificate to print yet: give the awards first."), code="none")
    _refuse(problems)
    with _written(out) as file:
        sheaf.save(file)
    told.finish()
    return Printed(told.done, _way(design))


def render_zip(
    design: Design, fields: Iterable[Fields], *, out: Path | BinaryIO, progress: Progress | None = None
) -> Printed:
    """Every certificate as a PDF of its own, named by its number, in one zip. Refuses like `render_batch`."""
    told = _Told(fields, progress)
    problems = []
    with _written(out) as file, zipfile.ZipFile(file, "w") as archive:
        for each in told:
            try:
                document = render_single(design, each)
            except Refused as refusal:
                problems += refusal.problems
                continue
            entry = zipfile.ZipInfo(f"{UNSAFE_IN_NAMES.sub('_', each.number)}.pdf")
            archive.writestr(entry, document)
        _refuse(problems)
    told.finish()
    return Printed(told.done, _way(design))


def check(design: Design, fields: Fields) -> list[Problem]:
    """Every reason why this certificate cannot be printed with this design, for a preview before numbering."""
    values = fields.values()
    problems = _empty(design, values) or _without_glyph(values)
    return problems or _set(design, values)[1]


def _fill(sheaf: Sheaf, chunk: list[Fields]) -> list[Problem]:
    """Put the certificates into the document; those that can't be printed are left out and explained."""
    problems, ready = [], []
    for fields in chunk:
        values = fields.values()
        found = _empty(sheaf.design, values) or _without_glyph(values)
        pieces = []
        if not found:
            pieces, found = _set(sheaf.design, values)
        if found:
            problems += [_of(fields, problem) for problem in found]
        else:
            ready.append((fields, values, pieces))
    if sheaf.design.flow and ready:
        pages = flowed(sheaf.design.flow, sheaf.design, [values for _fields, values, _pieces in ready])
    else:
        pages = [None] * len(ready)
    for (fields, _values, pieces), page in zip(ready, pages, strict=True):
        if isinstance(page, Problem):
            problems.append(_of(fields, page))
        else:
            sheaf.add(pieces, fields.verify_url, page)
    return problems


def _set(design: Design, values: dict) -> tuple[list[Piece], list[Problem]]:
    pieces, problems = [], []
    for block in design.blocks:
        try:
            pieces += _block(block, tuple((name, values[name]) for name in block.named_fields()), design.accents)
        except TooLongError as error:
            problems.append(_too_long(error.field))
    return pieces, problems


@lru_cache(maxsize=256)
def _block(block: Block, values: tuple, accents: tuple[Accent, ...]) -> list[Piece]:
    """A block set once for the values it names: title, issuers and date are the same on a whole batch."""
    return set_block(block, dict(values), accents)


def _empty(design: Design, values: dict) -> list[Problem]:
    named = design.named_fields()
    return [
        Problem("empty", _("The %(field)s is empty: fill it in before printing.") % {"field": LABELS[name]}, field=name)
        for name in NEVER_EMPTY
        if name in named and not values[name]
    ]


def _without_glyph(values: dict) -> list[Problem]:
    problems = []
    for name, value in values.items():
        text = value if isinstance(value, str) else "".join(value)
        lacking = fonts.missing(text, (fonts.SERIF,))
        if lacking:
            message = _("%(field)s: %(refusal)s") % {"field": LABELS[name], "refusal": fonts.refusal(lacking)}
            problems.append(Problem("missing-glyph", message, field=name, fact="".join(lacking)))
    return problems


def _too_long(field: str) -> Problem:
    message = _(
        "The %(field)s is too long for the certificate even in the smallest type: "
        "shorten it, or enlarge its box in the design."
    )
    return Problem("too-long", message % {"field": LABELS.get(field) or _("fixed text")}, field=field)


def _of(fields: Fields, problem: Problem) -> Problem:
    """The problem with the certificate it belongs to in front."""
    message = _("Certificate %(number)s: %(reason)s") % {"number": fields.number, "reason": problem.message}
    return Problem(problem.code, message, field=problem.field, fact=problem.fact)


def _refuse(problems: list[Problem]) -> None:
    if not problems:
        return
    message = ngettext(
        "%(count)s certificate cannot be printed, so nothing was written. %(first)s",
        "%(count)s certificates cannot be printed, so nothing was written. The first: %(first)s",
        len(problems),
    )
    raise Refused(
        message % {"count": len(problems), "first": problems[0].message},
        field=problems[0].field,
        code="unprintable",
        problems=problems,
    )


def _sheaf(design: Design, title: str) -> Sheaf:
    return Sheaf(design, artwork(design), title=title)


def _way(design: Design) -> Way:
    return Way.FLOWED if design.flow else Way.STAMPED


class _Told:
    """The certificates to print, one by one, with the progress told on the way."""

    def __init__(self, fields: Iterable[Fields], progress: Progress | None):
        self.fields, self.progress = fields, progress
        self.total = len(fields) if isinstance(fields, Sized) else None
        self.done = 0

    def __iter__(self) -> Iterator[Fields]:
        for each in self.fields:
            yield each
            self.done += 1
            if self.progress and self.done % PROGRESS_STEP == 0 and self.done != self.total:
                self.progress(self.done, self.total)

    def finish(self) -> None:
        if self.progress:
            self.progress(self.done, self.done)


def _chunks(fields: Iterable[Fields]) -> Iterator[list[Fields]]:
    chunk = []
    for each in fields:
        chunk.append(each)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


@contextmanager
def _written(out: Path | BinaryIO) -> Iterator[BinaryIO]:
    """The file to write to. A path only gets its file when all went well."""
    if not isinstance(out, Path):
        yield out
        return
    part = out.with_name(f"{out.name}.part")
    try:
        with part.open("w+b") as file:
            yield file
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
