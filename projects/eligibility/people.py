"""Rules on the leader and the team."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.states import PersonStatus
from core.templatetags.luyan import listed, plain
from projects.eligibility.answer import UNKNOWN, Answer
from projects.facts import is_outside
from projects.sheet import day


def age_at(born: date, on: date) -> int:
    """Completed years on a day; who was born on 29 February completes a year on 1 March."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def born_on_or_after(rule, facts) -> Answer:
    if facts.born is None:
        return UNKNOWN
    return Answer(
        facts.born >= rule.date,
        _("Leader born on %(day)s") % {"day": day(facts.born)},
        _(
            "The leader was born on %(found)s; this contest admits leaders born on %(limit)s or later. "
            "Choose another leader or another track."
        )
        % {"found": day(facts.born), "limit": day(rule.date)},
        "leader.birth_date",
    )


def born_on_or_before(rule, facts) -> Answer:
    if facts.born is None:
        return UNKNOWN
    return Answer(
        facts.born <= rule.date,
        _("Leader born on %(day)s") % {"day": day(facts.born)},
        _(
            "The leader was born on %(found)s; this contest admits leaders born on %(limit)s or earlier. "
            "Choose another leader or another track."
        )
        % {"found": day(facts.born), "limit": day(rule.date)},
        "leader.birth_date",
    )


def team_min(rule, facts) -> Answer:
    if facts.team is None:
        return UNKNOWN
    return Answer(
        len(facts.team) >= rule.number,
        _("Team of %(count)s") % {"count": len(facts.team)},
        _("The team has %(found)s people with its leader; at least %(limit)s are asked for. Add the missing members.")
        % {"found": len(facts.team), "limit": plain(rule.number)},
        "member",
    )


def team_max(rule, facts) -> Answer:
    if facts.team is None:
        return UNKNOWN
    return Answer(
        len(facts.team) <= rule.number,
        _("Team of %(count)s") % {"count": len(facts.team)},
        _(
            "The team has %(found)s people with its leader; at most %(limit)s are allowed. "
            "Take some members off the list."
        )
        % {"found": len(facts.team), "limit": plain(rule.number)},
        "member",
    )


def advisers_max(rule, facts) -> Answer:
    if facts.advisers is None:
        return UNKNOWN
    return Answer(
        facts.advisers <= rule.number,
        _("%(count)s advisers") % {"count": facts.advisers},
        _("There are %(found)s advisers; at most %(limit)s are allowed. Take some off the list.")
        % {"found": facts.advisers, "limit": plain(rule.number)},
        "adviser",
    )


def mean_age_max(rule, facts) -> Answer:
    if not facts.team or any(one.born is None for one in facts.team):
        return UNKNOWN
    ages = [age_at(one.born, rule.date) for one in facts.team]
    mean = Decimal(sum(ages)) / len(ages)
    shown_mean = plain(round(mean, 2))
    return Answer(
        mean <= rule.number,
        _("Mean age %(age)s on %(day)s") % {"age": shown_mean, "day": day(rule.date)},
        _("On %(day)s the team's mean age is %(found)s; at most %(limit)s is allowed. Look at who belongs to the team.")
        % {"day": day(rule.date), "found": shown_mean, "limit": plain(rule.number)},
        "member",
    )


def young_share_min(rule, facts) -> Answer:
    if not facts.team or any(one.born is None for one in facts.team):
        return UNKNOWN
    young = sum(one.born >= rule.date for one in facts.team)
    return Answer(
        Decimal(young * 100) >= rule.number * len(facts.team),
        _("%(young)s of %(all)s born on %(day)s or later")
        % {"young": young, "all": len(facts.team), "day": day(rule.date)},
        _(
            "%(young)s of %(all)s team members were born on %(day)s or later; at least %(limit)s%% are asked for. "
            "Look at who belongs to the team."
        )
        % {"young": young, "all": len(facts.team), "day": day(rule.date), "limit": plain(rule.number)},
        "member",
    )


def status(rule, facts) -> Answer:
    """An unticked group may simply not have been stated yet: it blocks, and the message says where to state it.

    With a date, “graduated within five years” is read off the day of graduation: on that date or later.
    """
    if facts.statuses is None or not facts.leader_name:
        return UNKNOWN
    held = set(facts.statuses)
    by_day = rule.date is not None and PersonStatus.GRADUATE in rule.values
    if by_day and not held & (set(rule.values) - {PersonStatus.GRADUATE}):
        if facts.graduated_on is None and PersonStatus.GRADUATE in held:
            return UNKNOWN
        if facts.graduated_on is not None:
            return _graduated(rule, facts)
    wanted, stated = _statuses(rule.values), _statuses(sorted(held & set(PersonStatus.values)))
    return Answer(
        bool(held & set(rule.values)),
        _("Leader: %(statuses)s") % {"statuses": stated or _("no group stated")},
        _(
            "The leader has to belong to: %(wanted)s. If that is so, tick it at the leader's details "
            "and bring the proof; if not, choose another track."
        )
        % {"wanted": wanted},
        "leader.statuses",
    )


def _statuses(values) -> str:
    return listed(PersonStatus(one).label for one in values)


def _graduated(rule, facts) -> Answer:
    found = {"found": day(facts.graduated_on), "limit": day(rule.date), "wanted": _statuses(rule.values)}
    return Answer(
        facts.graduated_on >= rule.date,
        _("Leader graduated on %(found)s") % found,
        _(
            "The leader graduated on %(found)s; counted are those who graduated on %(limit)s or later. "
            "The leader has to belong to: %(wanted)s. Choose another leader or another track."
        )
        % found,
        "leader.graduated_on",
    )


def employer_outside(rule, facts) -> Answer:
    if not facts.employer:
        return UNKNOWN
    if not facts.employer_region:
        return UNKNOWN
    return Answer(
        is_outside(facts.employer_region),
        _("Employer: %(name)s") % {"name": facts.employer},
        _(
            "The leader's employer, %(name)s, is in Shandong; this track is for people employed full time outside the "
            "province. Choose a track for companies and teams of Shandong."
        )
        % {"name": facts.employer},
        "leader.employer",
    )
