"""Lines of a certificate in their places: runs, line breaks and fitting, without a page engine.

Setting a text costs a tenth of a millisecond here and thirty in the page engine, which is what makes 1,500
certificates a matter of seconds. Where a line may break is said in `shaping`; besides:

1. A name in a list and an accented field stay on one line, unless one is wider than the line.
2. A text too wide for its line shrinks as far as its paragraph allows, then wraps; a block too high shrinks as a
   whole as far as the block allows; what still does not fit is refused, naming the field that takes most room.

Lengths in points, y downwards from the top of the page.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate, pairwise

from certificates.designs import Accent, Block, Paragraph, parts
from certificates.fields import LISTS
from certificates.shaping import Shape, break_places, shape, squeezes
from core import fonts

POINTS_A_MM = 72 / 25.4
SCALE_STEP = 0.02
LOOSEST = 0.12  # em a character may be spread to fill a justified line
ROUNDING = 0.001  # a thousandth of a point is no overflow
ITEM_MARK = "、"
PLAIN = Accent("", bold=False, solid=False)


class TooLongError(Exception):
    """A block does not fit at its smallest; `field` takes most of the room."""

    def __init__(self, field: str):
        super().__init__(field)
        self.field = field


@dataclass(frozen=True, slots=True)
class Style:
    face: fonts.Face
    size: float
    colour: str
    tracking: float = 0


@dataclass(frozen=True, slots=True)
class Run:
    """Text in one style; `solid` keeps it on one line."""

    text: str
    style: Style
    field: str = ""
    solid: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """Glyphs of one style on one line from the start of their base line; `spacing` in points follows each glyph."""

    x: float
    y: float
    style: Style
    size: float
    spacing: float
    shape: Shape
    first: int
    last: int


def set_block(block: Block, values: Mapping[str, str | tuple[str, ...]], accents: Iterable[Accent] = ()) -> list[Piece]:
    """The block's text in place, at the largest size that fits its box.

    Raises `TooLongError` when nothing fits.
    """
    texts = [_Text(paragraph, runs) for paragraph, runs in filled(block, values, accents)]
    width, height = block.box.width * POINTS_A_MM, block.box.height * POINTS_A_MM
    scale = 1.0
    while True:
        settings = [text.set(width, scale) for text in texts]
        total = sum(setting.height for setting in settings) if all(settings) else None
        if total is not None and total <= height + ROUNDING:
            break
        scale -= SCALE_STEP
        if scale < block.min_scale - ROUNDING:
            raise TooLongError(_largest_field(texts))
    top = block.box.y * POINTS_A_MM + {"top": 0, "middle": 0.5, "bottom": 1}[block.valign] * (height - total)
    pieces = []
    for text, setting in zip(texts, settings, strict=True):
        pieces += text.pieces(setting, block.box.x * POINTS_A_MM, top, width)
        top += setting.height
    return pieces


def filled(block: Block, values: Mapping, accents: Iterable[Accent]) -> list[tuple[Paragraph, list[Run]]]:
    """The block's paragraphs with their values put in; empty ones are left out, `each` ones repeated."""
    named = {accent.field: accent for accent in accents}
    found = []
    for paragraph in block.paragraphs:
        for scope in _scopes(paragraph, values):
            runs = _runs(paragraph, scope, named)
            if runs:
                found.append((paragraph, runs))
    return found


def _scopes(paragraph: Paragraph, values: Mapping) -> list[Mapping]:
    if not paragraph.each:
        return [values]
    name = next(part.field for part in parts(paragraph.text) if part.field in LISTS)
    return [{**values, name: item} for item in values[name]]


def _runs(paragraph: Paragraph, values: Mapping, accents: Mapping[str, Accent]) -> list[Run]:
    found = parts(paragraph.text)
    outside = [part.field for part in found if part.field and not part.group]
    if outside and not any(values[field] for field in outside):
        return []
    left_out = {part.group for part in found if part.group and part.field and not values[part.field]}
    runs = []
    for part in found:
        if part.group in left_out:
            continue
        accent = accents.get(part.field, PLAIN)
        style = Style(
            fonts.face(fonts.SERIF, fonts.BOLD if part.bold or accent.bold else fonts.REGULAR),
            paragraph.size * accent.size,
            accent.colour or paragraph.colour,
            accent.tracking or paragraph.tracking,
        )
        runs += _part_runs(part.text or values[part.field], part.field, style, accent.solid)
    return runs


def _part_runs(value: str | tuple[str, ...], field: str, style: Style, solid: bool) -> list[Run]:
    if isinstance(value, str):
        return [Run(value, style, field, solid)] if value else []
    runs = []
    for item in value:
        if runs:
            runs.append(Run(ITEM_MARK, style, field))
        runs.append(Run(item, style, field, solid=True))
    return runs


def _largest_field(texts: list["_Text"]) -> str:
    """The field with the most ink: the one to shorten."""
    room = {}
    for text in texts:
        for run, (start, end) in zip(text.runs, text.spans, strict=True):
            if run.field:
                room[run.field] = room.get(run.field, 0) + text.places[end] - text.places[start]
    return max(room, key=room.get, default="")


@dataclass(frozen=True, slots=True)
class _Setting:
    """Where a paragraph's lines end at one size: `factor` on the type, `scale` on the leading."""

    lines: tuple[tuple[int, int], ...]
    factor: float
    scale: float
    height: float


