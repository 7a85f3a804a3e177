"""Reads a file of marks (docs/marks-format.md): bytes in, a checked table out. Nothing is written here."""

from judging.imports.reader import CellProblem, read
from judging.imports.table import Criterion, Entry, Panel, Table, identity_of

__all__ = ["CellProblem", "Criterion", "Entry", "Panel", "Table", "identity_of", "read"]
