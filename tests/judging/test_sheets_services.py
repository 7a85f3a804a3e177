"""A judge's sheet: what a save keeps, what it refuses, and what a correction leaves behind."""

from datetime import timedelta
from decimal import Decimal

import pytest

from contests.models import Heat
from contests.states import HeatState
from core.models import AuditEntry
from core.problems import Refused
from judging.models import Conflict, Mark, MarkRevision, ScoreSheet
from judging.services import sheets
from judging.states import SHEET_MOVES, SheetState
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheet():
    """A draft in an open heat: innovation up to 60, team up to 40, whole marks."""
    heat = factories.HeatFactory(state=HeatState.OPEN)
    participation = factories.ParticipationFactory(heat=heat)
    return factories.sheet(participation, factories.JudgeFactory(), state=SheetState.DRAFT)


@pytest.fixture
def judge(sheet):
    return sheet.assignment.judge.person.user


def marks_of(sheet):
    return dict(Mark.objects.filter(sheet=sheet).values_list("criterion__key", "value"))


def heat_becomes(sheet, state):
    Heat.objects.filter(pk=sheet.assignment.participation.heat_id).update(state=state)


def save(sheet, judge, version=None, **marks):
    return sheets.save_sheet(
        sheet, marks={key: None if value is None else Decimal(value) for key, value in marks.items()},
        by=judge, at=NOW, expected_version=version,
    )  # fmt: skip


def test_a_save_keeps_what_it_names_and_leaves_the_rest(sheet, judge):
    save(sheet, judge, version=0, innovation="50")
    saved = sheets.save_sheet(
        sheet, marks={"team": Decimal(31)}, comments={"team": "分工清楚"}, comment="总体较好",
        by=judge, at=NOW, expected_version=1,
    )  # fmt: skip

    assert marks_of(sheet) == {"innovation": Decimal(50), "team": Decimal(31)}
    assert Mark.objects.get(sheet=sheet, criterion__key="team").comment == "分工清楚"
    assert (saved.version, saved.comment, saved.saved_at) == (2, "总体较好", NOW)
    entry = AuditEntry.objects.filter(verb="sheet.save").first()
    assert entry.after == {"version": 2, "marks": {"team": "31"}}
    assert entry.before == {"marks": {"team": None}}
    assert entry.actor == judge


def test_a_mark_can_be_taken_back(sheet, judge):
    save(sheet, judge, innovation="50")
    save(sheet, judge, innovation=None)

    assert marks_of(sheet) == {"innovation": None, "team": None}


def test_rows_missing_from_the_sheet_are_made(sheet, judge):
    Mark.objects.all().delete()

    save(sheet, judge, team="1")

    assert marks_of(sheet) == {"team": Decimal(1)}


@pytest.mark.parametrize("mark", ["-1", "61", "30.5", "NaN", "Infinity", "1E+400"])
def test_a_mark_out_of_range_or_off_its_step_is_refused_at_its_criterion(sheet, judge, mark):
    with pytest.raises(Refused) as refusal:
        save(sheet, judge, innovation=mark, team="20")

    assert [problem.field for problem in refusal.value.problems] == ["innovation"]
    assert "0—60" in refusal.value.problems[0].message
    assert marks_of(sheet) == {"innovation": None, "team": None}
    assert not AuditEntry.objects.filter(verb="sheet.save").exists()


def test_a_criterion_of_another_rubric_is_refused(sheet, judge):
    with pytest.raises(Refused) as refusal:
        save(sheet, judge, elsewhere="1")

    assert refusal.value.problems[0].field == "elsewhere"


def test_comments_have_a_length(sheet, judge):
    with pytest.raises(Refused) as refusal:
        sheets.save_sheet(sheet, marks={}, comments={"team": "长" * 501}, comment="长" * 2001, by=judge)

    assert [problem.field for problem in refusal.value.problems] == ["team", "comment"]


def test_a_second_window_gets_both_values_and_writes_nothing(sheet, judge):
    save(sheet, judge, version=0, innovation="50")

    with pytest.raises(sheets.Stale) as stale:
        save(sheet, judge, version=0, innovation="40")

    assert stale.value.stored.version == 1
    assert stale.value.stored.marks == {"innovation": Decimal(50), "team": None}
    assert marks_of(sheet)["innovation"] == 50
    chosen = save(sheet, judge, version=stale.value.stored.version, innovation="40")
    assert (chosen.version, marks_of(sheet)["innovation"]) == (2, 40)


def test_the_same_values_sent_again_are_confirmed_without_a_write(sheet, judge):
    save(sheet, judge, version=0, innovation="50")

    assert save(sheet, judge, version=0, innovation="50.0").version == 1
    assert AuditEntry.objects.filter(verb="sheet.save").count() == 1


