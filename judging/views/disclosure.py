"""What anybody recounts a published result from: a page of check codes and the files behind them."""

import json

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from contests.models import Heat
from core.downloads import download
from judging import exports
from judging.models import Ranking
from judging.queries.disclosure import open_records


@login_not_required
@require_safe
def open_marks(request, pk):
    """Check codes, files and the script, for a heat whose marks were published."""
    heat = get_object_or_404(Heat.objects.select_related("stage__season__contest"), pk=pk)
    records = list(open_records(heat))
    if not records:
        raise Http404
    return render(request, "judging/open_marks.html", {"heat": heat, "records": records})


@login_not_required
@require_safe
def open_bundle(request, pk):
    """The newest public record of a track with those before it."""
    found = get_object_or_404(Ranking.objects.select_related("heat", "track").defer("rule", "inputs", "result"), pk=pk)
    if not open_records(found.heat).filter(ranking=found).exists():
        raise Http404
    content = json.dumps(exports.open_bundle(found), ensure_ascii=False, indent=1)
    return download(content, exports.file_name(found, "json"))
