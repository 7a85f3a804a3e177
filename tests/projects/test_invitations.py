"""Invitations into a team: the link and what it tells, the own data and consent, who may take what over."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from contests.models import Declaration
from core.models import AuditEntry
from core.problems import Refused
from messaging.models import Message
from projects import checks, services
from projects.links import invitation_of, link_of
from projects.models import TeamInvitation, TeamMember
from projects.queries.teams import consent_of, memberships_of
from projects.services.invitations import consent_digest
from projects.states import EntryState, InvitationState, MemberKind
from tests import factories
from tests.factories import resident_id
from tests.projects import drafts

pytestmark = pytest.mark.django_db
OWN = {"name": "王示例", "id_kind": "resident", "id_number": resident_id(501)}
CONSENT = "同意。"


@pytest.fixture
def entry():
    return drafts.draft()


@pytest.fixture
def invitation(entry):
    return services.invite_member(entry, name="王示例", by=entry.project.owner)


@pytest.fixture
def guest():
    return factories.UserFactory()


def refused(call, *args, **kwargs) -> Refused:
    with pytest.raises(Refused) as caught:
        call(*args, **kwargs)
    return caught.value


def accept(invitation, by, **facts) -> TeamMember:
    return services.accept_invitation(invitation, by=by, consent=CONSENT, **(OWN | facts))


def add(entry, **facts) -> TeamMember:
    return services.add_member(entry, kind=MemberKind.MEMBER, by=entry.project.owner, **(OWN | facts))


class TestJoining:
    def test_the_person_joins_with_own_data_and_consent(self, entry, invitation, guest):
        member = accept(invitation, guest, phone="13900139000", school="山东大学")
        guest.refresh_from_db()

        assert (member.project, member.kind, member.person) == (entry.project, MemberKind.MEMBER, guest.person)
        assert (guest.person.phone, guest.person.school) == ("+8613900139000", "山东大学")
        assert member.confirmed_at
        assert member.consent_digest == consent_digest(CONSENT)
        assert invitation_of(link_of(invitation).split("/")[-2]).state == InvitationState.ACCEPTED
        assert "王示例" in Message.objects.get(to=entry.project.owner).subject

    def test_its_page_sends_no_address_away_and_can_still_be_answered(self, invitation, guest, signed_in):
        """The address is the secret. With “no-referrer” browsers send the form as from nowhere, which is refused."""
        answer = signed_in(guest).get(link_of(invitation))

        assert answer.headers["Referrer-Policy"] == "strict-origin"

    def test_a_link_is_used_once_expires_and_dies_with_a_new_one(self, entry, invitation, guest):
        by, old = entry.project.owner, link_of(invitation).split("/")[-2]
        soon = refused(services.resend_invitation, entry, invitation=invitation, by=by)
        later = timezone.now() + timedelta(minutes=2)
        services.resend_invitation(entry, invitation=invitation, by=by, at=later)
        assert (soon.code, invitation_of(old)) == ("pause", None)

        expired = refused(accept, invitation, guest, at=invitation.expires_at + timedelta(seconds=1))
        accept(invitation, guest)
        again = refused(accept, invitation, factories.UserFactory(), id_number=resident_id(502))
        assert (expired.code, again.code) == ("expired", "answered")

    def test_a_forged_link_asks_the_database_nothing(self, invitation):
        with CaptureQueriesContext(connection) as queries:
            assert invitation_of(f"{invitation.token}:forged") is None
            assert invitation_of(invitation.token) is None
        assert len(queries) == 0

    def test_declined_and_taken_back_are_the_end(self, entry, guest):
        by = entry.project.owner
        for end in (
            services.decline_invitation,
            lambda one: services.take_back_invitation(entry, invitation=one, by=by),
        ):
            one = services.invite_member(entry, name="王示例", by=by)
            end(one)
            assert refused(accept, one, guest).code == "answered"
            assert refused(services.resend_invitation, entry, invitation=one, by=by).code == "answered"
        assert not entry.project.members.filter(kind=MemberKind.MEMBER).exists()

    def test_who_waits_takes_up_room(self, entry, invitation, guest):
        rule = factories.EligibilityRuleFactory(season=entry.season, kind="team_max", number=2, phrase="不超过2人")
        by = entry.project.owner
        assert refused(services.invite_member, entry, name="丙", by=by).code == "team-full"

        services.take_back_invitation(entry, invitation=invitation, by=by)
        again = services.invite_member(entry, name="丙", by=by)
        add(entry)
        assert refused(accept, again, guest, name="丙", id_number=resident_id(503)).code == "team-full"
        rule.delete()
        guest.refresh_from_db()
        assert accept(again, guest, name="丙", id_number=resident_id(503))

    def test_nobody_joins_an_entry_that_is_handed_in(self, invitation, guest, entry):
        type(entry).objects.filter(pk=entry.pk).update(
            state=EntryState.SUBMITTED, number="T-9", snapshot={}, submitted_at=timezone.now()
        )
        assert refused(accept, invitation, guest).code == "not-editable"

    def test_the_owner_passes_the_link_on(self, entry, invitation):
        assert refused(accept, invitation, entry.project.owner).code in ("own", "member-twice")

    def test_so_many_a_day(self, entry, monkeypatch):
        monkeypatch.setattr("projects.services.invitations.MOST_A_DAY", 2)
        by = entry.project.owner
        for name in "甲乙":
            services.invite_member(entry, name=name, by=by)
        assert refused(services.invite_member, entry, name="丙", by=by).code == "too-many"

    def test_foreign_people_join_with_passport_and_overseas_phone(self, invitation, guest):
        member = accept(
            invitation, guest, name="María-José van der Berg", id_kind="passport", id_number="C01X00T47",
            phone="+49 1512 3456789", birth_date=factories.NOW.date(),
        )  # fmt: skip
        assert (member.person.name, member.person.phone) == ("María-José van der Berg", "+4915123456789")


class TestTakingOver:
    def test_a_row_of_somebody_else_is_not_taken_over_nor_changed(self, invitation, guest):
        """Whoever knows the number of a judge without a login must not become that judge."""
        officer = factories.UserFactory()
        known = factories.PersonFactory(name="王示例", id_number=OWN["id_number"], phone="+8613700137000")
        known.added_by = officer
        known.save()
        member = accept(invitation, guest, phone="13900139000")
        guest.refresh_from_db()
        known.refresh_from_db()

        assert (member.person, guest.person, known.phone) == (known, None, "+8613700137000")
        assert list(memberships_of(guest)) == [member]

    def test_a_person_with_another_account_signs_in_with_that_one(self, invitation, guest):
        person = factories.PersonFactory(name="王示例", id_number=OWN["id_number"])
        factories.UserFactory(person=person)
        assert refused(accept, invitation, guest).code == "person-taken"

    def test_who_was_added_by_hand_confirms_only_with_the_same_document(self, entry, guest):
        member = add(entry)
        asked = services.ask_member(entry, member=member, by=entry.project.owner)
        assert refused(accept, asked, guest, id_number=resident_id(504)).code == "another-person"

        accept(asked, guest, school="山东大学")
        guest.refresh_from_db()
        member.refresh_from_db()
        assert (guest.person, member.person.school, bool(member.confirmed_at)) == (member.person, "山东大学", True)
        assert refused(services.ask_member, entry, member=member, by=entry.project.owner).code == "confirmed"

    def test_asked_again_after_declining(self, entry):
        member, by = add(entry), entry.project.owner
        first = services.ask_member(entry, member=member, by=by)
        services.decline_invitation(first)
        second = services.ask_member(entry, member=member, by=by)
        assert TeamInvitation.objects.get(member=member) == second
        assert TeamMember.objects.filter(pk=member.pk).exists()

    def test_what_the_owner_changes_was_not_confirmed(self, entry, guest):
        officer = factories.UserFactory()
        factories.PersonFactory(name="王示例", id_number=OWN["id_number"], added_by=officer)
        by = entry.project.owner
        member = accept(services.invite_member(entry, name="王示例", by=by), guest)
        services.change_member(entry, member=member, by=by, work="研发", school="清华大学")
        assert member.confirmed_at

        member.person.added_by = by
        member.person.save()
        services.change_member(entry, member=member, by=by, work="研发", school="清华大学")
        assert (member.confirmed_at, member.consent_digest) == (None, "")


class TestConsent:
    def test_submission_waits_for_everybody_only_where_the_season_says_so(self, entry, guest):
        member, by = add(entry), entry.project.owner
        assert not [one for one in checks.completeness(entry) if one.code == "unconfirmed"]

        row = factories.DeclarationFactory(season=entry.season, code="member_consent", text="成员同意。")
        (problem,) = [one for one in checks.completeness(entry) if one.code == "unconfirmed"]
        assert (problem.field, consent_of(entry.season).text) == (f"member.{member.person_id}", "成员同意。")
        assert not [one for one in checks.completeness(entry) if one.field == "declaration.member_consent"]

        accept(services.ask_member(entry, member=member, by=by), guest)
        assert not [one for one in checks.completeness(entry) if one.code == "unconfirmed"]
        member.delete()
        Declaration.objects.filter(pk=row.pk).update(required=False)
        add(entry, name="丁", id_number=resident_id(505))
        assert not [one for one in checks.completeness(entry) if one.code == "unconfirmed"]


class TestSending:
    def test_to_the_inbox_of_who_has_an_account(self, entry):
        known = factories.UserFactory()
        from accounts.services import set_phone

        set_phone(known, phone="+8613900139000", verified=True, by=known)
        services.invite_member(entry, name="王示例", phone="139 0013 9000", by=entry.project.owner)
        message = Message.objects.get(to=known)
        assert message.link == link_of(TeamInvitation.objects.get())
        assert sorted(message.deliveries.values_list("channel", flat=True))[-1] == "sms"

    def test_by_sms_to_who_has_none_and_no_number_stands_in_trail_or_queue(
        self, entry, capsys, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            made = services.invite_member(entry, name="王示例", phone="13900139000", by=entry.project.owner)
        assert "SMS to +8613900139000" in (out := capsys.readouterr().out)
        assert link_of(made) in out
        trail = str(AuditEntry.objects.filter(verb="team.invite").values_list("after", flat=True))
        assert "13900139000" not in trail


class TestPages:
    def path(self, invitation) -> str:
        return link_of(invitation)

    def test_a_visitor_reads_three_things_and_nothing_of_people(self, client, entry, invitation):
        text = client.get(link_of(invitation)).content.decode()
        for told in (entry.project.name, entry.season.title, str(entry.project.owner)):
            assert told in text
        for hidden in ("李示例", "王示例", entry.project.company_name, entry.leader.id_number):
            assert hidden not in text
        gone = client.get(link_of(invitation)[:-2] + "x/")
        assert (gone.status_code, entry.project.name in gone.content.decode()) == (410, False)

    def test_a_guest_confirms_sees_the_entry_corrects_and_leaves(self, signed_in, entry, invitation, guest):
        browser = signed_in(guest)
        wrong = browser.post(link_of(invitation), {**OWN, "school": "山东大学"})
        assert (wrong.status_code, "山东大学" in wrong.content.decode()) == (422, True)
        done = browser.post(link_of(invitation), {**OWN, "agree": "on"})
        member = TeamMember.objects.get(kind=MemberKind.MEMBER)
        assert done["Location"] == f"/entries/teams/{member.pk}/"

        page = browser.get(done["Location"]).content.decode()
        assert entry.project.name in page
        assert OWN["id_number"] not in page
        assert entry.leader.id_number not in page
        assert browser.get(f"/entries/{entry.pk}/").status_code == 404
        browser.post(done["Location"], {"do": "correct", "email": "a@example.com"})
        member.person.refresh_from_db()
        assert member.person.email == "a@example.com"
        browser.post(done["Location"], {"do": "leave"})
        assert not TeamMember.objects.filter(pk=member.pk).exists()
        assert browser.get(done["Location"]).status_code == 404

    def test_the_owner_follows_up_and_sees_numbers_only_masked(self, signed_in, entry, guest):
        browser, form = signed_in(entry.project.owner), f"/entries/{entry.pk}/form/team/"
        nameless = browser.post(f"/entries/{entry.pk}/team/invite/", {"invite-kind": "member", "invite-work": "财务"})
        assert (nameless.status_code, "财务" in nameless.content.decode()) == (422, True)
        browser.post(f"/entries/{entry.pk}/team/invite/", {"invite-kind": "member", "invite-name": "王示例"})
        made = TeamInvitation.objects.get()
        assert link_of(made) in browser.get(form).content.decode()

        accept(made, guest, phone="13900139000")
        text = browser.get(form).content.decode()
        assert OWN["id_number"] not in text
        assert "13900139000" not in text
        assert link_of(made) not in text

    @pytest.mark.parametrize("count", [1, 3])
    def test_my_teams_cost_the_same_for_any_number(self, signed_in, guest, count):
        person = factories.PersonFactory()
        guest.person = person
        guest.save()
        for _ in range(count):
            one = factories.EntryFactory()
            TeamMember.objects.create(project=one.project, person=person, kind="member", confirmed_at=timezone.now())
        browser = signed_in(guest)
        browser.get("/entries/teams/")
        with CaptureQueriesContext(connection) as queries:
            assert browser.get("/entries/teams/").content.decode().count("/entries/teams/") >= count
        assert len(queries) == 7, [one["sql"][:90] for one in queries]

    def test_guessing_is_slowed_down(self, client):
        answers = [client.get("/entries/invitation/x:y/").status_code for _ in range(41)]
        assert (answers[0], answers[-1]) == (410, 429)
