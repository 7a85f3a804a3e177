"""A notice on paper, as an office stamps and posts it."""

from contests.models import Notice
from contests.states import HostPart
from core import pdf


def notice_pdf(notice: Notice) -> bytes:
    """The published text with its whole list; the same lines as on the public page."""
    hosts = notice.season.contest.parts.filter(part=HostPart.HOST).select_related("organisation")
    context = {
        "notice": notice,
        "lines": notice.lines.all(),
        "hosts": [part.organisation.name for part in hosts[:2]],
    }
    return pdf.render("contests/notice_pdf.html", context)
