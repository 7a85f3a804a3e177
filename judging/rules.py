"""Who runs a heat, who looks on, and who sees a result before it is released.

1. The season's provincial organiser and an administrator run every heat; a city's organiser runs those of its zone.
2. Whoever runs a heat and the season's supervisor watch it: progress, draws, and the ranking before its release.
3. Nobody else sees a ranking before the heat is published; a judge never sees another's marks (leak case, domain §3).
4. A judge reads and fills their own sheets, once the heat has opened and the pledge is signed. Nobody else does.
"""

import rules

from accounts.states import Role
from contests.queries import covers_season, grants_of, is_administrator, runs_season, watches_season
from contests.states import HeatState

WATCHERS = frozenset({Role.PROVINCE, Role.SUPERVISOR})


@rules.predicate
def runs_heat(user, heat):
    return heat is not None and (runs_season(user, heat.stage.season) or _is_of_the_zone(user, heat))


@rules.predicate
def watches_heat(user, heat):
    return heat is not None and (watches_season(user, heat.stage.season) or _is_of_the_zone(user, heat))


@rules.predicate
def sees_heats(user, _obj=None):
    """Has a role to which heats belong; which heats is a matter of the list."""
    return is_administrator(user) or any(grant.role in WATCHERS | {Role.CITY} for grant in grants_of(user))


@rules.predicate
def sees_records(user, _obj=None):
    return is_administrator(user) or any(grant.role in WATCHERS for grant in grants_of(user))


@rules.predicate
def imports_marks(user, _obj=None):
    """Files of marks make seasons of their own, so no scope narrows who may bring one in."""
    return is_administrator(user) or any(grant.role == Role.PROVINCE for grant in grants_of(user))


@rules.predicate
def supervises_heat(user, heat):
    """Sees the records of a heat: those who watch the season, not a zone's own organiser."""
    return heat is not None and watches_season(user, heat.stage.season)


@rules.predicate
def judges_sheet(user, sheet):
    """Must agree with `ScoreSheet.objects.visible_to`."""
    if sheet is None or user.person_id is None or sheet.assignment.judge.person_id != user.person_id:
        return False
    heat = sheet.assignment.participation.heat
    unsigned = heat.invitations.filter(judge=sheet.assignment.judge_id, pledged_at=None)
    return heat.state != HeatState.PREPARING and not unsigned.exists()


def _is_of_the_zone(user, heat) -> bool:
    """City organiser of the zone that this heat is run by."""
    return heat.zone is not None and any(
        grant.role == Role.CITY and grant.region_id == heat.zone.region_id and covers_season(grant, heat.stage.season)
        for grant in grants_of(user)
    )


rules.add_perm("judging.run_heat", runs_heat)
rules.add_perm("judging.watch_heat", watches_heat)
rules.add_perm("judging.see_heats", sees_heats)
rules.add_perm("judging.see_records", sees_records)
rules.add_perm("judging.check_record", supervises_heat)
rules.add_perm("judging.judge_sheet", judges_sheet)
rules.add_perm("judging.import_marks", imports_marks)
