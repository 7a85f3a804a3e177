"""What higher rooms hang on a season and want in its file: they register here, as jobs register their runners.

A room calls `register` when the apps are ready. Contests never learns what the section means; it reads and writes it by
its shape, asks for its problems, and hands the data back.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from contests.shapes import Path, Shape
from core.problems import Problem


@dataclass(frozen=True)
class Point:
    """Something that a person must look at after a season was copied: a code, a sentence, and where to mend it."""

    code: str
    text: str
    where: str = ""

    def kept(self) -> dict[str, str]:
        return {"code": self.code, "text": self.text, "where": self.where}


@dataclass(frozen=True)
class Part:
    """One section of the season file that belongs to another room, with the page where it is set up.

    `heading` is the comment above it, `write(season)` answers its data or None, `problems(data)` yields (path, message)
    without asking the database, `conflicts(season, data)` what stands against it in the tables (`season` None for one
    that is to be made), `read(season, data, by=)` keeps it, `copy(source, season, by=)` carries it over and answers the
    points to look at, `readiness(season)` says what is missing before the season opens.
    """

    key: str
    title: Promise
    icon: str
    page: str
    heading: Callable[[], str]
    shape: Shape
    write: Callable[[Any], Any]
    problems: Callable[[Any], Iterator[tuple[Path, str]]]
    conflicts: Callable[[Any, Any], Iterator[tuple[Path, str]]]
    read: Callable[..., None]
    copy: Callable[..., list[Point]]
    readiness: Callable[[Any], list[Problem]]


_parts: dict[str, Part] = {}


def register(part: Part) -> None:
    """Adds a section; the same key again takes the place of the one before."""
    _parts[part.key] = part


def registered() -> list[Part]:
    """Sections of other rooms, in the order of their keys."""
    return [_parts[key] for key in sorted(_parts)]
