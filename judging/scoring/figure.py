"""Exact figures as pairs of whole numbers (numerator, denominator), rounded half up only where a rule says so.

No figure is negative. Whole numbers keep every step exact whatever the precision of a decimal context, and are
several times quicker than `fractions.Fraction`.
"""

from decimal import Decimal
from functools import lru_cache
from math import gcd, lcm

Figure = tuple[int, int]


@lru_cache(maxsize=20_000)
def plain(value: Decimal) -> str:
    """A decimal without exponent and without trailing zeros, so that equal numbers are equal texts."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def digits_of(value: Decimal) -> int:
    """How many decimals the number needs: 0 for 100, 2 for 0.25 and for 0.250."""
    return len(plain(value).partition(".")[2])


def units_of(value: Decimal, scale: int) -> int | None:
    """How many units of 1/scale the number is, None where it lies between two of them."""
    numerator, denominator = value.as_integer_ratio()
    units, rest = divmod(numerator * scale, denominator)
    return None if rest else units


def rounded(figure: Figure, digits: int | None) -> Figure:
    """Half up to so many decimals: 2.345 becomes 2.35. With digits None the figure stays as it is."""
    if digits is None:
        return figure
    numerator, denominator = figure
    scale = 10**digits
    return (2 * numerator * scale + denominator) // (2 * denominator), scale


def total_of(figures: list[Figure]) -> Figure:
    denominator = figures[0][1]
    if all(one[1] == denominator for one in figures):
        return sum(one[0] for one in figures), denominator
    denominator = lcm(*(one[1] for one in figures))
    return sum(numerator * (denominator // own) for numerator, own in figures), denominator


@lru_cache(maxsize=100_000)
def text_of(figure: Figure, at_least: int = 0) -> str:
    """The figure as a decimal with `at_least` decimals or as many more as it needs; as "22/7" where none would do."""
    numerator, denominator = figure
    shared = gcd(numerator, denominator)
    numerator, denominator = numerator // shared, denominator // shared
    twos = (denominator & -denominator).bit_length() - 1
    fives, rest = 0, denominator >> twos
    while rest % 5 == 0:
        fives, rest = fives + 1, rest // 5
    if rest != 1:
        return f"{numerator}/{denominator}"
    digits = max(at_least, twos, fives)
    return fixed(numerator * 10**digits // denominator, digits)


def written(figure: Figure, digits: int | None) -> str:
    """A figure that `rounded` made for these digits."""
    return text_of(figure) if digits is None else fixed(figure[0], digits)


def fixed(units: int, digits: int) -> str:
    """So many units of the last decimal, written out: (8560, 2) is 85.60."""
    if not digits:
        return str(units)
    whole, part = divmod(units, 10**digits)
    return f"{whole}.{part:0{digits}d}"