class _Text:
    """A paragraph shaped and measured once, at its full size.

    `strands` are the stretches of one style, shaped as a whole so that kerning and squeezing see their neighbours;
    `places` is where each character starts, one more for the end.
    """

    def __init__(self, paragraph: Paragraph, runs: list[Run]):
        self.paragraph = paragraph
        self.runs = runs
        self.text = "".join([run.text for run in runs])
        self.spans = list(pairwise(accumulate([len(run.text) for run in runs], initial=0)))
        self.strands = self._strands()
        self.places = self._measured()
        self.stops = self._stops()

    def _strands(self) -> list[tuple[Style, Shape, int, int]]:
        borders = []
        for run, (start, end) in zip(self.runs, self.spans, strict=True):
            if borders and borders[-1][0] == run.style:
                borders[-1][2] = end
            else:
                borders.append([run.style, start, end])
        return [(style, shape(style.face, self.text[start:end]), start, end) for style, start, end in borders]

    def _measured(self) -> list[float]:
        advances = []
        for style, formed, start, end in self.strands:
            widths = formed.advances
            if formed.starts is not None:
                by_start = dict(zip(formed.starts, widths, strict=True))
                widths = [by_start.get(char, 0) for char in range(end - start)]
            size, extra = style.size, style.tracking * style.size
            advances += [width * size + extra for width in widths]
            if end < len(self.text) and squeezes(self.text[end - 1], self.text[end]):
                advances[-1] -= size / 2
        return list(accumulate(advances, initial=0.0))

    def _stops(self) -> list[int]:
        stops = break_places(self.text)
        solid = [span for run, span in zip(self.runs, self.spans, strict=True) if run.solid]
        if solid:
            inside = {place for start, end in solid for place in range(start + 1, end)}
            stops = [stop for stop in stops if stop not in inside]
        return [*stops, len(self.text)]

    def end_of(self, start: int, stop: int) -> tuple[int, float]:
        """The last character that shows on a line that breaks at `stop`, and where its full width ends."""
        text, end = self.text, stop
        while end > start and text[end - 1] == " ":
            end -= 1
        place = self.places[end]
        if end == stop < len(text) and squeezes(text[end - 1], text[end]):
            place += self._style_at(end - 1).size / 2
        return end, place

    def _style_at(self, char: int) -> Style:
        return next(style for style, _shape, _start, end in self.strands if char < end)

    def set(self, width: float, scale: float) -> _Setting | None:
        """Lines at this scale of the block, or nothing when they are more than the paragraph allows."""
        paragraph = self.paragraph
        room = width / scale
        indent = paragraph.indent * paragraph.size
        natural = indent + self.end_of(0, len(self.text))[1]
        factor = 1.0
        if natural > room and paragraph.one_line_down_to < 1:
            factor = max(room / natural, paragraph.one_line_down_to)
        lines = self._lines((room + ROUNDING) / factor, indent)
        if paragraph.max_lines and len(lines) > paragraph.max_lines:
            return None
        leading = paragraph.leading * paragraph.size * scale
        return _Setting(tuple(lines), factor * scale, scale, len(lines) * leading + paragraph.space_before * scale)

    def _lines(self, width: float, indent: float) -> list[tuple[int, int]]:
        lines, start, fits, limit = [], 0, 0, width - indent
        for stop in self.stops:
            while self.end_of(start, stop)[1] - self.places[start] > limit:
                if fits <= start:
                    fits = self._emergency(start, stop, limit)
                lines.append((start, fits))
                start, limit = self._after_spaces(fits), width
            fits = stop
        lines.append((start, len(self.text)))
        return lines

    def _emergency(self, start: int, stop: int, limit: float) -> int:
        """A place inside a word wider than the line: as many characters as fit, one at least."""
        place = bisect_left(self.places, self.places[start] + limit, start + 1, stop) - 1
        return max(place, start + 1)

    def _after_spaces(self, place: int) -> int:
        while place < len(self.text) and self.text[place] == " ":
            place += 1
        return place

    def pieces(self, setting: _Setting, left: float, top: float, width: float) -> list[Piece]:
        paragraph, factor = self.paragraph, setting.factor
        leading = paragraph.leading * paragraph.size * setting.scale
        ascent, descent = fonts.face().extents
        base = (leading + (ascent - descent) * paragraph.size * factor) / 2 + paragraph.space_before * setting.scale
        found = []
        for number, (start, stop) in enumerate(setting.lines):
            end, place = self.end_of(start, stop)
            indent = paragraph.indent * paragraph.size * factor if number == 0 else 0
            spare = width - indent - (place - self.places[start]) * factor
            is_last = stop == len(self.text)
            x, spacing = self._aligned(spare, end - start, factor, is_last)
            found += self._line(start, end, left + indent + x, top + base + number * leading, factor, spacing)
        return found

    def _aligned(self, spare: float, count: int, factor: float, is_last: bool) -> tuple[float, float]:
        """How far the line moves right, and what each character is spread by."""
        align = self.paragraph.align
        if align in ("center", "right"):
            # The space after the last letter is no ink: leave it out of the balance.
            spare += self.paragraph.tracking * self.paragraph.size * factor
            return (spare / 2 if align == "center" else spare), 0.0
        if align == "justify" and not is_last and count > 1:
            spread = spare / (count - 1)
            if 0 < spread <= LOOSEST * self.paragraph.size * factor:
                return 0.0, spread
        return 0.0, 0.0

    def _line(self, start: int, end: int, x: float, y: float, factor: float, spread: float) -> list[Piece]:
        found = []
        for style, formed, first, last in self.strands:
            begin, finish = max(start, first), min(end, last)
            if begin >= finish:
                continue
            size = style.size * factor
            found.append(
                Piece(
                    x + (self.places[begin] - self.places[start]) * factor + spread * (begin - start),
                    y,
                    style,
                    size,
                    style.tracking * size + spread,
                    formed,
                    formed.glyph_at(begin - first),
                    formed.glyph_at(finish - first),
                )
            )
        return found
