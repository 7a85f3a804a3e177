"""Every part of a season: edited in place while it is prepared, versioned once entries or heats lean on it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import FieldDoesNotExist

from contests import services
from contests.impact import Impact
from contests.models import Criterion, DocumentRequirement, EligibilityRule, RecommendingUnit, Rubric
from contests.sections import ALL, BY_KEY, Keeps
from contests.states import HeatState, SeasonState
from core.models import AuditEntry
from core.problems import Refused
from projects.models import Agreement, Extension
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def by():
    return factories.UserFactory()


@pytest.fixture
def prepared():
    return factories.SeasonFactory(state=SeasonState.SETUP)


@pytest.fixture
def running():
    return factories.SeasonFactory()


def entry_of(season, *, state="draft", track=None):
    return factories.EntryFactory(season=season, state=state, track=track)


def save(season, key, data, *, by, row=None, **rest):
    return services.save_part(season, BY_KEY[key], data=data, by=by, row=row, at=NOW, **rest)


def rule(**facts):
    return {
        "kind": "team_min", "date": None, "number": Decimal(3), "values": [], "phrase": "不少于3人", "source": "",
        "blocks": True, "track": None, "sample": False, **facts,
    }  # fmt: skip


def criteria(*maxima):
    return [
        {"key": "", "name": f"评分项{place}", "name_en": "", "note": "", "maximum": Decimal(one),
         "weight": Decimal(1), "step": Decimal(1), "anchors": []}
        for place, one in enumerate(maxima)
    ]  # fmt: skip


def test_every_column_of_a_section_exists_and_is_its_own():
    for section in ALL:
        assert len(set(section.fields)) == len(section.fields)
        for name in section.fields:
            try:
                section.model._meta.get_field(name)
            except FieldDoesNotExist:
                pytest.fail(f"{section.key} has no {name}")
        assert section.keeps != Keeps.SUCCESSOR or hasattr(section.model, "replaces")


class TestInPreparation:
    def test_a_row_is_added_changed_and_removed_in_place_and_each_leaves_its_entry(self, prepared, by):
        made = save(prepared, "eligibility", rule(), by=by)
        again = save(prepared, "eligibility", rule(number=Decimal(5)), by=by, row=made)
        services.remove_part(prepared, BY_KEY["eligibility"], row=again, by=by, at=NOW)
        assert again.pk == made.pk
        assert not EligibilityRule.objects.exists()
        assert list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True)) == [
            "setup.add", "setup.change", "setup.remove",
        ]  # fmt: skip
        change = AuditEntry.objects.get(verb="setup.change")
        assert (change.before, change.after) == ({"number": "3.00"}, {"number": "5"})

    def test_saving_the_same_again_writes_nothing(self, prepared, by):
        made = save(prepared, "eligibility", rule(), by=by)
        save(prepared, "eligibility", rule(number=Decimal("3.0")), by=by, row=made)
        assert AuditEntry.objects.count() == 1

    def test_a_new_row_stands_last_and_moves_one_place(self, prepared, by):
        first, second, third = (save(prepared, "eligibility", rule(phrase=text), by=by) for text in "甲乙丙")
        services.move_part(prepared, BY_KEY["eligibility"], row=third, up=True, by=by)
        rows = [one.phrase for one in BY_KEY["eligibility"].rows(prepared)]
        assert rows == ["甲", "丙", "乙"]
        services.move_part(prepared, BY_KEY["eligibility"], row=first, up=True, by=by)
        assert [one.phrase for one in BY_KEY["eligibility"].rows(prepared)] == rows
        assert second.pk

    def test_stages_change_places_though_each_place_is_taken_once(self, prepared, by):
        first, second = (factories.StageFactory(season=prepared, order=order) for order in (1, 2))
        services.move_part(prepared, BY_KEY["stages"], row=second, up=True, by=by)
        assert list(prepared.stages.values_list("pk", "order")) == [(second.pk, 1), (first.pk, 2)]

    def test_a_code_left_empty_is_made_and_one_taken_is_refused(self, prepared, by):
        track = {"code": "", "name": "初创组", "name_en": "", "kind": "project", "note": ""}
        assert save(prepared, "tracks", track, by=by).code == "t1"
        with pytest.raises(Refused) as no:
            save(prepared, "tracks", {**track, "code": "t1"}, by=by)
        assert no.value.field == "code"

    def test_a_part_of_another_season_is_refused(self, prepared, by):
        with pytest.raises(Refused) as no:
            save(prepared, "eligibility", rule(track=factories.TrackFactory()), by=by)
        assert no.value.field == "track"

    def test_a_row_of_another_season_is_not_found(self, prepared, by):
        other = factories.EligibilityRuleFactory()
        with pytest.raises(Refused):
            save(prepared, "eligibility", rule(), by=by, row=other)
        with pytest.raises(Refused):
            services.remove_part(prepared, BY_KEY["eligibility"], row=other, by=by)

    def test_a_closed_season_stays_as_it_was(self, by):
        season = factories.SeasonFactory(state=SeasonState.CLOSED)
        with pytest.raises(Refused):
            save(season, "eligibility", rule(), by=by)
        with pytest.raises(Refused):
            services.change_season(season, data={"title": "新"}, by=by)
        with pytest.raises(Refused):
            services.confirm_samples(season, by=by)


class TestWhatDoesNotFit:
    def test_a_rubric_makes_100_points_and_keeps_its_criteria_by_key(self, prepared, by):
        with pytest.raises(Refused) as no:
            save(prepared, "rubrics", {"name": "标准", "sample": False, "criteria": criteria(60, 30)}, by=by)
        assert no.value.field == "criteria"
        assert "90" in no.value.message
        made = save(prepared, "rubrics", {"name": "标准", "sample": False, "criteria": criteria(60, 40)}, by=by)
        kept = made.criteria.get(key="c1").pk
        rows = [{**one, "key": f"c{place}"} for place, one in enumerate(criteria(50, 30, 20), 1)]
        save(prepared, "rubrics", {"criteria": rows}, by=by, row=made)
        assert Criterion.objects.get(key="c1").pk == kept
        assert list(made.criteria.values_list("maximum", flat=True)) == [50, 30, 20]
        with pytest.raises(Refused):
            save(prepared, "rubrics", {"criteria": []}, by=by, row=made)

    def test_a_step_divides_the_highest_mark(self, prepared, by):
        rows = [{**one, "step": Decimal("0.7")} for one in criteria(60, 40)]
        with pytest.raises(Refused) as no:
            save(prepared, "rubrics", {"name": "标准", "sample": False, "criteria": rows}, by=by)
        assert no.value.field == "criteria"

    def test_a_criterion_that_a_rule_compares_stays_in_the_rubric(self, prepared, by):
        data = {"tie_chain": [{"kind": "criterion", "criterion": "innovation"}]}
        stage = factories.StageFactory(
            season=prepared, scoring_rule=factories.ScoringRuleFactory(season=prepared, data=data)
        )
        with pytest.raises(Refused) as no:
            save(prepared, "rubrics", {"criteria": criteria(60, 40)}, by=by, row=stage.rubric)
        assert stage.name in no.value.message

    @pytest.mark.parametrize(
        ("data", "field"),
        [
            ({"trim_scope": "sheet", "trim_high": 1, "trim_low": 1, "min_marks_to_trim": 2}, "min_marks_to_trim"),
            ({"trim_scope": "none", "trim_high": 1}, "trim_scope"),
            ({"earlier_weight": "1"}, "earlier_weight"),
            ({"further_weights": ["0.3"]}, "further_weights"),
            ({"earlier_weight": "0.5", "further_weights": ["0.5"]}, "further_weights"),
            ({"tie_chain": ["all_advance", "jury"]}, "tie_chain"),
            ({"tie_chain": ["jury", "jury"]}, "tie_chain"),
        ],
    )
    def test_a_scoring_rule_that_cannot_be_applied_is_refused_at_its_field(self, prepared, by, data, field):
        with pytest.raises(Refused) as no:
            save(prepared, "scoring", {"name": "规则", "data": data, "sample": False}, by=by)
        assert no.value.field == field

    def test_a_judged_stage_has_as_many_judges_as_its_rule_needs_marks(self, prepared, by):
        stage = factories.StageFactory(season=prepared, judges_per_entry=5)
        with pytest.raises(Refused) as no:
            save(prepared, "stages", {"judges_per_entry": 2}, by=by, row=stage)
        assert no.value.field == "judges_per_entry"
        with pytest.raises(Refused) as no:
            save(prepared, "stages", {"closes": stage.opens - timedelta(days=1)}, by=by, row=stage)
        assert no.value.field == "closes"

    def test_a_condition_needs_its_date_and_a_question_its_answers(self, prepared, by):
        with pytest.raises(Refused) as no:
            save(prepared, "eligibility", rule(kind="born_on_or_after", number=None), by=by)
        assert no.value.field == "kind"
        question = {
            "code": "", "kind": "choice", "label": "阶段", "choices": [{"value": "甲", "label": "甲", "label_en": ""}],
            "columns": [], "minimum": None, "maximum": None, "condition": {}, "track": None,
        }  # fmt: skip
        with pytest.raises(Refused) as no:
            save(prepared, "questions", question, by=by)
        assert no.value.field == "kind"

    def test_an_answer_that_another_question_waits_for_stays(self, prepared, by):
        choices = [{"value": one, "label": one, "label_en": ""} for one in ("有", "无")]
        base = {"columns": [], "minimum": None, "maximum": None, "condition": {}, "track": None, "code": ""}
        asked = save(prepared, "questions", {**base, "kind": "choice", "label": "融资", "choices": choices}, by=by)
        follows = {"question": asked.code, "is": ["有"]}
        later = {**base, "kind": "text", "label": "金额", "choices": [], "condition": follows}
        save(prepared, "questions", later, by=by)
        with pytest.raises(Refused) as no:
            save(
                prepared,
                "questions",
                {"choices": [{**one, "value": one["value"] * 2} for one in choices]},
                by=by,
                row=asked,
            )
        assert "金额" in no.value.message
        with pytest.raises(Refused):
            services.remove_part(prepared, BY_KEY["questions"], row=asked, by=by)

    def test_units_stand_once_and_never_below_themselves(self, prepared, by):
        zone = factories.RecommendingUnitFactory(season=prepared)
        below = factories.RecommendingUnitFactory(season=prepared, parent=zone)
        with pytest.raises(Refused) as no:
            save(prepared, "units", {"parent": below}, by=by, row=zone)
        assert no.value.field == "parent"
        with pytest.raises(Refused) as no:
            save(prepared, "units", {"organisation": zone.organisation}, by=by, row=below)
        assert no.value.field == "organisation"
        with pytest.raises(Refused):
            services.remove_part(prepared, BY_KEY["units"], row=zone, by=by)

    def test_a_track_and_zone_have_one_quota_of_a_judged_stage(self, prepared, by):
        stage = factories.StageFactory(season=prepared)
        quota = {"stage": stage, "track": None, "zone": None, "places": 5, "reserves": 2, "sample": False}
        save(prepared, "quotas", quota, by=by)
        with pytest.raises(Refused) as no:
            save(prepared, "quotas", quota, by=by)
        assert no.value.field == "track"
        screening = factories.StageFactory(season=prepared, kind="screening", rubric=None, scoring_rule=None)
        with pytest.raises(Refused) as no:
            save(prepared, "quotas", {**quota, "stage": screening}, by=by)
        assert no.value.field == "stage"

    def test_what_a_stage_uses_is_not_taken_out(self, prepared, by):
        stage = factories.StageFactory(season=prepared)
        for key, row in (("rubrics", stage.rubric), ("scoring", stage.scoring_rule)):
            with pytest.raises(Refused) as no:
                services.remove_part(prepared, BY_KEY[key], row=row, by=by)
            assert stage.name in no.value.message


class TestOnceEntriesLeanOnIt:
    def test_english_is_written_in_place_and_asks_nobody_anew(self, running, by):
        declaration = factories.DeclarationFactory(season=running)
        entry_of(running)
        held = save(running, "declarations", {"text_en": "All of this is true."}, by=by, row=declaration)
        assert (held.pk, held.text_en) == (declaration.pk, "All of this is true.")
        with pytest.raises(services.Asks):
            save(running, "declarations", {"text_en": "", "text": "全部属实。"}, by=by, row=declaration)

    def test_a_change_says_whom_it_touches_and_waits_for_a_reason(self, running, by):
        held = factories.EligibilityRuleFactory(season=running)
        for state in ("draft", "draft", "withdrawn"):
            entry_of(running, state=state)
        with pytest.raises(services.Asks) as question:
            save(running, "eligibility", {"phrase": "改后的条件"}, by=by, row=held)
        assert question.value.impact == Impact(drafts=2, ended=1)
        assert question.value.versions
        assert list(question.value.changes) == ["phrase"]
        held.refresh_from_db()
        assert held.phrase != "改后的条件"
        assert not AuditEntry.objects.exists()

    def test_with_a_reason_a_new_version_takes_the_place_and_the_old_row_stays(self, running, by):
        entry_of(running)
        held = factories.DeclarationFactory(season=running, order=4)
        made = save(running, "declarations", {"text": "新的承诺"}, by=by, row=held, reason="补充通知")
        held.refresh_from_db()
        assert (made.replaces, held.retired_at, made.order, made.code) == (held, NOW, 4, held.code)
        assert held.text != made.text
        assert list(BY_KEY["declarations"].rows(running)) == [made]
        written = AuditEntry.objects.get(verb="setup.version")
        assert written.reason == "补充通知"
        with pytest.raises(Refused):
            save(running, "declarations", {"text": "另一个"}, by=by, row=held, reason="再改")

    def test_entries_of_other_tracks_are_not_touched(self, running, by):
        mine, other = (factories.TrackFactory(season=running) for _ in range(2))
        entry_of(running, track=other)
        held = factories.EligibilityRuleFactory(season=running, track=mine)
        assert save(running, "eligibility", {"phrase": "改"}, by=by, row=held).pk == held.pk
        with pytest.raises(services.Asks):
            save(running, "eligibility", {"track": None}, by=by, row=held)

    def test_agreements_to_the_row_are_counted(self, running, by):
        held, entry = factories.DeclarationFactory(season=running), entry_of(running)
        Agreement.objects.create(entry=entry, declaration=held, text_digest="0" * 64, by=by, at=NOW)
        with pytest.raises(services.Asks) as question:
            save(running, "declarations", {"title": "改"}, by=by, row=held)
        assert question.value.impact == Impact(drafts=1, bound=1)

    def test_a_new_paper_asks_too_and_a_removed_one_is_retired(self, running, by):
        entry_of(running)
        paper = {
            "kind": "plan", "label": "计划书", "note": "", "formats": ["pdf"], "max_mb": 20, "required": True,
            "judged": True, "signed": False, "condition": {}, "track": None, "sample": False,
        }  # fmt: skip
        with pytest.raises(services.Asks):
            save(running, "documents", paper, by=by)
        made = save(running, "documents", paper, by=by, reason="补充通知")
        with pytest.raises(services.Asks):
            services.remove_part(running, BY_KEY["documents"], row=made, by=by)
        services.remove_part(running, BY_KEY["documents"], row=made, by=by, reason="不再需要", at=NOW)
        assert DocumentRequirement.objects.get(pk=made.pk).retired_at == NOW
        assert not BY_KEY["documents"].rows(running).exists()

    def test_tracks_with_entries_are_renamed_with_a_reason_but_keep_code_and_entries(self, running, by):
        track = factories.TrackFactory(season=running)
        entry_of(running, track=track)
        assert save(running, "tracks", {"name": "新名"}, by=by, row=track, reason="更名").pk == track.pk
        with pytest.raises(Refused) as no:
            save(running, "tracks", {"code": "other"}, by=by, row=track, reason="更名")
        assert no.value.field == "code"
        with pytest.raises(Refused):
            services.remove_part(running, BY_KEY["tracks"], row=track, by=by, reason="不要了")

    def test_a_unit_with_entries_is_not_taken_out(self, running, by):
        unit = factories.RecommendingUnitFactory(season=running)
        factories.EntryFactory(season=running, unit=unit, zone=unit)
        with pytest.raises(Refused):
            services.remove_part(running, BY_KEY["units"], row=unit, by=by, reason="撤销")
        assert RecommendingUnit.objects.filter(pk=unit.pk).exists()


class TestHeats:
    def test_heats_that_have_begun_keep_their_rubric_and_others_take_the_new_one(self, running, by):
        stage = factories.StageFactory(season=running)
        old = stage.rubric
        begun = factories.HeatFactory(stage=stage, state=HeatState.OPEN)
        waiting = factories.HeatFactory(stage=stage)
        rows = [{**one, "key": key} for one, key in zip(criteria(50, 50), ("innovation", "team"), strict=True)]
        with pytest.raises(services.Asks) as question:
            save(running, "rubrics", {"criteria": rows}, by=by, row=old)
        assert question.value.impact == Impact(waiting=1, judged=1)
        made = save(running, "rubrics", {"criteria": rows}, by=by, row=old, reason="主办单位修订")
        for row in (stage, begun, waiting):
            row.refresh_from_db()
        assert (made.version, made.name) == (2, old.name)
        assert (stage.rubric, begun.rubric, waiting.rubric) == (made, old, made)
        assert list(old.criteria.values_list("maximum", flat=True)) == [60, 40]
        assert list(BY_KEY["rubrics"].rows(running)) == [made]
        with pytest.raises(Refused) as no:
            save(running, "rubrics", {"name": "另一个名字"}, by=by, row=made, reason="更名")
        assert no.value.field == "name"
        assert Rubric.objects.count() == 2

    def test_a_scoring_rule_likewise(self, running, by):
        stage = factories.StageFactory(season=running)
        heat = factories.HeatFactory(stage=stage, state=HeatState.LOCKED)
        old = stage.scoring_rule
        made = save(running, "scoring", {"data": {"total_digits": 3}}, by=by, row=old, reason="修订")
        heat.refresh_from_db()
        stage.refresh_from_db()
        assert (made.version, heat.scoring_rule, stage.scoring_rule) == (2, old, made)

    def test_a_stage_with_heats_keeps_its_kind(self, running, by):
        heat = factories.HeatFactory(stage=factories.StageFactory(season=running))
        with pytest.raises(Refused) as no:
            save(running, "stages", {"kind": "live"}, by=by, row=heat.stage, reason="改")
        assert no.value.field == "kind"


def test_what_higher_rooms_hold_on_to_is_not_taken_out(running, by):
    """More time given to a unit without an entry keeps the unit, though nobody is touched."""
    unit = factories.RecommendingUnitFactory(season=running)
    closes = running.entry_closes + timedelta(days=3)
    Extension.objects.create(season=running, unit=unit, until=closes, reason="停电", by=by, at=NOW)
    with pytest.raises(Refused):
        services.remove_part(running, BY_KEY["units"], row=unit, by=by)


def test_the_window_of_a_public_season_asks_even_before_the_first_entry(running, by):
    later = {"entry_closes": running.entry_closes + timedelta(days=7)}
    with pytest.raises(services.Asks):
        services.change_season(running, data=later, by=by, at=NOW)
    services.change_season(running, data=later, by=by, at=NOW, reason="顺延")
    services.change_season(running, data={"contact": "0531-00000000"}, by=by, at=NOW)
    assert [one.reason for one in AuditEntry.objects.order_by("pk")] == ["顺延", ""]
