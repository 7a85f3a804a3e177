"""A 16:9 page to draw on, measured from its upper left corner."""

import io
from collections.abc import Iterable

from reportlab.lib.colors import Color, white
from reportlab.pdfgen.canvas import Canvas

from seeds.story.decks.theme import Theme
from seeds.story.typeface import faces

WIDTH, HEIGHT = 960, 540
MARGIN = 56
BOLDER = 0.035
"""Bold signs are the regular ones with an outline of this part of their size: a second face would double the file."""
_NEVER_FIRST = set("，。、；：？！）》】’”%％·—…")
_NEVER_LAST = set("（《【‘“")


def width_of(text: str, size: float) -> float:
    """Width on the page: a full em for a Chinese sign, little more than half for a Latin one."""
    return sum(size if sign > "⺀" or sign in "—…“”‘’·" else size * 0.56 for sign in text)


def wrapped(text: str, size: float, width: float) -> list[str]:
    """Lines of at most this width; a line neither begins with closing punctuation nor cuts a number or a word."""
    lines, line, used = [], "", 0.0
    for piece in _pieces(text):
        wide = width_of(piece, size)
        if line and used + wide > width and piece[0] not in _NEVER_FIRST:
            carried = line[-1] if line[-1] in _NEVER_LAST else ""
            lines.append(line[: len(line) - len(carried)])
            line, used = carried, width_of(carried, size)
        line, used = line + piece, used + wide
    return [*lines, line] if line else lines


def _pieces(text: str) -> Iterable[str]:
    """Chinese signs one by one, numbers and Latin words whole."""
    start = 0
    for place, sign in enumerate(text):
        if sign.isascii() and sign not in " ,":
            continue
        if place > start:
            yield text[start:place]
        yield sign
        start = place + 1
    if start < len(text):
        yield text[start:]


class Sheet:
    """The pages of one deck. Lengths are points; y grows downwards; colours and faces come from the theme."""

    def __init__(self, theme: Theme, title: str):
        self.theme = theme
        self.out = io.BytesIO()
        self.face, _bold = faces()
        self.canvas = Canvas(
            self.out, pagesize=(WIDTH, HEIGHT), invariant=1, pageCompression=1, initialFontName=self.face
        )
        self.canvas.setTitle(title)
        self.number = 1
        self._fill = self._stroke = None
        self._pen = 0.0

    def next(self) -> None:
        self.canvas.showPage()
        self.number += 1
        self._fill = self._stroke = None
        self._pen = 0.0

    def finish(self) -> bytes:
        self.canvas.save()
        return self.out.getvalue()

    def fill(self, colour: Color) -> None:
        """Fill with this colour from here on; said once, which keeps the file small."""
        if colour is not self._fill:
            self.canvas.setFillColor(colour)
            self._fill = colour

    def pen(self, colour: Color, width: float) -> None:
        if colour is not self._stroke:
            self.canvas.setStrokeColor(colour)
            self._stroke = colour
        if width != self._pen:
            self.canvas.setLineWidth(width)
            self._pen = width

    def text(self, x, y, text: str, size=18, *, bold=False, colour: Color | None = None, align="left") -> None:
        """One line whose baseline is at y."""
        colour, canvas = colour or self.theme.ink, self.canvas
        if align != "left":
            wide = canvas.stringWidth(text, self.face, size)
            x -= wide if align == "right" else wide / 2
        self.fill(colour)
        canvas.setFont(self.face, size)
        if bold:
            self.pen(colour, size * BOLDER)
        canvas.drawString(round(x), round(HEIGHT - y), text, mode=2 if bold else None)

    def paragraph(self, x, y, width, text: str, size=18, *, leading=1.6, bold=False, colour=None, most=99) -> float:
        """Wrapped lines, the first baseline at y; gives the y below them."""
        lines = wrapped(text, size, width)
        if len(lines) > most:
            lines = lines[:most]
            lines[-1] = lines[-1][:-1] + "…"
        for line in lines:
            self.text(x, y, line, size, bold=bold, colour=colour)
            y += size * leading
        return y

    def box(self, x, y, width, height, colour: Color, *, radius=0, line: Color | None = None) -> None:
        self.fill(colour)
        if line:
            self.pen(line, 1)
        place = (round(x), round(HEIGHT - y - height), round(width), round(height))
        if radius:
            self.canvas.roundRect(*place, radius, stroke=bool(line), fill=1)
        else:
            self.canvas.rect(*place, stroke=bool(line), fill=1)

    def dot(self, x, y, radius, colour: Color) -> None:
        self.fill(colour)
        self.canvas.circle(round(x), round(HEIGHT - y), radius, stroke=0, fill=1)

    def rule(self, x, y, x2, y2, colour: Color, width=1.0) -> None:
        self.pen(colour, width)
        self.canvas.line(round(x), round(HEIGHT - y), round(x2), round(HEIGHT - y2))

    def heading(self, text: str, hint: str = "") -> None:
        """The page's title in the theme's manner, and the page number."""
        theme = self.theme
        if theme.heading == "bar":
            self.box(MARGIN, 44, 8, 34, theme.main)
            self.text(MARGIN + 22, 72, text, 30, bold=True, colour=theme.main)
        elif theme.heading == "line":
            self.text(MARGIN, 72, text, 30, bold=True, colour=theme.main)
            self.rule(MARGIN, 88, WIDTH - MARGIN, 88, theme.second, 1.5)
        elif theme.heading == "number":
            self.text(MARGIN, 74, f"{self.number:02d}", 34, bold=True, colour=theme.warm)
            self.text(MARGIN + 56, 72, text, 30, bold=True)
        else:
            self.box(0, 0, WIDTH, 96, theme.main)
            self.text(MARGIN, 62, text, 30, bold=True, colour=white)
        if hint:
            on_block = theme.heading == "block"
            self.text(WIDTH - MARGIN, 70, hint, 14, colour=white if on_block else theme.grey, align="right")
        self.text(WIDTH - MARGIN, 518, str(self.number), 12, colour=theme.grey, align="right")
