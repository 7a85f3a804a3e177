"""Screening by the chain of units: who decides, what each decision needs, and what becomes of two clerks at once."""

from datetime import timedelta

import pytest

from core.models import AuditEntry
from core.problems import Refused
from messaging.models import Message
from projects import services
from projects.models import Entry, FieldMark, ScreeningStep
from projects.queries.officer import officer_tasks, waiting_for
from projects.states import Decision, EntryState
from tests import factories
from tests.factories import NOW
from tests.projects import drafts
from tests.projects.offices import Offices

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=3)


@pytest.fixture
def offices():
    return Offices()


@pytest.fixture
def entry(offices):
    """Sent through the county of Jinan, which holds it."""
    return offices.entry()


def refused(call, *args, **kwargs) -> Refused:
    with pytest.raises(Refused) as caught:
        call(*args, **kwargs)
    return caught.value


def mark(entry, by, field="insured", reason="与证明不一致，请改为证明上的人数。"):
    return services.mark_field(entry, field=field, label="参保人数", reason=reason, by=by, at=NOW)


class TestChain:
    def test_county_then_city_then_the_contest(self, offices, entry):
        county = services.accept(entry, by=offices.clerk, at=NOW)
        assert (county.state, county.holder, county.qualified_at) == (EntryState.SUBMITTED, offices.zone, None)
        assert county.due_at > NOW
        assert not Message.objects.exists()

        city = services.accept(entry, by=offices.city, at=LATER)
        assert (city.state, city.holder, city.due_at) == (EntryState.QUALIFIED, None, None)
        assert city.qualified_at == LATER
        assert list(entry.screening_steps.values_list("unit", "decision", "by")) == [
            (offices.county.pk, Decision.ACCEPT, offices.clerk.pk),
            (offices.zone.pk, Decision.ACCEPT, offices.city.pk),
        ]
        assert list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True)) == [
            "entry.pass_on", "entry.qualified",
        ]  # fmt: skip
        assert Message.objects.get().to == entry.project.owner

    def test_a_zone_without_units_below_qualifies_at_once(self, offices):
        entry = offices.entry(unit=offices.zone)

        assert services.accept(entry, by=offices.city, at=NOW).state == EntryState.QUALIFIED

    def test_a_returned_entry_comes_back_to_the_unit_that_returned_it(self):
        entry = drafts.submitted()
        unit, by = entry.holder, factories.clerk(entry.holder)
        mark(entry, by)
        services.send_back(entry, reason="", fix_by=LATER, by=by, at=NOW)

        assert (entry.state, entry.holder, entry.due_at) == (EntryState.RETURNED, unit, LATER)
        again = services.submit(entry, by=entry.project.owner, at=NOW + timedelta(days=1))
        assert (again.state, again.holder) == (EntryState.SUBMITTED, unit)

    @pytest.mark.parametrize("state", sorted(set(EntryState) - {EntryState.SUBMITTED}))
    def test_nothing_is_decided_twice(self, offices, state):
        entry = offices.entry(state=state)
        acts = [
            lambda: services.accept(entry, by=offices.clerk, at=NOW),
            lambda: services.send_back(entry, reason="请补充", fix_by=LATER, by=offices.clerk, at=NOW),
            lambda: services.reject(entry, reason="不符合条件", by=offices.clerk, at=NOW),
            lambda: mark(entry, offices.clerk),
            lambda: services.unmark_field(entry, field="insured", by=offices.clerk, at=NOW),
        ]

        assert [refused(act).code for act in acts] == ["decided"] * 5
        assert Entry.objects.get(pk=entry.pk).state == state
        assert not ScreeningStep.objects.exists()
        assert not AuditEntry.objects.exists()


