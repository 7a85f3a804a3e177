"""Editions as titles count them: 第八届, 8th; and what becomes of them a year on. Pure."""

import re

DIGITS = "零一二三四五六七八九"


def chinese(number: int) -> str:
    """1 to 99 as Chinese titles write it: 八, 十, 十二, 二十一."""
    tens, ones = divmod(number, 10)
    if not 1 <= number <= 99:
        return str(number)
    head = "" if not tens else "十" if tens == 1 else f"{DIGITS[tens]}十"
    return head + (DIGITS[ones] if ones else "")


def english(number: int) -> str:
    """8th, 21st, 12th."""
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def moved(text: str, *, ordinal: tuple[int, int], year: tuple[int, int]) -> str:
    """A title with the next edition and year in place of the old ones; other numbers stay."""
    (before, after), (old, new) = ordinal, year
    text = re.sub(rf"第(?:{chinese(before)}|{before})届", f"第{chinese(after)}届", text)
    text = re.sub(rf"\b{english(before)}\b", english(after), text)
    return re.sub(rf"(?<!\d){old}(?!\d)", str(new), text)


def names(text: str, *, ordinal: int, year: int) -> bool:
    """Whether a text speaks of this edition or year."""
    found = rf"第(?:{chinese(ordinal)}|{ordinal})届|\b{english(ordinal)}\b|(?<!\d){year}(?!\d)"
    return bool(re.search(found, text))
