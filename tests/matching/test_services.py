"""Admission, consent, interest and deals: what happens, and what is refused."""

from datetime import timedelta
from decimal import Decimal

import pytest

from core.models import AuditEntry
from core.problems import Refused
from matching import queries, services
from matching.models import Consent
from matching.states import ConsentPurpose, DealStage, InstitutionState, InterestState
from projects.states import EntryState, Outcome
from tests.factories import (
    NOW,
    ConsentFactory,
    DealFactory,
    EntryFactory,
    InstitutionFactory,
    InterestFactory,
    OrganisationFactory,
    ParticipationFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture
def winner():
    entry = EntryFactory(state=EntryState.QUALIFIED)
    ParticipationFactory(entry=entry, outcome=Outcome.AWARDED, heat__state="published")
    return entry


def test_an_application_is_admitted_until_a_day_and_everything_is_written_down():
    user, officer = UserFactory(), UserFactory()
    asked = services.apply(OrganisationFactory(), kind="investor", by=user, at=NOW)
    admitted = services.admit(asked, expires_on=TODAY + timedelta(days=10), by=officer, at=NOW)
    assert admitted.is_admitted(TODAY)
    assert admitted.is_admitted(TODAY + timedelta(days=10))
    assert not admitted.is_admitted(TODAY + timedelta(days=11))
    verbs = set(AuditEntry.objects.filter(object_type="matching.institution").values_list("verb", flat=True))
    assert verbs == {"institution.apply", "institution.admitted"}
    assert user.messages.count() == 1


def test_one_organisation_applies_once():
    body = OrganisationFactory()
    services.apply(body, kind="bank", by=UserFactory(), at=NOW)
    with pytest.raises(Refused) as no:
        services.apply(body, kind="bank", by=UserFactory(), at=NOW)
    assert no.value.field == "credit_code"


def test_refusing_and_suspending_need_a_reason():
    one = InstitutionFactory()
    with pytest.raises(Refused) as no:
        services.suspend(one, reason="  ", by=UserFactory(), at=NOW)
    assert no.value.field == "reason"
    services.suspend(one, reason="登记已注销", by=UserFactory(), at=NOW)
    one.refresh_from_db()
    assert one.state == InstitutionState.SUSPENDED


def test_only_winners_enter_the_library(winner):
    owner = winner.project.owner
    with pytest.raises(Refused):
        services.give_consent(EntryFactory(state=EntryState.QUALIFIED), purpose=ConsentPurpose.TEASER, by=owner, at=NOW)
    first = services.give_consent(winner, purpose=ConsentPurpose.TEASER, by=owner, at=NOW)
    again = services.give_consent(winner, purpose=ConsentPurpose.TEASER, by=owner, at=NOW)
    assert first == again
    assert winner.title in first.text


def test_documents_open_to_one_named_institution_only(winner):
    owner = winner.project.owner
    with pytest.raises(Refused) as no:
        services.give_consent(winner, purpose=ConsentPurpose.DOCUMENTS, by=owner, at=NOW)
    assert no.value.field == "institution"


def test_a_brief_is_seen_by_admitted_institutions_until_consent_ends(winner):
    admitted = InstitutionFactory().members.get().user
    suspended = InstitutionFactory(state=InstitutionState.SUSPENDED).members.get().user
    stranger = UserFactory()
    consent = services.give_consent(winner, purpose=ConsentPurpose.TEASER, by=winner.project.owner, at=NOW)
    assert set(queries.teasers(admitted, TODAY)) == {consent}
    assert set(queries.teasers(suspended, TODAY)) == set()
    assert set(queries.teasers(stranger, TODAY)) == set()
    services.withdraw_consent(consent, by=winner.project.owner, at=NOW)
    assert set(queries.teasers(admitted, TODAY)) == set()


def test_interest_needs_admission_and_a_live_consent(winner):
    one = InstitutionFactory()
    user = one.members.get().user
    with pytest.raises(Refused):
        services.express_interest(one, winner.project, note="想聊聊", by=user, at=NOW)
    ConsentFactory(entry=winner)
    asked = services.express_interest(one, winner.project, note="想聊聊", by=user, at=NOW)
    assert asked.state == InterestState.OPEN
    assert winner.project.owner.messages.count() == 1
    assert services.express_interest(one, winner.project, note="再问", by=user, at=NOW) == asked


def test_accepting_opens_a_deal_and_declining_does_not():
    accepted = services.answer_interest(InterestFactory(), accepted=True, by=UserFactory(), at=NOW)
    declined = services.answer_interest(InterestFactory(), accepted=False, by=UserFactory(), at=NOW, answer="暂不融资")
    assert accepted.deal.stage == DealStage.TALKS
    assert not hasattr(declined, "deal")
    with pytest.raises(Refused):
        services.answer_interest(declined, accepted=True, by=UserFactory(), at=NOW)


@pytest.mark.parametrize(
    ("stage", "facts", "field"),
    [
        (DealStage.INTENTION, {}, "amount_wan"),
        (DealStage.INTENTION, {"amount_wan": Decimal(0)}, "amount_wan"),
        (DealStage.PAUSED, {}, "note"),
        (DealStage.DECLINED, {"note": " "}, "note"),
    ],
)
def test_a_step_names_what_it_needs(stage, facts, field):
    with pytest.raises(Refused) as no:
        services.advance(DealFactory(), stage=stage, by=UserFactory(), at=NOW, **facts)
    assert no.value.field == field


def test_signed_needs_evidence():
    deal = DealFactory(stage=DealStage.INTENTION)
    with pytest.raises(Refused) as no:
        services.advance(deal, stage=DealStage.SIGNED, amount_wan=Decimal(300), by=UserFactory(), at=NOW)
    assert no.value.field == "evidence"


def test_a_deal_does_not_jump_from_talks_to_received():
    with pytest.raises(Refused):
        services.advance(
            DealFactory(), stage=DealStage.RECEIVED, amount_wan=Decimal(1), evidence="回单", by=UserFactory(), at=NOW
        )


def test_three_kinds_of_money_stand_apart_and_received_waits_for_the_project():
    deal = DealFactory()
    by = UserFactory()
    services.advance(deal, stage=DealStage.INTENTION, amount_wan=Decimal(800), by=by, at=NOW)
    services.advance(deal, stage=DealStage.SIGNED, amount_wan=Decimal(600), evidence="协议1号", by=by, at=NOW)
    step = services.advance(deal, stage=DealStage.RECEIVED, amount_wan=Decimal(500), evidence="回单1号", by=by, at=NOW)
    deals = type(deal).objects.all()
    assert [one.wan for one in queries.amounts(deals)] == [800, 600, 0]
    services.confirm(step, by=deal.project.owner, at=NOW)
    assert [one.wan for one in queries.amounts(deals)] == [800, 600, 500]


def test_a_corrected_intention_counts_once():
    deal = DealFactory()
    by = UserFactory()
    services.advance(deal, stage=DealStage.INTENTION, amount_wan=Decimal(800), by=by, at=NOW)
    services.advance(deal, stage=DealStage.DILIGENCE, by=by, at=NOW)
    services.advance(deal, stage=DealStage.INTENTION, amount_wan=Decimal(500), by=by, at=NOW)
    assert [one.wan for one in queries.amounts(type(deal).objects.all())] == [500, 0, 0]


def test_withdrawn_consent_leaves_its_text_in_the_record():
    consent = ConsentFactory()
    services.withdraw_consent(consent, by=consent.project.owner, at=NOW)
    assert Consent.objects.get().text == consent.text
