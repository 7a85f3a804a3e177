"""A scoring rule in sentences, made from its data, as contestants and judges read it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from judging.scoring.figure import plain
from judging.scoring.marks import Criterion
from judging.scoring.rule import Rule


@dataclass(frozen=True)
class Step:
    """One sentence of a rule; `code` says which part of the rule it words."""

    code: str
    text: str


def describe(rule: Rule, criteria: Iterable[Criterion]) -> list[Step]:
    """What happens to the marks, in order, one sentence a step, in the reader's language."""
    criteria = list(criteria)
    steps = [Step("criteria", _criteria(criteria))]
    steps += _by_criterion(rule) if rule.trim_scope == "criterion" else _by_sheet(rule)
    if rule.room_correction == "factor":
        steps.append(Step("rooms", _rooms(rule)))
    if rule.earlier_shares:
        steps.append(Step("blend", _blend(rule)))
    steps.append(Step("rounding", _("Every rounding is half up.")))
    steps.append(Step("too_few", _too_few(rule)))
    return steps + _ties(rule, {one.key: one.name or one.key for one in criteria})


def _criteria(criteria: list[Criterion]) -> str:
    lines = [
        _("%(name)s at most %(maximum)s, weight %(weight)s")
        % {"name": one.name or one.key, "maximum": plain(one.maximum), "weight": plain(one.weight)}
        for one in criteria
    ]
    return _("Each judge marks: %(criteria)s.") % {"criteria": pgettext("between items of a list", "; ").join(lines)}


def _by_criterion(rule: Rule) -> list[Step]:
    return [
        Step("trim", _trim(rule, _("For each criterion"))),
        Step(
            "mean", _("The mean of the marks that are left is %(rounded)s.") % {"rounded": _to(rule.criterion_digits)}
        ),
        Step(
            "product",
            _("Each mean is multiplied by its weight and %(rounded)s.") % {"rounded": _to(rule.product_digits)},
        ),
        Step("total", _("The products are added; the total is %(rounded)s.") % {"rounded": _to(rule.total_digits)}),
    ]


def _by_sheet(rule: Rule) -> list[Step]:
    return [
        Step(
            "sheet",
            _("Each judge's marks are multiplied by their weights and added; the sum is %(rounded)s.")
            % {"rounded": _to(rule.sheet_digits)},
        ),
        Step("trim", _trim(rule, _("Among the judges' sums"))),
        Step(
            "total",
            _("The total is the mean of the sums that are left, %(rounded)s.") % {"rounded": _to(rule.total_digits)},
        ),
    ]


def _to(digits: int | None) -> str:
    if digits is None:
        return _("not rounded")
    if digits == 0:
        return _("rounded to a whole number")
    return ngettext("rounded to %(count)d decimal", "rounded to %(count)d decimals", digits) % {"count": digits}


def _trim(rule: Rule, where: str) -> str:
    dropped = []
    if rule.trim_high:
        dropped.append(ngettext("the highest", "the %(count)d highest", rule.trim_high) % {"count": rule.trim_high})
    if rule.trim_low:
        dropped.append(ngettext("the lowest", "the %(count)d lowest", rule.trim_low) % {"count": rule.trim_low})
    if not dropped:
        return _("%(where)s, drop nothing.") % {"where": where}
    return _("%(where)s, drop %(dropped)s when at least %(needed)d are valid; with fewer, drop nothing.") % {
        "where": where,
        "dropped": pgettext("between the highest and the lowest", " and ").join(dropped),
        "needed": rule.min_marks_to_trim,
    }


def _rooms(rule: Rule) -> str:
    return _(
        "Where a track is judged in several rooms, the total is multiplied by the factor of its room, the mean of all "
        "rooms divided by the mean of that room (%(factor)s), and %(rounded)s."
    ) % {"factor": _to(rule.room_digits), "rounded": _to(rule.total_digits)}


def _blend(rule: Rule) -> str:
    facts = {
        "now": plain((1 - sum(rule.earlier_shares)) * 100),
        "earlier": plain(rule.earlier_weight * 100),
        "rounded": _to(rule.total_digits),
    }
    if not rule.further_weights:
        text = _(
            "The final total is %(now)s%% of this round's total and %(earlier)s%% of the earlier round's, %(rounded)s."
        )
        return text % facts
    shares = (f"{plain(one * 100)}%" for one in rule.further_weights)
    return _(
        "The final total is %(now)s%% of this round's total, %(earlier)s%% of the round before it and, going further "
        "back, %(further)s of the rounds before that, %(rounded)s."
    ) % (facts | {"further": pgettext("between percentages", ", ").join(shares)})


def _too_few(rule: Rule) -> str:
    return ngettext(
        "A judge who is absent or recused gives no mark, never a zero. An entry with fewer than %(count)d valid mark "
        "is scored again before it is ranked.",
        "A judge who is absent or recused gives no mark, never a zero. An entry with fewer than %(count)d valid marks "
        "is scored again before it is ranked.",
        rule.min_valid_marks,
    ) % {"count": rule.min_valid_marks}


def _ties(rule: Rule, names: dict[str, str]) -> list[Step]:
    steps = []
    for place, step in enumerate(rule.tie_chain):
        text = {
            "earlier_total": _("the higher total of the earlier round comes first"),
            "criterion": _("the higher mean for “%(criterion)s” comes first")
            % {"criterion": names.get(step.criterion, step.criterion)},
            "untrimmed_sum": _(
                "the higher sum of all judges' marks before dropping comes first (their mean, where the numbers of "
                "judges differ)"
            ),
            "highest_raw": _("the higher best sum of a single judge comes first"),
            "jury": _("the jury decides, and the decision is recorded"),
            "all_advance": _("all who are equal on the promotion line go on"),
        }[step.kind]
        opening = _("When totals are equal, %(rule)s.") if place == 0 else _("When they are still equal, %(rule)s.")
        steps.append(Step("tie", opening % {"rule": text}))
    steps.append(Step("ranks", _("Entries that stay equal share a rank, and the next rank is left out: 1, 2, 2, 4.")))
    return steps
