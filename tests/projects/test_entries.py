"""From start to submission, withdrawal and a second try: states, numbers, deadlines, the frozen snapshot."""

from contextlib import suppress
from datetime import datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from contests.models import Season
from core.models import AuditEntry
from core.problems import Refused
from messaging.models import Message
from projects import services
from projects.models import Entry, FieldMark, Waiver
from projects.queries.form import sent_marks
from projects.services.moves import move
from projects.states import ENTRY_MOVES, EntryState, Outcome, Step
from tests import factories
from tests.factories import NOW
from tests.projects import drafts

pytestmark = pytest.mark.django_db
CHINA = ZoneInfo("Asia/Shanghai")


def refused(call, *args, **kwargs) -> Refused:
    with pytest.raises(Refused) as caught:
        call(*args, **kwargs)
    return caught.value


class TestStart:
    def test_begins_a_draft_and_leaves_a_trace(self):
        user = factories.UserFactory(person=factories.PersonFactory(name="林晓棠"))
        entry = services.start_entry(drafts.open_season(), by=user, at=NOW, name=" 地膜 ")

        assert (entry.state, entry.title, entry.number) == (EntryState.DRAFT, "地膜", None)
        assert (entry.project.owner, entry.leader_name) == (user, "林晓棠")
        assert AuditEntry.objects.filter(verb="entry.start", actor=user).count() == 1

    def test_outside_the_entry_period(self):
        season, user = drafts.open_season(), factories.UserFactory()
        early = refused(services.start_entry, season, by=user, at=season.entry_opens - timedelta(seconds=1))
        late = refused(services.start_entry, season, by=user, at=season.entry_closes + timedelta(seconds=1))

        assert (early.code, late.code) == ("not-open", "closed")
        assert not Entry.objects.exists()

    def test_one_live_entry_of_a_project_in_a_season(self):
        entry = drafts.draft()
        again = refused(services.start_entry, entry.season, by=entry.project.owner, at=NOW, project=entry.project)

        assert again.code == "twice"
        assert Entry.objects.count() == 1

    def test_a_project_enters_another_contest_with_what_it_has(self):
        entry = drafts.draft()
        other = services.start_entry(drafts.open_season(), by=entry.project.owner, at=NOW, project=entry.project)

        assert (other.title, other.leader_name) == (entry.project.name, "李示例")


