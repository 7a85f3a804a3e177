"""The printing fonts: which characters they hold, how wide each is, and how to name one they lack.

Print does not forgive a missing glyph: the layout engine silently takes another font or draws a box. So every
printed text passes through here first, and a character that none of our faces holds is refused by name.
Static faces only: instancing a variable font costs more than a second a file.
"""

import unicodedata
from functools import cached_property, lru_cache
from pathlib import Path

import uharfbuzz
from django.conf import settings
from django.core import checks
from django.utils.translation import gettext as _

from core.problems import Refused

ROOT = Path(settings.BASE_DIR) / "node_modules" / "@expo-google-fonts"
SERIF, SANS = "Luyan Serif", "Luyan Sans"
REGULAR, BOLD = 400, 700
FILES = {
    (SERIF, REGULAR): "noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf",
    (SERIF, BOLD): "noto-serif-sc/700Bold/NotoSerifSC_700Bold.ttf",
    (SANS, REGULAR): "noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf",
    (SANS, BOLD): "noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf",
}
SUBSTITUTE = "〓"
BREAKS = "\n\t\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"


class Face:
    """One font file: a family at a weight, read on first use and kept."""

    def __init__(self, family: str, weight: int, path: Path):
        self.family, self.weight, self.path = family, weight, path
        self.glyphs = _Lookup(lambda point: self._font.get_nominal_glyph(point) or 0)
        self.widths = _Lookup(lambda point: self._font.get_glyph_h_advance(self.glyphs[point]) / self.units)
        self.codes = _Lookup(lambda point: f"{self.glyphs[point]:04x}")

    @cached_property
    def face(self):
        return uharfbuzz.Face(uharfbuzz.Blob.from_file_path(self.path))

    @cached_property
    def _font(self):
        return uharfbuzz.Font(self.face)

    @cached_property
    def units(self) -> int:
        """Font units to the em."""
        return self.face.upem

    @cached_property
    def extents(self) -> tuple[float, float]:
        """Ascent and descent in em, both positive: the line box that CSS builds from the file."""
        extents = self._font.get_font_extents("ltr")
        return extents.ascender / self.units, -extents.descender / self.units

    def missing(self, text: str) -> list[str]:
        """The characters of the text that this face cannot draw, each once, in order of appearance."""
        return [char for char in dict.fromkeys(text) if not self._draws(char)]

    def _draws(self, char: str) -> bool:
        return bool(self.glyphs[ord(char)]) and not unicodedata.combining(char)


class _Lookup(dict):
    """A fact about each code point, asked of the font once. `str.translate` reads it directly."""

    def __init__(self, ask):
        super().__init__()
        self.ask = ask

    def __missing__(self, point):
        value = self[point] = self.ask(point)
        return value


@lru_cache
def face(family: str = SERIF, weight: int = REGULAR) -> Face:
    return Face(family, weight, ROOT / FILES[family, weight])


def readable(text: str) -> str:
    """The text as print takes it: composed (NFC), line ends as spaces, without marks that have no shape.

    Control and format characters and variation selectors carry no ink; left in, they would be reported as missing.
    """
    text = unicodedata.normalize("NFC", text)
    if text.isascii() and text.isprintable():
        return text
    return "".join(" " if char in BREAKS else char for char in text if char in BREAKS or not _is_shapeless(char))


def _is_shapeless(char: str) -> bool:
    point = ord(char)
    if 0xFE00 <= point <= 0xFE0F or 0xE0100 <= point <= 0xE01EF:
        return True
    return point > 0x7E and unicodedata.category(char) in ("Cc", "Cf") or point < 0x20


def named(chars: list[str]) -> str:
    """Characters as a reader can look them up: 𠮷（U+20BB7）、🙂（U+1F642）."""
    return "、".join(f"{char}（U+{ord(char):04X}）" for char in chars)


def missing(text: str, families: tuple[str, ...] = (SERIF, SANS)) -> list[str]:
    """The characters of the text that some face of these families lacks."""
    lacking = {}
    for key in FILES:
        if key[0] in families:
            lacking.update(dict.fromkeys(face(*key).missing(text)))
    return list(lacking)


def refuse_missing(chars: list[str], *, field: str = "", where: str = "") -> None:
    """Stop before printing when characters have no glyph, naming each, and the place when it is known."""
    if not chars:
        return
    if where:
        message = _(
            "%(where)s: the printing font has no glyph for %(chars)s. Check the spelling; if the character is right, ask the administrator to add a font that has it."
        )
    else:
        message = _(
            "The printing font has no glyph for %(chars)s. Check the spelling; if the character is right, ask the administrator to add a font that has it."
        )
    raise Refused(message % {"where": where, "chars": named(chars)}, field=field, code="missing-glyph")


@checks.register
def fonts_are_there(app_configs, **kwargs):
    """Refuse to start without the printing fonts rather than at the first certificate."""
    lost = [path for path in FILES.values() if not (ROOT / path).is_file()]
    if not lost:
        return []
    return [checks.Error(f"Printing font missing: {', '.join(lost)}", hint="Run: npm ci", id="core.E001")]
