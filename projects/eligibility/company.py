"""Rules on the company: none of them asks anything of a team without one, but `registered`."""

from decimal import Decimal

from django.utils.translation import gettext as _

from core.templatetags.luyan import plain, wan
from projects.eligibility.answer import MET, UNKNOWN, Answer
from projects.sheet import day


def registered_on_or_after(rule, facts) -> Answer:
    if not facts.has_company:
        return UNKNOWN if facts.has_company is None else MET
    if facts.registered_on is None:
        return UNKNOWN
    return Answer(
        facts.registered_on >= rule.date,
        _("Company registered on %(day)s") % {"day": day(facts.registered_on)},
        _(
            "The company was registered on %(found)s; this track takes companies registered on %(limit)s or later. "
            "Look for a track for older companies."
        )
        % {"found": day(facts.registered_on), "limit": day(rule.date)},
        "registered_on",
    )


def registered_before(rule, facts) -> Answer:
    if not facts.has_company:
        return UNKNOWN if facts.has_company is None else MET
    if facts.registered_on is None:
        return UNKNOWN
    return Answer(
        facts.registered_on < rule.date,
        _("Company registered on %(day)s") % {"day": day(facts.registered_on)},
        _(
            "The company was registered on %(found)s; this track takes companies registered before %(limit)s. "
            "Look for a track for younger companies."
        )
        % {"found": day(facts.registered_on), "limit": day(rule.date)},
        "registered_on",
    )


def registered(rule, facts) -> Answer:
    """With a date, the company has to be registered on that day at the latest."""
    if facts.has_company is None or (facts.has_company and rule.date and facts.registered_on is None):
        return UNKNOWN
    if not facts.has_company:
        return Answer(
            False,
            _("No company registered"),
            _("This track takes registered companies only. Choose a track for teams, or register first."),
            "has_company",
        )
    if rule.date is None:
        return Answer(True, _("Company registered"))
    return Answer(
        facts.registered_on <= rule.date,
        _("Company registered on %(day)s") % {"day": day(facts.registered_on)},
        _(
            "The company was registered on %(found)s; it had to be registered on %(limit)s at the latest. "
            "Choose a track for teams."
        )
        % {"found": day(facts.registered_on), "limit": day(rule.date)},
        "registered_on",
    )


def unregistered(rule, facts) -> Answer:
    """With a date, a company registered on that day or later does no harm: it did not exist before."""
    if facts.has_company is None or (facts.has_company and rule.date and facts.registered_on is None):
        return UNKNOWN
    if not facts.has_company:
        return Answer(True, _("No company registered"))
    if rule.date is None:
        return Answer(
            False,
            _("Company registered"),
            _("This track takes teams without a company only. Choose a track for companies."),
            "has_company",
        )
    return Answer(
        facts.registered_on >= rule.date,
        _("Company registered on %(day)s") % {"day": day(facts.registered_on)},
        _(
            "The company was registered on %(found)s, before %(limit)s; this track takes teams that had none by then. "
            "Choose a track for companies."
        )
        % {"found": day(facts.registered_on), "limit": day(rule.date)},
        "registered_on",
    )


def legal_representative(rule, facts) -> Answer:
    if not facts.has_company:
        return UNKNOWN if facts.has_company is None else MET
    if not facts.legal_representative or not facts.leader_name:
        return UNKNOWN
    return Answer(
        facts.legal_representative.split() == facts.leader_name.split(),
        _("Legal representative: %(name)s") % {"name": facts.legal_representative},
        _(
            "The legal representative is %(found)s, the leader of the entry is %(leader)s. "
            "Here both must be the same person: enter the legal representative as leader."
        )
        % {"found": facts.legal_representative, "leader": facts.leader_name},
        "legal_representative",
    )


def representative_unchanged(rule, facts) -> Answer:
    if not facts.has_company:
        return UNKNOWN if facts.has_company is None else MET
    if facts.representative_since is None:
        return UNKNOWN
    return Answer(
        facts.representative_since <= rule.date,
        _("Legal representative since %(day)s") % {"day": day(facts.representative_since)},
        _(
            "The legal representative changed on %(found)s; changes after %(limit)s are not recognised. "
            "Enter in a track that does not ask for this, or next season."
        )
        % {"found": day(facts.representative_since), "limit": day(rule.date)},
        "representative_since",
    )


def share_at_least(rule, facts) -> Answer:
    if not facts.has_company:
        return UNKNOWN if facts.has_company is None else MET
    if facts.leader_share is None:
        return UNKNOWN
    return Answer(
        facts.leader_share >= rule.number,
        _("Leader holds %(share)s%%") % {"share": plain(facts.leader_share)},
        _(
            "The leader holds %(found)s%%; at least %(limit)s%% are asked for. "
            "Let the shareholder with that share lead the entry, or choose another track."
        )
        % {"found": plain(facts.leader_share), "limit": plain(rule.number)},
        "leader_share",
    )


def team_share_at_least(rule, facts) -> Answer:
    if not facts.has_company:
        return UNKNOWN if facts.has_company is None else MET
    if not facts.team or facts.team[0].share is None:
        return UNKNOWN
    total = sum((one.share or Decimal(0) for one in facts.team), Decimal(0))
    return Answer(
        total >= rule.number,
        _("Team holds %(share)s%%") % {"share": plain(total)},
        _(
            "Leader and members together hold %(found)s%%; at least %(limit)s%% are asked for. "
            "Complete the members' shares, or add the members who hold the rest."
        )
        % {"found": plain(total), "limit": plain(rule.number)},
        "member",
    )


def revenue_max(rule, facts) -> Answer:
    if not facts.has_company:
        return UNKNOWN if facts.has_company is None else MET
    if facts.revenue_wan is None:
        return UNKNOWN
    return Answer(
        facts.revenue_wan <= rule.number,
        _("Last year's revenue %(amount)s") % {"amount": wan(facts.revenue_wan)},
        _("Last year's revenue was %(found)s; at most %(limit)s is allowed. This contest is for smaller companies.")
        % {"found": wan(facts.revenue_wan), "limit": wan(rule.number)},
        "revenue_wan",
    )
