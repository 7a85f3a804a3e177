"""Background jobs: states, progress, results, failures, and whose they are."""

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.urls import reverse

from core import jobs
from core.jobs import Result
from core.models import AuditEntry, Job
from core.problems import Problem, Refused
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(monkeypatch, django_capture_on_commit_callbacks):
    """`run(function)` starts a job whose work is that function and answers the job as it ended."""

    def start(function, by=None, params=None):
        monkeypatch.setitem(jobs._runners, "test.work", function)
        with django_capture_on_commit_callbacks(execute=True):
            job = jobs.start("test.work", title="生成证书", by=by or UserFactory(), params=params)
        job.refresh_from_db()
        return job

    return start


def test_leaves_a_file_a_sentence_and_a_trail(run):
    def work(job):
        jobs.progress(job, 3, 3)
        return Result("3张证书已生成。", ContentFile(b"%PDF"), "证书.pdf")

    job = run(work)

    assert (job.state, job.done, job.total, job.message) == ("done", 3, 3, "3张证书已生成。")
    assert job.result.read() == b"%PDF"
    assert job.result_name == "证书.pdf"
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True)) == ["job.start", "job.finish"]


def test_a_refusal_ends_it_with_its_sentence_and_problems(run):
    def work(job):
        raise Refused("文件有误。", problems=[Problem("row", "第3行超过满分。")])

    job = run(work)

    assert (job.state, job.message) == ("failed", "文件有误。")
    assert job.failures == [{"row": 1, "message": "第3行超过满分。"}]


def test_an_unforeseen_error_leaves_no_job_running(run):
    def work(job):
        raise ZeroDivisionError

    job = run(work)

    assert job.state == "failed"
    assert job.message == "任务因出错中断，此前已完成的部分仍有效，请重试。"
    assert job.finished_at is not None


def test_rows_that_failed_are_listed(run):
    def work(job):
        jobs.fail_row(job, 7, "没有这位评委")
        return Result("已导入11行。")

    job = run(work)

    assert (job.state, job.failures) == ("done", [{"row": 7, "message": "没有这位评委"}])


def test_progress_is_told_at_most_twice_a_second(run, django_assert_max_num_queries):
    def work(job):
        with django_assert_max_num_queries(3):
            for number in range(1000):
                jobs.progress(job, number + 1, 1000)

    assert run(work).done == 1000


def test_progress_moves_while_a_transaction_is_open(run):
    """What the page reads stands outside of the table, which is locked and unseen meanwhile."""
    seen = []

    def work(job):
        with transaction.atomic():
            jobs.progress(job, 3, 10)
            read = Job.objects.get(pk=job.pk)
            seen.append((read.done, jobs.with_progress(read).done, read.total))
            transaction.set_rollback(True)

    run(work)

    assert seen == [(0, 3, 10)]


def test_an_ended_job_does_not_run_again(run):
    calls = []
    job = run(calls.append)

    jobs._run.call(job.pk)

    assert len(calls) == 1


@pytest.mark.parametrize("before", Job.State)
@pytest.mark.parametrize("after", Job.State)
def test_states_move_by_the_table(before, after):
    job = Job.objects.create(kind="test.work", title="x", by=UserFactory(), state=before)

    moved = jobs._move(job.pk, after)

    job.refresh_from_db()
    allowed = after in jobs.MOVES[before]
    assert (moved is not None, job.state) == (allowed, after if allowed else before)


def test_an_unknown_kind_is_a_mistake_of_the_caller():
    with pytest.raises(LookupError):
        jobs.start("test.nothing", title="x", by=UserFactory())


# ---------------------------------------------------------------- pages


def test_page_shows_progress_and_asks_again_until_the_end(signed_in, run):
    user = UserFactory()
    job = run(lambda job: None, by=user)
    Job.objects.update(state="running", done=431, total=1500)
    client, address = signed_in(user), reverse("core:job", args=[job.pk])

    page = client.get(address).content.decode()
    part = client.get(address, HTTP_HX_REQUEST="true")
    Job.objects.update(state="done")
    last = client.get(address, HTTP_HX_REQUEST="true")

    assert 'value="28"' in page
    assert 'hx-trigger="every 1s"' in part.content.decode()
    assert "<html" not in part.content.decode()
    assert "HX-Refresh" not in part
    assert last["HX-Refresh"] == "true"


def test_result_is_downloaded_under_its_name(signed_in, run):
    user = UserFactory()
    job = run(lambda job: Result("", ContentFile(b"xlsx"), "排名.xlsx"), by=user)

    response = signed_in(user).get(reverse("core:job_result", args=[job.pk]))

    assert b"".join(response.streaming_content) == b"xlsx"
    assert response["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("name", ["core:job", "core:job_result"])
def test_a_job_belongs_to_who_started_it(signed_in, run, name):
    job = run(lambda job: Result("", ContentFile(b"secret"), "x.txt"))

    assert signed_in(UserFactory()).get(reverse(name, args=[job.pk])).status_code == 404


def test_lists_and_rule_agree_on_who_sees_a_job(run):
    owner, other = UserFactory(), UserFactory()
    job = run(lambda job: None, by=owner)

    seen = {user: Job.objects.visible_to(user).exists() for user in (owner, other)}

    assert seen == {user: user.has_perm("core.view_job", job) for user in (owner, other)} == {owner: True, other: False}


@pytest.mark.parametrize("number", [1, 3])
def test_list_costs_the_same_for_any_number(signed_in, number, django_assert_num_queries):
    user = UserFactory()
    for _ in range(number):
        Job.objects.create(kind="test.work", title="生成证书", by=user)
    client = signed_in(user)

    with django_assert_num_queries(6):
        page = client.get("/jobs/")

    assert page.content.decode().count("生成证书") == number
