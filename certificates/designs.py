"""A certificate design as data: where each text stands, how large, and how far it may shrink.

Lengths: millimetres for places on the page, points for type, em for what follows the size of the type.

Text of a paragraph, the whole of it: `{field}` is a value, `*…*` is bold, `[…]` is left out when a field in it is
empty. A paragraph is left out when every field outside brackets is empty. A list field joins its items with 、 and
never breaks a line inside a name.
"""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import lru_cache
from typing import get_args, get_origin, get_type_hints

from django.utils.translation import gettext as _

from certificates.fields import LABELS, LISTS
from core import fonts
from core.problems import Problem, Refused

INK, RED, BROWN = "#2b2118", "#a6161b", "#6b5836"
ALIGNMENTS = ("left", "center", "right", "justify")
FRAMES = ("", "classic")
FIELD = re.compile(r"\{(\w+)\}")
TOKEN = re.compile(r"\{(\w+)\}|([\[\]*])|([^{}\[\]*]+)")
COLOUR = re.compile(r"#[0-9a-f]{6}")
PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
PICTURE_LIMIT = 2_000_000
SMALLEST_TYPE = 7
SMALLEST_QR = 15


@dataclass(frozen=True)
class Box:
    """A rectangle from the page's upper left corner, in millimetres."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of a block.

    `one_line_down_to` is how far (0.8 = 80 %) it shrinks to stay on one line before it wraps; 1 wraps at once.
    `max_lines` 0 leaves the number of lines to the box. `each` repeats the paragraph for every item of its list.
    """

    text: str
    size: float
    leading: float = 1.6
    align: str = "left"
    indent: float = 0
    tracking: float = 0
    colour: str = INK
    space_before: float = 0
    one_line_down_to: float = 1
    max_lines: int = 0
    each: bool = False


@dataclass(frozen=True)
class Block:
    """Paragraphs stacked in a box; all of them shrink together down to `min_scale` before the print is refused."""

    box: Box
    paragraphs: tuple[Paragraph, ...]
    valign: str = "top"
    min_scale: float = 1

    def named_fields(self) -> tuple[str, ...]:
        """The fields that this block prints, each once."""
        found = [part.field for paragraph in self.paragraphs for part in parts(paragraph.text) if part.field]
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True)
class Accent:
    """How one field stands out wherever it appears; `size` is relative to its paragraph, `solid` keeps it whole."""

    field: str
    size: float = 1
    colour: str = ""
    tracking: float = 0
    bold: bool = True
    solid: bool = True


@dataclass(frozen=True)
class QrPlace:
    """The QR code without its quiet zone; keep a seventh of its size free of ink around it."""

    x: float
    y: float
    size: float


@dataclass(frozen=True)
class Seal:
    """A round seal around its centre: drawn from a text, or the office's own picture (PNG or JPEG)."""

    x: float
    y: float
    diameter: float
    text: str = ""
    caption: str = ""
    image: bytes = b""


@dataclass(frozen=True)
class Flow:
    """Free text laid out by the page engine for each certificate: headings, columns, tables of the designer's own.

    Stamping can't do it, so such a design prints several times slower. `html` may name fields as `{field}`.
    """

    box: Box
    html: str
    size: float = 16
    leading: float = 1.8
    min_scale: float = 0.7


@dataclass(frozen=True)
class Design:
    """Everything that is the same on every certificate of a batch. `width` and `height` are the trimmed page."""

    blocks: tuple[Block, ...]
    qr: QrPlace | None = None
    seals: tuple[Seal, ...] = ()
    accents: tuple[Accent, ...] = ()
    frame: str = "classic"
    background: bytes = b""
    paper: str = "#fffdf7"
    width: float = 297
    height: float = 210
    flow: Flow | None = None

    @classmethod
    def from_data(cls, data: Mapping) -> "Design":
        """A design from what `to_data` made. Unknown names and wrong kinds are refused."""
        try:
            return _build(cls, data)
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            raise Refused(_("This certificate design cannot be read: %(error)s.") % {"error": error}) from error

    def to_data(self) -> dict:
        return _plain(self)

    def named_fields(self) -> frozenset[str]:
        """The fields that this design prints."""
        found = {name for block in self.blocks for name in block.named_fields()}
        if self.flow:
            found.update(name for name in FIELD.findall(self.flow.html) if name in LABELS)
        return frozenset(found)


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a paragraph: fixed words, or a field by name; `group` counts the brackets it stands in."""

    text: str
    field: str
    bold: bool
    group: int


@lru_cache(maxsize=512)
def parts(text: str) -> tuple[Part, ...]:
    """The paragraph's text taken apart. Refuses a bracket or star without its partner and an unknown field."""
    found, bold, group, inside, place = [], False, 0, False, 0
    for match in TOKEN.finditer(text):
        if match.start() != place:
            raise _unreadable(text)
        place = match.end()
        name, mark, words = match.groups()
        if mark == "*":
            bold = not bold
        elif mark:
            if (mark == "[") == inside:
                raise _unreadable(text)
            inside = mark == "["
            group += inside
        elif name and name not in LABELS:
            raise _unreadable(text)
        else:
            found.append(Part(words or "", name or "", bold, group if inside else 0))
    if bold or inside or place != len(text):
        raise _unreadable(text)
    return tuple(found)