@pytest.mark.parametrize("state", [HeatState.PREPARING, HeatState.LOCKED, HeatState.PUBLISHED])
def test_nothing_is_written_outside_an_open_heat(sheet, judge, state):
    heat_becomes(sheet, state)

    for write in (
        lambda: save(sheet, judge, innovation="50"),
        lambda: sheets.submit_sheet(sheet, by=judge),
        lambda: sheets.recuse(sheet, reason="同事", by=judge),
        lambda: sheets.abstain(sheet, reason="看不清", by=judge),
        lambda: sheets.mark_absent(sheet, reason="未到", by=judge),
        lambda: sheets.reopen_sheet(sheet, reason="看错", by=judge),
    ):
        with pytest.raises(Refused) as refusal:
            write()
        assert refusal.value.code == ("closed" if state == HeatState.PREPARING else "locked")
    assert not AuditEntry.objects.filter(verb__startswith="sheet.").exists()


def test_submission_needs_every_mark(sheet, judge):
    save(sheet, judge, innovation="50")

    with pytest.raises(Refused) as refusal:
        sheets.submit_sheet(sheet, by=judge)
    assert [problem.field for problem in refusal.value.problems] == ["team"]

    save(sheet, judge, team="0")
    submitted = sheets.submit_sheet(sheet, by=judge, at=NOW)
    assert (submitted.state, submitted.submitted_at) == (SheetState.SUBMITTED, NOW)


def test_submission_of_a_stale_window_is_refused(sheet, judge):
    save(sheet, judge, innovation="50", team="30")

    with pytest.raises(sheets.Stale):
        sheets.submit_sheet(sheet, by=judge, expected_version=0)


def test_a_submitted_sheet_takes_no_marks_until_it_is_reopened(sheet, judge):
    organiser = factories.UserFactory()
    save(sheet, judge, innovation="50", team="30")
    sheets.submit_sheet(sheet, by=judge, at=NOW)

    with pytest.raises(Refused) as refusal:
        save(sheet, judge, innovation="49")
    assert refusal.value.code == "settled"

    sheets.reopen_sheet(sheet, reason="第一项看错一行", by=organiser, at=NOW)
    save(sheet, judge, innovation="49", team="30")
    sheets.submit_sheet(sheet, by=judge, at=NOW + timedelta(minutes=5))

    revision = MarkRevision.objects.get()
    assert (revision.mark.criterion.key, revision.old, revision.new) == ("innovation", 50, 49)
    assert (revision.by, revision.reason) == (judge, "第一项看错一行")


def test_a_draft_leaves_no_revisions(sheet, judge):
    save(sheet, judge, innovation="50")
    save(sheet, judge, innovation="49")

    assert not MarkRevision.objects.exists()


def test_recusing_makes_a_hard_conflict_and_keeps_typed_marks_apart(sheet, judge):
    save(sheet, judge, innovation="50")

    recused = sheets.recuse(sheet, reason="  该企业的技术顾问  ", by=judge, at=NOW)

    assert (recused.state, recused.reason) == (SheetState.RECUSED, "该企业的技术顾问")
    conflict = Conflict.objects.get()
    assert (conflict.judge, conflict.entry) == (sheet.assignment.judge, sheet.assignment.participation.entry)
    assert conflict.hard
    assert marks_of(sheet)["innovation"] == 50


def test_abstaining_names_no_tie(sheet, judge):
    assert sheets.abstain(sheet, reason="材料打不开", by=judge).state == SheetState.ABSTAINED
    assert not Conflict.objects.exists()


@pytest.mark.parametrize("reason", ["", "   ", "长" * 201])
def test_stepping_back_needs_a_reason_of_some_length(sheet, judge, reason):
    with pytest.raises(Refused) as refusal:
        sheets.recuse(sheet, reason=reason, by=judge)

    assert refusal.value.field == "reason"


def test_the_organiser_notes_an_absent_judge_and_takes_it_back(sheet):
    organiser = factories.UserFactory()

    assert sheets.mark_absent(sheet, reason="航班取消", by=organiser).state == SheetState.ABSENT
    assert sheets.reopen_sheet(sheet, reason="改为线上参加", by=organiser).state == SheetState.DRAFT
    with pytest.raises(Refused):
        sheets.reopen_sheet(sheet, reason="再来一次", by=organiser)


@pytest.mark.parametrize("start", SheetState.values)
@pytest.mark.parametrize("to", SheetState.values)
def test_every_pair_of_states(sheet, judge, start, to):
    """The state machine moves along its table and nowhere else."""
    ScoreSheet.objects.filter(pk=sheet.pk).update(state=start)
    locked, _lines = sheets._locked(sheet)

    if to in SHEET_MOVES[start]:
        assert sheets._move(locked, SheetState(to), by=judge, at=NOW).state == to
    else:
        with pytest.raises(Refused):
            sheets._move(locked, SheetState(to), by=judge, at=NOW)


@pytest.mark.parametrize(("fill", "most"), [(1, 6), (3, 6)])
def test_a_save_costs_the_same_in_any_heat(sheet, judge, django_assert_max_num_queries, fill, most):
    """Names, lock, lines, marks, sheet, trail; the two around them are the savepoint."""
    for _ in range(fill):
        factories.sheet(
            factories.ParticipationFactory(heat=sheet.assignment.participation.heat), sheet.assignment.judge
        )
    sheet.refresh_from_db()

    with django_assert_max_num_queries(most + 2):
        save(sheet, judge, version=0, innovation="50", team="30")
