"""What the language and the font ask of a text: where its lines may break, and which glyphs it takes.

1. A line never starts with a closing mark (，。、”）% …) and never ends with an opening one (“（《).
2. A Latin word or a number is never split.
3. Two full-width marks in a row share one blank half (”， is one and a half wide); the font's own table says the same.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache

import uharfbuzz

from core import fonts

OPENING = "（《「『“‘【〔〈［｛￥$"
CLOSING = "）》」』”’】〕〉］｝，。、；：！？％℃‰·…～々／ー"
SQUEEZING_FIRST = "）》」』”’】〕〉，。、；：！？"
SQUEEZING_OPENING = "（《「『“‘【〔〈"
CLASSES = {"o": OPENING, "c": CLOSING, "(": "([{", ")": ")]},.;:!?%°", "h": "-/", "e": "—"}
# One letter for the class of each character, so that a pattern over the classes finds every place to break.
# n ideograph and the rest, w letter, d digit, o opening, c closing, ( and ) their ASCII kin, s space, h hyphen, e dash.
BREAK = re.compile(r"(?<=[nces])(?=[nowd(])|(?<=[ncswdh)])(?=e)|(?<=[wdh)])(?=[no])|(?<=h)(?=[w(])")


class _Classes(dict):
    def __missing__(self, char):
        value = self[char] = _class_of(char)
        return value


def _class_of(char: str) -> str:
    for letter, members in CLASSES.items():
        if char in members:
            return letter
    if char.isspace():
        return "s"
    if char.isascii() and char.isdigit():
        return "d"
    is_western = char < "\u2000" and (char.isalpha() or char.isascii())
    return "w" if is_western else "n"


_classes = _Classes()


def break_places(text: str) -> list[int]:
    """Every place inside the text where a line may end, as the number of the character that starts the next."""
    return [match.start() for match in BREAK.finditer("".join([_classes[char] for char in text]))]


def squeezes(first: str, second: str) -> bool:
    """Whether two marks share a blank half: a closing one with any after it, an opening one with another opening."""
    if first in SQUEEZING_FIRST:
        return second in SQUEEZING_FIRST or second in SQUEEZING_OPENING
    return first in SQUEEZING_OPENING and second in SQUEEZING_OPENING


@dataclass(frozen=True, slots=True)
class Shape:
    """A text as the font forms it.

    `advances` are in em, one a glyph. `moves` are in thousandths of an em, leftwards before and after each glyph,
    where it stands elsewhere than the font's own widths would put it. `starts` is the character each glyph begins
    at, left out when there is one glyph to each character.
    """

    text: str
    glyphs: list[int]
    advances: list[float]
    moves: list[tuple[int, int]] | None
    starts: list[int] | None

    def glyph_at(self, char: int) -> int:
        return char if self.starts is None else bisect_left(self.starts, char)


@lru_cache(maxsize=1024)
def shape(face: fonts.Face, text: str) -> Shape:
    """The text through the font's own rules: kerning, joined dashes, squeezed marks."""
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.direction, buffer.script, buffer.language = "ltr", "Hani", "zh-cn"
    uharfbuzz.shape(face.font, buffer, {"chws": True, "kern": True})
    infos, places, units = buffer.glyph_infos, buffer.glyph_positions, face.units
    glyphs = [info.codepoint for info in infos]
    starts = [info.cluster for info in infos]
    advances = [place.x_advance / units for place in places]
    offsets = [place.x_offset / units for place in places]
    natural = [face.advances[glyph] for glyph in glyphs]
    moves = None
    if advances != natural or any(offsets):
        moves = [
            (round(-1000 * offset), round(1000 * (offset + width - advance)))
            for advance, offset, width in zip(advances, offsets, natural, strict=True)
        ]
    return Shape(text, glyphs, advances, moves, None if starts == list(range(len(text))) else starts)
