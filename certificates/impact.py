"""How many awards a change of a season's set-up touches (`contests.impact`)."""

from certificates.models import Award
from certificates.states import AwardState
from contests.impact import Impact, Reach, register
from contests.models import AwardLevel, Stage, Track


@register
def awards(reach: Reach) -> Impact:
    """Awards of a level, of a track, or that a stage has decided. What was given keeps the level it was given with."""
    column = {AwardLevel: "level", Track: "entry__track", Stage: "place__ranking__heat__stage"}.get(type(reach.row))
    if column is None:
        return Impact()
    return Impact(awarded=Award.objects.filter(**{column: reach.row, "state": AwardState.GIVEN}).count())
