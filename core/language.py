"""Texts that have an English twin (`name` and `name_en`), read in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language


def local(row: Any, name: str) -> str:
    """The English twin for an English reader where it is filled in, else the text itself; of a row or a frozen part.

    Of a part that isn't there, nothing.

    Chinese is what holds; English is there for entrants from overseas and may be missing.
    """
    if not row:
        return ""
    if isinstance(row, Mapping):
        return (get_language() == "en" and row.get(f"{name}_en")) or row.get(name, "")
    return (get_language() == "en" and getattr(row, f"{name}_en")) or getattr(row, name)
