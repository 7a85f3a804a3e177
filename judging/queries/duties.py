"""What organisers and supervisors have to do about heats: one task for each heat that waits for them."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from contests.queries import runs_season
from contests.states import HeatState, SeasonState
from core.tasks import Task
from judging.models import Draw
from judging.queries.heats import HeatRow, SeasonRow, StageRow, board, heats_visible_to
from judging.rules import runs_heat, sees_heats

MOST = 8
WEIGHTS = {"publish": 70, "lock": 65, "open": 55, "order": 50, "draw": 50, "pledge": 40, "invite": 40, "score": 20}


def office_tasks(user, at: datetime) -> list[Task]:
    """Tasks about heats, the most pressing first; none for who organises or supervises nothing."""
    if not sees_heats(user):
        return []
    found: list[Task] = []
    for season in board(user):
        if season.season.state != SeasonState.RUNNING:
            continue
        for stage in season.stages:
            found += [_of_heat(row, at) for row in stage.heats if row.next.code != "done" and runs_heat(user, row.heat)]
            if season.runs and _may_be_prepared(stage, season, at):
                found.append(_of_stage(stage))
    found += _witnessing(user)
    return sorted(found, key=lambda task: -task.weight)[:MOST]


def _of_heat(row: HeatRow, at: datetime) -> Task:
    heat, step = row.heat, row.next
    why = str(step.why)
    if step.code == "score":
        why = _("%(done)s of %(all)s sheets handed in") % {"done": row.submitted, "all": row.sheets}
    late = heat.state == HeatState.OPEN and heat.stage.closes < at
    return Task(
        title=_("%(action)s: “%(heat)s”") % {"action": step.action, "heat": heat},
        why=why,
        url=row.next_url,
        action=str(step.action),
        due=heat.stage.closes if heat.state in {HeatState.PREPARING, HeatState.OPEN} else None,
        weight=WEIGHTS[step.code] + (30 if late else 0),
        tone="due" if late or step.tone == "due" else "go",
    )


def _may_be_prepared(stage: StageRow, season: SeasonRow, at: datetime) -> bool:
    """A stage without a heat whose turn has come: entry has closed, and the stage before is locked."""
    return stage.can_prepare and not stage.heats and season.season.entry_closes < at


def _of_stage(stage: StageRow) -> Task:
    return Task(
        title=_("Prepare “%(stage)s”") % {"stage": stage.stage},
        why=_("The entries that compete are known: make the list, then invite the judges."),
        url=reverse("judging:heats") + f"?season={stage.stage.season_id}",
        action=_("To the heats"),
        due=stage.stage.opens,
        weight=35,
    )


def _witnessing(user) -> list[Task]:
    """Draws whose check code is public and that wait for a witness, for those who look on."""
    waiting = Draw.objects.filter(drawn_at=None, heat__in=heats_visible_to(user)).select_related(
        "heat__stage__season__contest"
    )
    return [
        Task(
            title=_("Witness the draw of “%(heat)s”") % {"heat": draw.heat},
            why=_("The check code is public; the draw waits for the witness's number."),
            url=reverse("judging:draw", args=[draw.heat_id]),
            action=_("See the draw"),
            weight=60,
            tone="due",
        )
        for draw in waiting.defer("secret", "record")[:MOST]
        if not runs_season(user, draw.heat.stage.season)
    ]
