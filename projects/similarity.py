"""How alike two entries are by their texts and by the pages of their decks.

1. A text is the set of its stretches of four signs; two texts are as alike as their sets overlap (Jaccard). The overlap
   is estimated from MinHash signatures of 128 numbers: the standard error is at most 0.044.
2. A page's picture is drawn as a grey square; the signs of the 1,024 lowest waves of its cosine transform, each above
   or below their median, are its hash. Pages of one layout with other words differ in 5 % of the bits and more, a page
   drawn again in another size or compressed again in 3 %, so up to 48 bits count as the same page.
3. What is compared at all is found by marks: entries that share a stretch of the signature or of a page's hash, the
   words of a page, or a company's name. A mark that very many entries bear says nothing (`MOST_SHARED`).

Everything here is a pure function; the same content gives the same marks for ever, as they are kept in the database.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache, cached_property

import numpy as np
from datasketch import MinHash
from numpy.typing import NDArray

from projects.names import plain

SIGNS = 4
LEAST_SIGNS = 80
PERMUTATIONS = 128
SEED = 20260101
TEXT_BANDS, TEXT_ROWS = 32, 4
ALIKE_TEXT = 0.6

SIDE = 128
WAVES = 32
PICTURE_BANDS, PICTURE_BITS, FIRST_WAVE = 4, 24, 60
ALIKE_PICTURE = 48
LEAST_CONTRAST = 8.0
LEAST_WORDS = 40
LEAST_PAGES = 2
MANY_PAGES = 3

MOST_SHARED = 40


class Band(IntEnum):
    """What a mark was taken from."""

    TEXT = 0
    COMPANY = 50
    PICTURE = 100
    WORDS = 200


@dataclass(frozen=True)
class Page:
    """One page of a deck: its hash, and the digest of its words where it has enough of them."""

    number: int
    picture: bytes
    words: int | None = None

    @cached_property
    def bits(self) -> int:
        return int.from_bytes(self.picture)


def number_of(*parts: bytes) -> int:
    """Content as a signed number of 64 bits, as the tables keep it."""
    digest = hashlib.blake2b(b"\0".join(parts), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


# ---------------------------------------------------------------- texts


def shingles(text: str) -> set[str]:
    """Every stretch of four letters or digits."""
    text = plain(text)
    return {text[start : start + SIGNS] for start in range(len(text) - SIGNS + 1)}


def jaccard(one: set[str], other: set[str]) -> float:
    """How far two sets overlap, 0 to 1: what signatures estimate."""
    return len(one & other) / len(one | other) if one or other else 0.0


@cache
def _empty() -> MinHash:
    return MinHash(num_perm=PERMUTATIONS, seed=SEED, scheme="affine32")


def signature(text: str) -> bytes:
    """128 numbers of 32 bits, or nothing where a text is too short to say anything."""
    stretches = shingles(text)
    if len(stretches) < LEAST_SIGNS:
        return b""
    made = _empty().copy()
    made.update_batch([one.encode() for one in stretches])
    return made.hashvalues.astype("<u4").tobytes()


def _numbers(kept: bytes) -> NDArray:
    return np.frombuffer(kept, "<u4")


def likenesses(one: bytes, others: Sequence[bytes]) -> NDArray:
    """The estimated overlap of a text with each of the others; 0 with one that has no signature."""
    found = np.zeros(len(others))
    places = [place for place, other in enumerate(others) if other]
    if one and places:
        table = _numbers(b"".join(others[place] for place in places)).reshape(-1, PERMUTATIONS)
        found[places] = (table == _numbers(one)).mean(axis=1)
    return found


def text_marks(kept: bytes) -> list[int]:
    """One number for each of 32 stretches of a signature: texts alike by 0.6 share one 99 times in 100."""
    wide = TEXT_ROWS * 4
    return [number_of(bytes([band]), kept[band * wide : (band + 1) * wide]) for band in range(TEXT_BANDS) if kept]


# ---------------------------------------------------------------- pages


@cache
def _cosines() -> NDArray:
    wave, place = np.arange(WAVES)[:, None], np.arange(SIDE)[None]
    made = np.cos(np.pi * (2 * place + 1) * wave / (2 * SIDE)) * np.sqrt(2 / SIDE)
    made[0] /= np.sqrt(2)
    return made


@cache
def _order() -> list[int]:
    """Places of the waves in the hash, the longest first."""
    waves = sorted(
        ((down, across) for down in range(WAVES) for across in range(WAVES)), key=lambda one: (sum(one), one)
    )
    return [down * WAVES + across for down, across in waves[1:]]


def picture_hash(grey: bytes) -> bytes:
    """1,024 bits of a grey square of 128 × 128; nothing for a page that is blank or nearly so."""
    square = np.frombuffer(grey, np.uint8).reshape(SIDE, SIDE).astype(float)
    if square.std() < LEAST_CONTRAST:
        return b""
    waves = (_cosines() @ square @ _cosines().T).ravel()
    above = waves > np.median(waves[1:])
    above[0] = False
    return np.packbits(above).tobytes()


def words_mark(text: str) -> int | None:
    """The digest of a page's words; none for a page with few of them, as “Thank you” is everywhere."""
    text = plain(text)
    return number_of(text.encode()) if len(text) >= LEAST_WORDS else None


def picture_marks(picture: bytes) -> list[int]:
    """Four numbers, each from 24 of the middle waves: layouts share the long waves, noise rules the short ones."""
    if not picture:
        return []
    bits, waves = np.unpackbits(np.frombuffer(picture, np.uint8)), _order()[FIRST_WAVE:]
    chosen = [waves[band::PICTURE_BANDS][:PICTURE_BITS] for band in range(PICTURE_BANDS)]
    return [number_of(bytes([band]), np.packbits(bits[places]).tobytes()) for band, places in enumerate(chosen)]


def distance(one: bytes, other: bytes) -> int:
    """In how many bits two pictures differ."""
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()


def _apart(one: Page, other: Page) -> int | None:
    """How far two pages that match are apart; equal words match whatever the pictures."""
    if one.words is not None and one.words == other.words:
        return 0
    if one.picture and other.picture and (bits := (one.bits ^ other.bits).bit_count()) <= ALIKE_PICTURE:
        return bits
    return None


def matching_pages(newer: Sequence[Page], older: Sequence[Page]) -> list[tuple[int, int]]:
    """Pages that are the same or nearly so, each at most once, the nearest first to choose; in order of the newer."""
    found = []
    for one in newer:
        for other in older:
            apart = _apart(one, other)
            if apart is not None:
                found.append((apart, abs(one.number - other.number), one.number, other.number))
    pairs: dict[int, int] = {}
    for _bits, _moved, one, other in sorted(found):
        if one not in pairs and other not in pairs.values():
            pairs[one] = other
    return sorted(pairs.items())


def is_copied(matching: int, newer: int, older: int) -> bool:
    """Whether so many matching pages say something: three, or two that are half of the shorter deck."""
    shorter = min(newer, older)
    return matching >= MANY_PAGES or (matching >= LEAST_PAGES and 2 * matching >= shorter)
