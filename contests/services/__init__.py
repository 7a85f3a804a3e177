"""Writes on contests: seasons and their parts, notices, roles."""

from contests.services.seasons import (
    SEASON_MOVES,
    Line,
    _move,
    close_season,
    end_grant,
    grant_role,
    publish_notice,
    start_season,
    withdraw_notice,
)

__all__ = [
    "SEASON_MOVES", "Line", "_move", "close_season", "end_grant", "grant_role", "publish_notice", "start_season",
    "withdraw_notice",
]  # fmt: skip
