"""Rules on other entries and earlier awards, and what a person states."""

from django.utils.translation import gettext as _

from core.templatetags.luyan import listed
from projects.eligibility.answer import Answer


def one_track(rule, facts) -> Answer:
    """The leader and the company stand for one entry in a season. A member who stands in another team as well is for a
    person to look at, since anybody may name anybody; with `members` among the values it bars like the leader."""
    if not facts.others:
        return Answer(True, _("No other entry this season"))
    mine = [one for one in facts.others if one.same != "member"]
    if not mine:
        return _member_elsewhere(facts.others, bars="members" in rule.values)
    other = mine[0]
    who = _("The company") if other.same == "company" else _("The leader")
    return Answer(
        False,
        _("Already entered as %(number)s") % {"number": other.number},
        _(
            "%(who)s has already entered “%(title)s” (%(number)s, %(track)s) this season; one season allows one track. "
            "Withdraw that entry first, or leave this one."
        )
        % {"who": who, "title": other.title, "number": other.number, "track": other.track},
        "track",
    )


def _member_elsewhere(others, *, bars: bool) -> Answer:
    """The contestant reads who; the office reads where as well, since a stranger's entry is nobody else's business."""
    names = listed(dict.fromkeys(one.who for one in others))
    numbers = listed(dict.fromkeys(one.number for one in others))
    return Answer(
        False,
        _("%(names)s also in %(numbers)s") % {"names": names, "numbers": numbers},
        _(
            "%(names)s is in the team of another entry of this season too; one season allows one track. "
            "Settle with them which team they stay in, and take them off the other."
        )
        % {"names": names},
        "member",
        doubt=not bars,
    )


def no_earlier_award(rule, facts) -> Answer:
    """`values` name the barred levels, all when empty; `date` the first day that counts, any day when empty."""
    counted = [one for one in facts.awards if rule.date is None or one.on is None or one.on >= rule.date]
    barred = [one for one in counted if not rule.values or not one.level or one.level in rule.values]
    if not barred:
        return Answer(True, _("No earlier award that bars"))
    award = barred[0]
    title = f"{award.title}（{award.company}）" if award.company else award.title
    found = {"title": title, "season": award.season, "level": award.level or _("award")}
    if rule.values and not award.level:
        return Answer(
            False,
            f"{award.season}：{title}",
            _("“%(title)s” was awarded in %(season)s; its level is not on record. The recommending unit decides.")
            % found,
            doubt=True,
        )
    return Answer(
        False,
        "{season}：{title} {level}".format(**found),
        _(
            "“%(title)s” won %(level)s in %(season)s; projects with such an award can't enter again. "
            "If this is a different project, ask the recommending unit to look at it."
        )
        % found,
    )


def stated(rule, _facts) -> Answer:
    return Answer(False, "", _("You state this yourself; the recommending unit checks it."), doubt=True)
