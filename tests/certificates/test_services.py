"""Awards follow from what is public; a certificate's number is used once and for ever."""

from datetime import date, timedelta
from itertools import product

import pytest

from certificates import services
from certificates.models import Award, Certificate, CertificateDesign
from certificates.queries import awards_without_certificate, finals_without_awards, tasks_for
from certificates.states import CERTIFICATE_MOVES, AwardState, CertificateState
from contests import impact
from contests import services as setup
from contests.sections import BY_KEY
from core.models import AuditEntry
from core.problems import Refused
from judging.queries.results import current_places
from messaging.models import Message
from tests.certificates.finals import Final
from tests.factories import NOW

pytestmark = pytest.mark.django_db
LATER, LAST = NOW + timedelta(days=1), NOW + timedelta(days=2)


def given() -> list[tuple]:
    found = Award.objects.filter(state=AwardState.GIVEN).order_by("level__order", "entry__pk")
    return list(found.values_list("entry", "level__name"))


class TestGive:
    @pytest.mark.parametrize("stands", ["open", "locked"])
    def test_nothing_before_the_results_are_public(self, stands):
        final = Final()
        if stands == "locked":
            final.locked()

        with pytest.raises(Refused):
            services.give_awards(final.heat, by=final.by, at=NOW)
        assert not Award.objects.exists()
        assert not finals_without_awards(final.season).exists()

    def test_by_the_places_of_the_ranking_and_only_once(self):
        final = Final().published()
        assert list(finals_without_awards(final.season)) == [final.heat]

        made = services.give_awards(final.heat, by=final.by, at=NOW)

        first, second, third, _out = (entry.pk for entry in final.entries)
        assert given() == [(first, "一等奖"), (second, "二等奖"), (third, "二等奖")]
        assert AuditEntry.objects.filter(verb="award.give").count() == len(made) == 3
        assert services.give_awards(final.heat, by=final.by, at=LATER) == []
        assert not finals_without_awards(final.season).exists()

    def test_another_final_of_the_season_leaves_them_alone(self):
        one = Final().awarded()
        before = given()

        other = Final(season=one.season).awarded()

        assert set(before) < set(given())
        assert {entry for entry, _level in given()} & {entry.pk for entry in other.entries}
        assert not Award.objects.filter(state=AwardState.REVOKED).exists()


class TestCorrection:
    def test_waits_for_the_new_notice(self):
        final = Final().awarded()
        before = given()
        final.correct(3, innovation=60, at=LATER)

        with pytest.raises(Refused):
            services.give_awards(final.heat, by=final.by, at=LATER)
        assert given() == before

    def test_revokes_what_is_no_longer_earned_with_its_certificate(self):
        final = Final().issued()
        final.correct(3, innovation=60, at=LATER)
        final.publish(at=LAST)
        assert list(finals_without_awards(final.season)) == [final.heat]
        services.give_awards(final.heat, by=final.by, at=LAST)

        first, second, third, fourth = (entry.pk for entry in final.entries)
        assert given() == [(fourth, "一等奖"), (first, "二等奖"), (second, "二等奖")]
        assert {award.entry_id for award in Award.objects.filter(state=AwardState.REVOKED)} == {first, third}
        states = dict(Certificate.objects.values_list("award__entry", "state"))
        assert states == {first: "revoked", second: "valid", third: "revoked"}
        current = set(current_places(final.heat).values_list("pk", flat=True))
        assert set(Award.objects.filter(state=AwardState.GIVEN).values_list("place", flat=True)) <= current
        assert not finals_without_awards(final.season).exists()

    def test_what_was_lost_can_be_earned_back(self):
        final = Final().awarded()
        before = given()
        for place, (innovation, at) in enumerate([(60, LATER), (47, LAST)]):
            final.correct(3, innovation=innovation, at=at)
            final.publish(at=at + timedelta(hours=1 + place))
            services.give_awards(final.heat, by=final.by, at=at + timedelta(hours=3))

        assert given() == before


class TestIssue:
    def test_needs_a_design(self):
        final = Final().awarded()

        with pytest.raises(Refused):
            services.issue_certificates(final.season, by=final.by, at=NOW)

    def test_numbers_follow_one_another_best_level_first(self):
        final = Final().issued()

        rows = [(one.number, one.award.entry_id) for one in final.certificates]
        assert rows == [(f"T-{place:05d}", final.entries[place - 1].pk) for place in (1, 2, 3)]
        assert len({one.token for one in final.certificates}) == 3
        assert {len(one.token) for one in final.certificates} == {services.TOKEN_DIGITS}
        assert CertificateDesign.objects.get().next_number == 4
        assert AuditEntry.objects.filter(verb="certificate.issue").count() == 3
        winners = {entry.project.owner_id for entry in final.entries[:3]}
        assert set(Message.objects.filter(kind="certificate").values_list("to", flat=True)) == winners

    def test_a_second_issue_makes_only_what_is_missing_and_numbers_on(self):
        final = Final().issued()
        assert services.issue_certificates(final.season, by=final.by, at=LATER) == []
        services.revoke(final.certificates[1], reason="印错", by=final.by, at=LATER)

        (again,) = services.issue_certificates(final.season, by=final.by, at=LATER)

        assert (again.number, again.award) == ("T-00004", final.certificates[1].award)
        assert Certificate.objects.values("number").distinct().count() == 4

    def test_prints_what_was_frozen_in_the_order_of_the_team(self):
        final = Final().awarded().designed()
        made = services.issue_certificates(final.season, by=final.by, at=NOW, issued_on=date(2026, 9, 1))

        company, team = made[0].fields, made[1].fields
        assert company["members"] == ("赵一", "钱二", "孙三")
        assert company["advisers"] == ("周四",)
        assert (company["unit"], company["address"]) == ("山东海藻科技有限公司", "你单位")
        assert (team["unit"], team["address"]) == ("林晓棠团队", "你团队")
        assert (company["leader"], company["award"], company["issued_on"]) == ("林晓棠", "一等奖", "2026-09-01")
        assert company["issuers"] == ("山东省示例厅",)
        assert made[0].token in company["verify_url"]

    def test_a_later_change_of_the_project_does_not_reach_the_paper(self):
        final = Final().awarded().designed()
        project = final.entries[0].project
        project.members.all().delete()
        project.name = "改名以后"
        project.save()

        first = services.issue_certificates(final.season, by=final.by, at=NOW)[0]

        assert first.fields["members"] == ("赵一", "钱二", "孙三")
        assert first.fields["project"] == final.entries[0].title


