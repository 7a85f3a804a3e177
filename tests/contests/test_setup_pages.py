"""The organiser's pages: every part is filled in by hand, what is refused keeps what was typed, changes ask first."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from contests import services
from contests.models import Question, RecommendingUnit, Season, Stage
from contests.rail import Rail
from contests.sections import ALL, BY_KEY
from contests.states import SeasonState
from core.models import AuditEntry, Region
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db

NO_ROWS = {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0"}


@pytest.fixture
def season():
    return factories.SeasonFactory(state=SeasonState.SETUP)


@pytest.fixture
def office(signed_in, season):
    return signed_in(factories.province(season))


def path(season, key, *more, name="part_add"):
    return reverse(f"contests:{name}", args=[season.pk, key, *more])


def rows(name, *found, initial=0):
    """A formset as a office posts it."""
    posted = {f"{name}-TOTAL_FORMS": str(len(found)), f"{name}-INITIAL_FORMS": str(initial)}
    for place, one in enumerate(found):
        posted |= {f"{name}-{place}-{field}": value for field, value in one.items()}
    return posted


def errors(answer) -> dict:
    return answer.context["form"].errors


class TestEveryPart:
    """What an organiser types becomes the row it describes."""

    def test_a_track_of_persons(self, office, season):
        answer = office.post(path(season, "tracks"), {"name": "创业导师", "kind": "person", "code": "mentor"})
        assert answer.status_code == 302
        assert (season.tracks.get().kind, season.tracks.get().code) == ("person", "mentor")

    def test_a_condition_with_its_explicit_date(self, office, season):
        form = {"phrase": "35周岁以下", "kind": "born_on_or_after", "blocks": "on", "number": "7"}
        assert "date" in errors(office.post(path(season, "eligibility"), form))
        office.post(path(season, "eligibility"), {**form, "date": "1991-03-01"})
        made = season.eligibilityrules.get()
        assert (str(made.date), made.number, made.blocks) == ("1991-03-01", None, True)
        page = office.get(path(season, "eligibility", name="section")).content.decode()
        assert "35周岁以下" in page
        assert "1991年3月1日" in page

    def test_groups_and_award_levels_as_values(self, office, season):
        office.post(path(season, "eligibility"), {"phrase": "退役军人", "kind": "status", "groups": ["veteran"]})
        office.post(
            path(season, "eligibility"), {"phrase": "往届", "kind": "no_earlier_award", "levels": "一等奖，二等奖"}
        )
        assert [one.values for one in season.eligibilityrules.all()] == [["veteran"], ["一等奖", "二等奖"]]

    def test_a_choice_and_a_table_that_is_asked_after_one_answer(self, office, season):
        choice = {
            "label": "是否融资", "kind": "choice", "required": "on",
            **rows("choices", {"label": "是"}, {"label": "否"}, {"label": ""}), **rows("columns"),
        }  # fmt: skip
        assert office.post(path(season, "questions"), choice).status_code == 302
        first = Question.objects.get()
        assert [one["value"] for one in first.choices] == ["是", "否"]
        table = {
            "label": "融资情况", "kind": "table", "max_rows": "6", "only_if": [f"{first.code}\x1f是"],
            **rows("choices"),
            **rows("columns", {"label": "轮次", "kind": "text"}, {"label": "金额", "kind": "number", "unit": "万元"}),
        }  # fmt: skip
        assert office.post(path(season, "questions"), table).status_code == 302
        second = Question.objects.get(kind="table")
        assert second.condition == {"question": first.code, "is": ["是"]}
        assert [(one["code"], one["kind"], one["unit"]) for one in second.columns] == [
            ("c1", "text", ""), ("c2", "number", "万元"),
        ]  # fmt: skip

    def test_a_paper_a_declaration_an_award_and_a_quota(self, office, season):
        stage = factories.StageFactory(season=season)
        office.post(
            path(season, "documents"),
            {"label": "计划书", "kind": "plan", "formats": ["pdf", "docx"], "max_mb": "30", "required": "on"},
        )
        office.post(path(season, "declarations"), {"title": "真实承诺", "text": "内容真实。", "required": "on"})
        office.post(path(season, "awards"), {"name": "金奖", "metal": "gold", "places": "3", "prize_wan": "20"})
        office.post(path(season, "quotas"), {"stage": stage.pk, "places": "10", "reserves": "2"})
        assert season.documentrequirements.get().formats == ["pdf", "docx"]
        assert season.declarations.get().code == "d1"
        assert season.awardlevels.get().prize_wan == Decimal(20)
        assert stage.quotas.get().places == 10

    def test_a_rubric_with_bands_that_follow_from_maximum_and_step(self, office, season):
        row = {"name": "创新", "maximum": "60", "weight": "1", "step": "0.5", "band_0": "突破", "band_3": "没有"}
        answer = office.post(path(season, "rubrics"), {"name": "标准", **rows("criteria", row)})
        assert "60" in str(answer.context["form"].formsets["criteria"].non_form_errors())
        other = {"name": "团队", "maximum": "40", "weight": "", "step": ""}
        office.post(path(season, "rubrics"), {"name": "标准", **rows("criteria", row, other)})
        innovation, team = season.rubrics.get().criteria.all()
        assert [(one["from"], one["to"], one["text"]) for one in innovation.anchors] == [
            ("51", "60", "突破"), ("42", "50.5", ""), ("33", "41.5", ""), ("0", "32.5", "没有"),
        ]  # fmt: skip
        assert (team.weight, team.step, team.anchors) == (1, 1, [])

    def test_a_scoring_rule_and_a_stage_with_timed_parts(self, office, season):
        rubric = factories.RubricFactory(season=season)
        form = {
            "name": "去分", "trim_scope": "sheet", "trim_high": "1", "trim_low": "1", "min_marks_to_trim": "5",
            "min_valid_marks": "3", "sheet_digits": "", "total_digits": "2", "earlier_percent": "30",
            "further_percents": "20、10%", "room_correction": "factor", "room_digits": "3",
            "tie_0": "criterion:innovation", "tie_1": "all_advance",
        }  # fmt: skip
        assert office.post(path(season, "scoring"), form).status_code == 302
        rule = season.scoring_rules.get()
        assert (rule.data["earlier_weight"], rule.data["sheet_digits"]) == ("0.3", None)
        assert (rule.data["further_weights"], rule.data["room_correction"]) == (["0.2", "0.1"], "factor")
        assert rule.data["tie_chain"] == [{"kind": "criterion", "criterion": "innovation"}, {"kind": "all_advance"}]
        stage = {
            "name": "决赛", "kind": "live", "opens": "2026-11-01T09:00:00", "closes": "2026-11-02T18:00:00",
            "rubric": rubric.pk, "scoring_rule": rule.pk, "judges_per_entry": "7", "avoid_same_city": "on",
            **rows("segments", {"name": "路演", "minutes": "6"}, {"name": "答辩", "minutes": "5.5"}),
        }  # fmt: skip
        assert office.post(path(season, "stages"), stage).status_code == 302
        assert list(Stage.objects.get().segments.values_list("name", "seconds")) == [("路演", 360), ("答辩", 330)]
        office.get(path(season, "stages", name="section"))

    def test_a_scoring_rule_saved_unchanged_is_no_change(self, office, season):
        rule = factories.ScoringRuleFactory(season=season, data={"tie_chain": ["untrimmed_sum"]})
        page = office.get(path(season, "scoring", rule.pk, name="part"))
        form = page.context["form"]
        posted = {
            name: "" if form[name].value() is None else form[name].value() for name in form.fields if name != "sample"
        }
        assert office.post(path(season, "scoring", rule.pk, name="part"), posted).status_code == 302
        rule.refresh_from_db()
        assert rule.data == {"tie_chain": ["untrimmed_sum"]}

    def test_a_unit_by_name_known_or_new(self, office, season):
        known = factories.OrganisationFactory(name="济南市教育局", kind="department")
        answer = office.post(path(season, "units"), {"body": "济南市教育", "kind": "city"})
        assert "济南市教育局" in str(errors(answer)["body"])
        office.post(path(season, "units"), {"body": "济南市教育局", "kind": "city", "accepts_entries": "on"})
        new = {"body": "示例孵化器", "is_new": "on", "body_kind": "park", "kind": "park", "name": "示例园"}
        office.post(path(season, "units"), new)
        first, second = RecommendingUnit.objects.order_by("pk")
        assert (first.organisation, first.name) == (known, "济南市教育局")
        assert (second.organisation.kind, second.name) == ("park", "示例园")

    @pytest.mark.parametrize("key", [section.key for section in ALL])
    def test_an_empty_form_is_refused_at_its_fields(self, office, season, key):
        answer = office.post(path(season, key), {"criteria-TOTAL_FORMS": "0", "criteria-INITIAL_FORMS": "0"})
        assert answer.status_code == 422
        assert errors(answer)

    @pytest.mark.parametrize("key", [section.key for section in ALL])
    def test_numbers_beyond_the_column_are_refused(self, office, season, key):
        form = office.get(path(season, key)).context["form"]
        for field in form.fields.values():
            if type(field).__name__ == "IntegerField":
                with pytest.raises(ValidationError):
                    field.clean("99999999999")


def test_all_cities_offices_at_once_with_their_counties(office, season):
    for code, name in (("370100", "济南市"), ("370200", "青岛市")):
        region = Region.objects.filter(pk=code).first() or Region.objects.create(code=code, name=name, level="city")
        factories.OrganisationFactory(name=f"{region.name}教育局", kind="department", region=region)
    county = Region.objects.create(code="370103", name="市中区", level="county", parent_id="370100")
    factories.OrganisationFactory(name="济南市市中区教育局", kind="department", region=county)
    (branch,) = services.branches()
    assert (branch.name, branch.cities, branch.counties) == ("○教育局", 2, 1)
    address = reverse("contests:bureaus", args=[season.pk])
    office.post(address, {"branch": branch.name})
    office.post(address, {"branch": branch.name, "counties": "on"})
    assert season.units.filter(parent=None, kind="city").count() == 2
    assert season.units.get(kind="county").parent.region_id == "370100"
    assert office.post(address, {"branch": "○不存在"}).status_code == 422


class TestNothingIsLost:
    def test_more_rows_keep_what_was_typed_and_complain_about_nothing(self, office, season):
        form = {"name": "标准", "more": "criteria", **rows("criteria", {"name": "创新", "maximum": ""})}
        answer = office.post(path(season, "rubrics"), form)
        page = answer.content.decode()
        assert answer.status_code == 200
        assert 'value="创新"' in page
        assert 'name="criteria-3-name"' in page
        assert "ly-input bad" not in page

    def test_two_organisers_notice_each_other(self, office, season):
        held = factories.EligibilityRuleFactory(season=season)
        address = path(season, "eligibility", held.pk, name="part")
        seen = office.get(address).context["seen"]
        held.phrase = "别人改的"
        held.save()
        answer = office.post(address, {"phrase": "我改的", "kind": "stated", "seen": seen})
        assert answer.status_code == 422
        assert "我改的" in answer.content.decode()
        held.refresh_from_db()
        assert held.phrase == "别人改的"
        again = office.post(address, {"phrase": "我改的", "kind": "stated", "seen": answer.context["seen"]})
        assert again.status_code == 302


class TestASeasonThatIsPublic:
    @pytest.fixture
    def season(self):
        return factories.SeasonFactory()

    def test_a_change_shows_whom_it_touches_and_carries_what_was_typed(self, office, season):
        factories.EntryFactory(season=season, state="draft")
        held = factories.EligibilityRuleFactory(season=season)
        address = path(season, "eligibility", held.pk, name="part")
        form = {"phrase": "新的条件", "kind": "stated", "blocks": "on", "source": "补充通知"}
        asked = office.post(address, form)
        page = asked.content.decode()
        assert asked.status_code == 422
        assert '<input type="hidden" name="phrase" value="新的条件">' in page
        assert "1个项目正在填写草稿" in page
        assert held.phrase in page
        back = office.post(address, {**form, "back": "1", "reason": ""})
        assert 'value="补充通知"' in back.content.decode()
        assert office.post(address, {**form, "reason": " "}).status_code == 422
        assert office.post(address, {**form, "reason": "补充通知"}).status_code == 302
        assert season.eligibilityrules.current().get().replaces == held
        assert office.get(address).context["row"].phrase == "新的条件"

    def test_moving_the_closing_of_entry_asks_and_stays_in_the_record(self, office, season):
        factories.EntryFactory(season=season, state="draft")
        address = reverse("contests:setup_facts", args=[season.pk])
        form = office.get(address).context["form"]
        posted = {
            "title": season.title, "title_en": season.title_en, "ordinal": "1", "review_days": "3",
            "quality_target": "0",
            "entry_opens": form["entry_opens"].value().strftime("%Y-%m-%dT%H:%M:%S"),
            "entry_closes": (NOW + timedelta(days=40)).strftime("%Y-%m-%dT%H:%M:%S"),
        }  # fmt: skip
        early = {**posted, "entry_closes": "2020-01-01T00:00:00"}
        assert "entry_closes" in errors(office.post(address, early))
        assert office.post(address, posted).status_code == 422
        assert office.post(address, {**posted, "reason": "顺延"}).status_code == 302
        assert AuditEntry.objects.get(verb="season.change").reason == "顺延"
        assert Season.objects.get().entry_closes > season.entry_closes

    def test_the_public_page_shows_what_holds_now(self, office, client, season):
        factories.EntryFactory(season=season)
        held = factories.DocumentRequirementFactory(season=season, label="旧的材料")
        services.save_part(
            season, BY_KEY["documents"], data={"label": "新的材料"}, row=held, by=factories.UserFactory(), reason="改"
        )
        page = client.get(reverse("contests:season", args=[season.contest.slug, season.year])).content.decode()
        assert "新的材料" in page
        assert "旧的材料" not in page

    def test_removing_asks_for_a_reason(self, office, season):
        factories.EntryFactory(season=season)
        held = factories.DeclarationFactory(season=season)
        address = path(season, "declarations", held.pk, name="part_remove")
        assert office.get(address).status_code == 200
        assert office.post(address).status_code == 422
        assert office.post(address, {"reason": "不再需要"}).status_code == 302
        assert not season.declarations.current().exists()


def test_sample_figures_are_confirmed_one_by_one_and_all_at_once(office, season):
    first, second = (factories.EligibilityRuleFactory(season=season, sample=True) for _ in range(2))
    Season.objects.update(sample=True)
    assert Rail(season).samples == 2
    office.post(path(season, "eligibility", first.pk, name="part_confirm"))
    assert list(season.eligibilityrules.filter(sample=True)) == [second]
    office.post(reverse("contests:confirm_samples", args=[season.pk]))
    assert Rail(season).samples == 0
    assert not Season.objects.get().sample
    assert AuditEntry.objects.filter(verb="setup.confirm").count() == 2


def test_the_rail_counts_what_holds_and_marks_what_is_missing(season):
    assert {item.key for item in Rail(season).missing} == {"tracks", "units", "rubrics", "scoring", "stages"}
    held = factories.StageFactory(season=season, judges_per_entry=0)
    factories.EligibilityRuleFactory(season=season, retired_at=NOW)
    counts = {item.key: item.count for item in Rail(season).items}
    assert (counts["rubrics"], counts["stages"], counts["eligibility"]) == (1, 1, 0)
    assert "stages" in {item.key for item in Rail(season).missing}
    Stage.objects.filter(pk=held.pk).update(judges_per_entry=3)
    assert "stages" not in {item.key for item in Rail(season).missing}


def test_watchers_read_but_find_no_button_and_no_form(signed_in, season):
    client, held = signed_in(factories.supervisor(season)), factories.TrackFactory(season=season)
    page = client.get(path(season, "tracks", name="section")).content.decode()
    assert held.name in page
    assert path(season, "tracks") not in page
    assert client.post(path(season, "tracks"), {"name": "新", "kind": "project"}).status_code == 403


@pytest.mark.parametrize("key", [section.key for section in ALL])
def test_a_list_costs_the_same_for_one_and_three(office, season, key, django_assert_max_num_queries):
    def fill():
        match key:
            case "tracks":
                factories.TrackFactory(season=season)
            case "eligibility":
                factories.EligibilityRuleFactory(season=season, track=factories.TrackFactory(season=season))
            case "documents":
                factories.DocumentRequirementFactory(season=season)
            case "declarations":
                factories.DeclarationFactory(season=season)
            case "units":
                parent = factories.RecommendingUnitFactory(season=season)
                factories.RecommendingUnitFactory(season=season, parent=parent)
            case "awards":
                factories.AwardLevelFactory(season=season)
            case _:
                factories.StageFactory(season=season).quotas.create(places=3)

    fill()
    address = path(season, key, name="section")
    office.get(address)
    with django_assert_max_num_queries(12) as first:
        office.get(address)
    fill()
    fill()
    with django_assert_max_num_queries(len(first)):
        office.get(address)
