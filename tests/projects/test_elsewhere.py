"""Other live entries of a team on the pages of the office: by which rule they matter, and no more than one may know."""

import pytest
from django.urls import reverse

from contests.queries import grants_of
from projects import services
from projects.models import Entry, TeamMember
from projects.queries.elsewhere import elsewhere
from projects.states import EntryState, MemberKind
from tests import factories
from tests.factories import NOW
from tests.projects.offices import Offices

pytestmark = pytest.mark.django_db


@pytest.fixture
def offices():
    return Offices()


@pytest.fixture
def rule(offices):
    return factories.EligibilityRuleFactory(season=offices.season, kind="one_track", phrase="只能参加一个赛道")


@pytest.fixture
def entry(offices):
    """With a leader and a member, as they were handed in."""
    entry = offices.entry(title="海藻地膜")
    _hand_in(entry, factories.PersonFactory(name="李示一"), factories.PersonFactory(name="王示二"))
    return entry


def _hand_in(entry, leader, *members) -> None:
    TeamMember.objects.filter(project=entry.project).delete()
    for person, kind in [(leader, MemberKind.LEADER), *((one, MemberKind.MEMBER) for one in members)]:
        TeamMember.objects.create(project=entry.project, person=person, kind=kind)
    document = {"id_kind": "resident", "id_number": "3702************"}
    team = [{"person": one.pk, "name": one.name, "kind": MemberKind.MEMBER, **document} for one in members]
    entry.snapshot = {"title": entry.title, "leader": {"person": leader.pk, "name": leader.name}, "team": team}
    entry.leader = leader
    entry.save()


def people(entry):
    return [one.person for one in entry.project.members.order_by("pk")]


def told(entry, user) -> set:
    return {(one.who, one.part, one.entry, str(one.verdict)) for one in elsewhere(entry, user)}


def test_a_leader_twice_is_barred_and_a_member_is_for_a_person_to_judge(offices, entry, rule):
    leader, member = people(entry)
    other, third = offices.entry(), offices.entry()
    _hand_in(other, leader)
    _hand_in(third, factories.PersonFactory(), member, leader)

    assert told(entry, offices.clerk) == {
        ("李示一", "leader", other, "broken"),
        ("李示一", "leader", third, "doubt"),
        ("王示二", "member", third, "doubt"),
    }


@pytest.mark.parametrize("state", [EntryState.DRAFT, EntryState.WITHDRAWN, EntryState.REJECTED])
def test_what_is_not_live_or_not_handed_in_is_nobodys_business(offices, entry, rule, state):
    other = offices.entry()
    _hand_in(other, people(entry)[0])
    Entry.objects.filter(pk=other.pk).update(state=state)

    assert elsewhere(entry, offices.clerk) == []


def test_a_company_twice_is_barred(offices, entry, rule):
    other = offices.entry(company_name="示例公司", identity_key="c" * 64)
    Entry.objects.filter(pk=entry.pk).update(company_name="示例公司", identity_key="c" * 64)
    entry.refresh_from_db()

    assert told(entry, offices.clerk) == {("示例公司", "company", other, "broken")}


def test_a_rule_that_names_members_bars_them_and_one_set_aside_bars_nobody(offices, entry, rule):
    other = offices.entry()
    _hand_in(other, factories.PersonFactory(), people(entry)[1])
    rule.values = ["members"]
    rule.save()
    assert told(entry, offices.clerk) == {("王示二", "member", other, "broken")}

    services.waive(entry, rule, reason="同意", by=offices.province, at=NOW)
    assert told(entry, offices.clerk) == {("王示二", "member", other, "waived")}


def test_without_a_rule_it_is_only_said(offices, entry):
    other = offices.entry()
    _hand_in(other, people(entry)[0])

    assert told(entry, offices.clerk) == {("李示一", "leader", other, "")}


@pytest.mark.parametrize("name", ["screen", "detail"])
def test_another_citys_entry_is_a_fact_without_a_name(offices, entry, rule, signed_in, name):
    """Nothing of what the rules wrote down at submission tells it either; the province sees both cities."""
    other = offices.entry(unit=offices.other_county, title="邻市项目", number="QD-777")
    _hand_in(other, people(entry)[0], factories.PersonFactory(name="赵示四"))
    finding = {
        "rule": rule.pk, "kind": "one_track", "phrase": rule.phrase, "verdict": "broken", "blocks": True,
        "fact": "已报名QD-777", "message": "已报名“邻市项目”",
    }  # fmt: skip
    entry.snapshot = {**entry.snapshot, "eligibility": [finding]}
    entry.save()

    address = reverse(f"projects:{name}", args=[entry.pk])
    seen = {
        who: signed_in(getattr(offices, who)).get(address).content.decode() for who in ("clerk", "city", "province")
    }

    for who in ("clerk", "city"):
        assert rule.phrase in seen[who]
        assert not [word for word in ("邻市项目", "QD-777", "赵示四", f"/all/{other.pk}/") if word in seen[who]]
    assert "邻市项目" in seen["province"]
    assert f"/all/{other.pk}/" in seen["province"]


@pytest.mark.parametrize("others", [1, 3])
def test_it_costs_the_same_for_any_number(offices, entry, rule, others, django_assert_num_queries):
    for _ in range(others):
        _hand_in(offices.entry(), people(entry)[0], people(entry)[1])
    clerk = offices.clerk
    grants_of(clerk)  # Read once for each request.

    with django_assert_num_queries(3):
        assert len(elsewhere(entry, clerk)) == 2 * others
