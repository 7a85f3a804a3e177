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
WHITE = "\n\r\t\u2028\u2029"


class Face:
    """One font file: a family at a weight, read on first use and kept."""

    def __init__(self, family: str, weight: int, path: Path):
        self.family, self.weight, self.path = family, weight, path
        self.drawn: set[str] = set()
        self.glyphs = _Lookup(lambda point: self.font.get_nominal_glyph(point) or 0)
        self.advances = _Lookup(lambda glyph: self.font.get_glyph_h_advance(glyph) / self.units)

    @cached_property
    def face(self):
        return uharfbuzz.Face(uharfbuzz.Blob.from_file_path(self.path))

    @cached_property
    def font(self):
        return uharfbuzz.Font(self.face)

    @cached_property
    def units(self) -> int:
        """Font units to the em."""
        return self.face.upem

    @cached_property
    def extents(self) -> tuple[float, float]:
        """Ascent and descent in em, both positive: the line box that CSS builds from the file."""
        extents = self.font.get_font_extents("ltr")
        return extents.ascender / self.units, -extents.descender / self.units

    def missing(self, text: str) -> list[str]:
        """The characters of the text that this face cannot draw, each once, in order of appearance."""
        unknown = set(text) - self.drawn
        if not unknown:
            return []
        self.drawn.update(filter(self._draws, unknown))
        return [char for char in dict.fromkeys(text) if char not in self.drawn]

    def _draws(self, char: str) -> bool:
        return char in WHITE or (bool(self.glyphs[ord(char)]) and not unicodedata.combining(char))


class _Lookup(dict):
    """A fact about each number, asked of the font once."""

    def __init__(self, ask):
        super().__init__()
        self.ask = ask

    def __missing__(self, number):
        value = self[number] = self.ask(number)
        return value


@lru_cache
def face(family: str = SERIF, weight: int = REGULAR) -> Face:
    return Face(family, weight, ROOT / FILES[family, weight])


def readable(text: str) -> str:
    """The text as print takes it: composed (NFC) and without marks that have no shape.

    Control and format characters and variation selectors carry no ink; left in, they would be reported as missing.
    Line ends and tabs stay.
    """
    text = unicodedata.normalize("NFC", text)
    if text.isascii() and text.isprintable():
        return text
    return "".join(char for char in text if not _is_shapeless(char))


def _is_shapeless(char: str) -> bool:
    if char in WHITE or "\u0020" <= char <= "\u007e":
        return False
    is_variation_selector = "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"
    return is_variation_selector or unicodedata.category(char) in ("Cc", "Cf")


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


def refusal(chars: list[str]) -> str:
    """The sentence for characters without a glyph: their names, and what to do."""
    return _(
        "The printing font has no glyph for %(chars)s. "
        "Check the spelling; if the character is right, ask the administrator to add a font that has it."
    ) % {"chars": named(chars)}


def refuse_missing(chars: list[str], *, field: str = "") -> None:
    """Stop before printing when characters have no glyph."""
    if chars:
        raise Refused(refusal(chars), field=field, code="missing-glyph")


@checks.register
def fonts_are_there(app_configs, **kwargs):
    """Refuse to start without the printing fonts rather than at the first certificate."""
    lost = [path for path in FILES.values() if not (ROOT / path).is_file()]
    if not lost:
        return []
    return [checks.Error(f"Printing font missing: {', '.join(lost)}", hint="Run: npm ci", id="core.E001")]
