"""Heats for their organiser: where every stage stands, one heat step by step, and how far its judges are."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from contests.models import Heat, Stage
from contests.states import StageKind
from core.problems import Refused, authorize
from judging import services
from judging.models import Calibration, Invitation
from judging.queries import heats as queries
from judging.queries.marks import criteria_of
from judging.rules import has_own_entry
from judging.scoring import Rule, describe

ROWS_PER_PAGE = 50


def heat_of(request, pk: int, *, outside: bool = False) -> Heat:
    """A heat that the user may watch, with what every page about it names. Who has an own entry in it may look at it
    from outside alone: no page with its judges or scores."""
    found = queries.heats_visible_to(request.user).select_related(
        "stage__season__contest", "zone", "rubric", "scoring_rule"
    )
    heat = get_object_or_404(found, pk=pk)
    if not outside:
        authorize(request.user, "judging.watch_heat", heat)
    return heat


def answer(request, call, *, done: str, to: str, arguments: tuple = ()):
    """Call a service and go on to a page: with what was done, or with the refusal."""
    try:
        call()
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, done)
    return redirect(to, *arguments)


@require_safe
def heats(request):
    authorize(request.user, "judging.see_heats")
    season = request.GET.get("season", "")
    rows = queries.board(request.user, season=int(season) if season.isdecimal() else None)
    heats = (heat for row in rows for stage in row.stages for heat in stage.heats)
    first = next((one.heat.pk for one in heats if one.next.tone == "due"), None)
    return render(request, "judging/heats.html", {"seasons": rows, "chosen": season, "first_due": first})


@require_POST
def prepare(request, stage):
    """Make the heat of a stage; where zones run it, the heats of all zones that have qualified entries."""
    stage = get_object_or_404(Stage.objects.select_related("season"), pk=stage)
    authorize(request.user, "contests.organise_season", stage.season)
    try:
        if stage.by_zone:
            made = services.prepare_zones(stage, by=request.user)
        else:
            made = [services.prepare_heat(stage, by=request.user)]
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("judging:heats")
    messages.success(
        request,
        ngettext(
            "%(count)s heat is prepared. Next: invite its judges.",
            "%(count)s heats are prepared. Next: invite their judges.",
            len(made),
        )
        % {"count": len(made)},
    )
    return redirect("judging:heat", made[0].pk) if len(made) == 1 else redirect("judging:heats")


@require_safe
def heat(request, pk):
    found = heat_of(request, pk, outside=True)
    own = has_own_entry(request.user, found)
    row = queries.rows_of([found])[0]
    context = {
        "heat": found,
        "row": row,
        "runs": request.user.has_perm("judging.run_heat", found),
        "tracks": queries.tracks_of(found),
        "rooms": list(found.rooms.all()) if found.stage.kind == StageKind.LIVE else [],
        "own": own,
        "rankings": queries.rankings_of(found) if found.is_settled and not own else [],
        "draws": list(found.draws.order_by("pk").defer("record", "secret")),
        "tries": request.user.has_perm("judging.try_rule", found.scoring_rule),
        "rule_steps": describe(Rule.from_data(found.scoring_rule.data), criteria_of(found)),
        "calibration": Calibration.objects.filter(stage=found.stage_id).first(),
        "quotas": list(found.stage.quotas.select_related("track", "zone")),
    }
    return render(request, "judging/heat.html", context)


@require_POST
def refresh(request, pk):
    found = heat_of(request, pk)
    authorize(request.user, "judging.run_heat", found)
    return answer(
        request,
        lambda: services.refresh_entries(found, by=request.user),
        done=_("The list of entries is up to date."),
        to="judging:heat",
        arguments=(pk,),
    )


@require_POST
def open_heat(request, pk):
    found = heat_of(request, pk)
    authorize(request.user, "judging.run_heat", found)
    return answer(
        request,
        lambda: services.open_heat(found, by=request.user),
        done=_("Scoring is open. The judges have been told."),
        to="judging:progress",
        arguments=(pk,),
    )


# ---------------------------------------------------------------- progress


@require_safe
def progress(request, pk):
    """How far judges and entries are, without any score: whoever organises must not know them early."""
    found = heat_of(request, pk)
    judges = queries.judge_progress(found)
    total, submitted = sum(one.total for one in judges), sum(one.submitted for one in judges)
    away = sum(one.away for one in judges)
    show = "entries" if request.GET.get("show") == "entries" else "judges"
    by_need = sorted(judges, key=lambda one: (-one.open, one.seat))
    rows = by_need if show == "judges" else queries.entry_progress(found)
    context = {
        "heat": found,
        "runs": request.user.has_perm("judging.run_heat", found),
        "show": show,
        "page": Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("page")),
        "total": total,
        "submitted": submitted,
        "away": away,
        "open": total - submitted - away,
        "late": sum(bool(one.open) for one in judges),
        "count": len(judges),
    }
    return render(request, "judging/progress.html", context)


@require_POST
def remind(request, pk):
    """Remind every judge who still owes a sheet, or the chosen one."""
    found = heat_of(request, pk)
    authorize(request.user, "judging.run_heat", found)
    chosen = request.POST.get("invitation", "")
    try:
        count = services.remind(found, only=int(chosen) if chosen.isdecimal() else None, by=request.user)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(
            request, ngettext("%(count)s judge reminded.", "%(count)s judges reminded.", count) % {"count": count}
        )
    return redirect("judging:progress", pk)


@require_POST
def absent(request, pk):
    """Note that a judge did not come: the sheets not handed in don't count, and are no zeros."""
    found = heat_of(request, pk)
    authorize(request.user, "judging.run_heat", found)
    invitation = get_object_or_404(Invitation, pk=request.POST.get("invitation") or 0, heat=found)
    return answer(
        request,
        lambda: services.mark_judge_absent(invitation, reason=request.POST.get("reason", ""), by=request.user),
        done=_("%(judge)s is marked as absent. The sheets handed in before still count.") % {"judge": invitation.judge},
        to="judging:progress",
        arguments=(pk,),
    )