class TestPrefix:
    @pytest.mark.parametrize("prefix", ["T", "t"])
    def test_belongs_to_one_season_so_that_numbers_never_meet(self, prefix):
        Final(entries=1).designed("T")

        with pytest.raises(Refused) as refused:
            Final(entries=1).designed(prefix)
        assert refused.value.field == "number_prefix"
        assert CertificateDesign.objects.count() == 1

    def test_a_season_keeps_its_own_when_the_design_changes(self):
        assert CertificateDesign.objects.get(season=Final(entries=1).designed().designed().season)


class TestMoves:
    @pytest.mark.parametrize(("before", "after"), list(product(CertificateState, repeat=2)))
    def test_every_pair_follows_the_table(self, before, after):
        certificate = Final(entries=1).issued().certificates[0]
        Certificate.objects.update(state=before)

        if after in CERTIFICATE_MOVES[before]:
            assert services._move(certificate, after, reason="印错", by=certificate.by, at=LATER).state == after
        else:
            with pytest.raises(Refused):
                services._move(certificate, after, reason="印错", by=certificate.by, at=LATER)
        certificate.refresh_from_db()
        assert certificate.state == (after if after in CERTIFICATE_MOVES[before] else before)

    @pytest.mark.parametrize("service", [services.reissue, services.revoke])
    def test_needs_a_reason(self, service):
        certificate = Final(entries=1).issued().certificates[0]

        with pytest.raises(Refused) as refused:
            service(certificate, reason=" ", by=certificate.by, at=LATER)

        assert refused.value.field == "reason"
        assert Certificate.objects.get().state == CertificateState.VALID

    def test_printing_anew_takes_the_next_number_and_tells_the_holder(self):
        final = Final().issued()
        old = final.certificates[0]

        new = services.reissue(old, reason=" 姓名更正 ", by=final.by, at=LATER)

        old.refresh_from_db()
        assert (old.state, old.reason, old.replaced_by) == (CertificateState.REPLACED, "姓名更正", new)
        assert (new.number, new.state, new.award) == ("T-00004", CertificateState.VALID, old.award)
        assert new.token != old.token
        assert CertificateDesign.objects.get().next_number == 5
        assert Message.objects.filter(to=final.entries[0].project.owner, kind="certificate").count() == 2
        with pytest.raises(Refused):
            services.reissue(old, reason="再来一次", by=final.by, at=LATER)

    def test_a_number_is_never_used_again(self):
        final = Final(entries=1).issued()
        services.revoke(final.certificates[0], reason="印错", by=final.by, at=LATER)
        services.issue_certificates(final.season, by=final.by, at=LATER)

        numbers = Certificate.objects.order_by("pk").values_list("number", "state")
        assert list(numbers) == [("T-00001", "revoked"), ("T-00002", "valid")]


def test_tasks_lead_from_awards_to_certificates():
    final = Final().published()
    assert len(tasks_for(final.by, NOW)) == 1
    services.give_awards(final.heat, by=final.by, at=NOW)
    assert tasks_for(final.by, NOW) == []
    final.designed()
    (task,) = tasks_for(final.by, NOW)
    assert "3" in task.why
    assert awards_without_certificate(final.season) == 3
    services.issue_certificates(final.season, by=final.by, at=NOW)
    assert tasks_for(final.by, NOW) == []


def test_a_change_of_an_award_level_says_how_many_hold_it():
    final = Final(entries=3).awarded()
    level = final.season.awardlevels.get(name="二等奖")
    assert impact.of(impact.Reach(final.season, level)).awarded == 2
    with pytest.raises(setup.Asks) as asked:
        setup.save_part(final.season, BY_KEY["awards"], data={"places": 3}, row=level, by=final.by)
    assert asked.value.impact.awarded == 2
    more = {"data": {"places": 3}, "row": level, "by": final.by, "reason": "增加名额"}
    made = setup.save_part(final.season, BY_KEY["awards"], **more)
    assert (made.replaces, set(Award.objects.filter(level=level).values_list("state", flat=True))) == (level, {"given"})
