"""What a mark must be, as lists of problems that the service, the page and the import all read.

Numbered rules:

1. A mark lies between 0 and its criterion's maximum, both included.
2. A mark is a whole number of steps.
3. A criterion of another rubric has no place on the sheet.
4. A sheet is complete when every criterion has a mark. An empty mark is no mark; it is never read as 0.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.utils.translation import gettext as _

from contests.models import Criterion
from core.problems import Problem
from core.templatetags.luyan import plain

MARK_COMMENT = 500
SHEET_COMMENT = 2000


def range_text(criterion: Criterion) -> str:
    """The marks a criterion allows, in words: 0—30, in steps of 0.5."""
    return _("0—%(maximum)s, in steps of %(step)s") % {
        "maximum": plain(criterion.maximum),
        "step": plain(criterion.step),
    }


def mark_problems(criteria: Iterable[Criterion], marks: Mapping[str, Decimal | None]) -> list[Problem]:
    """Every mark that breaks rule 1, 2 or 3; `field` is the criterion's key."""
    known = {criterion.key: criterion for criterion in criteria}
    found = [
        Problem("unknown", _("This rubric has no criterion “%(key)s”. Reload the page.") % {"key": key}, field=key)
        for key in marks
        if key not in known
    ]
    for key, criterion in known.items():
        mark = marks.get(key)
        if mark is not None and not fits(criterion, mark):
            found.append(Problem("range", _out_of_range(criterion, mark), field=key, fact=plain(mark)))
    return found


def fits(criterion: Criterion, mark: Decimal) -> bool:
    return mark.is_finite() and 0 <= mark <= criterion.maximum and mark % criterion.step == 0


def _out_of_range(criterion: Criterion, mark: Decimal) -> str:
    facts = {"criterion": criterion, "range": range_text(criterion), "mark": plain(mark) if mark.is_finite() else mark}
    return _("“%(criterion)s” takes %(range)s; you wrote %(mark)s. Please change it.") % facts


def comment_problems(comments: Mapping[str, str], comment: str | None, note: str | None = None) -> list[Problem]:
    """Comments that are too long for their place."""
    found = [
        Problem(
            "long", _("At most %(most)s characters. Please shorten the comment.") % {"most": MARK_COMMENT}, field=key
        )
        for key, text in comments.items()
        if len(text) > MARK_COMMENT
    ]
    for field, said in (("comment", comment), ("note", note)):
        if said and len(said) > SHEET_COMMENT:
            text = _("At most %(most)s characters. Please shorten the comment.") % {"most": SHEET_COMMENT}
            found.append(Problem("long", text, field=field))
    return found


def missing_marks(criteria: Iterable[Criterion], values: Mapping[str, Decimal | None]) -> list[Problem]:
    """Criteria without a mark (rule 4)."""
    return [
        Problem("missing", _("“%(criterion)s” has no mark yet.") % {"criterion": criterion}, field=criterion.key)
        for criterion in criteria
        if values.get(criterion.key) is None
    ]
