"""Pages of a season as a whole: file, reading in, copy, check list, previews."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.states import Role
from contests import exports
from contests.models import Season
from contests.shapes import CHINA
from contests.states import SeasonState
from projects.models import Entry
from tests.factories import (
    DeclarationFactory,
    DocumentRequirementFactory,
    RecommendingUnitFactory,
    SeasonFactory,
    StageFactory,
    TrackFactory,
    UserFactory,
    administrator,
    grant,
    province,
    supervisor,
)

pytestmark = pytest.mark.django_db
COST = 40


@pytest.fixture
def season():
    made = SeasonFactory(state=SeasonState.SETUP, year=2026, ordinal=3, title="第三届示例大赛")
    TrackFactory(season=made, code="main")
    DocumentRequirementFactory(season=made)
    DeclarationFactory(season=made)
    RecommendingUnitFactory(season=made)
    StageFactory(season=made, opens=made.entry_closes + timedelta(days=1))
    return made


@pytest.fixture
def organiser(signed_in, season):
    return signed_in(province(season))


def at(name: str, *arguments) -> str:
    return reverse(name, args=arguments)


def test_the_file_is_shown_and_downloaded(organiser, season):
    page = organiser.get(at("contests:file", season.pk))
    assert page.status_code == 200
    answer = organiser.get(at("contests:download", season.pk))
    assert answer["Content-Disposition"].endswith('.yaml"')
    assert answer.content.decode() == exports.season_file(season)
    assert "第三届示例大赛" in answer.content.decode()


def test_a_file_is_checked_mended_in_place_and_then_written(organiser, season):
    text = exports.season_file(season).replace("title: 第三届示例大赛", "titel: 第三届新大赛")
    sent = SimpleUploadedFile("season.yaml", text.encode())
    page = organiser.post(at("contests:load"), {"file": sent})
    assert page.status_code == 422
    assert [row["mistake"].where for row in page.context["mistakes"]] == ["season"]
    assert "titel: 第三届新大赛" in page.content.decode()
    mended = text.replace("titel", "title").replace("\n", "\r\n")
    page = organiser.post(at("contests:load"), {"text": mended})
    assert page.status_code == 200
    assert [one.section for one in page.context["plan"].differences] == ["season"]
    season.refresh_from_db()
    assert season.title == "第三届示例大赛"
    answer = organiser.post(at("contests:load"), {"text": mended, "write": "1"})
    assert answer.url == at("contests:checklist", season.pk)
    season.refresh_from_db()
    assert season.title == "第三届新大赛"


def test_a_file_with_mistakes_is_not_written_by_the_button_either(organiser, season):
    text = exports.season_file(season).replace("title: 第三届示例大赛", "titel: 第三届新大赛")
    assert organiser.post(at("contests:load"), {"text": text, "write": "1"}).status_code == 422
    season.refresh_from_db()
    assert season.title == "第三届示例大赛"


def test_nothing_chosen_is_said_at_the_field(organiser):
    page = organiser.post(at("contests:load"), {})
    assert page.status_code == 422
    assert page.context["refused"].field == "file"


def test_a_public_season_is_not_overwritten_by_its_file(organiser, season):
    Season.objects.filter(pk=season.pk).update(state=SeasonState.RUNNING)
    text = exports.season_file(season).replace("第三届示例大赛", "第三届新大赛")
    page = organiser.post(at("contests:load"), {"text": text, "write": "1"})
    assert page.status_code == 422
    assert page.context["plan"].refusal
    season.refresh_from_db()
    assert season.title == "第三届示例大赛"


def test_a_season_is_copied_to_the_day_on_which_entry_opens(organiser, season):
    page = organiser.get(at("contests:copy", season.pk))
    assert page.context["form"].initial == {"year": 2027, "ordinal": 4, "weeks": 52}
    opens = season.entry_opens.astimezone(CHINA).date() + timedelta(weeks=50)
    data = {"year": 2027, "ordinal": 4, "weeks": 52, "opens_on": (opens + timedelta(days=1)).isoformat()}
    page = organiser.post(at("contests:copy", season.pk), data)
    assert page.status_code == 422
    (told,) = page.context["form"].errors["opens_on"]
    assert opens.isoformat() in told
    assert (opens + timedelta(days=7)).isoformat() in told
    answer = organiser.post(at("contests:copy", season.pk), {**data, "opens_on": opens.isoformat()})
    made = Season.objects.get(contest=season.contest, year=2027)
    assert answer.url == at("contests:checklist", made.pk)
    assert made.entry_opens - season.entry_opens == timedelta(weeks=50)
    assert made.title == "第四届示例大赛"


def test_a_year_that_is_taken_is_said_at_its_field_and_the_rest_is_kept(organiser, season):
    page = organiser.post(at("contests:copy", season.pk), {"year": 2026, "ordinal": 9, "weeks": 40})
    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["year"]
    assert 'value="40"' in page.content.decode()


def test_an_organiser_of_one_season_alone_writes_that_one_and_is_told_who_begins_another(signed_in, season):
    owner, user = province(season), UserFactory()
    grant(user, Role.PROVINCE, season=season)
    client = signed_in(user)
    assert client.get(at("contests:checklist", season.pk)).status_code == 200
    for refused in (client.get(at("contests:copy", season.pk)), client.get(at("contests:begin"))):
        assert refused.status_code == 403
        assert owner.display_name in refused.content.decode()

    text = exports.season_file(season)
    own = client.post(at("contests:load"), {"text": text.replace("第三届示例大赛", "第三届大赛"), "write": "1"})
    assert own["Location"] == at("contests:checklist", season.pk)
    season.refresh_from_db()
    assert season.title == "第三届大赛"
    other = client.post(at("contests:load"), {"text": text.replace("year: 2026", "year: 2027"), "write": "1"})
    assert other.status_code == 422
    assert list(Season.objects.all()) == [season]


def test_a_season_begins_empty_going_on_from_the_last_edition(organiser, season):
    first = organiser.get(at("contests:begin")).context["form"].initial
    assert (first["title"], first["year"], first["ordinal"]) == ("第四届示例大赛", 2027, 4)
    sent = {
        "title": first["title"], "year": 2027, "ordinal": 3,
        "entry_opens": "2027-03-01T09:00:00", "entry_closes": "2027-05-31T23:59:59",
    }  # fmt: skip
    refused = organiser.post(at("contests:begin"), sent)
    assert list(refused.context["form"].errors) == ["ordinal"]
    assert refused.context["form"]["title"].value() == "第四届示例大赛"

    made = organiser.post(at("contests:begin"), {**sent, "ordinal": 4})
    begun = Season.objects.get(year=2027)
    assert made["Location"] == at("contests:setup", begun.pk)
    assert (begun.state, begun.contest, begun.entry_closes.astimezone(CHINA).hour) == ("setup", season.contest, 23)
    assert organiser.get(made["Location"]).status_code == 200


def test_points_are_ticked_off_and_the_season_starts_from_its_list(organiser, season):
    season.to_review = [{"code": "title", "text": "核对标题", "where": "season"}]
    season.save()
    page = organiser.get(at("contests:checklist", season.pk))
    assert page.context["waiting"] == 1
    assert not page.context["may_start"]
    answer = organiser.post(at("contests:start", season.pk))
    assert answer.url == at("contests:checklist", season.pk)
    organiser.post(at("contests:review", season.pk), {"code": "title", "done": "1"})
    season.refresh_from_db()
    assert season.to_review[0]["done_at"]
    Season.objects.filter(pk=season.pk).update(
        entry_opens=season.entry_opens + timedelta(weeks=2000), entry_closes=season.entry_closes + timedelta(weeks=2000)
    )
    late = season.entry_closes + timedelta(weeks=2001)
    season.stages.update(opens=late, closes=late)
    assert organiser.get(at("contests:checklist", season.pk)).context["may_start"]
    organiser.post(at("contests:start", season.pk))
    season.refresh_from_db()
    assert season.state == SeasonState.RUNNING


PREVIEWS = ("contests:preview", "projects:preview", "judging:preview_sheet")


@pytest.mark.parametrize("name", PREVIEWS)
def test_a_preview_is_marked_and_seen_only_by_those_who_run_the_season(signed_in, season, name):
    page = signed_in(province(season)).get(at(name, season.pk))
    assert page.status_code == 200
    assert "ly-preview" in page.content.decode()
    assert signed_in(administrator()).get(at(name, season.pk)).status_code == 200
    assert signed_in(supervisor(season)).get(at(name, season.pk)).status_code == 403
    assert signed_in(province(SeasonFactory())).get(at(name, season.pk)).status_code == 404


def test_the_preview_of_the_form_shows_questions_papers_and_texts_and_makes_no_entry(organiser, season):
    season.questions.create(
        code="loan", kind="choice", label="有无贷款",
        choices=[{"value": "yes", "label": "申请过"}, {"value": "no", "label": "没有"}],
    )  # fmt: skip
    season.documentrequirements.create(
        kind="finance", label="贷款合同", formats=["pdf"], condition={"question": "loan", "is": ["yes"]}
    )
    other = TrackFactory(season=season, code="other")
    season.declarations.create(code="only", title="只在另一赛道", text="……", track=other)
    season.eligibilityrules.create(kind="born_on_or_after", date="1990-01-01", phrase="须1990年以后出生")
    text = organiser.get(at("projects:preview", season.pk), {"born": "1980-01-01"}).content.decode()
    assert "有无贷款" in text
    assert "申请过" in text
    assert "贷款合同" in text
    assert "只在另一赛道" not in text
    assert "须1990年以后出生" in text
    assert "is-no" in text
    assert "只在另一赛道" in organiser.get(at("projects:preview", season.pk), {"track": other.pk}).content.decode()
    assert not Entry.objects.exists()


def test_the_preview_of_the_sheet_shows_rubric_and_anchors_of_each_stage(organiser, season):
    stage = season.stages.get()
    criterion = stage.rubric.criteria.first()
    criterion.anchors = [{"name": "优秀", "from": "50", "to": "60", "text": "有原创技术"}]
    criterion.save()
    text = organiser.get(at("judging:preview_sheet", season.pk)).content.decode()
    assert criterion.name in text
    assert "有原创技术" in text
    assert "路演文稿" in text
    season.stages.update(rubric=None)
    assert "ly-note due" in organiser.get(at("judging:preview_sheet", season.pk)).content.decode()


@pytest.mark.parametrize(
    "name", ["contests:preview", "projects:preview", "judging:preview_sheet", "contests:checklist"]
)
def test_an_empty_season_can_be_looked_at(signed_in, name):
    season = SeasonFactory(state=SeasonState.SETUP)
    assert signed_in(province(season)).get(at(name, season.pk)).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(organiser, season, rows, django_assert_max_num_queries):
    for number in range(1, rows):
        TrackFactory(season=season)
        RecommendingUnitFactory(season=season)
        StageFactory(season=season, order=500 + number)
    organiser.get(at("contests:checklist", season.pk))
    with django_assert_max_num_queries(COST):
        organiser.get(at("contests:checklist", season.pk))
