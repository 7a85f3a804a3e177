"""Writes on contests: seasons and their parts, notices, roles."""

from contests.services.copying import begin_season, copy_season, review_point
from contests.services.seasons import (
    SEASON_MOVES,
    Line,
    _move,
    close_season,
    end_grant,
    grant_role,
    publish_call,
    publish_notice,
    start_season,
    withdraw_notice,
)
from contests.services.setup import (
    CHANGED,
    Asks,
    change_season,
    confirm_samples,
    digest,
    move_part,
    remove_part,
    save_part,
    season_facts,
)
from contests.services.units import Branch, add_bureaus, branches, save_unit

__all__ = [
    "CHANGED", "SEASON_MOVES", "Asks", "Branch", "Line", "_move", "add_bureaus", "begin_season", "branches",
    "change_season", "close_season", "confirm_samples", "copy_season", "digest", "end_grant", "grant_role",
    "move_part", "publish_call", "publish_notice", "remove_part", "review_point", "save_part", "save_unit",
    "season_facts", "start_season", "withdraw_notice",
]  # fmt: skip
