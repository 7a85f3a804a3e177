"""One place in words: from the sheets received to the outcome, one step of arithmetic a line.

Reads what the ranking stored with the place and computes nothing, so the page can't tell another story than the record.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from judging.states import SheetState

COUNTED, VOID = SheetState.SUBMITTED.value, SheetState.VOID.value


class Cell(NamedTuple):
    """One judge's total for one entry: a figure, or the state that stands in its place."""

    seat: str
    text: str
    dropped: bool = False
    word: bool = False


@dataclass(frozen=True)
class Line:
    """One step: what was done, what came out, and the figures it was done with."""

    text: str
    value: str = ""
    tone: str = ""
    struck: bool = False
    cells: list[Cell] = field(default_factory=list)


def cells_of(score: Mapping[str, Any]) -> list[Cell]:
    """Each judge's total in seat order; struck where whole sheets are trimmed. Void sheets are left out."""
    panel = score.get("panel", {})
    dropped = {*panel.get("dropped_high", ()), *panel.get("dropped_low", ())}
    cells = []
    for sheet in score["sheets"]:
        seat, state, total = sheet["sheet"], sheet["state"], sheet["total"]
        if state == COUNTED and total is not None:
            cells.append(Cell(seat, total, seat in dropped))
        elif state != VOID:
            word = _("incomplete") if state == COUNTED else SheetState(state).label
            cells.append(Cell(seat, str(word), word=True))
    return cells


def lines(
    steps: Mapping[str, Any], rule: Mapping[str, Any], criteria: Mapping[str, str], titles: Mapping[str, str]
) -> list[Line]:
    """All steps of a place. `criteria` names criterion keys, `titles` the projects of entry numbers."""
    score = steps["score"]
    cells = cells_of(score)
    made = [_received(cells)]
    if "panel" in score:
        made += _panel(score, rule, cells)
    made += [_criterion(row, rule, score["sheets"], criteria) for row in score.get("criteria", ())]
    if "criteria" in score and "stage" in score:
        made.append(
            Line(_("The products added, %(digits)s") % {"digits": _digits(rule["total_digits"])}, score["stage"])
        )
    if "room" in score:
        made.append(_room(score["room"]))
    if "blend" in score:
        made += _blend(score)
    if steps.get("apart"):
        made.append(Line(why_apart(steps["apart"], criteria), tone="due"))
    made += [_tie(step, steps["number"], criteria, titles) for step in steps.get("ties", ())]
    return made


def _received(cells: list[Cell]) -> Line:
    away = [one for one in cells if one.word]
    count = len(cells)
    if away:
        named = _list(f"{_seat(one.seat)}{_comma()}{one.text}" for one in away)
        text = ngettext(
            "%(count)s score sheet, %(valid)s valid (%(away)s)",
            "%(count)s score sheets, %(valid)s valid (%(away)s)",
            count,
        ) % {"count": count, "valid": count - len(away), "away": named}
    else:
        text = ngettext("%(count)s score sheet, valid", "%(count)s score sheets, all valid", count) % {"count": count}
    return Line(text, cells=[one for one in cells if not one.word])


def _panel(score: Mapping[str, Any], rule: Mapping[str, Any], cells: list[Cell]) -> list[Line]:
    panel, totals = score["panel"], {one.seat: one.text for one in cells}
    made = []
    if panel["trim"] == "too_few":
        made.append(_not_trimmed(rule))
    highest, lowest = _("Highest dropped (%(judge)s)"), _("Lowest dropped (%(judge)s)")
    for text, seats in ((highest, panel["dropped_high"]), (lowest, panel["dropped_low"])):
        made += [Line(text % {"judge": _seat(seat)}, totals[seat], struck=True) for seat in seats]
    if "sum" in panel:
        used = len(panel["used"])
        made.append(
            Line(
                ngettext("%(count)s figure left", "The %(count)s figures left, added", used) % {"count": used},
                panel["sum"],
            )
        )
        made.append(
            Line(
                _("Divided by %(count)s, %(digits)s") % {"count": used, "digits": _digits(rule["total_digits"])},
                score["stage"], tone="b",
            )
        )  # fmt: skip
    return made


def _not_trimmed(rule: Mapping[str, Any]) -> Line:
    needed = rule["min_marks_to_trim"]
    return Line(
        ngettext(
            "Fewer than %(count)s valid: nothing is dropped", "Fewer than %(count)s valid: nothing is dropped", needed
        )
        % {"count": needed}
    )


def _criterion(
    row: Mapping[str, Any], rule: Mapping[str, Any], sheets: Iterable[Mapping], names: Mapping[str, str]
) -> Line:
    """One criterion: its marks with the dropped ones struck, and mean × weight."""
    dropped = {*row["dropped_high"], *row["dropped_low"]}
    key = row["criterion"]
    marks = [
        Cell(one["sheet"], one["marks"][key], one["sheet"] in dropped) for one in sheets if key in one.get("marks", {})
    ]
    name = names.get(key, key)
    if "mean" not in row:
        return Line(_("%(criterion)s: too few valid marks") % {"criterion": name}, tone="due", cells=marks)
    text = _("%(criterion)s: mean %(mean)s, weighted") % {"criterion": name, "mean": row["mean"]}
    return Line(text, row["product"], cells=marks)


