"""Colours and manners of a deck."""

from dataclasses import dataclass

from reportlab.lib.colors import Color, HexColor

from seeds.story.chance import Chance


@dataclass(frozen=True, slots=True)
class Theme:
    """Four colours, how the cover is laid out, and how page headings are marked."""

    main: Color
    second: Color
    warm: Color
    pale: Color
    ink: Color
    grey: Color
    cover: str
    heading: str
    dark: bool = False


_COLOURS = (
    ("#1f4e9c", "#3b82c4", "#f0a202", "#eef4fb"),
    ("#0f766e", "#2fa796", "#f4a259", "#ecf7f5"),
    ("#7a1f2b", "#b5484f", "#d9a441", "#faf1f0"),
    ("#243447", "#4f7cac", "#ef8354", "#eff3f7"),
    ("#2d6a4f", "#52a37f", "#e9b949", "#eef7f1"),
    ("#4b3f9e", "#7f78d2", "#ff9f68", "#f2f1fb"),
    ("#9a3412", "#d9773f", "#0e7490", "#fdf3ec"),
    ("#0b4f6c", "#01a7c2", "#f25f5c", "#eaf6f9"),
    ("#334155", "#64748b", "#16a34a", "#f3f5f8"),
    ("#a61e4d", "#d6588a", "#3b5bdb", "#fcf0f5"),
)
COVERS = ("band", "split", "frame", "full")
HEADINGS = ("bar", "line", "number", "block")


def theme(chance: Chance) -> Theme:
    main, second, warm, pale = chance.pick(_COLOURS)
    return Theme(
        main=HexColor(main),
        second=HexColor(second),
        warm=HexColor(warm),
        pale=HexColor(pale),
        ink=HexColor("#1e2530"),
        grey=HexColor("#66707d"),
        cover=chance.pick(COVERS),
        heading=chance.pick(HEADINGS),
    )
