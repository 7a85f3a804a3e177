"""Every rule on facts: met, broken, and not known yet; the limit itself is always tried (domain §8.5, §8.6)."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contests.models import EligibilityRule
from contests.states import RuleKind
from projects.checks import Verdict, findings_of
from projects.eligibility import CHECKS
from projects.eligibility.people import age_at
from projects.facts import EarlierAward, Facts, Other, Teammate

LIMIT = date(1990, 3, 1)
DAY_BEFORE, DAY_AFTER = date(1990, 2, 28), date(1990, 3, 2)


def verdict(kind, facts: Facts, *, waived=(), **limit) -> str:
    rule = EligibilityRule(pk=7, kind=kind, phrase="条件", **limit)
    return str(findings_of(facts, [rule], waived)[0].verdict)


def team(*births, shares=()) -> tuple[Teammate, ...]:
    shares = [*shares, *[None] * (len(births) - len(shares))]
    return tuple(Teammate(f"成员{n}", born, share) for n, (born, share) in enumerate(zip(births, shares, strict=True)))


def company(**facts) -> Facts:
    return Facts(has_company=True, **facts)


def test_every_kind_has_its_check():
    assert set(CHECKS) == set(RuleKind)


@pytest.mark.parametrize(
    ("kind", "born", "expected"),
    [
        (RuleKind.BORN_ON_OR_AFTER, LIMIT, "met"),
        (RuleKind.BORN_ON_OR_AFTER, DAY_BEFORE, "broken"),
        (RuleKind.BORN_ON_OR_AFTER, None, "unknown"),
        (RuleKind.BORN_ON_OR_BEFORE, LIMIT, "met"),
        (RuleKind.BORN_ON_OR_BEFORE, DAY_AFTER, "broken"),
        (RuleKind.BORN_ON_OR_BEFORE, None, "unknown"),
    ],
)
def test_births(kind, born, expected):
    assert verdict(kind, Facts(born=born), date=LIMIT) == expected


@pytest.mark.parametrize(
    ("kind", "facts", "expected"),
    [
        (RuleKind.REGISTERED_ON_OR_AFTER, company(registered_on=LIMIT), "met"),
        (RuleKind.REGISTERED_ON_OR_AFTER, company(registered_on=DAY_BEFORE), "broken"),
        (RuleKind.REGISTERED_ON_OR_AFTER, company(), "unknown"),
        (RuleKind.REGISTERED_ON_OR_AFTER, Facts(has_company=False), "met"),
        (RuleKind.REGISTERED_ON_OR_AFTER, Facts(), "unknown"),
        (RuleKind.REGISTERED_BEFORE, company(registered_on=DAY_BEFORE), "met"),
        (RuleKind.REGISTERED_BEFORE, company(registered_on=LIMIT), "broken"),
        (RuleKind.REGISTERED, company(registered_on=LIMIT), "met"),
        (RuleKind.REGISTERED, company(registered_on=DAY_AFTER), "broken"),
        (RuleKind.REGISTERED, Facts(has_company=False), "broken"),
        (RuleKind.REGISTERED, Facts(), "unknown"),
        (RuleKind.UNREGISTERED, Facts(has_company=False), "met"),
        (RuleKind.UNREGISTERED, company(registered_on=LIMIT), "met"),
        (RuleKind.UNREGISTERED, company(registered_on=DAY_BEFORE), "broken"),
        (RuleKind.UNREGISTERED, company(), "unknown"),
        (RuleKind.REPRESENTATIVE_UNCHANGED, company(representative_since=LIMIT), "met"),
        (RuleKind.REPRESENTATIVE_UNCHANGED, company(representative_since=DAY_AFTER), "broken"),
        (RuleKind.REPRESENTATIVE_UNCHANGED, Facts(has_company=False), "met"),
    ],
)
def test_dates_of_the_company(kind, facts, expected):
    assert verdict(kind, facts, date=LIMIT) == expected


def test_a_company_must_be_there_or_not_without_a_date():
    assert verdict(RuleKind.REGISTERED, company()) == "met"
    assert verdict(RuleKind.UNREGISTERED, company()) == "broken"


def test_legal_representative():
    named = {"legal_representative": "李示例"}

    assert verdict(RuleKind.LEGAL_REPRESENTATIVE, company(leader_name="李示例", **named)) == "met"
    assert verdict(RuleKind.LEGAL_REPRESENTATIVE, company(leader_name="王某", **named)) == "broken"
    assert verdict(RuleKind.LEGAL_REPRESENTATIVE, company(leader_name="王某")) == "unknown"
    assert verdict(RuleKind.LEGAL_REPRESENTATIVE, Facts(has_company=False)) == "met"


@pytest.mark.parametrize(("share", "expected"), [(Decimal(30), "met"), (Decimal("29.99"), "broken"), (None, "unknown")])
def test_share_of_the_leader(share, expected):
    assert verdict(RuleKind.SHARE_AT_LEAST, company(leader_share=share), number=Decimal(30)) == expected


def test_share_of_the_team():
    rule = {"kind": RuleKind.TEAM_SHARE_AT_LEAST, "number": Decimal("33.34")}

    assert verdict(facts=company(team=team(None, None, shares=[Decimal(20), Decimal("13.34")])), **rule) == "met"
    assert verdict(facts=company(team=team(None, None, shares=[Decimal(20), Decimal("13.33")])), **rule) == "broken"
    assert verdict(facts=company(team=team(None, None)), **rule) == "unknown"


@pytest.mark.parametrize(
    ("kind", "facts", "expected"),
    [
        (RuleKind.TEAM_MIN, Facts(team=team(None, None, None)), "met"),
        (RuleKind.TEAM_MIN, Facts(team=team(None, None)), "broken"),
        (RuleKind.TEAM_MAX, Facts(team=team(None, None, None)), "met"),
        (RuleKind.TEAM_MAX, Facts(team=team(None, None, None, None)), "broken"),
        (RuleKind.ADVISERS_MAX, Facts(advisers=3), "met"),
        (RuleKind.ADVISERS_MAX, Facts(advisers=4), "broken"),
        (RuleKind.TEAM_MIN, Facts(), "unknown"),
    ],
)
def test_numbers_of_people(kind, facts, expected):
    assert verdict(kind, facts, number=Decimal(3)) == expected


def test_mean_age_and_share_of_the_young_differ():
    """One of fifty among four of twenty: the mean may be kept while half must be young, and the other way round."""
    on = date(2021, 6, 30)
    old_and_young = Facts(team=team(date(1971, 1, 1), *[date(2001, 1, 1)] * 4))
    all_thirty_one = Facts(team=team(*[date(1990, 1, 1)] * 3))
    mean = {"kind": RuleKind.MEAN_AGE_MAX, "date": on, "number": Decimal(30)}
    half = {"kind": RuleKind.YOUNG_SHARE_MIN, "date": date(1991, 7, 1), "number": Decimal(50)}

    assert verdict(facts=old_and_young, **mean) == "met"
    assert verdict(facts=old_and_young, **half) == "met"
    assert verdict(facts=all_thirty_one, **mean) == "broken"
    assert verdict(facts=all_thirty_one, **half) == "broken"
    assert verdict(facts=Facts(team=team(None, on)), **mean) == "unknown"


def test_exactly_half_is_half():
    facts = Facts(team=team(LIMIT, DAY_BEFORE))

    assert verdict(RuleKind.YOUNG_SHARE_MIN, facts, date=LIMIT, number=Decimal(50)) == "met"
    assert verdict(RuleKind.YOUNG_SHARE_MIN, facts, date=LIMIT, number=Decimal("50.01")) == "broken"


@given(born=st.dates(date(1920, 1, 1), date(2010, 12, 31)), on=st.dates(date(2011, 1, 1), date(2040, 12, 31)))
def test_age_is_counted_in_completed_years(born, on):
    birthdays = sum(
        1 for year in range(born.year + 1, on.year + 1) if (year, born.month, born.day) <= (on.year, on.month, on.day)
    )

    assert age_at(born, on) == birthdays


def test_status_of_the_leader():
    rule = {"kind": RuleKind.STATUS, "values": ["veteran"]}

    assert verdict(facts=Facts(leader_name="李", statuses=frozenset({"veteran", "student"})), **rule) == "met"
    assert verdict(facts=Facts(leader_name="李", statuses=frozenset()), **rule) == "broken"
    assert verdict(facts=Facts(), **rule) == "unknown"


@pytest.mark.parametrize(("region", "expected"), [("110000", "met"), ("370212", "broken"), ("", "unknown")])
def test_employer_outside_the_province(region, expected):
    facts = Facts(employer="某研究院", employer_region=region)

    assert verdict(RuleKind.EMPLOYER_OUTSIDE, facts) == expected


def test_revenue():
    rule = {"kind": RuleKind.REVENUE_MAX, "number": Decimal(20000)}

    assert verdict(facts=company(revenue_wan=Decimal(20000)), **rule) == "met"
    assert verdict(facts=company(revenue_wan=Decimal("20000.01")), **rule) == "broken"
    assert verdict(facts=Facts(has_company=False), **rule) == "met"


def test_one_track():
    assert verdict(RuleKind.ONE_TRACK, Facts()) == "met"
    assert verdict(RuleKind.ONE_TRACK, Facts(others=(Other("CY26-1", "地膜", "绿色", "leader"),))) == "broken"


def award(level: str, on=date(2024, 9, 1)) -> Facts:
    return Facts(awards=(EarlierAward("第七届", "地膜", level, on, "company"),))


def test_earlier_awards():
    levels = {"kind": RuleKind.NO_EARLIER_AWARD, "values": ["一等奖"]}

    assert verdict(facts=Facts(), **levels) == "met"
    assert verdict(facts=award("一等奖"), **levels) == "broken"
    assert verdict(facts=award("优胜奖"), **levels) == "met"
    assert verdict(facts=award(""), **levels) == "doubt"
    assert verdict(RuleKind.NO_EARLIER_AWARD, award("优胜奖")) == "broken"
    assert verdict(RuleKind.NO_EARLIER_AWARD, award("一等奖"), date=date(2024, 9, 1)) == "broken"
    assert verdict(RuleKind.NO_EARLIER_AWARD, award("一等奖"), date=date(2024, 9, 2)) == "met"


def test_what_is_stated_is_for_a_person():
    rule = EligibilityRule(pk=7, kind=RuleKind.STATED, phrase="无知识产权纠纷")
    found = findings_of(Facts(), [rule])[0]

    assert found.verdict == Verdict.DOUBT
    assert not found.problem.blocks


def test_a_waived_rule_is_set_aside_only_when_it_would_be_broken():
    facts = Facts(born=DAY_BEFORE)

    assert verdict(RuleKind.BORN_ON_OR_AFTER, facts, date=LIMIT, waived=[7]) == "waived"
    assert verdict(RuleKind.BORN_ON_OR_AFTER, Facts(born=LIMIT), date=LIMIT, waived=[7]) == "met"


def test_a_problem_names_fact_limit_source_and_field():
    rule = EligibilityRule(
        pk=7, kind=RuleKind.BORN_ON_OR_AFTER, date=LIMIT, phrase="35周岁以下（含）", source="2025年通知"
    )
    problem = findings_of(Facts(born=DAY_BEFORE), [rule])[0].problem

    assert "1990年2月28日" in problem.message
    assert "1990年3月1日" in problem.message
    assert problem.source == "35周岁以下（含）·2025年通知"
    assert (problem.field, problem.rule_id, problem.blocks) == ("leader.birth_date", 7, True)
