"""Decks drawn ahead by a second process, while the first one works through the services."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from itertools import repeat
from multiprocessing import get_context

from seeds.story.decks import deck
from seeds.story.project import Project
from seeds.story.projects import project as tell

CHUNK = 8


def draw(index: int, season: str) -> bytes:
    """The deck of one project of the story; all a worker needs is its number."""
    return deck(tell(index, season=season))


@contextmanager
def drawing_room() -> Iterator[Executor]:
    """One process that draws. It starts fresh, so that no database connection is shared with it."""
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as room:
        yield room


class Ahead:
    """Answers the decks of a season in the order in which its projects enter."""

    def __init__(self, room: Executor, indexes: Sequence[int], season: str):
        self._made = zip(indexes, room.map(draw, indexes, repeat(season), chunksize=CHUNK), strict=False)

    def __call__(self, told: Project) -> bytes:
        index, made = next(self._made)
        if index != told.index:
            raise LookupError(f"deck {index} was drawn where {told.index} was asked for")
        return made
