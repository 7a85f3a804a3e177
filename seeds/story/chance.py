"""Chance that is the same on every machine and in every run."""

import hashlib
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """A stream of choices that depends on its path alone.

    Only `Random.random()` is used underneath, the one method whose sequence Python promises to keep for a given
    seed; every choice is derived here, so that a new Python cannot change a story.
    """

    def __init__(self, *path: object):
        digest = hashlib.blake2b("/".join(map(str, path)).encode(), digest_size=8).digest()
        self._random = Random(int.from_bytes(digest, "big")).random

    def below(self, end: int) -> int:
        return int(self._random() * end)

    def between(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self._random() * (high - low + 1))

    def part(self) -> float:
        return self._random()

    def happens(self, probability: float) -> bool:
        return self._random() < probability

    def pick(self, items: Sequence[T]) -> T:
        return items[int(self._random() * len(items))]

    def weighted(self, weights: dict[T, float]) -> T:
        """A key of `weights`, each as often as its weight says."""
        return list(weights)[self.place_in(list(accumulate(weights.values())))]

    def place_in(self, sums: Sequence[float]) -> int:
        """The place that falls to this draw among weights given as running sums."""
        return bisect_right(sums, self._random() * sums[-1])

    def sample(self, items: Sequence[T], count: int) -> list[T]:
        """`count` different items in a chance order; all of them when there are fewer."""
        pool = list(items)
        count = min(count, len(pool))
        for place in range(count):
            other = place + int(self._random() * (len(pool) - place))
            pool[place], pool[other] = pool[other], pool[place]
        return pool[:count]


class Scatter:
    """A one-to-one map of 0…size−1 onto itself that looks like chance, so that numbers made of it never repeat."""

    def __init__(self, size: int, factor: int, offset: int = 0):
        self.size, self.factor, self.offset = size, factor, offset

    def __call__(self, number: int) -> int:
        if not 0 <= number < self.size:
            raise ValueError(f"{number} is outside 0…{self.size - 1}")
        return (number * self.factor + self.offset) % self.size
