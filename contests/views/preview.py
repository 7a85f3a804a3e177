"""A season in preparation as contestants and judges will see it, for those who run it.

This room shows the public page. The form and the score sheet, which only higher rooms know, are shown on preview pages
of theirs, in the same frame (docs/architecture.md).
"""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from contests import queries
from contests.views.whole import season_of


@require_safe
def preview(request, pk):
    season = season_of(request, pk)
    context = {
        "season": season,
        "phase": queries.entry_phase(season, timezone.now()),
        "now": timezone.now(),
        "facts": queries.SeasonFacts(season),
        "previewing": "page",
    }
    return render(request, "contests/preview.html", context)
