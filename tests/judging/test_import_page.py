"""The page for files of marks: a dry run first, every wrong place in a table, then a job that imports."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from contests.models import Season
from core.models import Job
from judging.models import Mark, Ranking
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
GOOD = (
    "competition,program,entry,nation,criterion,factor,J1,J2,J3,panel_score,component_total\n"
    "Cup,Free,Ann,CHN,Skill,2,6,7,8,7,14\n"
    "Cup,Free,Bob,JPN,Skill,2,5,5,5,5,10.01\n"
)
PAGE = reverse("judging:import_marks")


@pytest.fixture
def web(signed_in):
    return signed_in(factories.administrator())


def send(web, text: str, name="年度成绩.csv", **more):
    file = SimpleUploadedFile(name, text.encode("gb18030"), content_type="text/csv")
    return web.post(PAGE, {"file": file, "trim_from": "3", **more})


def test_a_dry_run_shows_what_the_file_holds_and_writes_nothing(web):
    page = send(web, GOOD)

    assert page.status_code == 200
    assert page.context["table"].entries == 2
    assert page.context["official"] == 4
    assert [(one.name, one.programs, one.judges) for one in page.context["competitions"]] == [("Cup", 1, 3)]
    assert not Season.objects.exists()


def test_wrong_places_stand_in_a_table(web):
    page = send(web, GOOD.replace(",8,7,14", ",x,7,14"))

    assert page.status_code == 422
    assert [(one.row, one.column) for one in page.context["refused"].problems] == [(2, "J3")]
    assert "J3" in page.content.decode()


def test_the_second_word_imports_and_compares(web):
    checked = send(web, GOOD).context["confirm"]

    answer = web.post(reverse("judging:confirm_import"), checked)

    job = Job.objects.get()
    assert answer["Location"] == reverse("core:job", args=[job.pk])
    assert (job.state, job.done, job.total) == (Job.State.DONE, 1, 1)
    assert ("2个中2个一致" in job.message) or ("2 of 2 equal" in job.message)
    season = Season.objects.get()
    assert season.title.endswith("年度成绩")
    assert Mark.objects.count() == 6
    page = web.get(reverse("judging:imported", args=[season.pk]))
    assert reverse("judging:ranking", args=[Ranking.objects.get().pk]) in page.content.decode()


def test_the_same_file_again_leads_to_its_rankings(web):
    web.post(reverse("judging:confirm_import"), send(web, GOOD).context["confirm"])

    again = send(web, GOOD, name="renamed.csv")

    assert again.context["known"] == Season.objects.get()
    assert reverse("judging:imported", args=[Season.objects.get().pk]) in again.content.decode()


def test_another_rule_is_carried_to_the_job(web):
    checked = send(web, GOOD, trim_from="5").context["confirm"]

    web.post(reverse("judging:confirm_import"), checked)

    assert Season.objects.get().scoring_rules.get().data["min_marks_to_trim"] == 5


@pytest.mark.parametrize("file", ["0" * 64, "../../etc/passwd", ""])
def test_what_was_not_checked_is_not_imported(web, file):
    answer = web.post(reverse("judging:confirm_import"), {"file": file, "name": "x", "trim_from": "3"})

    assert answer.status_code == 422
    assert not Job.objects.exists()


def test_an_organiser_sees_only_their_own_imports(signed_in):
    first, other = (factories.province(factories.SeasonFactory()) for _ in range(2))
    web = signed_in(first)
    web.post(reverse("judging:confirm_import"), send(web, GOOD).context["confirm"])
    season = Season.objects.get(contest__slug__startswith="imported-")

    assert web.get(reverse("judging:imported", args=[season.pk])).status_code == 200
    web = signed_in(other)
    assert web.get(reverse("judging:imported", args=[season.pk])).status_code == 404
    assert season.title not in web.get(PAGE).content.decode()


def test_nobody_else_may_import(signed_in):
    web = signed_in(factories.UserFactory())

    assert web.get(PAGE).status_code == 403
    assert web.post(reverse("judging:confirm_import"), {}).status_code == 403