class TestSubmit:
    def test_freezes_the_entry_and_hands_it_to_its_unit(self):
        entry = drafts.submitted()
        snapshot = entry.snapshot

        assert (entry.state, entry.holder, entry.zone) == (EntryState.SUBMITTED, entry.unit, entry.unit)
        assert entry.submitted_at == NOW
        assert snapshot["project"]["revenue_wan"] == "320.5"
        assert snapshot["track"]["name"] == entry.track.name
        assert [one["label"] for one in snapshot["documents"]] == ["路演文稿"]
        assert len(snapshot["documents"][0]["sha256"]) == 64
        assert [one["code"] for one in snapshot["declarations"]] == [entry.season.declarations.get().code]

    def test_no_number_of_a_person_stands_in_the_snapshot_or_the_trail(self):
        entry = drafts.submitted()
        number, phone = entry.leader.id_number, "13800138000"
        trail = " ".join(str(row) for row in AuditEntry.objects.values_list("before", "after"))

        assert len(number) == 18
        for text in (str(entry.snapshot), trail):
            assert number not in text
            assert phone not in text

    def test_later_changes_of_the_project_leave_the_entry_alone(self):
        entry = drafts.submitted()
        other = services.start_entry(drafts.open_season(), by=entry.project.owner, at=NOW, project=entry.project)
        services.save_step(other, Step.PROJECT, {"name": "改名后的项目"}, by=entry.project.owner)
        entry.refresh_from_db()

        assert (entry.title, entry.snapshot["project"]["name"]) == ("海藻基农用地膜", "海藻基农用地膜")

    def test_tells_the_owner(self):
        entry = drafts.submitted()
        message = Message.objects.get(to=entry.project.owner)

        assert entry.number in message.body
        assert message.link == f"/entries/{entry.pk}/"

    def test_the_snapshot_speaks_the_language_of_the_site(self):
        season = drafts.open_season()
        factories.EligibilityRuleFactory(season=season, kind="registered", phrase="须已注册")
        with override("en"):
            entry = drafts.submitted(season)

        assert entry.snapshot["eligibility"][0]["fact"] == "已注册企业"

    def test_a_person_enters_without_company_team_and_money(self):
        season = drafts.open_season()
        season.tracks.update(kind="person")
        factories.EligibilityRuleFactory(season=season, kind="registered", phrase="须已注册")
        user = factories.UserFactory()
        entry = services.start_entry(season, by=user, at=NOW)
        services.save_step(entry, Step.LEADER, drafts.leader_facts(), by=user)
        told = drafts.project_facts(season)
        kept = {name: told[name] for name in ("track", "unit", "name", "region", "one_line", "summary")}
        services.save_step(entry, Step.PROJECT, kept, by=user)
        requirement = season.documentrequirements.get()
        services.upload_document(entry, requirement, drafts.pdf(), name="a.pdf", by=user)
        services.agree_to(entry, declarations=season.declarations.all(), by=user)

        assert services.submit(entry, by=user, at=NOW).state == EntryState.SUBMITTED

    def test_numbers_run_on_and_name_year_and_place(self):
        season = drafts.open_season(year=2026)
        numbers = [drafts.submitted(season, number=n).number for n in (1, 2)]
        prefix = f"{season.contest.number_prefix}26-370100"

        assert numbers == [f"{prefix}-0001", f"{prefix}-0002"]
        assert Season.objects.get(pk=season.pk).next_number == 3

    def test_the_closing_second_counts_and_the_next_does_not(self):
        closes = datetime(2026, 7, 31, 23, 59, 59, tzinfo=CHINA)
        season = drafts.open_season()
        first, second = drafts.ready(season, number=1), drafts.ready(season, number=2)
        season.entry_closes = closes
        season.save()

        within = closes + timedelta(milliseconds=999)
        assert services.submit(first, by=first.project.owner, at=within).state == EntryState.SUBMITTED
        late = refused(services.submit, second, by=second.project.owner, at=closes + timedelta(seconds=1))
        second.refresh_from_db()
        assert late.code == "deadline"
        assert (second.state, second.title) == (EntryState.DRAFT, "海藻基农用地膜")

    def test_an_incomplete_entry_is_told_everything_at_once(self):
        entry = drafts.draft()
        refusal = refused(services.submit, entry, by=entry.project.owner, at=NOW)
        requirement, declaration = entry.season.documentrequirements.get(), entry.season.declarations.get()

        assert {one.field for one in refusal.problems} == {
            f"document.{requirement.pk}",
            f"declaration.{declaration.code}",
        }
        assert Entry.objects.get().state == EntryState.DRAFT

    def test_a_broken_rule_blocks_and_a_waiver_lets_through(self):
        season = drafts.open_season()
        rule = factories.EligibilityRuleFactory(
            season=season, kind="registered_on_or_after", date=NOW.date(), phrase="未满5年"
        )
        entry = drafts.ready(season)
        refusal = refused(services.submit, entry, by=entry.project.owner, at=NOW)
        assert [one.code for one in refusal.problems] == ["registered_on_or_after"]

        Waiver.objects.create(entry=entry, rule=rule, reason="急需紧缺", approver=factories.province(season), at=NOW)
        services.submit(entry, by=entry.project.owner, at=NOW)
        assert [one["verdict"] for one in entry.snapshot["eligibility"]] == ["waived"]

    def test_one_leader_one_track_where_the_rule_says_so(self):
        season = drafts.open_season()
        first = drafts.submitted(season, number=1, company=False)
        again = drafts.ready(season, number=1, company=False)
        assert services.submit(again, by=again.project.owner, at=NOW).state == EntryState.SUBMITTED

        factories.EligibilityRuleFactory(season=season, kind="one_track", phrase="只能报一个赛道")
        third = drafts.ready(season, number=1, company=False)
        refusal = refused(services.submit, third, by=third.project.owner, at=NOW)
        assert first.number in refusal.problems[0].message or again.number in refusal.problems[0].message

    def test_an_earlier_award_is_found_by_company_and_by_person(self):
        """A firm renamed since is known by its credit code, a founder with a new firm by the document (domain §8.7)."""
        season = drafts.open_season()
        old = drafts.submitted(drafts.open_season(), number=1)
        Entry.objects.filter(pk=old.pk).update(state=EntryState.QUALIFIED)
        factories.ParticipationFactory(entry=old, track=old.track, outcome=Outcome.AWARDED)
        factories.EligibilityRuleFactory(season=season, kind="no_earlier_award", phrase="往届获奖项目不得参赛")
        renamed, new_firm, stranger = (drafts.ready(season, number=n) for n in (2, 1, 3))
        by = renamed.project.owner
        services.save_step(renamed, Step.COMPANY, drafts.company_facts(1, company_name="改名公司"), by=by)
        services.save_step(new_firm, Step.COMPANY, drafts.company_facts(9), by=new_firm.project.owner)

        for entry in (renamed, new_firm):
            refusal = refused(services.submit, entry, by=entry.project.owner, at=NOW)
            assert [one.code for one in refusal.problems] == ["no_earlier_award"]
        assert services.submit(stranger, by=stranger.project.owner, at=NOW).number

    def test_twice_is_refused(self):
        entry = drafts.submitted()

        assert refused(services.submit, entry, by=entry.project.owner, at=NOW).code == "state"

    def test_a_returned_entry_comes_back_with_its_number_to_the_unit_that_returned_it(self):
        season = drafts.open_season()
        zone = season.units.get()
        unit = factories.RecommendingUnitFactory(season=season, parent=zone, kind="county")
        entry = drafts.ready(season)
        by = entry.project.owner
        services.save_step(entry, Step.PROJECT, {"unit": unit}, by=by)
        services.submit(entry, by=by, at=NOW)
        services.accept(entry, by=factories.clerk(unit), at=NOW)
        due = NOW + timedelta(days=2)
        services.send_back(entry, reason="请补充", fix_by=due, by=factories.city(zone), at=NOW)

        late = refused(services.submit, entry, by=by, at=due + timedelta(seconds=1))
        number = entry.number
        services.submit(entry, by=by, at=due)
        assert late.code == "deadline"
        assert (entry.number, entry.holder, entry.state) == (number, zone, EntryState.SUBMITTED)

    def test_the_database_refuses_a_submitted_entry_without_snapshot(self):
        entry = drafts.draft()

        with pytest.raises(IntegrityError, match="entry_submitted_is_frozen"), transaction.atomic():
            Entry.objects.filter(pk=entry.pk).update(state=EntryState.SUBMITTED)


