"""What a value of a season file may be: read from the marked tree with every mistake noted, and written back.

A shape reads a node to a plain value, or notes a mistake and answers None; it writes that value so that reading it
again gives the same. Shapes of columns come from the models, so a file can't promise what a table doesn't hold.
"""

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from django.core.validators import slug_re
from django.utils.translation import gettext as _

from contests.marked import Leaf, Listing, Mapping

CHINA = ZoneInfo("Asia/Shanghai")
DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
INSTANT = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?")
# Signs that no table and no page can hold.
UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
FLAGS = {"true": True, "yes": True, "on": True, "是": True, "false": False, "no": False, "off": False, "否": False}
Path = tuple[str | int, ...]
NEEDED = object()
YEARS = (1990, 2199)


@dataclass(frozen=True, order=True)
class Mistake:
    """One thing to mend in the file; line and column count from 1."""

    line: int
    column: int
    where: str
    message: str


@dataclass
class Notes:
    """Mistakes found so far, and where each path of the file stands."""

    mistakes: list[Mistake] = field(default_factory=list)
    marks: dict[Path, tuple[int, int]] = field(default_factory=dict)

    def add(self, path: Path, message: str, node=None) -> None:
        line, column = (node.line, node.column) if node is not None else self.place(path)
        self.mistakes.append(Mistake(line, column, shown(path), message))

    def place(self, path: Path) -> tuple[int, int]:
        """Where a path stands, or the nearest thing around it that is in the file."""
        while path and path not in self.marks:
            path = path[:-1]
        return self.marks.get(path, (1, 1))


