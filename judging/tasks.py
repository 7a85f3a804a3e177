"""Long work of the judging room."""

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from core import jobs
from core.models import Job
from judging import exports
from judging.imports import read
from judging.models import Ranking
from judging.queries.imported import Comparison, compare
from judging.services.imported import import_marks

IMPORT = "judging.import_marks"
SUMMARY = "judging.summary"


def upload_name(digest: str) -> str:
    """Where a file of marks waits between its check and its import; nothing of the sender's name reaches the disk."""
    return f"imports/{digest}.csv"


@jobs.runner(IMPORT)
def run_import(job: Job) -> jobs.Result:
    params = job.params
    with default_storage.open(upload_name(params["file"])) as file:
        table = read(file.read(), name=params["name"])
    imported = import_marks(
        table, by=job.by, trim_from=params["trim_from"], told=lambda done, total: jobs.progress(job, done, total)
    )
    found = compare(imported.season, table)
    sentence = (
        _("%(entries)s entries are entered, locked and ranked; see “Import marks” for the rankings.")
        if imported.new
        else _("The same marks were imported before; nothing was changed.")
    )
    return jobs.Result(f"{sentence % {'entries': table.entries}} {_compared(found)}")


@jobs.runner(SUMMARY)
def print_summary(job: Job) -> jobs.Result:
    """The score summary of a ranking that is too long to wait for."""
    ranking = Ranking.objects.select_related("heat__stage__season", "track").get(pk=job.params["ranking"])
    sentence = _("%(entries)s entries are printed.") % {"entries": ranking.summary["entries"]}
    return jobs.Result(sentence, ContentFile(exports.summary_pdf(ranking)), exports.file_name(ranking, "pdf"))


def _compared(found: Comparison) -> str:
    if not found.panels and not found.totals:
        return _("The file has no official figures to compare with.")
    facts = {"scores": found.panels, "same_scores": found.panels_equal}
    facts |= {"totals": found.totals, "same_totals": found.totals_equal}
    sentence = _(
        "Official panel scores: %(same_scores)s of %(scores)s equal; "
        "official totals: %(same_totals)s of %(totals)s equal."
    )
    return sentence % facts
