"""Every write of the judging room: pool → draws → sheets → rankings → results.

How writes to one heat keep out of each other's way: whoever moves a heat locks the heat row first, then the
score sheets. Whoever writes one sheet locks that sheet alone and only then reads the state of the heat, in a
statement of its own. So judges never wait for each other, and a save in the second of the lock is either wholly
in the ranking or refused.
"""

from judging.services.draws import commit_draw, draw_judges, draw_order
from judging.services.heats import open_heat, prepare_heat, prepare_zones, refresh_entries
from judging.services.paper import enter_sheets
from judging.services.pool import (
    answer,
    declare_conflict,
    invite,
    invite_many,
    pledge,
    remind,
    take_back_invitation,
)
from judging.services.rankings import lock_heat, rerank
from judging.services.replacements import mark_judge_absent, replace_judge, void_sheet
from judging.services.results import publish_results
from judging.services.sheets import abstain, mark_absent, recuse, reopen_sheet, save_sheet, submit_sheet

__all__ = [
    "abstain", "answer", "commit_draw", "declare_conflict", "draw_judges", "draw_order", "enter_sheets",
    "invite", "invite_many",
    "lock_heat", "mark_absent", "mark_judge_absent", "open_heat", "pledge", "prepare_heat", "prepare_zones",
    "publish_results", "recuse", "refresh_entries", "remind", "reopen_sheet", "replace_judge", "rerank", "save_sheet",
    "submit_sheet", "take_back_invitation", "void_sheet",
]  # fmt: skip
