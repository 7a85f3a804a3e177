"""Rules on other entries and earlier awards, and what a person states."""

from django.utils.translation import gettext as _

from projects.eligibility.answer import Answer


def one_track(rule, facts) -> Answer:
    if not facts.others:
        return Answer(True, _("No other entry this season"))
    other = facts.others[0]
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


def no_earlier_award(rule, facts) -> Answer:
    """`values` name the barred levels, all when empty; `date` the first day that counts, any day when empty."""
    counted = [one for one in facts.awards if rule.date is None or one.on is None or one.on >= rule.date]
    barred = [one for one in counted if not rule.values or not one.level or one.level in rule.values]
    if not barred:
        return Answer(True, _("No earlier award that bars"))
    award = barred[0]
    found = {"title": award.title, "season": award.season, "level": award.level or _("award")}
    if rule.values and not award.level:
        return Answer(
            False,
            f"{award.season}：{award.title}",
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
