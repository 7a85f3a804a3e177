"""People and bodies by their numbers: one row each, never overwritten by a stranger."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts import services
from accounts.checks import checked_credit_code, checked_document
from accounts.models import Organisation, Person
from core.models import AuditEntry
from core.problems import Refused
from tests import factories
from tests.factories import credit_code, resident_id


@given(number=st.integers(0, 999), place=st.integers(0, 16), digit=st.sampled_from("0123456789"))
@settings(max_examples=60)
def test_one_wrong_digit_of_a_resident_id_is_noticed(number, place, digit):
    right = resident_id(number)
    wrong = right[:place] + digit + right[place + 1 :]
    if wrong == right:
        assert checked_document("resident", f" {right.lower()} ") == right
    else:
        with pytest.raises(Refused):
            checked_document("resident", wrong)


@given(number=st.integers(0, 99999), place=st.integers(2, 16), sign=st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
@settings(max_examples=60)
def test_one_wrong_sign_of_a_credit_code_is_noticed(number, place, sign):
    right = credit_code(number)
    wrong = right[:place] + sign + right[place + 1 :]
    if wrong == right:
        assert checked_credit_code(right.lower()) == right
    else:
        with pytest.raises(Refused):
            checked_credit_code(wrong)


@pytest.mark.django_db
class TestKnownPerson:
    def known(self, by, name="李示例", number=1, **facts) -> Person:
        return services.known_person(name=name, id_kind="resident", id_number=resident_id(number), by=by, **facts)

    def test_the_same_document_is_the_same_row(self):
        first, second = factories.UserFactory(), factories.UserFactory()

        assert self.known(first) == self.known(second)
        assert Person.objects.count() == 1

    def test_two_at_the_same_moment_find_one_row(self, monkeypatch):
        """The second look-up saw nobody yet; the table refuses the double, and the row of the first is taken."""
        first = self.known(factories.UserFactory())
        rows, blind = Person.objects.select_related("user"), Person.objects.none()
        answers = iter([blind, rows])
        monkeypatch.setattr(Person.objects, "select_related", lambda *_: next(answers))

        assert self.known(factories.UserFactory()) == first

    def test_the_number_is_encrypted_and_found_by_its_index(self):
        person = self.known(factories.UserFactory())
        stored = Person.objects.extra(select={"raw": "id_number"}).values_list("raw", flat=True).get(pk=person.pk)

        assert resident_id(1) not in stored
        assert Person.objects.get(pk=person.pk).id_number == resident_id(1)

    def test_only_what_is_empty_is_filled_in(self):
        first, second = factories.UserFactory(), factories.UserFactory()
        self.known(first, phone="13800138000")
        self.known(second, phone="13900139000", school="山东大学")

        person = Person.objects.get()
        assert (person.phone, person.school, person.added_by) == ("+8613800138000", "山东大学", first)

    def test_people_with_a_login_speak_for_themselves(self):
        person = self.known(factories.UserFactory())
        own = factories.UserFactory(person=person)
        self.known(factories.UserFactory(), school="山东大学", email="stranger@example.org")
        person = Person.objects.get()

        assert (person.school, person.email) == ("", "")
        assert person.may_be_corrected_by(own)
        assert not person.may_be_corrected_by(person.added_by)

    def test_the_trail_holds_no_number(self):
        by = factories.UserFactory()
        person = self.known(by, phone="13800138000")
        services.correct_person(person, by=by, phone="13900139000")
        trail = str(list(AuditEntry.objects.values_list("before", "after")))

        assert "139****9000" in trail
        assert all(text not in trail for text in (resident_id(1), "13800138000", "13900139000"))

    def test_facts_told_by_a_resident_id_are_not_corrected_by_hand(self):
        by = factories.UserFactory()
        person = self.known(by)
        services.correct_person(person, by=by, birth_date=factories.NOW.date())

        assert Person.objects.get().birth_date != factories.NOW.date()


@pytest.mark.django_db
def test_a_renamed_firm_is_still_the_same_firm():
    by, code = factories.UserFactory(), credit_code(12)
    first = services.known_organisation(name="旧名公司", kind="company", credit_code=code, by=by)
    second = services.known_organisation(name="新名公司", kind="company", credit_code=code, by=by)

    assert (first, second.name, Organisation.objects.filter(credit_code=code).count()) == (second, "旧名公司", 1)


@pytest.mark.django_db
def test_an_account_belongs_to_one_person_and_a_user_name_to_one_account():
    by, person = factories.UserFactory(), factories.PersonFactory()
    made = services.create_account(username="Lin", display_name="林", by=by)
    services.link_person(made, person=person, by=by)
    assert not made.has_usable_password()

    with pytest.raises(Refused):
        services.create_account(username="lin", display_name="另一人", by=by)
    with pytest.raises(Refused):
        services.link_person(by, person=person, by=by)