def _room(room: Mapping[str, Any]) -> Line:
    text = _("Room “%(room)s”: mean of all rooms %(overall)s ÷ mean of this room %(mean)s, factor %(factor)s") % room
    return Line(text, room["corrected"], tone="b")


def _blend(score: Mapping[str, Any]) -> list[Line]:
    """One line for each earlier round, nearest first; the last one ends with the total."""
    blend = score["blend"]
    texts = [_("With the earlier round: its total %(earlier)s counts %(weight)s") % blend]
    texts += [
        _("With the round before it: its total %(earlier)s counts %(weight)s") % one for one in blend.get("further", ())
    ]
    return [*(Line(text) for text in texts[:-1]), Line(texts[-1], score.get("total", ""), tone="b")]


def why_apart(reason: Mapping[str, Any], criteria: Mapping[str, str]) -> str:
    """Why an entry has no rank."""
    if reason["code"] == "withdrawn":
        return _("No longer competes: withdrawn or disqualified")
    if reason["code"] == "no_earlier_total":
        return _("No total of the earlier round, so no rank")
    text = ngettext(
        "%(valid)s valid mark, %(needed)s needed: to be scored again",
        "%(valid)s valid marks, %(needed)s needed: to be scored again",
        reason["valid"],
    ) % {"valid": reason["valid"], "needed": reason["needed"]}
    if reason.get("criterion"):
        text = f"{criteria.get(reason['criterion'], reason['criterion'])}{_comma()}{text}"
    return text


def why_outcome(steps: Mapping[str, Any]) -> str:
    """Why this rank came to this outcome, by the quota or the award levels."""
    reason = steps.get("reason") or {}
    texts = {
        "in_quota": _("Within the %(places)s places"),
        "zone_place": _("Within the %(places)s places of the zone"),
        "tied_on_line": _("Equal on the line: all go on, the quota grows by %(added)s"),
        "decided": _("Equal on the line: the jury decided"),
        "need_decision": _("Equal on the line: %(places)s of %(equals)s go on, the jury decides"),
        "reserve": _("Behind the line, within the reserves"),
        "below_line": _("Behind the line"),
        "in_places": _("Within the places of the award"),
        "tied_up": _("Equal on the border of two awards: the higher one"),
        "tied_up_added": _("Equal on the border of two awards: the higher one"),
        "tied_down": _("Equal on the border of two awards: the lower one"),
        "tied_decide": _("Equal on the border of two awards: the jury decides"),
    }
    text = texts.get(reason.get("code", ""))
    return text % {"places": "", "added": "", "equals": "", **reason} if text else _("Outcome")


def _tie(step: Mapping[str, Any], number: str, criteria: Mapping[str, str], titles: Mapping[str, str]) -> Line:
    others = [one for one in step["group"] if one != number]
    named = _list(_("“%(title)s”") % {"title": titles.get(one, one)} for one in others[:3])
    if len(others) > 3:
        named = _("%(named)s and %(count)s more") % {"named": named, "count": len(others) - 3}
    return Line(
        _("Same total as %(others)s: %(step)s") % {"others": named, "step": tie_text(step, criteria)},
        _tie_value(step, number, others),
    )


def tie_text(step: Mapping[str, Any], criteria: Mapping[str, str]) -> str:
    texts = {
        "earlier_total": _("the earlier round is compared"),
        "untrimmed_sum": _("all marks before dropping are compared"),
        "highest_raw": _("the best single sheet is compared"),
        "jury": _("the jury decides"),
        "all_advance": _("they share the rank; on the line all go on"),
    }
    if step["kind"] == "criterion":
        name = criteria.get(step["criterion"], step["criterion"])
        return _("the mean for “%(criterion)s” is compared") % {"criterion": name}
    return texts[step["kind"]]


def _tie_value(step: Mapping[str, Any], number: str, others: list[str]) -> str:
    """86.40 = 86.40 for two, this one's own value among more."""
    values = step["values"]
    if step["outcome"] in ("missing", "pending"):
        return _("not decided") if step["outcome"] == "pending" else _("not known for all")
    if step["outcome"] == "all_advance":
        return _("equal")
    own = values[number]
    if len(others) != 1:
        return own
    other = values[others[0]]
    if own == other:
        return f"{own} = {other}"
    return f"{own} {'>' if _is_ahead(step, number, others[0]) else '<'} {other}"


def _is_ahead(step: Mapping[str, Any], number: str, other: str) -> bool:
    """Jury values are positions, where less is better; the others are figures."""
    own, theirs = (Fraction(step["values"][one]) for one in (number, other))
    return own < theirs if step["kind"] == "jury" else own > theirs


def _digits(digits: int | None) -> str:
    if digits is None:
        return _("exact")
    return ngettext("%(count)s decimal", "%(count)s decimals", digits) % {"count": digits}


def _seat(seat: str) -> str:
    return _("judge no. %(seat)s") % {"seat": seat}


def _list(items: Iterable[str]) -> str:
    return pgettext("between items of a list", "; ").join(items)


def _comma() -> str:
    return pgettext("between a name and a remark", ": ")
