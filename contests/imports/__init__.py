"""Contests and seasons from plain data and from season files."""

from contests.imports.plan import Plan, load_file, plan_of
from contests.imports.rows import load_contest, load_season, replace_season

__all__ = ["Plan", "load_contest", "load_file", "load_season", "plan_of", "replace_season"]
