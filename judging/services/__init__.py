"""Every write of the judging room: pool → draws → sheets → rankings → results.

How writes to one heat keep out of each other's way: whoever moves a heat locks the heat row first, then the
score sheets. Whoever writes one sheet locks that sheet alone and only then reads the state of the heat, in a
statement of its own. So judges never wait for each other, and a save in the second of the lock is either wholly
in the ranking or refused.
"""

from judging.services.blind import clear_document, clear_unnamed, cover_page, look_at_page, search_documents
from judging.services.calibrations import (
    add_sample,
    open_calibration,
    remove_sample,
    take_back_calibration,
    write_references,
)
from judging.services.conflicts import lift_conflict, lift_found, note_late_conflicts
from judging.services.copies import make_copies, take_copy
from judging.services.decisions import decide
from judging.services.desk import attach_scan, confirm_paper, enter_paper
from judging.services.draws import commit_draw, draw_judges, draw_order, draw_seed, drawn_orders, set_aside, way_of
from judging.services.gaps import ask_further, review_by_rule
from judging.services.heats import open_heat, prepare_heat, prepare_zones, refresh_entries
from judging.services.late import declare_conflict, look_through, settle_late_conflict
from judging.services.opinions import form_opinion
from judging.services.paper import enter_sheets
from judging.services.plans import (
    accept_plan,
    ask_pair,
    ask_prices,
    best_with,
    make_plan,
    move_pair,
    price_rules,
    solve_plan,
)
from judging.services.pool import (
    answer,
    invite,
    invite_many,
    pledge,
    remind,
    take_back_invitation,
)
from judging.services.rankings import lock_heat, rerank
from judging.services.repairs import (
    ask_carrying_out,
    ask_change,
    carry_out,
    found_before,
    propose,
    takes_long,
)
from judging.services.replacements import mark_judge_absent, replace_judge, void_sheet
from judging.services.results import publish_results
from judging.services.rooms import accept_division, divide, draw_rooms, move_in_rooms, set_rooms, solve_division
from judging.services.samples import pass_sample, save_sample, submit_sample
from judging.services.scorefile import take_scores
from judging.services.sheets import abstain, mark_absent, recuse, reopen_sheet, save_sheet, submit_sheet

__all__ = [
    "abstain",
    "accept_division",
    "accept_plan",
    "add_sample",
    "answer",
    "ask_carrying_out",
    "ask_change",
    "ask_further",
    "ask_pair",
    "ask_prices",
    "attach_scan",
    "best_with",
    "carry_out",
    "clear_document",
    "clear_unnamed",
    "commit_draw",
    "confirm_paper",
    "cover_page",
    "decide",
    "declare_conflict",
    "divide",
    "draw_judges",
    "draw_order",
    "draw_rooms",
    "draw_seed",
    "drawn_orders",
    "enter_paper",
    "enter_sheets",
    "form_opinion",
    "found_before",
    "invite",
    "invite_many",
    "lift_conflict",
    "lift_found",
    "lock_heat",
    "look_at_page",
    "look_through",
    "make_copies",
    "make_plan",
    "mark_absent",
    "mark_judge_absent",
    "move_in_rooms",
    "move_pair",
    "note_late_conflicts",
    "open_calibration",
    "open_heat",
    "pass_sample",
    "pledge",
    "prepare_heat",
    "prepare_zones",
    "price_rules",
    "propose",
    "publish_results",
    "recuse",
    "refresh_entries",
    "remind",
    "remove_sample",
    "reopen_sheet",
    "replace_judge",
    "rerank",
    "review_by_rule",
    "save_sample",
    "save_sheet",
    "search_documents",
    "set_aside",
    "set_rooms",
    "settle_late_conflict",
    "solve_division",
    "solve_plan",
    "submit_sample",
    "submit_sheet",
    "take_back_calibration",
    "take_back_invitation",
    "take_copy",
    "take_scores",
    "takes_long",
    "void_sheet",
    "way_of",
    "write_references",
]  # fmt: skip
