"""How well a judge fits an entry, in whole millionths, the same on every machine.

1. Fields: the judge's grade in the entry's industry. A judge without any field counts as knowing a little of each.
2. Text: cosine of TF-IDF between what the entry says of itself and what is known of the judge, Chinese cut into words.
   Weights are whole numbers, so sums don't depend on their order.
3. A soft reason to avoid the pair costs; a hard one makes no pair at all and is not our business.
4. Rounded down to the ten-thousandth. Lots have no place in it: a drawn digit would make the worst-served entry look
   improvable and the floor hard to prove; between equal assignments the solver goes by the drawn seed.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

import jieba
import numpy as np
from scipy import sparse

UNIT = 1_000_000
STEP = 100
FIELD_SHARE, TEXT_SHARE = 70, 30
GRADES = {0: 0, 1: 40, 2: 70, 3: 100}
GENERALIST = 20
SOFT_COST = 250_000


@dataclass(frozen=True)
class EntrySide:
    name: str
    industry: str = ""
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class JudgeSide:
    """`grades`: industry → 1 (some), 2 (good) or 3 (expert)."""

    name: str
    grades: Mapping[str, int] = field(default_factory=dict)
    words: tuple[str, ...] = ()


@cache
def _tokenizer(folder: Path):
    jieba.setLogLevel(60)
    folder.mkdir(parents=True, exist_ok=True)
    found = jieba.Tokenizer()
    found.tmp_dir = str(folder)
    return found


@lru_cache(maxsize=20_000)
def cut(text: str, *, folder: Path) -> tuple[str, ...]:
    """Words of two letters or more. `folder` keeps the dictionary between processes."""
    if not text.strip():
        return ()
    return tuple(
        word for word in (one.strip().casefold() for one in _tokenizer(folder).cut(text, HMM=False)) if len(word) > 1
    )


def fits(
    entries: Sequence[EntrySide],
    judges: Sequence[JudgeSide],
    costs: Mapping[tuple[str, str], int] | None = None,
) -> np.ndarray:
    """Entries × judges in the order given; the value of a pair depends on nobody's place."""
    rows = {one.name: place for place, one in enumerate(entries)}
    columns = {one.name: place for place, one in enumerate(judges)}
    found = _fields(entries, judges) + _texts([one.words for one in entries], [one.words for one in judges])
    for (entry, judge), cost in (costs or {}).items():
        if entry in rows and judge in columns:
            found[rows[entry], columns[judge]] -= cost
    return found // STEP * STEP


def _fields(entries: Sequence[EntrySide], judges: Sequence[JudgeSide]) -> np.ndarray:
    industries = sorted({one.industry for one in entries})
    table = np.array(
        [[_grade(judge, industry) for judge in judges] for industry in industries], dtype=np.int64
    ).reshape(len(industries), len(judges))
    rows = [industries.index(one.industry) for one in entries]
    return table[rows] * (FIELD_SHARE * UNIT // 10_000)


def _grade(judge: JudgeSide, industry: str) -> int:
    return GRADES[judge.grades.get(industry, 0)] if judge.grades else GENERALIST


def _texts(entries, judges) -> np.ndarray:
    """Cosines times the share of the text, millionths."""
    frequency = Counter(word for words in (*entries, *judges) for word in set(words))
    count = len(entries) + len(judges)
    place = {word: number for number, word in enumerate(sorted(frequency))}
    weight = {word: 100 + round(100 * math.log((1 + count) / (1 + frequency[word]))) for word in frequency}
    left, right = _vectors(entries, place, weight), _vectors(judges, place, weight)
    dots = np.asarray((left @ right.T).todense(), dtype=np.int64)
    lengths = np.maximum(np.outer(_lengths(left), _lengths(right)), 1)
    return np.minimum(dots * UNIT // lengths, UNIT) * TEXT_SHARE // 100


def _vectors(texts: Iterable[Sequence[str]], place: Mapping[str, int], weight: Mapping[str, int]):
    rows, columns, values = [], [], []
    texts = list(texts)
    for row, words in enumerate(texts):
        for word, times in sorted(Counter(words).items()):
            rows.append(row)
            columns.append(place[word])
            values.append(min(times, 9) * weight[word])
    shape = (len(texts), max(len(place), 1))
    return sparse.csr_matrix((np.array(values, dtype=np.int64), (rows, columns)), shape=shape)


def _lengths(vectors) -> np.ndarray:
    squares = np.asarray(vectors.multiply(vectors).sum(axis=1)).ravel()
    return np.array([math.isqrt(int(one)) for one in squares], dtype=np.int64)
