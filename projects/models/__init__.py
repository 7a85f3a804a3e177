"""The project library and its entries: what lives over years, and what is frozen at submission."""

from projects.models.document import Document, DocumentVersion
from projects.models.entry import Agreement, Entry, Participation, Waiver
from projects.models.project import Project, TeamMember
from projects.models.screening import FieldMark, ScreeningStep

__all__ = [
    "Agreement", "Document", "DocumentVersion", "Entry", "FieldMark", "Participation", "Project", "ScreeningStep",
    "TeamMember", "Waiver",
]  # fmt: skip
