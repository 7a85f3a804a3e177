"""Every write of the project library: entries, teams, documents and their screening."""

from projects.services.documents import Sent, remove_document, upload_document, upload_documents
from projects.services.entries import agree, agree_to, reopen, start_entry, submit, withdraw
from projects.services.extensions import end_extension, extend
from projects.services.filling import Conflict, save_step
from projects.services.screening import accept, mark_field, reject, send_back, unmark_field, waive
from projects.services.team import Newcomer, add_member, add_members, change_member, move_member, remove_member

__all__ = [
    "Conflict", "Newcomer", "Sent", "accept", "add_member", "add_members", "agree", "agree_to", "change_member",
    "end_extension", "extend", "mark_field", "move_member", "reject", "remove_document", "remove_member", "reopen",
    "save_step", "send_back", "start_entry", "submit", "unmark_field", "upload_document", "upload_documents", "waive",
    "withdraw",
]  # fmt: skip
