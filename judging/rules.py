"""Who runs a heat, who looks on, and who sees a result before it is released.

1. The season's provincial organiser and an administrator run every heat; a city's organiser runs those of its zone.
2. Whoever runs a heat and the season's supervisor watch it: progress, draws, and the ranking before its release.
3. Nobody else sees a ranking before the heat is published; a judge never sees another's marks (leak case, domain §3).
"""

import rules

from accounts.states import Role
from contests.queries import covers_season, grants_of, runs_season, watches_season


@rules.predicate
def runs_heat(user, heat):
    return heat is not None and (runs_season(user, heat.stage.season) or _is_of_the_zone(user, heat))


@rules.predicate
def watches_heat(user, heat):
    return heat is not None and (watches_season(user, heat.stage.season) or _is_of_the_zone(user, heat))


@rules.predicate
def supervises_heat(user, heat):
    """Sees the records of a heat: those who watch the season, not a zone's own organiser."""
    return heat is not None and watches_season(user, heat.stage.season)


def _is_of_the_zone(user, heat) -> bool:
    """City organiser of the zone that this heat is run by."""
    return heat.zone is not None and any(
        grant.role == Role.CITY and grant.region_id == heat.zone.region_id and covers_season(grant, heat.stage.season)
        for grant in grants_of(user)
    )


rules.add_perm("judging.run_heat", runs_heat)
rules.add_perm("judging.watch_heat", watches_heat)
rules.add_perm("judging.see_records", supervises_heat)
