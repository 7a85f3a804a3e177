"""A wrong place in a workbook, and the refusal that names them all."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.problems import Problem, Refused
from projects.imports.book import letter

# As many as one reads through in a sitting; the next try shows what is left.
MOST_FAULTS = 200


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


def all_or_nothing(rows: list, faults: list[Fault], *, most_rows: int) -> None:
    """Refuse a sheet that is empty, too long, or wrong anywhere: nothing of it is read in by halves."""
    if not rows and not faults:
        raise Refused(_("The sheet has headings but no rows below them. Fill it in and send it again."), code="empty")
    if len(rows) > most_rows:
        raise Refused(_("More than %(most)s rows. Send them in parts.") % {"most": most_rows}, code="too-many-rows")
    if faults:
        raise Refused(
            _("Nothing was read in: put these places right and send the file again."),
            code="faults",
            problems=sorted(faults, key=lambda one: (one.row, one.column))[:MOST_FAULTS],
        )
