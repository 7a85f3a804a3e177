"""Who may open which page of the matching room, and what it leaves closed."""

import pytest
from django.urls import reverse

from matching.models import Access, Consent, Institution
from matching.queries import deals_visible_to
from matching.states import ConsentPurpose, InstitutionState
from projects.states import EntryState, Outcome
from tests.factories import (
    ConsentFactory,
    DealFactory,
    EntryFactory,
    InstitutionFactory,
    InterestFactory,
    ParticipationFactory,
    SeasonFactory,
    UserFactory,
    credit_code,
    province,
)

pytestmark = pytest.mark.django_db


def test_the_library_is_closed_without_admission(signed_in):
    client = signed_in(InstitutionFactory(state=InstitutionState.APPLIED).members.get().user)
    assert client.get(reverse("matching:library")).status_code == 403


def test_a_brief_without_consent_does_not_exist(signed_in):
    client = signed_in(InstitutionFactory().members.get().user)
    hidden = ConsentFactory(purpose=ConsentPurpose.DOCUMENTS, institution=InstitutionFactory())
    assert client.get(reverse("matching:teaser", args=[hidden.pk])).status_code == 404


def test_a_brief_shows_no_personal_data_and_no_marks(signed_in):
    client = signed_in(InstitutionFactory().members.get().user)
    consent = ConsentFactory()
    page = client.get(reverse("matching:teaser", args=[consent.pk])).content.decode()
    assert consent.entry.title in page
    for secret in (consent.entry.leader.id_number, consent.entry.leader.phone):
        assert not secret or secret not in page


@pytest.mark.parametrize("rows", [1, 3])
def test_the_library_costs_the_same_for_one_and_three(signed_in, django_assert_max_num_queries, rows):
    client = signed_in(InstitutionFactory().members.get().user)
    for _ in range(rows):
        ConsentFactory()
    client.get(reverse("matching:library"))
    with django_assert_max_num_queries(10):
        client.get(reverse("matching:library"))


def test_documents_of_another_institution_stay_closed_and_unlogged(signed_in):
    consent = ConsentFactory(purpose=ConsentPurpose.DOCUMENTS, institution=InstitutionFactory())
    client = signed_in(InstitutionFactory().members.get().user)
    assert client.get(reverse("matching:document", args=[consent.pk, 1])).status_code == 404
    assert Access.objects.count() == 0


def test_an_application_with_a_wrong_code_keeps_what_was_typed(signed_in):
    client = signed_in(UserFactory())
    typed = {"kind": "bank", "name": "示例银行", "credit_code": "91370000MA0000000A", "introduction": "贷款服务"}
    answer = client.post(reverse("matching:institution"), typed)
    assert answer.status_code == 422
    assert "示例银行" in answer.content.decode()
    assert "贷款服务" in answer.content.decode()
    assert Institution.objects.count() == 0


def test_an_application_goes_to_an_officer_who_admits(signed_in):
    user = UserFactory()
    typed = {"kind": "bank", "name": "示例银行", "credit_code": credit_code(7), "introduction": "贷款服务"}
    assert signed_in(user).post(reverse("matching:institution"), typed).status_code == 302
    asked = Institution.objects.get()
    officer = province(SeasonFactory())
    client = signed_in(officer)
    assert asked.organisation.name in client.get(reverse("matching:admissions")).content.decode()
    client.post(reverse("matching:admit", args=[asked.pk]), {"expires_on": "2099-12-31"})
    asked.refresh_from_db()
    assert asked.state == InstitutionState.ADMITTED


def test_consent_needs_the_tick(signed_in):
    entry = EntryFactory(state=EntryState.QUALIFIED)
    ParticipationFactory(entry=entry, outcome=Outcome.AWARDED, heat__state="published")
    client = signed_in(entry.project.owner)
    address = reverse("matching:consent", args=[entry.pk])
    assert client.post(address, {}).status_code == 422
    assert Consent.objects.count() == 0
    assert client.post(address, {"agree": "1"}).status_code == 302
    assert Consent.objects.get().entry == entry


def test_nobody_else_consents_for_a_project(signed_in):
    entry = EntryFactory(state=EntryState.QUALIFIED)
    ParticipationFactory(entry=entry, outcome=Outcome.AWARDED, heat__state="published")
    assert (
        signed_in(UserFactory()).post(reverse("matching:consent", args=[entry.pk]), {"agree": "1"}).status_code == 404
    )


def test_a_wrong_step_keeps_what_was_typed(signed_in):
    deal = DealFactory()
    client = signed_in(deal.institution.members.get().user)
    answer = client.post(reverse("matching:advance", args=[deal.pk]), {"stage": "intention", "note": "下周再谈"})
    assert answer.status_code == 422
    assert "下周再谈" in answer.content.decode()


def test_list_and_object_permission_of_deals_agree():
    deal, other = DealFactory(), DealFactory()
    people = [
        deal.institution.members.get().user,
        deal.project.owner,
        other.project.owner,
        other.institution.members.get().user,
        UserFactory(),
        province(SeasonFactory()),
    ]
    for user in people:
        for one in (deal, other):
            listed = deals_visible_to(user).filter(pk=one.pk).exists()
            assert listed == user.has_perm("matching.view_deal", one), (user, one)


def test_only_the_owner_answers_a_request(signed_in):
    interest = InterestFactory()
    address = reverse("matching:answer", args=[interest.pk])
    assert signed_in(UserFactory()).post(address, {"accept": "1"}).status_code == 404
    assert signed_in(interest.project.owner).post(address, {"accept": "1"}).status_code == 302
    interest.refresh_from_db()
    assert interest.deal.stage == "talks"
