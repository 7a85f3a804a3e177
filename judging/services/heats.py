"""A heat from its making to its opening: which entries compete, and when the judges may begin."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contests.models import Heat, Stage
from contests.states import HEAT_MOVES, HeatState, StageKind
from core import audit
from core.problems import Refused
from judging.models import Assignment, Calibration, Judge
from judging.queries.marks import judged_stage_before
from judging.services.holdings import take_holdings
from judging.states import DrawPurpose
from messaging.services import send
from projects.models import Entry, Participation
from projects.states import EntryState, Outcome


def _move(heat: Heat, to: HeatState, *, by, at: datetime, **facts) -> Heat:
    """Move a heat whose row the caller has locked; `facts` go into the trail."""
    if to not in HEAT_MOVES[heat.state]:
        raise Refused(
            _("“%(heat)s” is “%(state)s” and can't become “%(to)s”. Reload the page to see where it stands.")
            % {"heat": heat, "state": heat.get_state_display(), "to": HeatState(to).label}
        )
    before, heat.state = heat.state, to
    stamp = {HeatState.OPEN: "opened_at", HeatState.LOCKED: "locked_at", HeatState.PUBLISHED: "published_at"}[to]
    setattr(heat, stamp, at)
    heat.save(update_fields=["state", stamp])
    audit.record(heat, f"heat.{to}", by=by, before={"state": before}, after={"state": to, **facts}, at=at)
    return heat


def _locked(heat: Heat) -> Heat:
    """The heat's row, locked first by whoever moves it (see the package)."""
    return Heat.objects.select_for_update(of=("self",)).select_related("stage__season", "zone").get(pk=heat.pk)


def _locked_in_preparation(heat: Heat) -> Heat:
    heat = _locked(heat)
    if heat.state != HeatState.PREPARING:
        raise Refused(
            _("“%(heat)s” is no longer in preparation, so its entries and judges are settled.") % {"heat": heat}
        )
    return heat


@transaction.atomic
def prepare_heat(stage: Stage, *, by, at: datetime | None = None, zone=None, name: str = "") -> Heat:
    """Make the heat of a stage with everyone who competes in it.

    The first judged stage takes the qualified entries of the season, or of the zone that runs it. A later one takes
    exactly those promoted from the stage before, minus withdrawn ones (model, invariant 6), so every heat of that
    stage must be locked first.
    """
    at = at or timezone.now()
    stage = Stage.objects.select_for_update(of=("self",)).select_related("season").get(pk=stage.pk)
    _check_stage(stage, zone)
    name = name or (f"{zone.name}·{stage.name}" if zone else stage.name)
    if stage.heats.filter(zone=zone, name=name).exists():
        raise Refused(_("“%(name)s” is prepared already. Open it from the list of heats.") % {"name": name})
    competing = _competing(stage, zone)
    heat = Heat.objects.create(
        stage=stage, zone=zone, name=name, rubric_id=stage.rubric_id, scoring_rule_id=stage.scoring_rule_id
    )
    rows = [Participation(heat=heat, entry_id=entry, track_id=track) for entry, track in competing]
    if not rows:
        raise Refused(
            _("No entry is qualified for “%(name)s” yet. Finish the qualification check first.") % {"name": name}
        )
    Participation.objects.bulk_create(rows, batch_size=1000)
    take_holdings(heat)
    audit.record(heat, "heat.prepare", by=by, after={"entries": len(rows), "zone": str(zone or "")}, at=at)
    return heat


@transaction.atomic
def prepare_zones(stage: Stage, *, by, at: datetime | None = None) -> list[Heat]:
    """The heats of all zones that have qualified entries and no heat of this stage yet."""
    waiting = stage.season.units.filter(
        Exists(Entry.objects.filter(zone=OuterRef("pk"), state=EntryState.QUALIFIED)),
        ~Exists(stage.heats.filter(zone=OuterRef("pk"))),
    )
    made = [prepare_heat(stage, zone=zone, by=by, at=at) for zone in waiting]
    if not made:
        raise Refused(_("Every zone with qualified entries has its heat of “%(stage)s” already.") % {"stage": stage})
    return made


def _check_stage(stage: Stage, zone) -> None:
    if not stage.is_judged or not stage.rubric_id or not stage.scoring_rule_id:
        raise Refused(
            _("“%(stage)s” has no rubric or scoring rule. Set them up in the season, then prepare the heat.")
            % {"stage": stage}
        )
    if stage.by_zone and zone is None:
        raise Refused(_("“%(stage)s” is run by each zone. Choose the zone.") % {"stage": stage}, field="zone")
    if zone is not None and zone.season_id != stage.season_id:
        raise Refused(_("This zone belongs to another season. Choose one of this season."), field="zone")


