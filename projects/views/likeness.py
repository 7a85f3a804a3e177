"""Pairs of entries that look alike: their list, two entries side by side, and an officer's decision."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.problems import Refused, authorize
from projects.forms.likeness import LikenessFilter
from projects.models import Entry, Likeness
from projects.queries import likeness as queries
from projects.queries.officer import seasons_of
from projects.services.likeness import decide_likeness

PER_PAGE = 30
BOTH = (
    "newer__season__contest", "newer__track", "newer__unit", "newer__zone", "newer__holder__parent", "newer__project",
    "older__season__contest", "older__track", "older__unit", "older__zone", "older__holder__parent", "older__project",
    "by",
)  # fmt: skip


@require_safe
def likenesses(request):
    """Pairs that wait, or those that the filter asks for."""
    authorize(request.user, "projects.compare_entries")
    form = LikenessFilter(request.GET)
    chosen, pairs = form.chosen(), queries.pairs_of(request.user)
    pairs = pairs.none() if chosen is None else queries.narrowed(pairs, **chosen)
    page = Paginator(pairs, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(pair, queries.scope_of(pair), [queries.words_of(one) for one in pair.reasons]) for pair in page],
        "form": form,
        "state": request.GET.get("state") or "open",
        "chosen": {name: request.GET.get(name, "") for name in ("season", "scope")},
        "seasons": seasons_of(request.user),
    }
    return render(request, "projects/likeness_list.html", context)


def _pair(request, pk) -> Likeness:
    pair = get_object_or_404(Likeness.objects.visible_to(request.user).select_related(*BOTH), pk=pk)
    authorize(request.user, "projects.view_likeness", pair)
    return pair


@require_safe
def likeness(request, pk):
    return _pair_page(request, _pair(request, pk))


def _pair_page(request, pair: Likeness, *, refusal: Refused | None = None, typed=None):
    context = {
        "pair": pair,
        "page": queries.PairPage(pair),
        "may_decide": request.user.has_perm("projects.decide_likeness", pair),
        "may_return": request.user.has_perm("projects.screen_entry", pair.newer),
        "refusal": refusal,
        "typed": typed or {},
    }
    return render(request, "projects/likeness.html", context, status=422 if refusal else 200)


@require_POST
def decide(request, pk):
    """Note what an officer found out about a pair."""
    pair = _pair(request, pk)
    authorize(request.user, "projects.decide_likeness", pair)
    try:
        decide_likeness(
            pair, state=request.POST.get("state", ""), reason=request.POST.get("reason", ""), by=request.user
        )
    except Refused as refusal:
        return _pair_page(request, pair, refusal=refusal, typed=request.POST.dict())
    messages.success(request, _("Recorded. Neither entry was changed, and nobody was told."))
    return redirect("projects:likeness", pk=pk)


@require_safe
def alike(request, pk):
    """Everything that is like one entry."""
    found = Entry.objects.visible_to(request.user).filter(submitted_at__isnull=False)
    entry = get_object_or_404(found.select_related("season__contest", "track", "unit", "zone", "project__owner"), pk=pk)
    authorize(request.user, "projects.review_entry", entry)
    page = queries.AlikePage(entry, request.user)
    rows = [(pair, queries.scope_of(pair), [queries.words_of(one) for one in pair.reasons]) for pair in page.pairs]
    return render(request, "projects/likeness_entry.html", {"entry": entry, "page": page, "rows": rows})
