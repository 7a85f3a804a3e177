"""The project library and its entries: what lives over years, and what is frozen at submission."""

from projects.models.answer import Answer
from projects.models.document import Document, DocumentVersion
from projects.models.entry import Agreement, Entry, Participation, Waiver
from projects.models.extension import Extension
from projects.models.invitation import TeamInvitation
from projects.models.likeness import Fingerprint, FingerprintBand, Likeness, PageMark
from projects.models.past import PastEntry
from projects.models.project import Project, TeamMember
from projects.models.screening import FieldMark, ScreeningStep
from projects.models.upload import Upload

__all__ = [
    "Agreement", "Answer", "Document", "DocumentVersion", "Entry", "Extension", "FieldMark", "Fingerprint",
    "FingerprintBand", "Likeness", "PageMark", "Participation", "PastEntry", "Project", "ScreeningStep",
    "TeamInvitation", "TeamMember", "Upload", "Waiver",
]  # fmt: skip
