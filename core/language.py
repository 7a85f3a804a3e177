"""Columns that have an English twin (`name` and `name_en`), read in the reader's language."""

from typing import Any

from django.utils.translation import get_language


def local(row: Any, name: str) -> str:
    """The English twin for an English reader where it is filled in, else the column itself.

    Chinese is what holds; English is there for entrants from overseas and may be missing.
    """
    return (get_language() == "en" and getattr(row, f"{name}_en")) or getattr(row, name)