def _unreadable(text: str) -> Refused:
    names = "、".join(f"{{{name}}}" for name in LABELS)
    return Refused(
        _("The text “%(text)s” cannot be read: close every [ ] and * and name only these fields: %(names)s.")
        % {"text": text, "names": names},
        field="text",
        code="markup",
    )


def check_design(design: Design) -> list[Problem]:
    """What keeps a design from being printed at all, before any certificate is filled in.

    The field of a problem leads to its part, counted from 0: `blocks.1.paragraphs.0.text`, `seals.0.image`, `qr`.
    """
    problems = []
    page = Box(0, 0, design.width, design.height)
    for place, block in enumerate(design.blocks):
        problems += _outside(block.box, page, f"blocks.{place}.box")
        for number, paragraph in enumerate(block.paragraphs):
            problems += _paragraph_problems(paragraph, block.min_scale, f"blocks.{place}.paragraphs.{number}")
    if design.flow:
        problems += _outside(design.flow.box, page, "flow")
    if design.qr:
        problems += _outside(Box(design.qr.x, design.qr.y, design.qr.size, design.qr.size), page, "qr")
        if design.qr.size < SMALLEST_QR:
            text = _("Make the QR code at least 15 mm wide: phones fail on smaller ones.")
            problems.append(Problem("qr-small", text, field="qr"))
    for place, seal in enumerate(design.seals):
        problems += _seal_problems(seal, page, f"seals.{place}")
    problems += _style_problems(design)
    return problems


def _style_problems(design: Design) -> list[Problem]:
    problems = []
    if design.frame not in FRAMES or not COLOUR.fullmatch(design.paper):
        text = _("Choose one of the frames offered and a colour such as #fffdf7.")
        problems.append(Problem("frame", text, field="paper"))
    if not all(accent.field in LABELS and COLOUR.fullmatch(accent.colour or INK) for accent in design.accents):
        problems.append(Problem("accent", _("Let only known fields stand out, in a colour such as #a6161b.")))
    problems += _picture_problems(design.background, "background")
    return problems


def _seal_problems(seal: Seal, page: Box, field: str) -> list[Problem]:
    radius = seal.diameter / 2
    problems = _outside(Box(seal.x - radius, seal.y - radius, seal.diameter, seal.diameter), page, field)
    lacking = fonts.missing(seal.text + seal.caption, (fonts.SERIF,))
    if lacking:
        problems.append(Problem("missing-glyph", fonts.refusal(lacking), field=f"{field}.text"))
    return problems + _picture_problems(seal.image, f"{field}.image")


def _picture_problems(picture: bytes, field: str) -> list[Problem]:
    if not picture or (picture.startswith(PICTURES) and len(picture) <= PICTURE_LIMIT):
        return []
    return [Problem("picture", _("Use a PNG or JPEG picture of at most 2 MB."), field=field)]


def _paragraph_problems(paragraph: Paragraph, min_scale: float, field: str) -> list[Problem]:
    problems = []
    try:
        named = [part.field for part in parts(paragraph.text) if part.field]
    except Refused as refusal:
        return [Problem("markup", refusal.message, field=f"{field}.text")]
    if paragraph.each and len(set(named) & LISTS) != 1:
        text = _("A paragraph repeated for every item must name exactly one list.")
        problems.append(Problem("each", text, field=f"{field}.text"))
    if paragraph.align not in ALIGNMENTS or not COLOUR.fullmatch(paragraph.colour):
        text = _("Choose an alignment offered and a colour such as #2b2118.")
        problems.append(Problem("style", text, field=f"{field}.colour"))
    if paragraph.size * paragraph.one_line_down_to * min_scale < SMALLEST_TYPE:
        text = _("Type may not shrink below 7 points: nobody reads it on paper.")
        problems.append(Problem("type-small", text, field=f"{field}.size"))
    return problems


def _outside(box: Box, page: Box, field: str) -> list[Problem]:
    inside = box.x >= 0 and box.y >= 0 and box.x + box.width <= page.width and box.y + box.height <= page.height
    if inside and box.width > 0 and box.height > 0:
        return []
    return [Problem("outside", _("Every text, the QR code and the seal must stand inside the page."), field=field)]


def _plain(value):
    """Dataclasses as dictionaries, tuples as lists, bytes as base64: what a JSON column keeps."""
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value


def _build(kind, data):
    """The reverse of `_plain`, by the types that the dataclasses declare."""
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{name: _build(hints[name], value) for name, value in data.items()})
    if get_origin(kind) is tuple:
        return tuple(_build(get_args(kind)[0], item) for item in data)
    if kind is bytes:
        return base64.b64decode(data, validate=True)
    options = get_args(kind)
    if options:
        return None if data is None else _build(options[0], data)
    if kind is float and isinstance(data, int) and not isinstance(data, bool):
        return float(data)
    if not isinstance(data, kind):
        raise TypeError(f"{data!r} is not {kind.__name__}")
    return data
