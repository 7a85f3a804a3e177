"""Members in printed order and advisers, within the caps of the rules."""

from decimal import Decimal

import pytest

from core.models import AuditEntry
from core.problems import Refused
from projects import services
from projects.services import Newcomer
from projects.states import MemberKind
from tests import factories
from tests.factories import resident_id
from tests.projects import drafts

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry():
    return drafts.draft()


def add(entry, name: str, number: int, kind=MemberKind.MEMBER, **more):
    return services.add_member(
        entry, kind=kind, name=name, id_kind="resident", id_number=resident_id(number), by=entry.project.owner, **more
    )


def names(entry, kind=MemberKind.MEMBER) -> list[str]:
    return [one.person.name for one in entry.project.members.filter(kind=kind)]


def test_members_stand_in_order_and_change_places(entry):
    first, second, third = (add(entry, name, 200 + n) for n, name in enumerate(("甲", "乙", "丙")))
    by = entry.project.owner
    services.move_member(entry, member=third, up=True, by=by)
    assert names(entry) == ["甲", "丙", "乙"]

    services.move_member(entry, member=first, up=True, by=by)
    services.move_member(entry, member=second, up=False, by=by)
    assert names(entry) == ["甲", "丙", "乙"]


def test_caps_hold_when_adding_the_leader_counted(entry):
    factories.EligibilityRuleFactory(season=entry.season, kind="team_max", number=Decimal(3), phrase="不超过3人")
    factories.EligibilityRuleFactory(season=entry.season, kind="advisers_max", number=Decimal(1), phrase="至多1名")
    add(entry, "甲", 211)
    add(entry, "乙", 212)
    add(entry, "师", 213, MemberKind.ADVISER)

    with pytest.raises(Refused, match="3") as full:
        add(entry, "丙", 214)
    with pytest.raises(Refused) as advisers:
        add(entry, "傅", 215, MemberKind.ADVISER)
    assert (full.value.code, advisers.value.code) == ("team-full", "advisers-full")
    assert (names(entry), names(entry, MemberKind.ADVISER)) == (["甲", "乙"], ["师"])


def test_nobody_stands_in_the_team_twice_but_an_adviser_may_be_known(entry):
    add(entry, "甲", 221)
    for kind, number, name in ((MemberKind.MEMBER, 221, "甲"), (MemberKind.MEMBER, 1, "李示例")):
        identity = resident_id(number) if number != 1 else entry.leader.id_number
        with pytest.raises(Refused) as refusal:
            services.add_member(
                entry, kind=kind, name=name, id_kind="resident", id_number=identity, by=entry.project.owner
            )
        assert refusal.value.code == "member-twice"

    add(entry, "甲", 221, MemberKind.ADVISER)
    assert names(entry, MemberKind.ADVISER) == ["甲"]


def test_several_are_added_together_or_not_at_all(entry):
    def newcomer(name, number):
        return Newcomer(MemberKind.MEMBER, {"name": name, "id_kind": "resident", "id_number": number})

    by = entry.project.owner
    with pytest.raises(Refused):
        services.add_members(entry, newcomers=[newcomer("甲", resident_id(231)), newcomer("乙", "370102")], by=by)
    assert names(entry) == []

    services.add_members(entry, newcomers=[newcomer("甲", resident_id(231)), newcomer("乙", resident_id(232))], by=by)
    assert names(entry) == ["甲", "乙"]
    assert AuditEntry.objects.filter(verb="entry.member.add").count() == 1


def test_a_member_is_changed_and_removed_the_leader_is_not(entry):
    member, by = add(entry, "甲", 241), entry.project.owner
    services.change_member(entry, member=member, work="研发", share=Decimal(10), by=by, school="山东大学")
    member.refresh_from_db()
    assert (member.work, member.share, member.person.school) == ("研发", 10, "山东大学")

    services.remove_member(entry, member=member, by=by)
    assert names(entry) == []
    with pytest.raises(Refused):
        services.remove_member(entry, member=entry.project.members.get(), by=by)


def test_a_passport_is_taken_with_its_birth_date(entry):
    services.add_member(
        entry, kind=MemberKind.MEMBER, name="Anna Weber", id_kind="passport", id_number="C01X00T47",
        birth_date=factories.NOW.date(), by=entry.project.owner,
    )  # fmt: skip

    assert entry.project.members.get(kind=MemberKind.MEMBER).person.birth_date == factories.NOW.date()
