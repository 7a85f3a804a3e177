"""The second opinion and the figures of judges as their pages read them: one page of rows from what was stored."""

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from judging.models import Judge, JudgeFigure, Opinion, OpinionPlace, Ranking
from judging.queries.own import heats_open_to
from judging.queries.rankings import KnownPaginator

ROWS_PER_PAGE = 50
CLEAR = 1.96


@dataclass(frozen=True)
class Scale:
    """Where a figure stands between the lowest and highest of a page, from 0 to 100."""

    low: float
    high: float

    def at(self, value: float) -> float:
        width = self.high - self.low
        return round(min(100.0, max(0.0, 100 * (value - self.low) / width)), 1) if width else 50.0


def opinion_of(ranking: Ranking) -> Opinion | None:
    return Opinion.objects.filter(ranking=ranking).select_related("by").first()


def places_page(ranking: Ranking, opinion: Opinion, page: str | None) -> tuple[Page, Scale]:
    """One page of places by official rank, with adjusted values on one scale."""
    rows = (
        OpinionPlace.objects.filter(opinion=opinion, place__ranking=ranking)
        .select_related("place__participation__entry")
        .only(
            "mean", "by_mean", "by_trimmed", "adjusted", "error", "by_adjusted", "first", "last", "opinion",
            "place__order", "place__rank", "place__tied", "place__total", "place__steps", "place__ranking",
            "place__participation__entry__title", "place__participation__entry__number",
        )
        .order_by("place__order")
    )  # fmt: skip
    shown = KnownPaginator(rows, ROWS_PER_PAGE, ranking.summary["ranked"]).get_page(page)
    shown.object_list = list(shown.object_list)
    for row in shown.object_list:
        row.up_mean, row.up_trimmed = row.place.order - row.by_mean, row.place.order - row.by_trimmed
        row.up_adjusted = None if row.by_adjusted is None else row.place.order - row.by_adjusted
    ends = [
        one.adjusted + sign * CLEAR * one.error
        for one in shown.object_list
        if one.adjusted is not None
        for sign in (-1, 1)
    ]
    return shown, Scale(min(ends, default=0.0), max(ends, default=1.0))


def judges_page(opinion: Opinion, page: str | None) -> tuple[Page, Scale, Scale]:
    """One page of judges, the severest first; a scale for severities, one for the range of marks."""
    rows = JudgeFigure.objects.filter(opinion=opinion).select_related("judge__person")
    shown = Paginator(rows.order_by("-severity", "seat"), ROWS_PER_PAGE).get_page(page)
    shown.object_list = list(shown.object_list)
    widest = max(
        (abs(one.severity) + CLEAR * one.error for one in shown.object_list if one.severity is not None), default=1.0
    )
    low = min((one.lowest for one in shown.object_list), default=0.0)
    high = max((one.highest for one in shown.object_list), default=1.0)
    return shown, Scale(-widest, widest), Scale(low, high)


def names_of_seats(opinion: Opinion) -> dict[str, str]:
    rows = JudgeFigure.objects.filter(opinion=opinion).values_list("seat", "judge__person__name")
    return {str(seat): name for seat, name in rows}


def record_of(judge: Judge, user) -> list[JudgeFigure]:
    """A judge's figures over the years in the heats that this user may see, newest first: for the judge's own page.

    Once for each heat, since the figures are those of all its tracks together.
    """
    rows = JudgeFigure.objects.filter(judge=judge, opinion__ranking__heat__in=heats_open_to(user))
    rows = rows.select_related("opinion__ranking__heat__stage__season__contest", "opinion__ranking__track")
    rows = rows.defer(
        "opinion__figures", "opinion__ranking__rule", "opinion__ranking__inputs", "opinion__ranking__result"
    )
    found: dict[int, JudgeFigure] = {}
    for row in rows.order_by("-opinion__ranking__frozen_at", "opinion__ranking__track__order"):
        found.setdefault(row.opinion.ranking.heat_id, row)
    return list(found.values())


def why_off(figures: dict) -> list[str]:
    """Why there is no adjusted value, in words; empty while there is one."""
    found = figures["second_opinion"]
    parts = figures.get("parts", 0)
    texts = {
        "not_connected": ngettext(
            "The judges and entries fall into %(count)s part that no judge links.",
            "The judges and entries fall into %(count)s parts that no judge links, so severities can't be compared "
            "between them.",
            parts,
        )
        % {"count": parts},
        "judge_with_few_marks": _("A judge has fewer than five marks: too few to tell severity from chance."),
        "severity_not_noticeable": _(
            "The differences between the judges are no larger than chance would make them: there is nothing to adjust."
        ),
        "too_few_marks": _("There are too few marks: at least two judges and entries with two marks are needed."),
    }
    return [texts[one] for one in found["reasons"]]


def agreement_of(figures: dict) -> list[tuple[str, float | None, str]]:
    """(figure, value, what it stands for): alpha by distance, then the six forms of Shrout and Fleiss."""
    alpha = figures.get("alpha") or {}
    rows = [
        (_("Alpha, interval"), alpha.get("interval"), _("marks as amounts, gaps allowed")),
        (_("Alpha, ordinal"), alpha.get("ordinal"), _("only the order of marks")),
        (_("Alpha, ratio"), alpha.get("ratio"), _("marks as proportions")),
        (_("Alpha, nominal"), alpha.get("nominal"), _("only equal or not")),
    ]
    forms = figures.get("icc") or {}
    notes = {
        "1,1": _("one judge, other judges for each entry"),
        "2,1": _("one judge, drawn at random"),
        "3,1": _("one of these judges, severity set aside"),
        "1,k": _("the mean, other judges for each entry"),
        "2,k": _("the mean of a panel drawn at random"),
        "3,k": _("the mean of these judges, severity set aside"),
    }
    return rows + [(f"ICC({form})", forms[form], note) for form, note in notes.items() if form in forms]


def shares_of(figures: dict) -> list[tuple[int, float]]:
    """(entries of a connected part, its share of all), the largest first; the first dozen."""
    return [(size, size / figures["entries"]) for size in figures.get("part_sizes", ())[:12]]