def _competing(stage: Stage, zone) -> list[tuple[int, int]]:
    """(entry, track) of everyone who competes, in the order of entry numbers."""
    qualified = Entry.objects.filter(season=stage.season_id, state=EntryState.QUALIFIED, track__isnull=False)
    if zone is not None:
        qualified = qualified.filter(zone=zone)
    before = judged_stage_before(stage)
    if before is not None:
        open_heats = list(before.heats.exclude(state__in=[HeatState.LOCKED, HeatState.PUBLISHED]))
        if open_heats or not before.heats.exists():
            named = "、".join(heat.name for heat in open_heats[:5]) or str(before)
            raise Refused(_("“%(heats)s” comes first and is not locked yet. Lock it, then go on.") % {"heats": named})
        promoted = Participation.objects.filter(
            entry=OuterRef("pk"), heat__stage=before, outcome__in=[Outcome.PROMOTED, Outcome.AWARDED]
        )
        qualified = qualified.filter(Exists(promoted))
    return list(qualified.order_by("number").values_list("pk", "track_id"))


@transaction.atomic
def refresh_entries(heat: Heat, *, by, at: datetime | None = None) -> int:
    """Before the draw: take in entries that qualified since the heat was prepared, mark those withdrawn since."""
    at = at or timezone.now()
    heat = _locked_in_preparation(heat)
    _refuse_after_draw(heat)
    competing = dict(_competing(heat.stage, heat.zone))
    here = {one.entry_id: one for one in heat.participations.all()}
    added = [Participation(heat=heat, entry_id=pk, track_id=track) for pk, track in competing.items() if pk not in here]
    gone = [one.pk for pk, one in here.items() if pk not in competing]
    Participation.objects.bulk_create(added, batch_size=1000)
    Participation.objects.filter(pk__in=gone).update(outcome=Outcome.WITHDRAWN, reason=_("No longer qualified"))
    take_holdings(heat)
    audit.record(heat, "heat.refresh", by=by, after={"added": len(added), "withdrawn": len(gone)}, at=at)
    return len(added)


def _refuse_after_draw(heat: Heat) -> None:
    drawn = heat.draws.filter(purpose=DrawPurpose.JUDGES, drawn_at__isnull=False).exists()
    if drawn or heat.participations.filter(room__isnull=False).exists():
        raise Refused(_("The judges of “%(heat)s” are drawn already. Replace single judges instead.") % {"heat": heat})


@transaction.atomic
def open_heat(heat: Heat, *, by, at: datetime | None = None) -> Heat:
    """Let the judges score: every entry has its judges, and a live heat its presenting order."""
    at = at or timezone.now()
    heat = _locked(heat)
    competing = heat.participations.exclude(outcome=Outcome.WITHDRAWN)
    alone = competing.filter(~Exists(Assignment.objects.filter(participation=OuterRef("pk"))))
    missing = alone.count()
    if missing:
        raise Refused(
            ngettext(
                "%(count)s entry of “%(heat)s” has no judge yet. Draw the judges first.",
                "%(count)s entries of “%(heat)s” have no judge yet. Draw the judges first.",
                missing,
            )
            % {"count": missing, "heat": heat}
        )
    if heat.stage.kind == StageKind.LIVE and competing.filter(order=0).exists():
        raise Refused(_("“%(heat)s” is a live heat. Draw the presenting order first.") % {"heat": heat})
    opened = Calibration.objects.filter(stage=heat.stage_id, opened_at__isnull=False)
    if heat.stage.calibration_required and not opened.exists():
        raise Refused(
            _(
                "“%(stage)s” asks its judges to finish the calibration first, and it is not open. Open it from this "
                "page, or take the demand off the stage in the season's set-up."
            )
            % {"stage": heat.stage}
        )
    heat = _move(heat, HeatState.OPEN, by=by, at=at)
    _tell_judges(heat)
    return heat


def _tell_judges(heat: Heat) -> None:
    judges = Judge.objects.filter(assignments__participation__heat=heat).distinct().select_related("person__user")
    for judge in judges:
        user = getattr(judge.person, "user", None)
        if user is not None:
            send(
                user,
                kind="judging.open",
                subject=_("Scoring of “%(heat)s” is open") % {"heat": heat},
                body=_("Your entries are waiting. Scoring closes on %(day)s.")
                % {"day": f"{timezone.localtime(heat.stage.closes):%Y-%m-%d %H:%M}"},
                link=reverse("judging:queue"),
            )
