"""From marks to ranks (`compute`), with every comparison written down; `python -m judging.ranking` for anybody."""

from judging.ranking.compute import (
    FORMAT,
    canonical_json,
    collector_at_rest,
    compute,
    differences,
    digest,
    rank,
    replay,
    steps_of,
)

__all__ = [
    "FORMAT", "canonical_json", "collector_at_rest", "compute", "differences", "digest", "rank", "replay", "steps_of",
]  # fmt: skip