def shown(path: Path) -> str:
    """stages[2].quotas[1].places: counted from 1, as people count."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


class Shape:
    """Reads a node and writes a value; `told` says for people and for the docs what is expected."""

    told = ""

    def read(self, node, path: Path, notes: Notes) -> Any:
        raise NotImplementedError

    def write(self, value: Any) -> Any:
        return value


class Single(Shape):
    """A shape of one leaf."""

    def read(self, node, path, notes):
        if not isinstance(node, Leaf):
            notes.add(
                path, _("Here stands %(expected)s, not a list or a group of names.") % {"expected": self.told}, node
            )
            return None
        return self.value(node, path, notes)

    def value(self, leaf: Leaf, path: Path, notes: Notes) -> Any:
        raise NotImplementedError

    def refuse(self, leaf: Leaf, path: Path, notes: Notes) -> None:
        notes.add(path, _("“%(text)s” is not %(expected)s.") % {"text": leaf.text[:60], "expected": self.told}, leaf)


@dataclass(frozen=True)
class Text(Single):
    longest: int | None = None
    needed: bool = False
    code: bool = False

    @property
    def told(self):
        if self.code:
            return _("a code of letters, digits, - and _")
        return _("text of at most %(count)s signs") % {"count": self.longest} if self.longest else _("text")

    def value(self, leaf, path, notes):
        text = "" if leaf.kind == "null" else leaf.text
        if self.needed and not text.strip():
            notes.add(path, _("This must not stay empty. Expected: %(expected)s.") % {"expected": self.told}, leaf)
        elif UNFIT.search(text):
            notes.add(path, _("There is an invisible control sign in this text. Type it again."), leaf)
        elif self.code and text and not slug_re.match(text):
            self.refuse(leaf, path, notes)
        elif self.longest and len(text) > self.longest:
            notes.add(
                path,
                _("The text has %(count)s signs, at most %(most)s fit. Shorten it.")
                % {"count": len(text), "most": self.longest},
                leaf,
            )
        else:
            return text
        return None


@dataclass(frozen=True)
class Whole(Single):
    least: int = 0
    most: int = 32767
    null: bool = False

    @property
    def told(self):
        return _("a whole number from %(least)s to %(most)s") % {"least": self.least, "most": self.most}

    def value(self, leaf, path, notes):
        if leaf.kind == "null" and self.null:
            return None
        text = leaf.text.strip()
        if not re.fullmatch(r"-?\d{1,12}", text) or not self.least <= int(text) <= self.most:
            return self.refuse(leaf, path, notes)
        return int(text)


@dataclass(frozen=True)
class Figure(Single):
    """A decimal number; `as_text` keeps it as text, for numbers inside JSON columns."""

    digits: int = 12
    places: int = 2
    least: Decimal | None = None
    null: bool = False
    as_text: bool = False

    @property
    def told(self):
        told = _("a number with at most %(places)s decimals") % {"places": self.places}
        return told if self.least is None else f"{told}, ≥ {self.least}"

    def value(self, leaf, path, notes):
        if leaf.kind == "null" and self.null:
            return None
        try:
            number = Decimal(leaf.text.strip().replace("_", "x"))
        except InvalidOperation:
            return self.refuse(leaf, path, notes)
        if not number.is_finite() or not self._fits(number) or (self.least is not None and number < self.least):
            return self.refuse(leaf, path, notes)
        return figure_text(number) if self.as_text else number

    def _fits(self, number: Decimal) -> bool:
        _sign, digits, exponent = number.normalize().as_tuple()
        return -exponent <= self.places and len(digits) + exponent <= self.digits - self.places

    def write(self, value):
        return None if value is None else Decimal(figure_text(Decimal(str(value))))


def figure_text(number: Decimal) -> str:
    """10.50 and 10.5 are one figure: without trailing zeros, never with an exponent."""
    return f"{number.normalize() + 0:f}"


class Flag(Single):
    @property
    def told(self):
        return _("true or false")

    def value(self, leaf, path, notes):
        found = FLAGS.get(leaf.text.strip().lower())
        return self.refuse(leaf, path, notes) if found is None else found


@dataclass(frozen=True)
class Day(Single):
    null: bool = False

    @property
    def told(self):
        return _("a date such as 2026-03-01")

    def value(self, leaf, path, notes):
        if leaf.kind == "null" and self.null:
            return None
        match = DAY.fullmatch(leaf.text.strip())
        if not match:
            return self.refuse(leaf, path, notes)
        try:
            return date(*map(int, match.groups()))
        except ValueError:
            return notes.add(path, _("There is no day %(text)s. Check month and day.") % {"text": leaf.text}, leaf)


class Instant(Single):
    """A moment in China time."""

    @property
    def told(self):
        return _("a time such as 2026-05-31 23:59:59, China time")

    def value(self, leaf, path, notes):
        match = INSTANT.fullmatch(leaf.text.strip())
        if not match:
            return self.refuse(leaf, path, notes)
        *parts, fraction = match.groups()
        numbers = [int(part or 0) for part in parts]
        if not YEARS[0] <= numbers[0] <= YEARS[1]:
            return self.refuse(leaf, path, notes)
        try:
            return datetime(*numbers, int((fraction or "0").ljust(6, "0")), tzinfo=CHINA)
        except ValueError:
            return notes.add(path, _("There is no time %(text)s. Check day and hour.") % {"text": leaf.text}, leaf)

    def write(self, value):
        return value.astimezone(CHINA).replace(tzinfo=None)


@dataclass(frozen=True)
class Choice(Single):
    values: tuple[tuple[str, Any], ...]
    blank: bool = False

    @property
    def told(self):
        return _("one of %(values)s") % {"values": "、".join(f"{value}（{label}）" for value, label in self.values)}

    def value(self, leaf, path, notes):
        text = "" if leaf.kind == "null" and "null" not in dict(self.values) else leaf.text.strip()
        if text in dict(self.values) or (self.blank and not text):
            return text
        near = difflib.get_close_matches(text, [value for value, _label in self.values], n=1)
        sentence = _("“%(text)s” is not %(expected)s.") % {"text": leaf.text[:60], "expected": self.told}
        return notes.add(path, sentence + (_(" Did you mean “%(near)s”?") % {"near": near[0]} if near else ""), leaf)


@dataclass(frozen=True)
class ListOf(Shape):
    item: Shape
    least: int = 0

    @property
    def told(self):
        return _("a list")

    def read(self, node, path, notes):
        if isinstance(node, Leaf) and node.kind == "null":
            node = Listing([], node.line, node.column)
        if not isinstance(node, Listing):
            return notes.add(path, _("Here stands a list: one row for each, beginning with “- ”."), node)
        if len(node.items) < self.least:
            notes.add(path, _("At least one row is needed here."), node)
        found = []
        for place, item in enumerate(node.items):
            notes.marks[(*path, place)] = (item.line, item.column)
            found.append(self.item.read(item, (*path, place), notes))
        return found

    def write(self, value):
        return [self.item.write(one) for one in value]


@dataclass(frozen=True)
class Key:
    """One name of a record; NEEDED as default means that it can't be left out."""

    shape: Shape
    default: Any = NEEDED

    @property
    def is_needed(self) -> bool:
        return self.default is NEEDED

    def start(self) -> Any:
        return self.default() if callable(self.default) else self.default


