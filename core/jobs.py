"""Long work in the background: started on a page, run by the task worker, watched on the job's own page.

A room registers what it can run in its `tasks.py`:

    @jobs.runner("judging.import_marks")
    def import_marks(job): ...

and a view or service starts it: `jobs.start("judging.import_marks", title=…, by=user, params={…})`. A runner
reports with `progress`, notes rows that failed with `fail_row`, and returns a `Result` (or None). Runners own their
transactions. Progress goes by a cache that the processes share, not by the table: it moves inside an open transaction
as well, and takes no lock from anybody.
"""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from django.core.cache import caches
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task

from core import audit
from core.models import Job
from core.problems import Refused

PROGRESS_SECONDS = 0.5
PROGRESS_KEPT = 24 * 60 * 60
MOST_FAILURES = 500
MOVES = {
    Job.State.WAITING: frozenset({Job.State.RUNNING}),
    Job.State.RUNNING: frozenset({Job.State.DONE, Job.State.FAILED}),
    Job.State.DONE: frozenset(),
    Job.State.FAILED: frozenset(),
}
_runners: dict[str, Callable[[Job], "Result | None"]] = {}


@dataclass(frozen=True)
class Result:
    """What a job leaves: a sentence, and a file to download where there is one."""

    message: str = ""
    file: File | None = None
    name: str = ""


def runner(kind: str) -> Callable:
    """Registers a function as the work behind a kind of job."""

    def register(function: Callable[[Job], Result | None]) -> Callable[[Job], Result | None]:
        _runners[kind] = function
        return function

    return register


@transaction.atomic
def start(kind: str, *, title: str, by, params: dict | None = None) -> Job:
    """Puts a job in the queue once this transaction holds. It speaks the language of whoever started it."""
    if kind not in _runners:
        raise LookupError(f"No runner is registered for {kind}")
    language = translation.get_language() or "zh-hans"
    job = Job.objects.create(kind=kind, title=title, by=by, params={**(params or {}), "language": language})
    audit.record(job, "job.start", by=by, after={"kind": kind})
    transaction.on_commit(lambda: _run.enqueue(job.pk))
    return job


def progress(job: Job, done: int, total: int) -> None:
    """Shows how far the work is; cheap enough to be called for every row."""
    now = monotonic()
    finished = done >= total
    if not finished and now - getattr(job, "_told_at", 0.0) < PROGRESS_SECONDS:
        return
    job._told_at, job.done, job.total = now, done, total
    caches["shared"].set(_place(job), (done, total), PROGRESS_KEPT)


def with_progress(job: Job) -> Job:
    """The job with what its worker told last, while it runs."""
    if job.state == Job.State.RUNNING:
        job.done, job.total = caches["shared"].get(_place(job), (job.done, job.total))
    return job


def _place(job: Job) -> str:
    return f"job-{job.pk}"


def fail_row(job: Job, row: int | str, message: str) -> None:
    """Notes one row that could not be taken; the job's page lists them."""
    if len(job.failures) < MOST_FAILURES:
        job.failures.append({"row": row, "message": str(message)})


@task()
def _run(job_id: int) -> None:
    job = _move(job_id, Job.State.RUNNING)
    if job is None:
        return
    caches["shared"].delete(_place(job))
    ended = False
    try:
        with translation.override(job.params.get("language", "zh-hans")):
            result = _runners[job.kind](job) or Result()
        _finish(job, Job.State.DONE, result)
        ended = True
    except Refused as refusal:
        for number, problem in enumerate(refusal.problems, 1):
            fail_row(job, number, problem.message)
        _finish(job, Job.State.FAILED, Result(refusal.message))
        ended = True
    finally:
        # An unforeseen error goes on to the task worker's log; the person who waits gets a sentence.
        if not ended:
            with translation.override(job.params.get("language", "zh-hans")):
                sentence = _("The work stopped because of an error. What was finished before stays. Try again.")
            _finish(job, Job.State.FAILED, Result(sentence))


@transaction.atomic
def _move(job_id: int, to: Job.State) -> Job | None:
    """The job in its new state; None when another worker took it already."""
    job = Job.objects.select_for_update().select_related("by").get(pk=job_id)
    if to not in MOVES[Job.State(job.state)]:
        return None
    job.state = to
    job.save(update_fields=["state"])
    return job


@transaction.atomic
def _finish(job: Job, state: Job.State, result: Result) -> None:
    if _move(job.pk, state) is None:
        return
    job.state, job.message, job.finished_at = state, str(result.message), timezone.now()
    if state == Job.State.DONE and job.total:
        job.done = job.total
    if result.file is not None:
        job.result_name = result.name
        job.result.save(result.name, result.file, save=False)
    job.save()
    audit.record(job, "job.finish", by=job.by, after={"state": state, "failures": len(job.failures)})
