"""Long work of the offices: a list of earlier years, a workbook of entries. Registered when the room is ready.

It stands apart from `tasks`, which the services of documents use themselves.
"""

from contextlib import ExitStack

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.translation import gettext as _

from contests.models import Contest, Season
from core import jobs
from core.models import Job
from core.problems import Refused
from core.xlsx import workbook
from projects.imports.entries import Batch, read_entries
from projects.imports.papers import Papers, no_papers, read_papers
from projects.imports.past import read_past
from projects.queries.offline import SeasonForm
from projects.queries.past import place_names
from projects.services.offline import KEPT, NEW, OfflineReport, enter_offline, tell_leaders
from projects.services.past import import_past
from projects.workbooks.entries import mark_of, returned

PAST, CHECK, ENTER = "projects.past", "projects.offline_check", "projects.offline"
MOST_TOLD = 500


def past_upload(digest: str) -> str:
    """Where a list waits between its check and its import; nothing of the sender's name reaches the disk."""
    return f"imports/{digest}.xlsx"


@jobs.runner(PAST)
def run_past(job: Job) -> jobs.Result:
    params, place = job.params, past_upload(job.params["file"])
    with default_storage.open(place) as file:
        rows = read_past(file, name=params["name"], regions=place_names(), this_year=timezone.localdate().year)
    contest = Contest.objects.get(pk=params["contest"])
    report = import_past(contest, rows, by=job.by, told=lambda done, total: jobs.progress(job, done, total))
    default_storage.delete(place)
    sentence = _("%(new)s new rows, %(changed)s changed, %(same)s as before. %(doubtful)s matches are to be decided.")
    facts = {"new": report.new, "changed": report.changed, "same": report.same, "doubtful": report.doubtful}
    return jobs.Result(sentence % facts)


def offline_upload(key: str, ending: str) -> str:
    """Where a workbook or its zip waits between dry run and real run."""
    return f"offline/{key}.{ending}"


def forget_offline(params: dict) -> None:
    """Take what was sent off the disk: it holds personal data and has done its work."""
    for ending in ("xlsx", "zip"):
        default_storage.delete(offline_upload(params["key"], ending))


@jobs.runner(CHECK)
def run_check(job: Job) -> jobs.Result:
    """The dry run. What is wrong goes back as a copy of the workbook with its cells marked."""
    form, batch, report = _run(job, dry=True)
    _keep(job, report)
    if not report.faults:
        return jobs.Result(_("Everything fits. Nothing has been written yet: confirm to enter it."))
    forget_offline(job.params)
    copy = ContentFile(returned(form, batch.pages, report.faults))
    sentence = _("%(count)s places have to be put right. Nothing was written.") % {"count": len(report.faults)}
    return jobs.Result(sentence, copy, f"{form.season.year}-{_('to mend')}.xlsx")


@jobs.runner(ENTER)
def run_enter(job: Job) -> jobs.Result:
    """The real run of a workbook whose dry run was right. What changed meanwhile is found here again."""
    form, _batch, report = _run(job, dry=False)
    _keep(job, report)
    if report.faults:
        raise Refused(_("Something changed since the dry run; nothing was written. Send the files again."))
    told = tell_leaders(report, by=job.by)
    forget_offline(job.params)
    facts = {"new": report.count(NEW), "kept": report.count(KEPT), "told": told}
    facts["changed"] = len(report.done) - facts["new"] - facts["kept"]
    sentence = _(
        "%(new)s entries are new, %(changed)s were brought up to date, %(kept)s were there already. %(told)s leaders "
        "with an account were told how to take theirs over; hand the others the list."
    )
    return jobs.Result(sentence % facts, ContentFile(_list_of(report)), f"{form.season.year}-{_('entered')}.xlsx")


def _run(job: Job, *, dry: bool) -> tuple[SeasonForm, Batch, OfflineReport]:
    params = job.params
    season = Season.objects.select_related("contest").prefetch_related(
        "tracks", "eligibilityrules", "documentrequirements", "declarations", "questions"
    )
    form = SeasonForm(season.get(pk=params["season"]), job.by)
    if not default_storage.exists(offline_upload(params["key"], "xlsx")):
        raise Refused(_("These files were entered already, or lay here too long. Send them again."))
    with ExitStack() as stack:
        book = stack.enter_context(default_storage.open(offline_upload(params["key"], "xlsx")))
        batch = read_entries(
            book, name=params["name"], mark=mark_of(form.season), columns=form.columns,
            member_columns=form.member_columns,
        )  # fmt: skip
        papers = _papers(stack, params, form, batch)
        report = enter_offline(
            form.season, batch, papers, by=job.by, submit=params["submit"], dry=dry,
            told=lambda done, total: jobs.progress(job, done, total),
        )  # fmt: skip
    return form, batch, report


def _papers(stack: ExitStack, params: dict, form: SeasonForm, batch: Batch) -> Papers:
    if not params["zip"]:
        return no_papers()
    file = stack.enter_context(default_storage.open(offline_upload(params["key"], "zip")))
    labels: dict[str, int] = {}
    for one in form.requirements:
        labels[one.label] = max(one.max_mb, labels.get(one.label, 0))
    return read_papers(file, name=params["zip"], keys=[one.key for one in batch.rows], labels=labels)


def _keep(job: Job, report: OfflineReport) -> None:
    """What the batch's page shows: faults by place, and what the rows would become or became."""
    job.failures = [one.kept() for one in report.faults[:MOST_TOLD]]
    job.params["report"] = {
        "faults": len(report.faults),
        "papers": report.papers,
        "rows": [
            {"row": one.row.row, "key": one.row.key, "title": one.row.values["name"], "state": one.state,
             "leader": one.row.values["leader.name"], "number": one.entry.number or ""}
            for one in report.done
        ],
    }  # fmt: skip


def _list_of(report: OfflineReport) -> bytes:
    """What somebody at the counter hands to the leaders."""
    words = {NEW: _("New"), KEPT: _("There already")}
    headings = [
        _("Row key"), _("Entry number"), _("Project"), _("Leader"), _("State"), _("What became of it"),
        _("How the leader takes it over"),
    ]  # fmt: skip
    way = _("Sign in with the mobile number of the form, open “Take over an entry”, type the document number.")
    rows = (
        (
            one.row.key, one.entry.number or "", one.entry.title, one.entry.leader_name,
            one.entry.get_state_display(), words.get(one.state, _("Brought up to date")), way,
        )
        for one in report.done
    )  # fmt: skip
    return workbook([(_("Entered"), headings, rows)])
