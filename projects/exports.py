"""Lists of entries as Excel: exactly what the filter shows, personal numbers left out (domain §7)."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from contests.models import Question
from core.xlsx import workbook
from projects.models import Entry
from projects.questions import in_words


def entries_workbook(entries: Iterable[Entry], *, questions: Iterable[Question] = ()) -> bytes:
    """One row an entry. The rows need season, track, unit and zone selected.

    `questions` are those of one season: each adds a column with the answers as they were frozen, one column a code.
    """
    asked: dict[str, Question] = {}
    for question in sorted(questions, key=lambda one: (one.retired_at is not None, one.order, one.pk)):
        asked.setdefault(question.code, question)
    headings = [
        _("Entry number"), _("Season"), _("Track"), _("Project"), _("Company"), _("Leader"), _("Industry"),
        _("Recommending unit"), _("Zone"), _("State"), _("Submitted"), _("Qualified"),
        *(question.local_label for question in asked.values()),
    ]  # fmt: skip
    rows = (
        (
            entry.number, entry.season.title, entry.track.name if entry.track else "", entry.title,
            entry.company_name, entry.leader_name, entry.industry and entry.get_industry_display(),
            entry.unit.name if entry.unit else "", entry.zone.name if entry.zone else "",
            entry.get_state_display(), entry.submitted_at, entry.qualified_at,
            *(_answers(entry, asked) if asked else ()),
        )
        for entry in entries
    )  # fmt: skip
    return workbook([(_("Entries"), headings, rows)])


def _answers(entry: Entry, asked: dict[str, Question]) -> Iterator[str]:
    kept = {one["code"]: one for one in (entry.snapshot or {}).get("answers") or []}
    for code in asked:
        yield in_words(kept[code]) if code in kept else ""
