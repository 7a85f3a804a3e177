"""Saving a step: what is kept, what is refused at its field, and two people at the same form."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.models import Organisation, Person
from core.models import AuditEntry
from core.problems import Refused
from projects import services
from projects.services import Conflict
from projects.states import EntryState, Step
from tests import factories
from tests.factories import NOW, credit_code, resident_id
from tests.projects import drafts

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry():
    return drafts.draft()


def save(entry, step, data, **more):
    return services.save_step(entry, step, data, by=entry.project.owner, at=NOW, **more)


def fresh(entry):
    return type(entry).objects.get(pk=entry.pk)


def test_only_what_is_given_changes_and_each_change_leaves_a_trace(entry):
    version = entry.version
    AuditEntry.objects.all().delete()
    save(entry, Step.FINANCE, {"insured": 9})

    project = fresh(entry).project
    trail = AuditEntry.objects.get()
    assert (project.insured, project.employees) == (9, 12)
    assert (trail.verb, trail.before, trail.after) == ("entry.save", {"insured": 10}, {"insured": 9})
    assert fresh(entry).version == version + 1


def test_saving_the_same_again_writes_nothing(entry):
    version, written = entry.version, AuditEntry.objects.count()
    save(entry, Step.FINANCE, drafts.finance_facts())

    assert (fresh(entry).version, AuditEntry.objects.count()) == (version, written)


def test_a_field_of_another_step_is_a_mistake_of_the_caller(entry):
    with pytest.raises(TypeError, match="credit_code"):
        save(entry, Step.PROJECT, {"credit_code": "1"})


def test_a_wrong_credit_code_is_named_and_nothing_is_written(entry):
    wrong = credit_code(7)[:-1] + ("A" if credit_code(7)[-1] != "A" else "B")
    with pytest.raises(Refused) as refusal:
        save(entry, Step.COMPANY, {"company_name": "改名", "credit_code": wrong})

    assert refusal.value.field == "credit_code"
    assert fresh(entry).project.company_name == "山东示例科技有限公司"


def test_a_credit_code_makes_the_company_known_once(entry):
    code = entry.project.credit_code
    other = drafts.draft(number=2)
    save(other, Step.COMPANY, {"credit_code": code.lower(), "company_name": "新名字公司"})

    assert Organisation.objects.filter(credit_code=code).count() == 1
    assert fresh(other).project.company == fresh(entry).project.company
    assert fresh(other).project.company_name == "新名字公司"


def test_track_and_unit_must_belong_to_the_season_and_take_entries(entry):
    elsewhere = factories.TrackFactory()
    closed = factories.RecommendingUnitFactory(season=entry.season, accepts_entries=False)

    for data, field in (({"track": elsewhere}, "track"), ({"unit": closed}, "unit")):
        with pytest.raises(Refused) as refusal:
            save(entry, Step.PROJECT, data)
        assert refusal.value.field == field


def test_a_returned_entry_stays_with_its_unit():
    entry = drafts.submitted()
    type(entry).objects.filter(pk=entry.pk).update(state=EntryState.RETURNED)
    other = factories.RecommendingUnitFactory(season=entry.season)

    with pytest.raises(Refused) as refusal:
        save(entry, Step.PROJECT, {"unit": other})
    assert refusal.value.code == "unit-fixed"


class TestTwoAtOnce:
    def test_different_fields_go_together(self, entry):
        base = {"insured": 10, "employees": 12}
        save(entry, Step.FINANCE, {"insured": 9}, base=base)
        save(fresh(entry), Step.FINANCE, {"employees": 13}, base=base)

        project = fresh(entry).project
        assert (project.insured, project.employees) == (9, 13)

    def test_the_second_in_the_same_field_gets_both_values_and_nothing_is_lost(self, entry):
        save(entry, Step.FINANCE, {"insured": 9}, base={"insured": 10})
        with pytest.raises(Conflict) as conflict:
            save(fresh(entry), Step.FINANCE, {"insured": 8, "employees": 13}, base={"insured": 10, "employees": 12})

        project = fresh(entry).project
        assert conflict.value.theirs == {"insured": 9}
        assert (project.insured, project.employees) == (9, 12)

    def test_the_same_value_typed_twice_is_no_conflict(self, entry):
        base = {"revenue_wan": "320.5"}
        save(entry, Step.FINANCE, {"revenue_wan": Decimal("400.00")}, base=base)
        save(fresh(entry), Step.FINANCE, {"revenue_wan": Decimal(400)}, base=base)

        assert fresh(entry).project.revenue_wan == 400

    def test_without_the_values_of_the_page_the_version_decides(self, entry):
        version = entry.version
        save(entry, Step.FINANCE, {"insured": 9}, expected_version=version)
        with pytest.raises(Refused) as refusal:
            save(fresh(entry), Step.FINANCE, {"insured": 8}, expected_version=version)

        assert refusal.value.code == "stale"


class TestLeader:
    def test_birth_date_and_sex_come_from_the_number(self, entry):
        person = fresh(entry).leader

        assert (person.birth_date, person.sex) == (date(1995, 3, 2), "f" if int(person.id_number[16]) % 2 == 0 else "m")

    def test_a_wrong_number_is_refused_at_its_field(self, entry):
        wrong = resident_id(5)[:-1] + ("1" if resident_id(5)[-1] != "1" else "2")
        with pytest.raises(Refused) as refusal:
            save(entry, Step.LEADER, {"name": "王一", "id_number": wrong})

        assert (refusal.value.field, fresh(entry).leader_name) == ("id_number", "李示例")

    def test_a_name_alone_is_kept_until_the_number_comes(self):
        season, user = drafts.open_season(), factories.UserFactory()
        entry = services.start_entry(season, by=user, at=NOW)
        save(entry, Step.LEADER, {"name": "王一", "phone": "13900139000"})
        save(entry, Step.LEADER, {"school": "山东大学"})
        save(entry, Step.LEADER, {"id_kind": "resident", "id_number": resident_id(8)})

        person = fresh(entry).leader
        assert (person.name, person.school, person.phone) == ("王一", "山东大学", "+8613900139000")
        assert Person.objects.filter(name="王一").count() == 1

    def test_the_first_words_on_a_leader_conflict_with_nobody(self):
        """A form says “empty” as "" or [], a leader who is not there yet as nothing at all."""
        season, user = drafts.open_season(), factories.UserFactory()
        entry = services.start_entry(season, by=user, at=NOW)
        blank = {"name": "", "statuses": [], "employer": None}
        save(entry, Step.LEADER, {"name": "王一", "statuses": ["veteran"], "employer": "山东示例厂"}, base=blank)

        assert (fresh(entry).leader.name, fresh(entry).leader.statuses) == ("王一", ["veteran"])

    def test_a_person_known_already_leads_and_is_not_overwritten(self):
        """The same founder in three contests is one row; somebody else's typing changes nothing of it."""
        first = drafts.draft(number=1)
        second = drafts.draft(number=1)
        save(second, Step.LEADER, {"school": "别的学校", "phone": "13700137000"})

        person = fresh(first).leader
        assert fresh(second).leader == person
        assert (person.school, person.phone) == ("", "+8613800138000")

    def test_the_wrong_name_for_a_known_number_is_refused(self, entry):
        other = drafts.draft(number=2)
        with pytest.raises(Refused) as refusal:
            save(other, Step.LEADER, {"name": "张三", "id_kind": "resident", "id_number": entry.leader.id_number})

        assert refusal.value.code == "id-name"

    def test_another_number_makes_another_leader(self, entry):
        save(entry, Step.LEADER, {"name": "王一", "id_kind": "resident", "id_number": resident_id(77)})

        assert fresh(entry).leader_name == "王一"
        assert entry.project.members.count() == 1

    def test_who_leads_and_types_becomes_the_person_of_the_account(self):
        season, user = drafts.open_season(), factories.UserFactory()
        entry = services.start_entry(season, by=user, at=NOW)
        save(entry, Step.LEADER, {**drafts.leader_facts(31), "is_me": True})
        user.refresh_from_db()

        assert user.person == fresh(entry).leader

    def test_nobody_becomes_a_person_that_others_brought_in(self):
        """Typing the number of a judge must not open that judge's pages."""
        person = factories.PersonFactory(name="李示例", id_number=resident_id(32))
        season, user = drafts.open_season(), factories.UserFactory()
        entry = services.start_entry(season, by=user, at=NOW)
        facts = {**drafts.leader_facts(32), "id_number": person.id_number, "is_me": True}
        save(entry, Step.LEADER, facts)
        user.refresh_from_db()

        assert (user.person, fresh(entry).leader) == (None, person)
