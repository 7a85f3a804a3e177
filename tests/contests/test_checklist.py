"""The check list before a season opens: what stops it, what a person looks at, and that the seeds pass it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from accounts.states import PersonStatus
from contests import checks, services
from contests.models import Quota
from contests.services.copying import review_point
from contests.states import RuleKind, SeasonState, StageKind, UnitKind
from core.models import AuditEntry
from core.problems import Refused
from seeds.reference import load_contests
from tests.factories import (
    NOW,
    AwardLevelFactory,
    DeclarationFactory,
    DocumentRequirementFactory,
    EligibilityRuleFactory,
    RecommendingUnitFactory,
    RubricFactory,
    SeasonFactory,
    StageFactory,
    TrackFactory,
    UserFactory,
    administrator,
    clerk,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def season():
    """A season in preparation that lacks nothing but a certificate design."""
    made = SeasonFactory(state=SeasonState.SETUP, notice_text="Who may enter.")
    TrackFactory(season=made, code="main")
    EligibilityRuleFactory(season=made)
    DocumentRequirementFactory(season=made)
    DeclarationFactory(season=made)
    clerk(RecommendingUnitFactory(season=made))
    stage = StageFactory(season=made, opens=made.entry_closes + timedelta(days=1), closes=NOW + timedelta(days=60))
    Quota.objects.create(stage=stage, places=10)
    AwardLevelFactory(season=made)
    return made


def codes(season, *, blocks: bool | None = None) -> set[str]:
    """What stands on the list, but for the English that these seasons lack."""
    found = checks.readiness(season, NOW)
    found = [problem for problem in found if problem.code != "no-english"]
    return {problem.code for problem in found if blocks is None or problem.blocks == blocks}


def test_a_whole_season_has_nothing_on_its_list_but_the_certificate(season):
    assert codes(season) == {"certificate"}
    assert services.start_season(season, by=administrator(), at=NOW).state == SeasonState.RUNNING


def test_every_season_of_the_seeds_may_open():
    for season in load_contests(by=administrator(), today=date(2026, 9, 20)).values():
        at = season.entry_opens - timedelta(days=20)
        assert [one for one in checks.readiness(season, at) if one.blocks] == []
        found = {one.code for one in checks.readiness(season, at)}
        assert {"sample", "no-officer", "certificate"} <= found


def without_weights(season):
    season.stages.get().rubric.criteria.filter(key="team").update(maximum=Decimal(30))


def early(season):
    season.stages.update(opens=season.entry_opens)


def out_of_order(season):
    StageFactory(
        season=season, order=500, kind=StageKind.NOTICE, rubric=None, scoring_rule=None, opens=season.entry_opens
    )


@pytest.mark.parametrize(
    ("harm", "code", "field"),
    [
        (lambda season: season.tracks.all().delete(), "no-track", "tracks"),
        (lambda season: season.units.update(accepts_entries=False), "no-unit", "units"),
        (lambda season: season.declarations.update(required=False), "no-consent", "declarations"),
        (lambda season: season.stages.update(kind=StageKind.NOTICE), "no-judged-stage", "stages"),
        (lambda season: season.stages.update(rubric=None), "no-rubric", "stages"),
        (lambda season: season.stages.update(scoring_rule=None), "no-scoring", "stages"),
        (lambda season: season.stages.update(judges_per_entry=0), "no-judges", "stages"),
        (without_weights, "contradiction", "rubrics"),
        (early, "stage-early", "stages"),
        (out_of_order, "stage-order", "stages"),
    ],
)
def test_what_stops_a_season_is_named_with_its_section(season, harm, code, field):
    harm(season)
    found = [problem for problem in checks.readiness(season, NOW) if problem.blocks]
    assert [(problem.code, problem.field) for problem in found] == [(code, field)]
    with pytest.raises(Refused) as no:
        services.start_season(season, by=administrator(), at=NOW)
    assert no.value.problems == found
    season.refresh_from_db()
    assert season.state == SeasonState.SETUP


def test_a_closing_time_in_the_past_stops_a_season(season):
    at = season.entry_closes
    assert "closed" in {problem.code for problem in checks.readiness(season, at) if problem.blocks}
    assert "closed" not in {problem.code for problem in checks.readiness(season, at - timedelta(seconds=1))}


@pytest.mark.parametrize(
    ("harm", "code"),
    [
        (lambda season: season.documentrequirements.update(required=False), "no-deck"),
        (lambda season: season.documentrequirements.update(judged=False), "nothing-judged"),
        (lambda season: season.eligibilityrules.all().delete(), "no-rule"),
        (lambda season: season.awardlevels.all().delete(), "no-award"),
        (lambda season: setattr(season, "notice_text", ""), "no-notice"),
        (lambda season: season.awardlevels.update(places=11), "awards-many"),
        (lambda season: season.awardlevels.update(sample=True), "sample"),
        (lambda season: RecommendingUnitFactory(season=season), "no-officer"),
    ],
)
def test_what_a_person_looks_at_does_not_stop_a_season(season, harm, code):
    harm(season)
    assert codes(season, blocks=False) == {"certificate", code}
    assert codes(season, blocks=True) == set()


def zone_abroad(season):
    season.units.update(kind=UnitKind.OVERSEAS)


def foreign_nationals(season):
    EligibilityRuleFactory(season=season, kind=RuleKind.STATUS, values=[PersonStatus.OVERSEAS], phrase_en="From abroad")


@pytest.mark.parametrize("admit", [zone_abroad, foreign_nationals])
def test_texts_without_english_are_named_and_stop_only_a_season_that_takes_entrants_from_abroad(season, admit):
    def missing():
        return [one for one in checks.readiness(season, NOW) if one.code == "no-english"]

    [found] = missing()
    assert (found.blocks, found.field) == (False, "eligibility")
    assert "参赛条件" in found.message
    season.eligibilityrules.update(phrase_en="Born on or after 1 January 1990")
    assert "参赛条件" not in missing()[0].message
    admit(season)
    with pytest.raises(Refused) as no:
        services.start_season(season, by=administrator(), at=NOW)
    assert no.value.problems == missing()


def test_no_more_may_go_on_than_come_in(season):
    first = season.stages.get()
    last = StageFactory(season=season, order=900, opens=first.closes, closes=first.closes + timedelta(days=3))
    assert codes(season, blocks=False) == {"certificate"}
    Quota.objects.create(stage=last, places=11)
    assert "quota-large" in codes(season, blocks=False)
    first.quotas.all().delete()
    assert "no-quota" in codes(season, blocks=False)


def test_quotas_of_zones_count_for_each_zone(season):
    stage = season.stages.get()
    stage.by_zone = True
    stage.save()
    AwardLevelFactory(season=season, places=19)
    assert "awards-many" in codes(season)
    clerk(RecommendingUnitFactory(season=season))
    assert "awards-many" not in codes(season)


def test_a_retired_row_is_not_looked_at(season):
    rubric = RubricFactory(season=season, name="旧标准", criteria=[("only", 50)])
    assert "contradiction" in codes(season)
    rubric.delete()
    assert "contradiction" not in codes(season)


def test_points_to_review_stop_a_season_until_each_is_ticked_off(season):
    season.to_review = [{"code": "title", "text": "标题", "where": "season"}]
    season.save()
    by = UserFactory()
    assert codes(season, blocks=True) == {"to-review"}
    season = review_point(season, "title", done=True, by=by, at=NOW)
    assert codes(season, blocks=True) == set()
    assert season.to_review[0]["done_by"] == str(by)
    assert AuditEntry.objects.filter(verb="season.review", actor=by).count() == 1
    assert review_point(season, "title", done=True, by=by, at=NOW).to_review == season.to_review
    assert AuditEntry.objects.filter(verb="season.review").count() == 1
    season = review_point(season, "title", done=False, by=by, at=NOW)
    assert codes(season, blocks=True) == {"to-review"}
    with pytest.raises(Refused):
        review_point(season, "gone", done=True, by=by, at=NOW)