@dataclass(frozen=True)
class Record(Shape):
    """Named values. What is left out takes its default; what equals its default isn't written."""

    keys: dict[str, Key]

    @property
    def told(self):
        return _("a group of names: %(names)s") % {"names": "、".join(self.keys)}

    def read(self, node, path, notes):
        if not isinstance(node, Mapping):
            return notes.add(path, _("Here stands %(expected)s.") % {"expected": self.told}, node)
        found: dict[str, Any] = {}
        seen: set[str] = set()
        for key, value in node.pairs:
            name = key.text
            if name not in self.keys:
                seen.add(self._unknown(key, path, notes))
            elif name in seen:
                notes.add((*path, name), _("“%(name)s” stands here twice. Keep one.") % {"name": name}, key)
            else:
                notes.marks[(*path, name)] = (value.line, value.column)
                found[name] = self.keys[name].shape.read(value, (*path, name), notes)
            seen.add(name)
        for name, key in self.keys.items():
            if name not in found:
                found[name] = None if key.is_needed else key.start()
                if key.is_needed and name not in seen:
                    told = {"name": name, "expected": key.shape.told}
                    notes.add(path, _("“%(name)s” is missing: %(expected)s.") % told, node)
        return {name: found[name] for name in self.keys}

    def _unknown(self, key: Leaf, path: Path, notes: Notes) -> str:
        """Answers the name that was meant, so that it isn't called missing as well."""
        near = difflib.get_close_matches(key.text, list(self.keys), n=1, cutoff=0.5)
        if near:
            text = _("“%(name)s” is no name known here. Did you mean “%(near)s”?")
            notes.add(path, text % {"name": key.text[:60], "near": near[0]}, key)
        else:
            text = _("“%(name)s” is no name known here. Known are: %(names)s.")
            notes.add(path, text % {"name": key.text[:60], "names": "、".join(self.keys)}, key)
        return near[0] if near else key.text

    def write(self, value):
        return {
            name: key.shape.write(value[name])
            for name, key in self.keys.items()
            if key.is_needed or value[name] != key.start()
        }


@dataclass(frozen=True)
class Later(Shape):
    """A shape that contains itself: units below units."""

    find: Callable[[], Shape]

    @property
    def told(self):
        return self.find().told

    def read(self, node, path, notes):
        return self.find().read(node, path, notes)

    def write(self, value):
        return self.find().write(value)


class Anything(Shape):
    """What another room checks: names, lists and values as JSON has them."""

    @property
    def told(self):
        return _("what its room describes")

    def read(self, node, path, notes):
        if isinstance(node, Mapping):
            for key, value in node.pairs:
                notes.marks[(*path, key.text)] = (value.line, value.column)
            return {key.text: self.read(value, (*path, key.text), notes) for key, value in node.pairs}
        if isinstance(node, Listing):
            return [self.read(item, (*path, place), notes) for place, item in enumerate(node.items)]
        if UNFIT.search(node.text):
            notes.add(path, _("There is an invisible control sign in this text. Type it again."), node)
        return _json(node)


def _json(leaf: Leaf) -> Any:
    text = leaf.text
    if leaf.kind == "null":
        return None
    if leaf.kind == "bool":
        return FLAGS[text.lower()]
    if leaf.kind == "int" and re.fullmatch(r"[-+]?\d{1,15}", text):
        return int(text)
    if leaf.kind == "float" and re.fullmatch(r"[-+]?\d*\.?\d+(?:[eE][-+]?\d+)?|[-+]?\d+\.", text):
        return float(text)
    return text
