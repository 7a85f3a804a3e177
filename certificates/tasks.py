"""Printing in the background."""

from io import BytesIO

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from certificates.printing import batch_pdf
from contests.models import Season
from core import jobs

BATCH = "certificates.batch"


@jobs.runner(BATCH)
def print_batch(job):
    """All valid certificates of a season in one PDF."""
    season = Season.objects.get(pk=job.params["season"])
    out = BytesIO()
    printed = batch_pdf(season, out, progress=lambda done, total: jobs.progress(job, done, total or done))
    said = [_("%(count)s certificates printed.") % {"count": printed.count}, printed.note]
    return jobs.Result(" ".join(filter(None, said)), ContentFile(out.getvalue()), f"certificates-{season.pk}.pdf")