class TestAfterwards:
    def test_withdrawn_and_opened_again_keeps_its_number(self):
        entry = drafts.submitted()
        by, number = entry.project.owner, entry.number
        services.withdraw(entry, reason="要换负责人", by=by, at=NOW)
        assert Entry.objects.live().count() == 0

        services.reopen(entry, by=by, at=NOW)
        assert (entry.state, entry.submitted_at) == (EntryState.DRAFT, None)
        assert services.submit(entry, by=by, at=NOW).number == number

    def test_a_draft_opened_again_is_hidden_from_offices(self):
        entry = drafts.submitted()
        clerk = factories.clerk(entry.unit)
        services.withdraw(entry, reason="改", by=entry.project.owner, at=NOW)
        services.reopen(entry, by=entry.project.owner, at=NOW)

        assert not Entry.objects.visible_to(clerk).exists()

    def test_withdrawing_says_why_and_leaves_the_heats(self):
        entry = drafts.submitted()
        by = entry.project.owner
        assert refused(services.withdraw, entry, reason=" ", by=by, at=NOW).field == "reason"

        place = factories.ParticipationFactory(entry=entry, track=entry.track)
        services.withdraw(entry, reason="无法到场", by=by, at=NOW)
        place.refresh_from_db()
        assert (place.outcome, place.reason) == (Outcome.WITHDRAWN, "无法到场")
        assert refused(services.reopen, entry, by=by, at=NOW).code == "judged"

    def test_opening_again_ends_with_the_entry_period_and_with_a_twin(self):
        entry = drafts.submitted()
        by, season = entry.project.owner, entry.season
        services.withdraw(entry, reason="改", by=by, at=NOW)
        assert refused(services.reopen, entry, by=by, at=season.entry_closes + timedelta(days=1)).code == "closed"

        services.start_entry(season, by=by, at=NOW, project=entry.project)
        assert refused(services.reopen, entry, by=by, at=NOW).code == "twice"

    @pytest.mark.parametrize("state", sorted(set(EntryState) - {EntryState.DRAFT, EntryState.RETURNED}))
    def test_nothing_is_written_into_an_entry_that_is_not_editable(self, state):
        entry = factories.EntryFactory(state=state)
        by = entry.project.owner
        requirement = factories.DocumentRequirementFactory(season=entry.season)
        declaration = factories.DeclarationFactory(season=entry.season)

        for call in (
            lambda: services.save_step(entry, Step.PROJECT, {"name": "改"}, by=by),
            lambda: services.upload_document(entry, requirement, drafts.pdf(), name="a.pdf", by=by),
            lambda: services.agree(entry, declaration, by=by),
            lambda: services.remove_member(entry, member=entry.project.members.get(), by=by),
        ):
            assert refused(call).code == "not-editable"

    def test_every_pair_of_states(self):
        entry = factories.EntryFactory()
        entry.number, entry.snapshot, by = "T-1", {"title": "x"}, entry.project.owner
        allowed = set()
        for state, to in product(EntryState, EntryState):
            entry.state = state
            with suppress(Refused):
                move(entry, to=to, by=by, at=NOW)
                allowed.add((state, to))

        assert allowed == {(state, to) for state, reachable in ENTRY_MOVES.items() for to in reachable}