class TestMarks:
    def test_marking_again_changes_the_sentence(self, offices, entry):
        mark(entry, offices.clerk)
        mark(entry, offices.clerk, reason=" 请改为12人。 ")

        assert FieldMark.objects.get().reason == "请改为12人。"
        verbs = AuditEntry.objects.order_by("pk").values_list("verb", flat=True)
        assert list(verbs) == ["entry.mark", "entry.mark.change"]

    def test_a_mark_says_what_to_correct(self, offices, entry):
        problem = refused(mark, entry, offices.clerk, reason="  ")

        assert (problem.field, problem.code) == ("insured", "reason")
        assert not FieldMark.objects.exists()

    def test_a_mark_taken_back_leaves_a_trace_and_taking_none_back_does_not(self, offices, entry):
        mark(entry, offices.clerk)
        for _ in range(2):
            services.unmark_field(entry, field="insured", by=offices.clerk, at=NOW)

        assert not FieldMark.objects.exists()
        assert AuditEntry.objects.filter(verb="entry.unmark").count() == 1

    def test_open_marks_keep_an_entry_from_passing(self, offices, entry):
        mark(entry, offices.clerk)
        problem = refused(services.accept, entry, by=offices.clerk, at=NOW)

        assert problem.code == "marks"
        assert Entry.objects.get(pk=entry.pk).holder == offices.county
        services.unmark_field(entry, field="insured", by=offices.clerk, at=NOW)
        assert services.accept(entry, by=offices.clerk, at=NOW).holder == offices.zone

    def test_marks_sent_before_do_not_hold_the_next_round(self, offices, entry):
        sent = mark(entry, offices.clerk)
        step = ScreeningStep.objects.create(
            entry=entry, unit=offices.county, by=offices.clerk, at=NOW, entry_version=0, decision=Decision.RETURN
        )
        FieldMark.objects.filter(pk=sent.pk).update(step=step)

        assert services.accept(entry, by=offices.clerk, at=NOW).holder == offices.zone


class TestReturn:
    def test_marks_go_out_with_the_step(self, offices, entry):
        sent = mark(entry, offices.clerk)
        services.send_back(entry, reason="", fix_by=LATER, by=offices.clerk, at=NOW)

        step = ScreeningStep.objects.get()
        sent.refresh_from_db()
        assert (step.decision, step.fix_by, sent.step) == (Decision.RETURN, LATER, step)
        assert (entry.state, entry.due_at, entry.holder) == (EntryState.RETURNED, LATER, offices.county)
        assert Message.objects.get().to == entry.project.owner

    def test_a_reason_does_instead_of_a_mark(self, offices, entry):
        services.send_back(entry, reason=" 请补充证明 ", fix_by=LATER, by=offices.clerk, at=NOW)

        assert ScreeningStep.objects.get().reason == "请补充证明"

    def test_neither_mark_nor_reason(self, offices, entry):
        problem = refused(services.send_back, entry, reason=" ", fix_by=LATER, by=offices.clerk, at=NOW)

        assert (problem.field, problem.code) == ("reason", "reason")

    @pytest.mark.parametrize("late", [timedelta(0), timedelta(seconds=1), timedelta(days=2)])
    def test_the_date_lies_ahead(self, offices, entry, late):
        problem = refused(services.send_back, entry, reason="请补充", fix_by=NOW - late, by=offices.clerk, at=NOW)

        assert (problem.field, problem.code) == ("fix_by", "past")
        assert Entry.objects.get(pk=entry.pk).state == EntryState.SUBMITTED
        assert not ScreeningStep.objects.exists()


class TestReject:
    def test_ends_the_entry_with_the_reason_and_drops_unsent_marks(self, offices, entry):
        mark(entry, offices.clerk)
        services.reject(entry, reason=" 不符合条件 ", by=offices.clerk, at=NOW)

        assert (entry.state, entry.holder, entry.due_at) == (EntryState.REJECTED, None, None)
        assert ScreeningStep.objects.get().reason == "不符合条件"
        assert "不符合条件" in Message.objects.get().body
        assert not FieldMark.objects.exists()

    def test_needs_a_reason(self, offices, entry):
        problem = refused(services.reject, entry, reason="\n ", by=offices.clerk, at=NOW)

        assert (problem.field, problem.code) == ("reason", "reason")
        assert Entry.objects.get(pk=entry.pk).state == EntryState.SUBMITTED


