"""A wrong place in a workbook."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.problems import Problem
from projects.imports.book import letter


@dataclass(frozen=True)
class Fault(Problem):
    """A problem with its place: the sheet, the row as Excel counts it, and the column where one is to blame."""

    sheet: str = ""
    row: int = 0
    column: int = 0
    heading: str = ""

    @property
    def letter(self) -> str:
        return letter(self.column)

    @property
    def where(self) -> str:
        """The place as one reads it aloud: row 15, column F (Leader)."""
        facts = {"row": self.row, "letter": self.letter, "heading": self.heading}
        if self.row and self.column:
            return _("row %(row)s, column %(letter)s (%(heading)s)") % facts
        return _("row %(row)s") % facts if self.row else ""

    def kept(self) -> dict:
        """As a job keeps it for its page."""
        return {
            "sheet": self.sheet, "row": self.row, "letter": self.letter, "heading": self.heading,
            "message": self.message, "blocks": self.blocks,
        }  # fmt: skip