def test_agreements_keep_the_wording_and_can_be_taken_back():
    season = drafts.open_season()
    entry = drafts.draft(season)
    by = entry.project.owner
    first, second = season.declarations.get(), factories.DeclarationFactory(season=season, text="另一段文字")
    services.agree(entry, first, by=by, at=NOW)
    services.agree(entry, second, by=by, at=NOW)
    assert entry.agreements.count() == 2

    services.agree_to(entry, declarations=[second], by=by, at=NOW)
    kept = entry.agreements.get()
    assert (kept.declaration, len(kept.text_digest), kept.at) == (second, 64, NOW)


def test_working_days():
    friday = datetime(2026, 6, 19, 10, tzinfo=CHINA)

    assert services.entries.after_workdays(friday, 3) == datetime(2026, 6, 24, 18, tzinfo=CHINA)


def test_marks_of_a_return_are_the_latest_ones():
    entry = drafts.submitted()
    clerk, by = factories.clerk(entry.unit), entry.project.owner
    for reason in ("第一次", "第二次"):
        services.mark_field(entry, field="insured", label="参保人数", reason=reason, by=clerk, at=NOW)
        services.send_back(entry, reason="", fix_by=NOW + timedelta(days=2), by=clerk, at=NOW)
        services.submit(entry, by=by, at=NOW)

    assert FieldMark.objects.count() == 2
    assert [mark.reason for mark in sent_marks(entry)] == ["第二次"]
