"""Lists of entries as Excel: exactly what the filter shows, personal numbers left out (domain §7)."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from core.xlsx import workbook
from projects.models import Entry


def entries_workbook(entries: Iterable[Entry]) -> bytes:
    """One row an entry. The rows need season, track, unit and zone selected."""
    headings = [
        _("Entry number"), _("Season"), _("Track"), _("Project"), _("Company"), _("Leader"), _("Industry"),
        _("Recommending unit"), _("Zone"), _("State"), _("Submitted"), _("Qualified"),
    ]  # fmt: skip
    rows = (
        (
            entry.number, entry.season.title, entry.track.name if entry.track else "", entry.title,
            entry.company_name, entry.leader_name, entry.industry and entry.get_industry_display(),
            entry.unit.name if entry.unit else "", entry.zone.name if entry.zone else "",
            entry.get_state_display(), entry.submitted_at, entry.qualified_at,
        )
        for entry in entries
    )  # fmt: skip
    return workbook([(_("Entries"), headings, rows)])
