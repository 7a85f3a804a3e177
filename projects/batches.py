"""Long work of the offices: a list of earlier years, a workbook of entries. Registered when the room is ready.

It stands apart from `tasks`, which the services of documents use themselves.
"""

from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.translation import gettext as _

from contests.models import Contest
from core import jobs
from core.models import Job
from projects.imports.past import read_past
from projects.queries.past import place_names
from projects.services.past import import_past

PAST = "projects.past"


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