class TestTwoClerks:
    @pytest.mark.parametrize(
        "decide",
        [
            services.accept,
            lambda entry, **facts: services.reject(entry, reason="不符合条件", **facts),
            lambda entry, **facts: services.send_back(entry, reason="请补充", fix_by=LATER, **facts),
        ],
    )
    def test_the_second_decides_on_nothing_they_have_not_seen(self, offices, entry, decide):
        second = Entry.objects.get(pk=entry.pk)
        seen = second.version
        services.accept(entry, by=offices.clerk, at=NOW, expected_version=seen)

        problem = refused(decide, second, by=offices.second_clerk, at=NOW, expected_version=seen)

        assert problem.code == "stale"
        assert ScreeningStep.objects.get().by == offices.clerk
        assert Entry.objects.get(pk=entry.pk).holder == offices.zone

    def test_the_second_after_an_end_reads_that_it_was_decided(self, offices, entry):
        second = Entry.objects.get(pk=entry.pk)
        services.reject(entry, reason="不符合条件", by=offices.clerk, at=NOW, expected_version=entry.version)

        problem = refused(services.accept, second, by=offices.second_clerk, at=NOW, expected_version=0)

        assert problem.code == "decided"


class TestWhoDecides:
    def test_rule_and_queue_agree_for_every_office(self, offices):
        offices.one_of_each()
        entries = list(Entry.objects.all())

        for name, user in offices.with_queues().items():
            queue = set(waiting_for(user))
            may = {entry for entry in entries if user.has_perm("projects.screen_entry", entry)}
            assert queue == may, name
            assert queue <= set(Entry.objects.visible_to(user)), name

    def test_each_office_has_its_own_queue(self, offices):
        held = offices.one_of_each()
        queues = {name: set(waiting_for(user)) for name, user in offices.with_queues().items()}

        assert queues == {
            "clerk": {held["county"]},
            "second_clerk": {held["county"]},
            "other_clerk": {held["other county"]},
            "city": {held["zone"], held["other contest"]},
            "other_city": {held["other zone"]},
            "ended": set(),
            "elsewhere": set(),
        }

    def test_who_runs_the_season_may_step_in_but_has_no_citys_queue(self, offices):
        held = offices.one_of_each()
        everything = {held[name] for name in ("county", "other county", "zone", "other zone")}

        for user in (offices.province, offices.administrator):
            assert set(waiting_for(user)) == set()
            may = {one for one in Entry.objects.all() if user.has_perm("projects.screen_entry", one)}
            assert may >= everything
            assert {one.state for one in may} == {EntryState.SUBMITTED}
        assert not any(offices.supervisor.has_perm("projects.screen_entry", one) for one in everything)

    def test_a_zone_without_region_is_the_provinces_own_desk(self, offices):
        park = factories.RecommendingUnitFactory(season=offices.season, region=None, kind="park")
        entry = offices.entry(unit=park)

        assert set(waiting_for(offices.province)) == {entry}
        assert offices.province.has_perm("projects.screen_entry", entry)
        assert not offices.city.has_perm("projects.screen_entry", entry)

    def test_the_task_counts_what_the_queue_holds(self, offices):
        offices.one_of_each()
        offices.entry()
        (task,) = officer_tasks(offices.clerk, NOW)

        assert "2" in task.title
        assert officer_tasks(offices.other_province, NOW) == []


class TestWaiver:
    def test_keeps_the_first_reason_and_its_approver(self, offices, entry):
        rule = factories.EligibilityRuleFactory(season=offices.season)
        first = services.waive(entry, rule, reason=" 省厅同意 ", by=offices.province, at=NOW)
        again = services.waive(entry, rule, reason="另一理由", by=offices.administrator, at=LATER)

        assert (first, first.reason, first.approver) == (again, "省厅同意", offices.province)
        assert AuditEntry.objects.filter(verb="entry.waive").count() == 1

    def test_needs_a_reason(self, offices, entry):
        rule = factories.EligibilityRuleFactory(season=offices.season)
        problem = refused(services.waive, entry, rule, reason=" ", by=offices.province, at=NOW)

        assert (problem.field, problem.code) == ("reason", "reason")
        assert not entry.waivers.exists()
