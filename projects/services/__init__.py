"""Every write of the project library: entries, teams, documents and their screening."""

from projects.services.documents import Sent, remove_document, upload_document, upload_documents
from projects.services.entries import agree, agree_to, reopen, start_entry, submit, withdraw
from projects.services.extensions import end_extension, extend
from projects.services.filling import Conflict, save_step, save_steps
from projects.services.invitations import (
    accept_invitation,
    ask_member,
    decline_invitation,
    invite_member,
    resend_invitation,
    take_back_invitation,
)
from projects.services.offline import enter_offline, take_over
from projects.services.past import check_past, decide_past, import_past
from projects.services.screening import accept, mark_field, reject, send_back, unmark_field, waive
from projects.services.team import (
    Newcomer,
    add_member,
    add_members,
    change_member,
    correct_own_data,
    leave_team,
    move_member,
    remove_member,
)
from projects.services.uploads import Checksum, Piece, append, begin_upload, cancel_upload, sweep_uploads

__all__ = [
    "Checksum",
    "Conflict",
    "Newcomer",
    "Piece",
    "Sent",
    "accept",
    "accept_invitation",
    "add_member",
    "add_members",
    "agree",
    "agree_to",
    "append",
    "ask_member",
    "begin_upload",
    "cancel_upload",
    "change_member",
    "check_past",
    "correct_own_data",
    "decide_past",
    "decline_invitation",
    "end_extension",
    "enter_offline",
    "extend",
    "import_past",
    "invite_member",
    "leave_team",
    "mark_field",
    "move_member",
    "reject",
    "remove_document",
    "remove_member",
    "reopen",
    "resend_invitation",
    "save_step",
    "save_steps",
    "send_back",
    "start_entry",
    "submit",
    "sweep_uploads",
    "take_back_invitation",
    "take_over",
    "unmark_field",
    "upload_document",
    "upload_documents",
    "waive",
    "withdraw",
]  # fmt: skip
